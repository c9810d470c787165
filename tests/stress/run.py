#!/usr/bin/env python3
"""run.py [--timeout SECONDS] INTERPRETER

What happens at the edges of the system: small native stacks, full disks, files that cannot be read, source that is no
text, memory limits, interrupts.  Each case says what the program must print, how it must end, and (where CPython has an
answer) that is CPython's.  The last line is "N passed, M failed".
"""
import concurrent.futures
import copy
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
CASES = []


def case(function):
    CASES.append(function)
    return function


class Runner:
    def __init__(self, interpreter, limit):
        self.interpreter, self.limit = interpreter, limit
        self.sanitized = b"__asan_init" in open(interpreter, "rb").read()
        self.env = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
        self.env["ASAN_OPTIONS"] = "detect_leaks=1:allocator_may_return_null=1:detect_stack_use_after_return=0"
        self.env["UBSAN_OPTIONS"] = "print_stacktrace=1:halt_on_error=1"

    def start(self, *arguments, stack=None, **options):
        options.setdefault("stdin", subprocess.DEVNULL)
        options.setdefault("stdout", subprocess.PIPE)

        def limit_stack():
            signal.signal(signal.SIGINT, signal.default_int_handler)
            if stack:
                resource.setrlimit(resource.RLIMIT_STACK, (stack, stack))
        options.setdefault("preexec_fn", limit_stack)
        return subprocess.Popen([self.interpreter, *arguments], stderr=subprocess.PIPE, env=self.env, text=True,
                                errors="backslashreplace", **options)

    def run(self, *arguments, **options):
        """status, standard output, standard error"""
        process = self.start(*arguments, **options)
        try:
            out, err = process.communicate(timeout=self.limit)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            raise AssertionError("over %d s" % self.limit)
        return process.returncode, out, err

    def expect(self, result, status, out, err):
        """`out` and `err` are regular expressions for the whole."""
        assert result[0] == status, "status %s, expected %s; stderr %r" % (result[0], status, result[2][-400:])
        assert result[1] is None or re.fullmatch(out, result[1]), "output %r" % result[1][-400:]
        assert re.fullmatch(err, result[2]), "stderr %r" % result[2][-600:]

    def interrupt(self, program, *options, after=0.5, ready="ready\n", stdin=subprocess.DEVNULL):
        """Ctrl-C once the program has said that it is ready."""
        process = self.start(*options, "-c", program, stdin=stdin)
        said = process.stdout.readline()
        assert said == ready, (said, process.stderr.read()[-400:])
        time.sleep(after)
        process.send_signal(signal.SIGINT)
        try:
            process.wait(timeout=self.limit) # with its input still open
        except subprocess.TimeoutExpired:
            process.kill()
            raise AssertionError("not interrupted")
        out, err = process.communicate()
        return process.returncode, out, err


# ---- native stack ----

def program(name):
    return os.path.join(HERE, "programs", name)


def expected(name):
    with open(program(name)[:-3] + ".out", encoding="utf-8") as f:
        return re.escape(f.read())


def on_small_stack(name):
    def small_stack(r):
        # what AddressSanitizer adds to each frame needs its own room
        r.expect(r.run(program(name), stack=1 << 20 if r.sanitized else 256 << 10), 0, expected(name), r"[^\0]*")
    small_stack.__name__ = "%s on a native stack of 256 KiB" % name
    return case(small_stack)


for name in "deep_values.py", "deep_calls.py", "deep_source.py":
    on_small_stack(name)


@case
def deep_recursion_in_a_deep_native_stack(r):
    r.expect(r.run("-c", "import sys\nsys.setrecursionlimit(10**9)\nf = lambda n: list(map(f, [n]))\n"
                   "try: f(1)\nexcept RecursionError: print('stopped')"), 0, "stopped\n", "")


# ---- memory limits ----

@case
def over_the_limit(r):
    r.expect(r.run("--memory-limit=100M", "-c", "print('x', flush=True)\ns = 'a' * (1 << 30)"), 1, "x\n",
             r"Traceback[^\0]*\nMemoryError\n")


@case
def over_the_limit_bit_by_bit(r):
    r.expect(r.run("--memory-limit=50M", "-c", "l = []\nwhile True: l.append([l])"), 1, "",
             r"([^\0]*\n)?MemoryError\n")


