# sys: exit's argument, the switch interval, frames and exceptions of all threads, tracebacklimit, displayhook, excepthook.
import sys, io, threading, builtins

def code_of(*args):
    try:
        sys.exit(*args)
    except SystemExit as e:
        return type(e).__name__, e.code, e.args
class Mine(SystemExit): pass
for args in (), (None,), (3,), ("x",), ((4,),), ((4, 5),), ((),), ([6],), (SystemExit(7),), (Mine(8),), (ValueError(9),):
    print(args, code_of(*args))

before = sys.getswitchinterval()
for n in 0.00001, 0.05, 3.0, before:
    sys.setswitchinterval(n)
    print(round(sys.getswitchinterval(), 9))
for bad in -1.0, 0.0, 0, "a", None:
    try: sys.setswitchinterval(bad); print("set", bad); sys.setswitchinterval(before)
    except (TypeError, ValueError) as e: print(type(e).__name__, e)

entered, leave = threading.Event(), threading.Event()
who = []
def outer(): inner()
def inner():
    who.append(threading.get_ident())
    try:
        raise KeyError("mine")
    except KeyError:
        entered.set()
        leave.wait()
t = threading.Thread(target=outer); t.start(); entered.wait()
def names(f):
    while f:
        yield f.f_code.co_name
        f = f.f_back
frames = sys._current_frames()
found = list(names(frames[who[0]]))
print(found[found.index("inner"):found.index("outer") + 1], frames[threading.get_ident()] is sys._getframe(), len(frames))
exceptions = sys._current_exceptions()
print(exceptions[who[0]][:2], exceptions[threading.get_ident()])
f = frames[who[0]]
while f.f_code.co_name != "inner": f = f.f_back
del frames
leave.set(); t.join()
print(f.f_code.co_name, f.f_back.f_code.co_name, len(sys._current_frames()))
del f, exceptions

def deep(n):
    if n: deep(n - 1)
    else: 1 / 0
def shown(*args):
    sys.stderr = io.StringIO()
    try:
        sys.__excepthook__(*args)
        return sys.stderr.getvalue()
    finally:
        sys.stderr = sys.__stderr__
try:
    deep(1)
except ZeroDivisionError as e:
    kept = e
group = ExceptionGroup("g", [kept]).with_traceback(kept.__traceback__)
for limit in 10, 2, 1, 0, -1, 1 << 100, -1 << 100, None, "x", True:
    sys.tracebacklimit = limit
    text = shown(type(kept), kept, kept.__traceback__)
    print(repr(limit)[:10], text.count("File"), "Traceback" in text, text.splitlines()[-1])
    print(shown(type(group), group, group.__traceback__).count("File"))
del sys.tracebacklimit
print(shown(1, "1", 1), end="")
print(shown(SyntaxError, SyntaxError("msg", (b"bytes_filename", 123, 0, "text")), None), end="")
print(shown(SyntaxError, SyntaxError("msg", (None, 5, 0, "text")), None), end="")

out = sys.stdout
for stream in "none", None:
    try:
        if stream: del sys.stdout
        else: sys.stdout = None
        sys.displayhook(42)
    except RuntimeError as e:
        error = e
    finally:
        sys.stdout = out
    print(error, builtins._)
sys.stdout = io.TextIOWrapper(io.BytesIO(), "ascii")
sys.displayhook("caf\xe9 \u20ac")
sys.stdout.flush(); written = sys.stdout.buffer.getvalue(); sys.stdout = out
print(written, ascii(builtins._))
print(set(vars(sys)) == set(dir(sys)), "meta_path" in vars(sys))
