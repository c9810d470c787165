"""The command line of python3, case by case: `ouro` and CPython 3.11 say and return the same.

    python3 tests/prompt/command_line.py OURO [PYTHON]

A case runs in an empty directory of its own in which the files of FILES lie.  What must agree: the exit status, standard
output and standard error, after the name of the interpreter, addresses and times have been taken out.  Without CPython
(PYTHON, by default /usr/bin/python3.11) only the cases with an expectation of their own run.
"""
import concurrent.futures
import os
import re
import signal
import subprocess
import sys
import tempfile
import zipfile

FILES = {
    "hello.py": "import sys\nprint('hello', sys.argv, __name__)\n",
    "exit3.py": "import sys\nsys.exit(3)\n",
    "message.py": "import sys\nsys.exit('a message')\n",
    "broken.py": "def f(:\n    pass\n",
    "raises.py": "def f():\n    return 1 / 0\nf()\n",
    "first.py": "this is not Python at all\nprint('second line')\nraise ValueError('line 3')\n",
    "bang.py": "#!/usr/bin/env python3\nprint('script')\n",
    "warns.py": "import warnings\nwarnings.warn('old', DeprecationWarning)\nwarnings.warn('look')\n",
    "docs.py": "'''about'''\nassert print('asserted') is None\nprint(__doc__, __debug__)\n",
    "path.py": "import sys, os\nprint(sys.path[0] == os.path.realpath(os.getcwd()))\n",
    "unicode.py": "print('\\u20ac')\n",
    "interrupted.py": "raise KeyboardInterrupt\n",
    "ascii_out.py": "import sys\nprint(sys.stdout.encoding, sys.stdout.errors, sys.stdin.errors, sys.stderr.errors)\n",
    "inner.py": "import helper_module\n",
    "helper_module.py": "print('helper', __name__)\n",
    "columns.py": "def f(x):\n    return (x.a +\n      1)\nprint(list(f.__code__.co_positions())[-1][2:])\n"
                  "import traceback\ntry:\n    f(0)\nexcept Exception:\n    traceback.print_exc()\nf(1)\n",
    "dev.py": "import io, os\ndef t(f):\n    try: print(f())\n    except Exception as e: print(type(e).__name__, e)\n"
              "t(lambda: 'a'.encode('utf-8', 'none'))\nt(lambda: b'a'.decode('utf-8', 'none'))\nt(lambda: b''.decode('none'))\n"
              "t(lambda: ''.encode(errors='none'))\nt(lambda: str(b'', 'utf-8', 'none'))\nt(lambda: bytes('', 'utf-8', 'none'))\n"
              "t(lambda: bytearray(b'').decode('none', 'none'))\nt(lambda: io.TextIOWrapper(io.BytesIO(), 'utf-8', 'none').errors)\n"
              "class F(io.RawIOBase):\n    def close(self): raise OSError('in close')\nf = F()\ndel f\n"
              "f = open('dev.py', 'rb', buffering=0)\nos.close(f.fileno())\ndel f\n",
    "package/__init__.py": "print('package', __name__)\n",
    "package/__main__.py": "print('main of package', __name__, __package__)\n",
    "package/part.py": "import sys\nprint('part', __name__, __package__, sys.argv[1:])\n",
    "nomain/__init__.py": "",
    "folder/__main__.py": "import sys\nprint('folder', __name__, len(sys.argv))\n",
    "empty/data.txt": "",
    "bad_encoding.py": b"# x\nprint('\xff')\n",
    "strange\udce7.py": "import sys\nprint(ascii((__file__, sys.argv)))\nundefined\n",
    "d\udcff/below.py": "print(ascii(__file__))\nundefined\n",
    "bad.pyc": b"this is no code",
    "nothing.pyc": b"",
    "badpackage/__init__.pyc": b"neither is this",
    "folder_of_bad/__main__.pyc": b"nor this",
    "own_package/__main__/__init__.py": "",
    "own_package/__init__.py": "",
}