@case
def over_the_limit_and_on(r):
    r.expect(r.run("--memory-limit=50M", "-c", """
for work in (lambda: 'a' * (1 << 30), lambda: [0] * (1 << 27), lambda: bytearray(1 << 30), lambda: 1 << (1 << 30),
             lambda: list(range(1 << 30)), lambda: {i: i for i in range(1 << 30)}, lambda: set(range(1 << 30)),
             lambda: ''.join(str(i) for i in range(1 << 30)), lambda: b'x' * (1 << 28), lambda: tuple(range(1 << 28)),
             lambda: '%1000000000d' % 1, lambda: 'x'.ljust(1 << 30), lambda: sorted(range(1 << 26)), lambda: (1,) * (1 << 28)):
    try:
        work()
    except MemoryError:
        print('MemoryError')
    else:
        print('done?')
"""), 0, "(MemoryError\n){14}", "")


@case
def garbage_makes_room_under_a_limit(r):
    r.expect(r.run("--memory-limit=60M", "-c", """
import gc
gc.disable()
for i in range(100):
    l = [bytearray(1 << 20)]
    l.append(l)
print('ok')
"""), 0, "ok\n", "")


@case
def no_start_under_a_tiny_limit(r):
    r.expect(r.run("--memory-limit=100K", "-c", "pass"), 1, "", "ouro: cannot start within the memory limit\n")


# ---- scripts that are none ----

def script(content, name="script.py"):
    directory = tempfile.mkdtemp(prefix="ouro-stress-")
    path = os.path.join(directory, name)
    with open(path, "wb") as f:
        f.write(content)
    return path


@case
def malformed_source(r):
    path = script(b"x = 1\ny = '\xff'\n")
    r.expect(r.run(path), 1, "", "  File \"%s\", line 2\n(.*\n)*SyntaxError: .*'utf-8'.*\n|SyntaxError: Non-UTF-8 code starting with "
             r"'\\xff' in file %s on line 2, but no encoding declared; see https://peps.python.org/pep-0263/ for details\n"
             % (re.escape(path), re.escape(path)))


@case
def unknown_encoding(r):
    path = script(b"# coding: klingon\n")
    r.expect(r.run(path), 1, "", r'(.*\n)*SyntaxError: (encoding problem|unknown encoding): klingon\n')


@case
def no_such_script(r):
    r.expect(r.run("/no/such/script.py"), 2, "",
             r".*: can't open file '/no/such/script.py': \[Errno 2\] No such file or directory\n")


@case
def unreadable_script(r):
    path = script(b"print(1)\n")
    os.chmod(path, 0)
    os.chmod(os.path.dirname(path), 0o755)

    def become_nobody():
        if os.getuid() == 0:
            os.setgroups([])
            os.setgid(65534)
            os.setuid(65534)
    if os.getuid() == 0:  # root's own folders are closed to nobody, and the interpreter may be in one
        r = copy.copy(r)
        r.interpreter = shutil.copy(r.interpreter, os.path.dirname(path))
    r.expect(r.run(path, preexec_fn=become_nobody), 2, "", r".*: can't open file '.*': \[Errno 13\] Permission denied\n")


@case
def directory_without_main(r):
    path = os.path.dirname(script(b"", "other.py"))
    r.expect(r.run(path), 1, "", r".*: can't find '__main__' module in '%s'\n" % re.escape(path))


@case
def directory_with_main(r):
    r.expect(r.run(os.path.dirname(script(b"print(__name__)", "__main__.py"))), 0, "__main__\n", "")


@case
def no_such_module(r):
    r.expect(r.run("-m", "no_such_module"), 1, "", r".*: No module named no_such_module\n")


# ---- output that cannot be written ----

FULL = r"Exception ignored in: <_io.TextIOWrapper name='<stdout>' mode='w' encoding='utf-8'>\n" \
       r"OSError: \[Errno 28\] No space left on device\n"


@case
def full_disk(r):
    with open("/dev/full", "w") as full:
        r.expect(r.run("-c", "print('x')", stdout=full), 120, "", FULL)


@case
def full_disk_while_running(r):
    with open("/dev/full", "w") as full:
        r.expect(r.run("-c", "for i in range(100000): print(i)", stdout=full), 1, "",
                 r"Traceback[^\0]*\nOSError: \[Errno 28\] No space left on device\n(%s)?" % FULL)


@case
def full_disk_flushed(r):
    with open("/dev/full", "w") as full:
        r.expect(r.run("-c", "try: print('x', flush=True)\nexcept OSError as e: import sys; print(e, file=sys.stderr)",
                       stdout=full), 120, "", r"\[Errno 28\] No space left on device\n" + FULL)


