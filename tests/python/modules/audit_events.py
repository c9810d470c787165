"""What the hooks of sys.addaudithook are told, and that a hook which raises forbids it."""
import gc
import marshal
import sys
import tempfile

told, forbidden = [], set()
WATCHED = {"exec", "compile", "open", "gc.get_objects", "gc.get_referrers", "gc.get_referents", "marshal.dumps", "marshal.loads",
           "marshal.load", "sys._getframe"}


def hook(event, args):
    if event in forbidden:
        raise PermissionError(event)
    if event in WATCHED:
        told.append((event, args))


sys.addaudithook(hook)
code = compile("1 + 1", "<here>", "eval")
print(eval(code), eval("2"))
exec("pass")
x = object()
gc.get_objects(generation=1)
gc.get_referrers(x)
gc.get_referents(x, told)
marshal.loads(marshal.dumps((1, 2)))
frame = sys._getframe()
with tempfile.NamedTemporaryFile() as f:
    name = f.name
    before = len(told)
    open(name).close()
    open(name, "wb").close()
    opened = told[before:]
    del told[before:]
print([(event, args[0] == name, args[1], args[2] & 3) for event, args in opened])
for event, args in told:
    if event == "open":
        continue
    print(event, [a if isinstance(a, (int, str, bytes)) and event != "marshal.loads" else type(a).__name__ for a in args])
told.clear()

actions = {"exec": lambda: exec("print('never')"), "compile": lambda: compile("1", "f", "exec"), "open": lambda: open("/dev/null"),
           "gc.get_objects": gc.get_objects, "gc.get_referents": lambda: gc.get_referents(1), "marshal.loads": lambda: marshal.loads(b"N"),
           "marshal.dumps": lambda: marshal.dumps(1), "sys._getframe": sys._getframe}
for event, action in actions.items():
    forbidden = {event}
    try:
        print(event, action())
    except PermissionError as e:
        print("forbidden", e)
forbidden = set()

# hooks are not traced, unless they say so
traced = []
def trace(frame, event, arg):
    traced.append(frame.f_code.co_name)
sys.settrace(trace)
eval("3")
hook.__cantrace__ = True
eval("4")
sys.settrace(None)
print(traced.count("hook") > 0, traced[0])

# modules
import mmap
import socket

heard = []
sys.addaudithook(lambda event, args: heard.append((event, args)) if event.partition(".")[0] in ("import", "mmap", "socket") else None)
mmap.mmap(-1, 8).close()
with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as s:
    s.bind(("127.0.0.1", 0))
socket.gethostname()
import keyword
import keyword
for name in "colorsys", "this module is not there":
    try:
        __import__(name)
    except ImportError:
        pass
for event, args in heard:
    if event != "import":
        print(event, [a if isinstance(a, (int, tuple)) else type(a).__name__ for a in args])
names = [args[0] for event, args in heard if event == "import"]
print(names.count("colorsys"), names.count("this module is not there"), names.count("keyword") <= 1)
print([(args[1], args[2] is sys.path, args[3] is sys.meta_path, args[4] is sys.path_hooks) for event, args in heard if event == "import" and args[0] == "colorsys"])
forbidden = {"import"}
sys.modules.pop("colorsys")
try:
    import colorsys
except PermissionError as e:
    print("forbidden", e)
forbidden = set()