# Compiled by the interpreter itself, then run: what it says of where it comes from.
COMPILED = """import os, py_compile, subprocess, sys
with open("seen.py", "w") as f:
    f.write("import sys\\nprint(__name__, type(__loader__), __file__, __cached__, __package__, sys.argv, sys.path[0])\\n")
    f.write("def f(): undefined\\nif 'x' in sys.argv: f()\\n")
os.makedirs("in_folder/package")
open("in_folder/package/__init__.py", "w").close()
for name in "compiled", "no_suffix", "in_folder/__main__", "in_folder/package/__main__", "in_folder/sourceless":
    py_compile.compile("seen.py", cfile=name + ".pyc" * (name != "no_suffix"), doraise=True)
os.remove("seen.py")
for command in (["compiled.pyc", "a"], ["compiled.pyc", "x"], ["no_suffix"], ["in_folder", "b"], ["-m", "compiled", "c"],
                ["-m", "in_folder.package", "d"], ["-c", "import compiled; print(type(compiled.__loader__))"]):
    sys.stdout.flush()
    print(subprocess.run([sys.executable, *command], stderr=subprocess.STDOUT).returncode)
"""

FLAGS = "import sys; print(sys.flags, sys._xoptions, sys.warnoptions)"


def case(*arguments, stdin="", env=None, only=None, expect=None, close=None):
    """only: what of the result is compared ('status', 'out', 'err'); expect: (status, a piece of stdout, of stderr)."""
    return {"arguments": list(arguments), "stdin": stdin, "env": env or {}, "only": only, "expect": expect, "close": close}