@case
def closed_output(r):
    def close_output():
        os.close(1)
    r.expect(r.run("-c", "print('x'); import sys; print(sys.stdout, file=sys.stderr)", preexec_fn=close_output), 0, "",
             "None\n")


@case
def closed_pipe(r):
    read_end, write_end = os.pipe()
    os.close(read_end)
    with open(write_end, "w") as broken:
        r.expect(r.run("-c", "print('x')", stdout=broken), 120, "",
                 r"Exception ignored in: .*\nBrokenPipeError: \[Errno 32\] Broken pipe\n")


@case
def nothing_lost(r):
    result = r.run("-c", "import sys\nprint('out')\nprint('err', file=sys.stderr)\nraise SystemExit('bye')")
    r.expect(result, 1, "out\n", "err\nbye\n")


# ---- Ctrl-C ----

INTERRUPTED = r"Traceback[^\0]*\nKeyboardInterrupt\n"
LOOPS = {
    "while": "while True: pass",
    "while with work": "x = 0\nwhile x >= 0: x += 1",
    "for": "import itertools\nfor i in itertools.count(): pass",
    "recursion": "def f():\n try:\n  f()\n except RecursionError: pass\nwhile 1: f()",
    "generator": "def g():\n while 1: yield\nfor i in g(): pass",
    "comprehension": "import itertools\n[0 for i in itertools.count() if i < 0]",
    "sleep": "import time\ntime.sleep(1000)",
    "sort with key": "sorted(range(10 ** 9 if 0 else 10 ** 7), key=lambda x: -x if x else 0); \nwhile 1: pass",
    "map": "import itertools\nsum(map(lambda x: 0, itertools.count()))",
    "try": "while True:\n try:\n  pass\n finally:\n  pass",
    "class": "class C:\n def __add__(self, o): return self\nc = C()\nwhile 1: c = c + c",
    "read": "import os\nos.read(0, 1)",
    "input": "input()",
    # loops in C that call no program code at all (CPython waits for most of them to end)
    "sum": "sum(iter(int, 1))",
    "in": "import itertools\n'x' in itertools.count()",
    "filter": "next(filter(None, iter(int, 1)))",
    "dropwhile": "import itertools\nnext(itertools.dropwhile(bool, itertools.repeat(1)))",
    "deque": "import collections\ncollections.deque(iter(int, 1), maxlen=0)",
    "match": "import re\nre.match('(a*)*b', 'a' * 60)",
    "power": "7 ** (3 * 10 ** 7)",
    "division": "((1 << 200000000) - 1) // ((1 << 100000000) + 1)",
    "digits": "import sys\nsys.set_int_max_str_digits(0)\nstr(1 << 60000000)",
}


def interrupted(name, text):
    def loop(r):
        options = {}
        if name in ("read", "input"):
            options["stdin"] = subprocess.PIPE
        r.expect(r.interrupt("print('ready', flush=True)\n" + text, **options), -signal.SIGINT, "", INTERRUPTED)
    loop.__name__ = "Ctrl-C in %s" % name
    return case(loop)


for name, text in LOOPS.items():
    interrupted(name, text)


@case
def interrupt_caught(r):
    r.expect(r.interrupt("print('ready', flush=True)\ntry:\n while 1: x = 1\nexcept KeyboardInterrupt: print('caught')"),
             0, "caught\n", "")


@case
def interrupt_runs_finally(r):
    r.expect(r.interrupt("print('ready', flush=True)\ntry:\n while 1: x = 1\nfinally: print('finally')"),
             -signal.SIGINT, "finally\n", INTERRUPTED)


@case
def exit_with_the_same_status(r):
    r.expect(r.run("-c", "raise SystemExit(130)"), 130, "", "")


@case
def raised_by_the_program(r):
    r.expect(r.run("-c", "raise KeyboardInterrupt"), -signal.SIGINT, "", INTERRUPTED)


def check(function, runner):
    try:
        function(runner)
    except AssertionError as e:
        return str(e)
    return None


def main(argv):
    limit = 300
    if argv and argv[0] == "--timeout":
        limit, argv = int(argv[1]), argv[2:]
    if not argv:
        sys.exit(__doc__)
    runner = Runner(os.path.abspath(argv[0]), limit)
    cases = [c for c in CASES if not argv[1:] or any(text in c.__name__ for text in argv[1:])]
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for function, problem in zip(cases, pool.map(lambda f: check(f, runner), cases)):
            if problem:
                failed += 1
                print("FAIL stress: %s: %s" % (function.__name__.replace("_", " "), problem), flush=True)
    print("%d passed, %d failed" % (len(cases) - failed, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
