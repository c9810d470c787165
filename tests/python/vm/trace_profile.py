"""sys.setprofile; and what trace functions may do: return another, raise, write to locals, ask for opcodes."""
import sys


def profile(frame, event, arg):
    if event.startswith("c_"):
        arg = arg.__name__
    print(event, frame.f_code.co_name, arg)


def target(items):
    items.append(len(items))
    "".join(["a"])
    max(*items, key=abs)
    sorted(items, reverse=True)
    try:
        int("x")
    except ValueError:
        pass
    return [i for i in items]


def generator():
    yield 1
    yield 2


sys.setprofile(profile)
target([1])
list(generator())
sys.setprofile(None)
print(sys.getprofile())


# each frame has its own function: what the one before returned
def first(frame, event, arg):
    print("first", event)
    return second


def second(frame, event, arg):
    print("second", event)
    return third if event == "line" else None


def third(frame, event, arg):
    print("third", event)


def two_lines():
    x = 1
    return x


sys.settrace(first)
two_lines()
sys.settrace(None)


# a frame whose call is answered by None is not traced
def only_calls(frame, event, arg):
    print("call of", frame.f_code.co_name)


sys.settrace(only_calls)
two_lines()
sys.settrace(None)


# f_trace_lines, f_trace_opcodes
def opcodes(frame, event, arg):
    frame.f_trace_lines = False
    frame.f_trace_opcodes = True
    seen.append(event)
    return opcodes


seen = []
sys.settrace(opcodes)
two_lines()
sys.settrace(None)
print(seen[0], seen[-1], "opcode" in seen, "line" in seen)


# a trace function that raises: the exception goes through the frame, and tracing ends
def raises_at(wanted):
    def raising(frame, event, arg):
        if event == wanted:
            raise KeyError(event)
        return raising
    return raising


def guarded():
    try:
        x = 1
        return x
    except KeyError as e:
        return "caught inside: %s" % e


for event in ("call", "line", "return"):
    sys.settrace(raises_at(event))
    try:
        print(guarded())
    except KeyError as e:
        print("caught outside:", e)
    print(sys.gettrace())
    sys.settrace(None)


def fails():
    1 / 0


sys.settrace(raises_at("exception"))
try:
    fails()
except Exception as e:
    print(type(e), repr(e.__context__))
sys.settrace(None)


# locals may be changed
def changing(frame, event, arg):
    if frame.f_code.co_name == "changed" and event == "return":
        return None
    if event == "line" and "x" in frame.f_locals:
        frame.f_locals["x"] = frame.f_locals["x"] * 10
        frame.f_locals["cell"] = "new"
    return changing


def changed():
    cell = "old"
    x = 1
    y = x
    return x, y, cell, (lambda: cell)()


sys.settrace(changing)
result = changed()
sys.settrace(None)
print(result)


# tracing begins in the middle of a frame, for those that have an f_trace
def shows(frame, event, arg):
    print(event, frame.f_lineno - frame.f_code.co_firstlineno)
    return shows


def middle():
    def begin():
        sys._getframe(1).f_trace = shows
        sys.settrace(shows)
    a = 1
    begin()
    b = 2
    sys.settrace(None)
    c = 3


middle()


# what a trace function calls is not traced
def inner():
    return 1


def calling(frame, event, arg):
    if event == "call":
        print(event, frame.f_code.co_name)
    if frame.f_code.co_name == "two_lines" and event == "call":
        inner()
    return calling


sys.settrace(calling)
two_lines()
sys.settrace(None)

for bad in (lambda: sys.settrace(), lambda: sys.call_tracing(inner, []), lambda: sys.setprofile(1, 2)):
    try:
        bad()
    except TypeError as e:
        print(type(e).__name__)


# generators: each resumption is a call, throw too
def thrown():
    try:
        yield 1
    except ValueError:
        yield 2


sys.settrace(shows)
g = thrown()
next(g)
g.throw(ValueError("v"))
g.close()
sys.settrace(None)


# classes and modules
sys.settrace(shows)
class Body:
    a = 1

    def method(self):
        return 2
exec("x = 1\ny = 2\n")
sys.settrace(None)