CASES = [
    # what to run
    case("-c", "print(1)"),
    case("-cprint(2)"),
    case("-c", "import sys; print(sys.argv)", "a", "-b", "--", "c"),
    case("-c", "import sys; print(sys.argv, sys.path[0] == '')"),
    case("-c", "1/0", only=["status", "out"]),
    case("-c", "import sys; sys.exit(300)"),
    case("-c", "import sys; sys.exit(-1)"),
    case("-c", "import sys; sys.exit(None)"),
    case("-c", "import sys; sys.exit([1, 2])"),
    case("-c", "raise SystemExit(2.5)"),
    case("-c", "raise SystemExit(True)"),
    case("-c", "def f(:"),
    case("-c", "print(__name__, __file__)", only=["status", "out"]),
    case("hello.py", "a", "-x"),
    case("./hello.py"),
    case("--", "hello.py", "-h"),
    case("exit3.py"),
    case("message.py"),
    case("broken.py", only=["status", "out"]),
    case("raises.py"),
    case("bang.py"),
    case("path.py"),
    case("-P", "path.py"),
    case("-P", "inner.py", only=["status"]),
    case("inner.py"),
    case("bad_encoding.py", only=["status", "out"]),
    case("missing.py"),
    case("missing/deeper.py"),
    case("empty"),
    case("folder", "x"),
    case("archive.zip", "x"),
    case("hello.py/", only=["status"]),
    case("-m", "hello", "z", only=["status"]),
    case("-m", "helper_module"),
    case("-m", "package"),
    case("-m", "package.part", "one"),
    case("-m", "nomain"),
    case("-m", "missing_module"),
    case("-m", "package.missing"),
    case("-m", "builtins"),
    case("-m", "builtins.x"),
    case("-m", "builtins.x.y"),
    case("-m", "hello.py"),
    case("-m", "package.part.py"),
    case("-m", ".package"),
    case("-m", ""),
    case("-m", "missing\udcff"),
    case("-m", "own_package"),
    case("-m", "badpackage"),
    case("-m", "bad"),
    case("-m", "zipped", "one", env={"PYTHONPATH": "packages.zip"}),
    case("-m", "zipped.inner.part", "two", env={"PYTHONPATH": "packages.zip"}),
    case("-m", "zipped.missing", env={"PYTHONPATH": "packages.zip"}),
    case("-c", "import zipped.inner.part", env={"PYTHONPATH": "packages.zip"}),
    case("-c", "import zipped.inner.missing", env={"PYTHONPATH": "packages.zip"}, only=["status", "out"]),
    # names and texts that are no UTF-8
    case("strange\udce7.py", "\udcff\xe9\udced\udca0\udc80"),
    case("./strange\udce7.py"),
    case("missing\udce7.py"),
    case("d\udcff", only=["status"]),
    case("-c", "import below", env={"PYTHONPATH": "d\udcff"}),
    case("-c", "import sys; print(ascii(sys.argv), ascii(sys.orig_argv[3:]))", "\udcff\xe9\udced\udca0\udc80", "\udcfd"),
    case("-X", "n\udcff=\udcfe", "-c", "import sys; print(ascii(sys._xoptions))"),
    case("-c", "print(ascii('\udcff'))"),
    case("-c", "print(ascii('\xe9\u20ac'))"),
    case("-c", "# coding: latin-1\nprint(ascii('\xe6'))"),
    case("-c", "# coding: nonsense\nprint(ascii('\xe6'))"),
    case(stdin=b"# coding: utf-8\nprint(ascii('\xc3\xa6'))\n"),
    case(stdin=b"print('\xe6')\n", only=["status", "out"]),
    # compiled files
    case("-c", COMPILED),
    case("bad.pyc"),
    case("nothing.pyc"),
    case("folder_of_bad", only=["status", "out"]),
    case("-c", "import bad", only=["status", "out"]),
    case("-c", "import badpackage", only=["status", "out"]),
    case("-c", "try: import bad\nexcept ImportError as e: print(e)"),
    case("-c", "try: import badpackage\nexcept ImportError as e: print(e)"),
    case("-mpackage"),
    case("-Em", "package"),
    case(stdin="print('from stdin')\nimport sys\nprint(sys.argv)\n"),
    case("-", "a", "b", stdin="import sys\nprint(sys.argv)\n"),
    case(stdin="def f():\n  return 1\nprint(f())\n"),
    case(stdin="print(1)\nthis is wrong\n", only=["status", "out"]),
    case(stdin="1 / 0\n"),
    case(stdin=""),
    case(stdin="import sys\nsys.exit(7)\n"),
    # letters
    case("-c", FLAGS),
    case("-Ec", FLAGS),
    case("-I", "-c", FLAGS),
    case("-bb", "-B", "-d", "-q", "-s", "-S", "-u", "-P", "-c", FLAGS),
    case("-b", "-c", FLAGS),
    case("-OO", "-c", FLAGS),
    case("-O", "-O", "-O", "-c", FLAGS),
    case("-R", "-c", FLAGS),
    case("-X", "a=b", "-X", "c", "-Xd=e=f", "-X", "a=z", "-c", FLAGS),
    case("-X", "dev", "-c", FLAGS),
    case("-X", "utf8", "-c", FLAGS),
    case("-X", "utf8=0", "-c", FLAGS),
    case("-X", "utf8=7", "-c", FLAGS),
    case("-X", "warn_default_encoding", "-c", FLAGS),
    case("-X", "int_max_str_digits=0", "-c", FLAGS + "; print(sys.get_int_max_str_digits(), len(str(10**9999)))"),
    case("-X", "int_max_str_digits=640", "-c", "import sys; print(sys.get_int_max_str_digits())"),
    case("-X", "int_max_str_digits=639", "-c", "1"),
    case("-X", "int_max_str_digits", "-c", "1"),
    case("-X", "pycache_prefix=where", "-c", "import sys; print(sys.pycache_prefix, sys.dont_write_bytecode)"),
    case("-X", "frozen_modules=off", "-c", FLAGS),
    case("-X", "frozen_modules=perhaps", "-c", FLAGS),
    case("-X", "no_debug_ranges", "columns.py"),
    case("columns.py", env={"PYTHONNODEBUGRANGES": "1"}),
    case("-E", "columns.py", env={"PYTHONNODEBUGRANGES": "1"}),
    case("-X", "dev", "dev.py"),
    case("dev.py", env={"PYTHONDEVMODE": "1"}),
    case("dev.py"),
    case("-X", "faulthandler", "-c", "import faulthandler; print(faulthandler.is_enabled())"),
    case("-X", "dev", "-c", "import faulthandler; print(faulthandler.is_enabled())"),
    case("-c", "import faulthandler; print(faulthandler.is_enabled())", env={"PYTHONFAULTHANDLER": "1"}),
    case("-c", "import faulthandler; print(faulthandler.is_enabled())"),
    case("-X", "faulthandler", "-c", "import sys, os; sys.stderr.flush(); os.close(2)"),
    case("-X", "tracemalloc=x", "-c", "1"),
    case("-X", "tracemalloc=3", "-c", "import tracemalloc; print(tracemalloc.get_traceback_limit())"),
    case("-W", "error", "-W", "ignore::UserWarning", "-W", "error", "-c", FLAGS),
    case("-Wd", "-c", FLAGS, only=["status", "out"]),
    case("-W", "error", "warns.py"),
    case("-W", "ignore", "warns.py"),
    case("-W", "default", "warns.py"),
    case("-W", "error::UserWarning", "warns.py"),
    case("-W", "nonsense", "-c", "print(1)"),
    case("warns.py"),
    case("-X", "dev", "warns.py"),
    case("-x", "first.py"),
    case("docs.py"),
    case("-O", "docs.py"),
    case("-OO", "docs.py"),
    case("-b", "-c", "print(str(b'x'), b'' == '', b'' != '', b'' == 0, bytearray() == '')"),
    case("-bb", "-c", "str(b'')"),
    case("-bb", "-c", "b'a' == 'a'"),
    case("-bb", "-c", "bytearray(b'a') != 'a'"),
    case("-c", "print(str(b'x'), b'' == '', {b'a': 1, 'a': 2})"),
    case("-B", "-c", "import sys; print(sys.dont_write_bytecode)"),
    case("-c", "import sys; print(sys.dont_write_bytecode)"),
    case("-u", "-c", "import sys; print(sys.stdout.write_through, sys.stdout.line_buffering, type(sys.stdout.buffer).__name__)"),
    case("-u", "-c", "import os; print('before', end=''); os._exit(0)"),
    case("-c", "import os; print('lost', end=''); os._exit(0)"),
    case("-c", "import sys; print(sys.orig_argv[1:])", "x"),
    case("-Ec", "import sys; print(sys.orig_argv[1:])", "-c"),
    # what is wrong
    case("-z", only=["status"]),
    case("--nonsense", only=["status"]),
    case("-c", only=["status"]),
    case("-m", only=["status"]),
    case("-W", only=["status"]),
    case("-X", only=["status"]),
    case("--check-hash-based-pycs", "sometimes", only=["status"]),
    case("--check-hash-based-pycs", "always", "-c", "import _imp; print(_imp.check_hash_based_pycs)"),
    case("--check-hash-based-pycs", "never", "-c", "import _imp; print(_imp.check_hash_based_pycs)"),
    # help
    case("-h", only=["status", "err"], expect=(0, "usage: ", "")),
    case("-?", only=["status", "err"], expect=(0, "usage: ", "")),
    case("--help", only=["status", "err"], expect=(0, "usage: ", "")),
    case("--help-env", only=["status", "err"], expect=(0, "PYTHONPATH", "")),
    case("--help-xoptions", only=["status", "err"], expect=(0, "importtime", "")),
    case("--help-all", only=["status", "err"], expect=(0, "PYTHONPATH", "")),
    case("-V", only=["status", "err"], expect=(0, "Python 3.11", "")),
    case("-VV", only=["status", "err"], expect=(0, "Python 3.11", "")),
    case("--version", only=["status", "err"], expect=(0, "Python 3.11", "")),
    # the environment
    case("-c", FLAGS, env={"PYTHONDEBUG": "2", "PYTHONVERBOSE": "", "PYTHONOPTIMIZE": "2", "PYTHONINSPECT": "",
                           "PYTHONNOUSERSITE": "x", "PYTHONSAFEPATH": "1", "PYTHONDONTWRITEBYTECODE": "9"}),
    case("-O", "-c", FLAGS, env={"PYTHONOPTIMIZE": "nonsense"}),
    case("-E", "-c", FLAGS, env={"PYTHONOPTIMIZE": "2", "PYTHONWARNINGS": "error", "PYTHONUTF8": "7"}),
    case("-I", "-c", FLAGS, env={"PYTHONOPTIMIZE": "2", "PYTHONHASHSEED": "7"}),
    case("-W", "once", "-c", FLAGS, env={"PYTHONWARNINGS": "error::UserWarning,,ignore", "PYTHONDEVMODE": "1"}),
    case("-c", FLAGS, env={"PYTHONUTF8": "1", "LANG": "C.UTF-8"}),
    case("-c", FLAGS, env={"PYTHONUTF8": "0"}),
    case("-c", FLAGS, env={"PYTHONUTF8": "2"}),
    case("-c", FLAGS, env={"LANG": "C.UTF-8"}),
    case("-c", FLAGS, env={"PYTHONHASHSEED": "0"}),
    case("-c", FLAGS, env={"PYTHONHASHSEED": "12"}),
    case("-R", "-c", FLAGS, env={"PYTHONHASHSEED": "0"}),
    case("-c", FLAGS, env={"PYTHONHASHSEED": "random"}),
    case("-c", "import sys; print(sys.prefix, sys.exec_prefix)", env={"PYTHONHOME": "/usr"}),
    case("-c", "1", env={"PYTHONHASHSEED": "4294967296"}),
    case("-c", "1", env={"PYTHONHASHSEED": "nonsense"}),
    case("-c", "import sys; print(sys.path[1:3])", env={"PYTHONPATH": "one:two"}),
    case("-E", "-c", "import sys; print('one' in sys.path)", env={"PYTHONPATH": "one:two"}),
    case("-c", "import sys; print(sys.get_int_max_str_digits())", env={"PYTHONINTMAXSTRDIGITS": "1000"}),
    case("-c", "1", env={"PYTHONINTMAXSTRDIGITS": "5"}),
    case("-c", "import sys; print(sys.pycache_prefix)", env={"PYTHONPYCACHEPREFIX": "there"}),
    case("ascii_out.py"),
    case("ascii_out.py", env={"LANG": "C.UTF-8"}),
    case("ascii_out.py", env={"PYTHONIOENCODING": "utf-8"}),
    case("ascii_out.py", env={"PYTHONIOENCODING": ":replace"}),
    case("ascii_out.py", env={"PYTHONIOENCODING": "ascii:backslashreplace"}),
    case("ascii_out.py", env={"PYTHONIOENCODING": "latin1"}),
    case("ascii_out.py", env={"PYTHONIOENCODING": "U8"}),
    case("ascii_out.py", env={"PYTHONIOENCODING": "koi8_r:replace"}),
    case("-c", "print(1)", env={"PYTHONIOENCODING": "nonsense"}, only=["status", "out"],
         expect=(1, "", "LookupError: unknown encoding: nonsense")),
    case("-c", "print(1)", env={"PYTHONIOENCODING": "hex"}, only=["status", "out"],
         expect=(1, "", "LookupError: 'hex' is not a text encoding")),
    case("unicode.py", env={"PYTHONIOENCODING": "ascii:backslashreplace"}),
    case("unicode.py", env={"PYTHONIOENCODING": "ascii"}, only=["status", "out"]),
    case("-c", "import os; print('before', end=''); os._exit(0)", env={"PYTHONUNBUFFERED": "1"}),
    case("-c", "import sys; print(ascii(sys.stdin.read()))", stdin=b"a\xffb"),
    # imports told
    case("-v", "-c", "import colorsys", only=["status", "out"], expect=(0, "", "import 'colorsys' # ")),
    case("-X", "importtime", "-c", "import colorsys", only=["status", "out"],
         expect=(0, "", "import time: self [us] | cumulative | imported package")),
    case("-c", "import colorsys", env={"PYTHONPROFILEIMPORTTIME": "1"}, only=["status", "out"],
         expect=(0, "", "| colorsys")),
    # the end
    case("interrupted.py"),
    case("-c", "print('x')", close="out", only=["status"]),
    case("-c", "import sys; sys.stdout = None; print('x')"),
    case("-c", "import sys; sys.stderr = None; 1/0"),
    case("-c", "import os, signal; os.kill(os.getpid(), signal.SIGTERM)"),
    # a prompt whose input is no terminal
    case("-i", stdin="print(1)\n1 + 1\n", only=["status", "out"]),
    case("-i", "-q", stdin="def f():\n  return 5\n\nf()\n", only=["status", "out"]),
    case("-i", "-c", "x = 5", stdin="x + 1\n", only=["status", "out"]),
    case("-i", "exit3.py", stdin="print('on')\n", only=["status", "out"]),
    case("-i", "raises.py", stdin="f.__name__\n", only=["status", "out"]),
    case("-i", stdin="import sys\nsys.exit(9)\n", only=["status", "out"]),
    case("-i", stdin="1/0\nprint('still here')\n", only=["status", "out"]),
    case("-i", "-q", stdin="1/0\ndef f():\n  return undefined\n\nf()\nx = = 1\n"),
    case("-i", stdin="for x in 1, 2:\n  print(x)\n\nprint(_)\n", only=["status", "out"]),
    case("-i", stdin="if 1:\n", only=["status", "out"]),
    case("hello.py", env={"PYTHONINSPECT": "1"}, stdin="1+1\n"),
    case("-c", "import os; os.environ['PYTHONINSPECT'] = '1'", stdin="1+1\n"),
]


