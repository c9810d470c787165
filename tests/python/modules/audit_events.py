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
