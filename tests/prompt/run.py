"""The prompt, through a pseudo-terminal.

    python3 tests/prompt/run.py OURO

Each session types into a terminal of its own and waits for what must appear.  At its end the command must exit as expected,
and must not have said anything about blocks that are left.
"""
import concurrent.futures
import errno
import fcntl
import os
import pty
import re
import select
import signal
import stat
import struct
import sys
import tempfile
import termios
import threading
import time
import tty  # noqa: F401  (a system without it has no pseudo-terminals)

SLOW = float(os.environ.get("OURO_TEST_TIMEOUT", "40"))
SESSIONS = []
FORKING = threading.Lock()


class Failure(Exception):
    pass


def session(f):
    SESSIONS.append(f)
    return f


class Terminal:
    """The command at the other end of a pseudo-terminal."""

    def __init__(self, ouro, home, *arguments, env=None, columns=200):
        self.text = ""  # what has appeared and was not waited for yet
        self.all = ""
        environment = {"PATH": os.environ["PATH"], "HOME": home, "TERM": "xterm", "LANG": "C.UTF-8", **(env or {})}
        for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS"):
            if name in os.environ:
                environment[name] = os.environ[name]
        with FORKING:
            self.pid, self.fd = pty.fork()
            if self.pid == 0:
                os.chdir(home)
                os.execve(ouro, [ouro, *arguments], environment)
            os.set_inheritable(self.fd, False)  # another session's command would keep this terminal open
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))

    def type(self, text):
        data = text.encode() if isinstance(text, str) else text
        deadline = time.monotonic() + SLOW
        while data:
            readable, writable, _ = select.select([self.fd], [self.fd], [], 1)
            if writable:
                data = data[os.write(self.fd, data[:256]):]
            if readable and self.read(0) is None:
                raise Failure("the terminal is gone")
            if time.monotonic() > deadline:
                raise Failure("the terminal takes no more")

    def read(self, seconds):
        ready, _, _ = select.select([self.fd], [], [], seconds)
        if not ready:
            return False
        try:
            data = os.read(self.fd, 65536)
        except OSError as e:
            if e.errno == errno.EIO:
                return None
            raise
        if not data:
            return None
        text = data.decode("utf-8", "replace")
        self.text += text
        self.all += text
        return True

    def expect(self, pattern, plain=True):
        """Waits until the pattern appears; what is before it is returned and counts as seen."""
        pattern = re.escape(pattern) if plain else pattern
        deadline = time.monotonic() + SLOW
        while True:
            clean = self.clean()
            m = re.search(pattern, clean)
            if m:
                self.text = clean[m.end():]
                return clean[:m.start()]
            if time.monotonic() > deadline:
                raise Failure(f"waited for {pattern!r}, there was {clean!r}")
            got = self.read(0.2)
            while got:  # all that there is: cleaning it for each piece would take longer than what is tested
                got = self.read(0.01)
            if got is None:
                m = re.search(pattern, self.clean())
                if m:
                    self.text = self.clean()[m.end():]
                    return ""
                raise Failure(f"ended before {pattern!r}, there was {self.clean()!r}")

    def clean(self):
        """The text without what moves the cursor and redraws."""
        text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b[=>]|\x1b\([B0]", "", self.text)
        return text.replace("\r", "").replace("\x07", "")

    def prompt(self):
        return self.expect(r"(^|\n)>>> $", plain=False)

    def run(self, line):
        """Types a line at the prompt; returns what it printed."""
        self.type(line + "\n")
        said = self.expect(r"\n>>> $", plain=False)
        said += "\n"
        if "\n" in line:
            last = "... " + line.split("\n")[-1] + "\n"
            return said[said.rfind(last) + len(last):-1]
        # what was typed before the terminal was the editor's is shown twice
        while said.startswith(line + "\n"):
            said = said[len(line) + 1:]
        return said[:-1]

    def end(self, status=0, key="\x04"):
        if key:
            self.type(key)
        deadline = time.monotonic() + SLOW
        while True:
            got = self.read(0.2)
            pid, how = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                while self.read(0):
                    pass
                break
            if got is None:
                time.sleep(0.02)
            if time.monotonic() > deadline:
                os.kill(self.pid, signal.SIGKILL)
                os.waitpid(self.pid, 0)
                raise Failure(f"did not end; last was {self.clean()!r}")
        os.close(self.fd)
        code = os.waitstatus_to_exitcode(how)
        if code != status:
            raise Failure(f"exit status {code}, not {status}; last was {self.clean()!r}")
        if "left at close" in self.all or "still alive at close" in self.all or "Sanitizer" in self.all:
            raise Failure(f"blocks are left: {self.clean()!r}")

    def kill(self):
        try:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
            os.close(self.fd)
        except OSError:
            pass


def same(got, want):
    if got != want:
        raise Failure(f"{got!r} instead of {want!r}")


def has(got, want):
    if want not in got:
        raise Failure(f"no {want!r} in {got!r}")


# ---- sessions -----------------------------------------------------------------------------------------------


@session
def values(start):
    """The value of an expression is shown and kept in _; None is not; dir() tells what was defined."""
    t = start()
    has(t.expect("(ouro "), "Python 3.11")
    has(t.expect(r"\n>>> $", plain=False), "ouro.why(x)")
    same(t.run("1 + 1"), "2")
    same(t.run("_ * 21"), "42")
    same(t.run("None"), "")
    same(t.run("_"), "42")
    same(t.run("x = 5; x"), "5")
    same(t.run("'a\\u20acb'"), "'a\u20acb'")
    same(t.run("'\u20ac' + '\U0001f40d'"), "'\u20ac\U0001f40d'")
    has(t.run("dir()"), "'x'")
    same(t.run("'ouro' in dir()"), "False")
    same(t.run("ouro.live_bytes() > 0"), "True")
    same(t.run("ouro = 3; ouro"), "3")
    same(t.run("__name__"), "'__main__'")
    t.end()


@session
def compound(start):
    """Blocks last until an empty line; brackets, triple quotes and backslashes continue a line."""
    t = start("-q")
    t.prompt()
    t.type("def f(n):\n")
    t.expect("... ")
    t.type("    return n * 2\n")
    t.expect("... ")
    same(t.run(""), "")
    same(t.run("f(4)"), "8")
    t.type("[1,\n")
    t.expect("... ")
    same(t.run("2]"), "[1, 2]")
    t.type("'''a\n")
    t.expect("... ")
    t.type("\n")
    t.expect("... ")
    same(t.run("b'''"), "'a\\n\\nb'")
    t.type("1 + \\\n")
    t.expect("... ")
    same(t.run("2"), "3")
    t.type("if 1: 'one'\n")
    t.expect("... ")
    same(t.run(""), "'one'")
    t.type("@property\n")
    t.expect("... ")
    t.type("def p(self): pass\n")
    t.expect("... ")
    same(t.run(""), "")
    t.type("match 3:\n")
    t.expect("... ")
    t.type("  case 3: 'three'\n")
    t.expect("... ")
    same(t.run(""), "'three'")
    same(t.run("match = 4; match"), "4")
    same(t.run("# only a comment"), "")
    same(t.run("   "), "")
    same(t.run("from __future__ import annotations"), "")
    t.type("def g(a: undefined_name): pass\n")
    t.expect("... ")
    same(t.run(""), "")
    t.end()


@session
def errors(start):
    """Tracebacks have the lines that were typed; a wrong line is told at once."""
    t = start("-q")
    t.prompt()
    t.run("def f():\n    return 1 / 0\n")
    text = t.run("f()")
    has(text, 'File "<stdin-2>", line 1, in <module>\n    f()\n')
    has(text, 'File "<stdin-1>", line 2, in f\n    return 1 / 0\n           ~~^~~\nZeroDivisionError: division by zero')
    text = t.run("x = = 3")
    has(text, "    x = = 3\n        ^\nSyntaxError: invalid syntax")
    has(t.run("for x in y"), "SyntaxError: expected ':'")
    has(t.run("def f(:"), "SyntaxError")
    has(t.run("  1"), "IndentationError: unexpected indent")
    has(t.run("'abc"), "SyntaxError: unterminated string literal")
    has(t.run(")"), "SyntaxError: unmatched ')'")
    t.type("if 1:\n")
    t.expect("... ")
    has(t.run("1"), "IndentationError: expected an indented block after 'if' statement on line 1")
    has(t.run("undefined"), "NameError: name 'undefined' is not defined")
    same(t.run("import sys; sys.last_type.__name__"), "'NameError'")
    same(t.run("sys.excepthook = lambda *a: print('hook', a[0].__name__)"), "")
    same(t.run("1/0"), "hook ZeroDivisionError")
    same(t.run("del sys.excepthook"), "")
    has(t.run("1/0"), "ZeroDivisionError")
    t.end()


@session
def library(start):
    """traceback and inspect find what was typed."""
    t = start("-q", env={"PAGER": "cat"})
    t.prompt()
    t.run("import traceback, inspect")
    t.run("def f():\n    raise ValueError('v')\n")
    has(t.run("try: f()\nexcept ValueError: print(traceback.format_exc())\n"), "raise ValueError('v')")
    same(t.run("print(inspect.getsource(f))"), "def f():\n    raise ValueError('v')\n")
    has(t.run("help(f)"), "Help on function f in module __main__")
    has(t.run("help"), "Type help() for interactive help")
    has(t.run("copyright"), "ouro")
    has(t.run("quit"), "Use quit() or Ctrl-D (i.e. EOF) to exit")
    t.end()


@session
def hooks(start):
    """sys.ps1, sys.ps2 and sys.displayhook are honoured when a program changes them."""
    t = start("-q")
    t.prompt()
    t.run("import sys")
    same(t.run("sys.ps1, sys.ps2"), "('>>> ', '... ')")
    t.run("class P:\n def __init__(self): self.n = 0\n def __str__(self): self.n += 1; return f'[{self.n}] '\n")
    t.type("sys.ps1 = P(); sys.ps2 = '--> '\n")
    t.expect("[1] ")
    t.type("if 1:\n")
    t.expect("--> ")
    t.type("  7\n")
    t.expect("--> ")
    t.type("\n")
    has(t.expect("[2] "), "7")
    t.type("sys.displayhook = lambda v: print('shown', v)\n")
    t.expect("[3] ")
    t.type("8\n")
    has(t.expect("[4] "), "shown 8")
    t.type("sys.ps1 = 5\n")
    t.expect("5")
    t.type("del sys.ps1\n")
    t.type("sys.ps1 = '>>> '\n")
    t.prompt()
    t.end()


@session
def interrupts(start):
    """Ctrl-C gives up the line, the statement, and stops what runs."""
    t = start("-q")
    t.prompt()
    t.type("abc = 'not run")
    time.sleep(0.3)
    t.type("\x03")
    t.expect("KeyboardInterrupt\n>>> ")
    has(t.run("abc"), "NameError")
    t.type("def f():\n")
    t.expect("... ")
    t.type("\x03")
    t.expect("KeyboardInterrupt\n>>> ")
    t.run("n = []")
    t.type("while n or n.append(print('going')) or True: pass\n\n")
    t.expect("\ngoing\n")
    t.type("\x03")
    text = t.expect(r"\n>>> $", plain=False)
    has(text, "while n or n.append")
    has(text, "KeyboardInterrupt")
    t.type("import time; time.sleep(100)\n")
    time.sleep(0.5)
    t.type("\x03")
    has(t.expect(r"\n>>> $", plain=False), "KeyboardInterrupt")
    same(t.run("1 + 2"), "3")
    t.end()


@session
def editing(start):
    """Arrows, erasing, the beginning of the line; history within the session."""
    t = start("-q")
    t.prompt()
    t.type("7 + 9\x7f\x7f\x7f\x7f* 6\n")
    has(t.expect(r"\n>>> $", plain=False), "42")
    t.type("[A")  # what a terminal without Escape would say is text
    t.type("\x15")
    t.type("\x1b[A\n")
    has(t.expect(r"\n>>> $", plain=False), "42")
    t.type("3\x01" + "1" + "\n")
    has(t.expect(r"\n>>> $", plain=False), "13")
    t.type("'\u00e4\u20ac'\x1b[D\x7f\n")
    has(t.expect(r"\n>>> $", plain=False), "'\u00e4'")
    t.end()


@session
def completion(start):
    """Tab completes names, keywords, attributes and modules, and lists what is in question."""
    t = start("-q")
    t.prompt()
    t.run("long_name_of_mine = 5")
    t.type("long_n\t + 1\n")
    has(t.expect(r"\n>>> $", plain=False), "\n6")
    t.type("isinst\t5, int)\n")
    has(t.expect(r"\n>>> $", plain=False), "True")
    t.run("s = 'a-b'")
    t.type("s.spl\t")
    t.expect("split")
    t.type("\t")
    t.expect("splitlines(")
    t.type("('-')\n")
    has(t.expect(r"\n>>> $", plain=False), "['a', 'b']")
    t.type("import colorsy\t\n")
    t.expect(r"\n>>> $", plain=False)
    t.type("colorsys.rgb_to_y\t0, 0, 0)\n")
    has(t.expect(r"\n>>> $", plain=False), "(0.0, 0.0, 0.0)")
    same(t.run("'colorsys' in __import__('sys').modules"), "True")
    t.run("import collections.abc")
    t.type("from collections.ab\t import Itera\t\t")
    t.expect("Iterator")
    t.type("\x03")
    t.expect("KeyboardInterrupt\n>>> ")
    same(t.run("'xml.dom' in __import__('sys').modules"), "False")
    t.type("import xml.d\t\n")
    t.expect(r"\n>>> $", plain=False)
    same(t.run("'xml.dom' in __import__('sys').modules"), "True")
    t.type("if 1:\n")
    t.expect("... ")
    t.type("\t7\n\n")
    has(t.expect(r"\n>>> $", plain=False), "\n7")
    t.end()


@session
def completion_is_careful(start):
    """No property runs for its own completion; what goes wrong in completion is not seen."""
    t = start("-q")
    t.prompt()
    t.run("class C:\n    @property\n    def loud_one(self): print('LOUD'); return 1\n"
          "    def __dir__(self): return ['loud_one', 'loud_two']\n")
    t.run("c = C()")
    t.type("c.loud\t\t")
    text = t.expect("loud_two")
    if "LOUD" in text:
        raise Failure("the property was called")
    t.type("\x03")
    t.expect("KeyboardInterrupt\n>>> ")
    t.run("class D:\n    def __dir__(self): return ['x', 3]\n")
    t.run("d = D()")
    t.type("d.x\t\t\x03")
    text = t.expect("KeyboardInterrupt\n>>> ")
    if "KeyError" in text:
        raise Failure("the exception of completion was shown")
    t.type("nowhere.x\t\t1/0")
    t.expect("1/0")
    t.type("\x03")
    t.expect("KeyboardInterrupt\n>>> ")
    same(t.run("2 + 2"), "4")
    t.end()


@session
def history(start, home):
    """The lines of a session are there in the next one; the file is the owner's, and bounded."""
    file = os.path.join(home, ".ouro_history")
    t = start("-q")
    t.prompt()
    t.run("first_thing = 1")
    t.run("second_thing = 2")
    t.end()
    same(open(file).read(), "first_thing = 1\nsecond_thing = 2\n")
    same(stat.S_IMODE(os.stat(file).st_mode), 0o600)
    t = start("-q")
    t.prompt()
    t.type("\x1b[A\x1b[A\n")
    t.expect(r"first_thing = 1\n>>> $", plain=False)
    same(t.run("first_thing"), "1")
    t.end()
    same(open(file).read(), "first_thing = 1\nsecond_thing = 2\nfirst_thing = 1\nfirst_thing\n")
    with open(file, "w") as f:
        f.writelines(f"line_{i}\n" for i in range(2001))
    t = start("-q")
    t.prompt()
    t.run("last = 1")
    t.end()
    lines = open(file).read().split("\n")
    same((len(lines), lines[0], lines[-2]), (1001, "line_1002", "last = 1"))
    t = start("-q", env={"OURO_HISTORY": os.path.join(home, "other")})
    t.prompt()
    t.run("there = 1")
    t.end()
    same(open(os.path.join(home, "other")).read(), "there = 1\n")
    t = start("-q", env={"OURO_HISTORY": ""})
    t.prompt()
    t.run("nowhere = 1")
    t.end()
    same("nowhere" in open(file).read(), False)
    with open(file, "wb") as f:
        f.write(b"\xff\xfe\x00broken\n\n\n" + b"x" * 100000 + b"\n1 + 1")
    t = start("-q")
    t.prompt()
    t.type("\x1b[A\n")
    has(t.expect(r"\n>>> $", plain=False), "\n2")
    t.end()


@session
def exits(start):
    """exit(), quit(), SystemExit, Ctrl-D: the status."""
    for text, status in (("exit()", 0), ("exit(3)", 3), ("quit('said')", 1), ("raise SystemExit(4)", 4),
                         ("import sys; sys.exit()", 0), ("def f(): raise SystemExit(5)\n\nf()", 5)):
        t = start("-q")
        t.prompt()
        t.type(text + "\n")
        t.end(status, key=None)
    t = start("-q")
    t.prompt()
    t.type("1/0\n")
    t.prompt()
    t.end(0)
    t = start("-q")
    t.prompt()
    t.run("import atexit; atexit.register(print, 'the end')")
    t.type("\x04")
    t.expect("the end")
    t.end(0, key=None)


@session
def after_a_program(start, home):
    """-i and PYTHONINSPECT: the prompt has what the program left."""
    with open(os.path.join(home, "program.py"), "w") as f:
        f.write("import sys\nvalue = 42\ndef fail():\n    raise KeyError('gone')\nif sys.argv[1:]: fail()\nsys.exit(3)\n")
    t = start("-i", "program.py")
    text = t.prompt()
    has(text, "SystemExit: 3")
    if "(Python 3.11" in text:
        raise Failure("a banner after a program")
    same(t.run("value"), "42")
    t.end(0)
    t = start("-i", "program.py", "x")
    has(t.prompt(), "KeyError: 'gone'")
    same(t.run("import sys; sys.last_value"), "KeyError('gone')")
    t.type("exit(6)\n")
    t.end(6, key=None)
    t = start("-c", "y = 3", env={"PYTHONINSPECT": "1"})
    t.prompt()
    same(t.run("y"), "3")
    t.end(0)


@session
def startup(start, home):
    """PYTHONSTARTUP runs first, in the prompt's names; what fails in it does not end the prompt."""
    path = os.path.join(home, "startup.py")
    with open(path, "w") as f:
        f.write("from_startup = 'yes'\nimport sys\nsys.ps1 = '>>> '\n1/0\n")
    t = start("-q", env={"PYTHONSTARTUP": path})
    has(t.prompt(), "ZeroDivisionError")
    same(t.run("from_startup"), "'yes'")
    t.end()
    t = start("-q", env={"PYTHONSTARTUP": os.path.join(home, "missing.py")})
    has(t.prompt(), "Could not open PYTHONSTARTUP")
    t.end()
    t = start("-q", "-E", env={"PYTHONSTARTUP": path})
    t.prompt()
    has(t.run("from_startup"), "NameError")
    t.end()


@session
def inputs(start, home):
    """input() at a terminal edits its line, at the prompt and in a program; Ctrl-C and Ctrl-D raise."""
    t = start("-q")
    t.prompt()
    t.type("name = input('who? ')\n")
    t.expect("who? ")
    t.type("wxrld\x1b[D\x1b[D\x1b[D\x7fo\n")
    t.prompt()
    same(t.run("name"), "'world'")
    t.type("input('again? ')\n")
    t.expect("again? ")
    t.type("\x03")
    has(t.expect(r"\n>>> $", plain=False), "KeyboardInterrupt")
    t.type("input('more? ')\n")
    t.expect("more? ")
    t.type("\x04")
    has(t.expect(r"\n>>> $", plain=False), "EOFError")
    t.end()
    with open(os.path.join(home, "asks.py"), "w") as f:
        f.write("a = input('a? ')\nb = input()\nprint(repr((a, b)))\n")
    t = start("asks.py")
    t.expect("a? ")
    t.type("on\x7fe\tx\n")
    t.type("tw\x01\x0bo\n")
    t.expect("('oe\\tx', 'o')")
    t.end(0, key=None)
    if os.path.exists(os.path.join(home, ".ouro_history")):
        has(open(os.path.join(home, ".ouro_history")).read(), "name = input('who? ')")
        if "rld" in open(os.path.join(home, ".ouro_history")).read():
            raise Failure("an answer to input() went into the history")


@session
def threads(start):
    """Other threads run while the prompt waits for a line."""
    t = start("-q")
    t.prompt()
    t.run("import threading, time")
    t.run("ticks = []")
    t.run("threading.Thread(target=lambda: [(time.sleep(0.01), ticks.append(1)) for i in range(20)], daemon=True).start()")
    for wait in (1, 5, 30):  # the more the slower the machine is
        time.sleep(wait)
        ticks = t.run("len(ticks)")
        if ticks == "20":
            break
    same(ticks, "20")
    t.end()


@session
def pasted(start):
    """A long paste takes time in proportion to its length."""
    def paste(lines):
        t = start("-q")
        t.prompt()
        begin = time.monotonic()
        t.type("def long():\n" + "".join(f"    x = {i}\n" for i in range(lines)) + "    return x\n\n")
        t.type("long() + 1\n")
        t.expect(rf"\n{lines}\n>>> $", plain=False)
        seconds = time.monotonic() - begin
        t.end()
        return seconds
    for _ in range(4):  # what else the machine does may come at a bad time, but not always
        short, long = paste(500), paste(2000)
        if long <= 4 * short * 3 + 1:
            return
    raise Failure(f"500 lines took {short:.2f} s, 2,000 lines {long:.2f} s")


@session
def memory(start):
    """What a statement leaves is gone when the prompt ends, whatever it was; no memory is no end."""
    t = start("-q", "--memory-limit=48M")
    t.prompt()
    t.run("class Node: pass\n")
    t.run("n = Node(); n.me = n; keep = [n, lambda: n]")
    has(t.run("bytearray(1 << 30)"), "MemoryError")
    same(t.run("_ = 3"), "")
    has(t.run("ouro.why(n)"), "Node")
    t.end()
    t = start("-q", "--fail-at=3000+")  # nothing works any more: the prompt gives up, as CPython's does
    t.prompt()
    t.type("x = [[i] for i in range(5000)]\n")
    t.expect("MemoryError")
    t.end(1, key=None)


@session
def checked(start):
    """The heap is exact after every statement."""
    t = start("-q", "--check-heap")
    t.prompt()
    t.run("x = [i for i in range(10)]")
    t.type("'a'.uppe\t)\n")
    t.expect(r"\n>>> $", plain=False)
    has(t.run("1/0"), "ZeroDivisionError")
    t.end(0)


def judge(ouro, f):
    """What is wrong with the session, or None."""
    opened = []
    with tempfile.TemporaryDirectory() as home:

        def start(*arguments, **options):
            opened.append(Terminal(ouro, home, *arguments, **options))
            return opened[-1]

        try:
            f(start, home) if f.__code__.co_argcount > 1 else f(start)
        except Failure as e:
            for t in opened:
                t.kill()
            return f"(line {e.__traceback__.tb_next.tb_lineno if e.__traceback__.tb_next else '?'}): {e}"
    return None


def main():
    signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored in a background job, and so in its children
    ouro = os.path.abspath(sys.argv[1])
    sessions = [f for f in SESSIONS if not sys.argv[2:] or f.__name__ in sys.argv[2:]]
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for f, wrong in zip(sessions, pool.map(lambda f: judge(ouro, f), sessions)):
            if wrong is not None:
                failed += 1
                print(f"FAIL {f.__name__} {wrong}")
    print(f"{len(sessions) - failed} passed, {failed} failed")
    return failed != 0


sys.exit(main())