def make_files(directory):
    for name, text in FILES.items():
        path = os.path.join(directory, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as f:
            f.write(text if isinstance(text, bytes) else text.encode())
    with zipfile.ZipFile(os.path.join(directory, "archive.zip"), "w") as z:
        z.writestr("__main__.py", "import sys\nprint('archive', __name__, len(sys.argv))\n")
    with zipfile.ZipFile(os.path.join(directory, "packages.zip"), "w") as z:
        z.writestr("zipped/__init__.py", "")
        z.writestr("zipped/__main__.py", "import sys\nprint(__name__, __file__, __package__, sys.argv)\n")
        z.writestr("zipped/inner/__init__.py", "")
        z.writestr("zipped/inner/part.py", "import sys\nprint(__name__, __file__, __package__, sys.argv)\n")


def run(interpreter, c, directory):
    env = {"PATH": os.environ["PATH"], "HOME": directory, **c["env"]}
    for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS"):
        if name in os.environ:
            env[name] = os.environ[name]
    stdin = c["stdin"] if isinstance(c["stdin"], bytes) else c["stdin"].encode()
    out = open("/dev/full", "wb") if c["close"] == "out" else subprocess.PIPE
    p = subprocess.run([interpreter, *c["arguments"]], input=stdin, stdout=out, stderr=subprocess.PIPE, cwd=directory,
                       env=env, timeout=120)
    return p.returncode, p.stdout or b"", p.stderr


def plain(data, interpreter, directory):
    text = data.decode("utf-8", "backslashreplace").replace(interpreter, "PYTHON")
    text = text.replace(os.path.realpath(directory), "DIR").replace(directory, "DIR")
    text = re.sub(r"0x[0-9a-f]+", "0xADDRESS", text)
    # the frames of runpy and importlib, which CPython shows
    text = re.sub(r'  File "<frozen [^\n]*\n', "", text)
    return text


def judge(ouro, python, c):
    """What is wrong with the case; None: it cannot be told without CPython."""
    faults = []
    with tempfile.TemporaryDirectory() as directory:
        make_files(directory)
        status, out, err = run(ouro, c, directory)
        got = {"status": status, "out": plain(out, ouro, directory), "err": plain(err, ouro, directory)}
    if python:
        with tempfile.TemporaryDirectory() as directory:
            make_files(directory)
            status, out, err = run(python, c, directory)
            want = {"status": status, "out": plain(out, python, directory), "err": plain(err, python, directory)}
        for what in c["only"] or ["status", "out", "err"]:
            if got[what] != want[what]:
                faults.append(f"{what}: {got[what]!r}\n      CPython: {want[what]!r}")
    elif not c["expect"]:
        return None
    if c["expect"]:
        status, out, err = c["expect"]
        if got["status"] != status or out not in got["out"] or err not in got["err"]:
            faults.append(f"expected {c['expect']}, got {got}")
    return faults


def main():
    signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored in a background job, and so in its children
    ouro = os.path.abspath(sys.argv[1])
    python = sys.argv[2] if len(sys.argv) > 2 else "/usr/bin/python3.11"
    python = python if os.path.exists(python) else None
    passed = failed = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for c, faults in zip(CASES, pool.map(lambda c: judge(ouro, python, c), CASES)):
            passed += faults == []
            failed += bool(faults)
            if faults:
                print("FAIL " + ascii(" ".join(c["arguments"])) + "".join(f" {k}={v}" for k, v in c["env"].items()))
            for fault in faults or []:
                print("   " + fault)
    print(f"{passed} passed, {failed} failed")
    return failed != 0


sys.exit(main())
