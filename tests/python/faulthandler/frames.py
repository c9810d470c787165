# What faulthandler writes, and that a fatal signal ends the process with its own status.
import faulthandler
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time


def told(file):
    file.seek(0)
    text = file.read()
    text = re.sub(r'"[^"]*/([^/"]*)"', r'"\1"', text)
    text = re.sub(r"File \"threading.py\", line \d+", 'File "threading.py", line N', text)
    return re.sub("0x[0-9a-f]{16}", "0xID", text)


def shown(head, action):
    with tempfile.TemporaryFile("w+") as file:
        action(file)
        print("--", head)
        print(told(file), end="")


def outer(action, *arguments, **keywords):
    def inner():
        return action(*arguments, **keywords)
    return inner()


shown("this thread", lambda file: outer(faulthandler.dump_traceback, file))
shown("without the others", lambda file: outer(faulthandler.dump_traceback, file, all_threads=False))
shown("by descriptor", lambda file: outer(faulthandler.dump_traceback, file.fileno(), False))


def deep(n, file):
    if n:
        return deep(n - 1, file)
    faulthandler.dump_traceback(file)


shown("cut off", lambda file: deep(150, file))

names = {}
exec(compile("def \u00e9t\u00e9(f, file):\n    f(file)\n", "na\u00efve \U0001f600 \u4e2d.py", "exec"), names)
shown("escaped", lambda file: names["\u00e9t\u00e9"](faulthandler.dump_traceback, file))
exec(compile("def f(f, file):\n    f(file)\n", "x" * 600, "exec"), names)
shown("long", lambda file: names["f"](faulthandler.dump_traceback, file))

# Threads
go, waits = threading.Event(), threading.Event()


def waiter():
    waits.set()
    go.wait()


thread = threading.Thread(target=waiter)
thread.start()
waits.wait()
time.sleep(0.05)
shown("two threads", faulthandler.dump_traceback)


def on_signal(file, **keywords):
    faulthandler.register(signal.SIGUSR1, file, **keywords)
    os.kill(os.getpid(), signal.SIGUSR1)
    print(faulthandler.unregister(signal.SIGUSR1), faulthandler.unregister(signal.SIGUSR1))


shown("a signal", on_signal)
shown("a signal, one thread", lambda file: on_signal(file, all_threads=False))
came = []
signal.signal(signal.SIGUSR1, lambda number, frame: came.append(number))
shown("a signal with a handler before it", lambda file: on_signal(file, chain=True))
print(came == [signal.SIGUSR1])
os.kill(os.getpid(), signal.SIGUSR1)
print(len(came))


def later(file, repeat=False):
    faulthandler.dump_traceback_later(0.05, repeat, file=file)
    time.sleep(0.5)
    faulthandler.cancel_dump_traceback_later()


shown("after a while", later)
with tempfile.TemporaryFile("w+") as file:
    later(file, True)
    print("again and again:", told(file).count("Timeout (0:00:00.050000)!") >= 2)
    file.seek(0)
    file.truncate()
    faulthandler.dump_traceback_later(3600, file=file)
    faulthandler.cancel_dump_traceback_later()
    faulthandler.cancel_dump_traceback_later()
    print("cancelled:", told(file) == "")
go.set()
thread.join()

# Mistakes
for action in (lambda: faulthandler.enable(-1), lambda: faulthandler.enable(object()), lambda: faulthandler.register(0),
               lambda: faulthandler.register(signal.SIGSEGV), lambda: faulthandler.register(65),
               lambda: faulthandler.dump_traceback_later(0), lambda: faulthandler.dump_traceback_later("1"),
               lambda: faulthandler.unregister(1000)):
    try:
        print(action())
    except (RuntimeError, ValueError, AttributeError, TypeError, OSError) as e:
        print(type(e).__name__, e)
saved, sys.stderr = sys.stderr, None
try:
    faulthandler.enable()
except RuntimeError as e:
    print(e)
finally:
    sys.stderr = saved

print(faulthandler.is_enabled(), faulthandler.disable(), faulthandler.enable(2), faulthandler.is_enabled(), faulthandler.enable(2),
      faulthandler.disable(), faulthandler.disable())


# The end of a process; a sanitizer's own handlers would come first and last
SANITIZER = os.environ.get("ASAN_OPTIONS", "") + ":handle_segv=0:handle_abort=0:handle_sigfpe=0:handle_sigill=0:handle_sigbus=0"


def ends(head, text, *options, **environment):
    done = subprocess.run([sys.executable, *options, "-c", text], capture_output=True, text=True,
                          env={**os.environ, "ASAN_OPTIONS": SANITIZER, **environment})
    print("--", head, signal.Signals(-done.returncode).name if done.returncode < 0 else done.returncode, done.stdout)
    print(re.sub("0x[0-9a-f]{16}", "0xID", done.stderr), end="")


kill = "import os, signal\ndef f(): os.kill(os.getpid(), signal.%s)\nf()"
for name in "SIGSEGV", "SIGFPE", "SIGABRT", "SIGILL", "SIGBUS":
    ends(name, "import faulthandler\nfaulthandler.enable()\n" + kill % name)
ends("-X faulthandler", kill % "SIGSEGV", "-X", "faulthandler")
ends("PYTHONFAULTHANDLER", kill % "SIGSEGV", PYTHONFAULTHANDLER="1")
ends("-E", kill % "SIGSEGV", "-E", PYTHONFAULTHANDLER="1")
ends("one thread", "import faulthandler\nfaulthandler.enable(all_threads=False)\n" + kill % "SIGSEGV")
ends("disabled", "import faulthandler\nfaulthandler.enable()\nfaulthandler.disable()\n" + kill % "SIGSEGV")
ends("exit", "import faulthandler, time\nfaulthandler.dump_traceback_later(0.05, exit=True)\ntime.sleep(60)")
ends("in a collection", """
import faulthandler, gc, os, signal
class C:
    def __del__(self): os.kill(os.getpid(), signal.SIGSEGV)
c = C()
c.c = c
del c
faulthandler.enable()
gc.collect()
""")
ends("enabled at the end", "import faulthandler, signal\nfaulthandler.enable()\nfaulthandler.register(signal.SIGUSR1)\n"
     "faulthandler.dump_traceback_later(100)\nprint('done')")
