# BaseExceptionGroup, ExceptionGroup, except*.
def t(f, *a, **k):
    try:
        print(repr(f(*a, **k)))
    except BaseException as e:
        print(type(e).__name__, e)

t(ExceptionGroup)
t(ExceptionGroup, 1)
t(ExceptionGroup, 1, 2)
t(ExceptionGroup, "a", 2)
t(ExceptionGroup, "a", {1})
t(ExceptionGroup, "a", [])
t(ExceptionGroup, "a", [1])
t(ExceptionGroup, "a", [ValueError(), int])
t(ExceptionGroup, "a", [KeyboardInterrupt()])
t(ExceptionGroup, "a", [ValueError()], x=1)
t(ExceptionGroup, "a", [ValueError()], 1)
t(BaseExceptionGroup, "a", (ValueError(1),))
t(BaseExceptionGroup, "a", [KeyboardInterrupt()])
class G(ExceptionGroup):
    pass
t(G, "a", [KeyboardInterrupt()])
t(G, "a", [ValueError(1)])
g = ExceptionGroup("msg", [ValueError(1), TypeError(2), ExceptionGroup("in", [ValueError(3), KeyError(4)])])
print(g, g.message, g.exceptions, g.args)
print(ExceptionGroup("one", [ValueError()]))
t(setattr, g, "message", "x")
t(setattr, g, "exceptions", ())
print(ExceptionGroup.__mro__, ExceptionGroup[int])
print(repr(g.derive([KeyError(5)])), type(BaseExceptionGroup("b", [KeyboardInterrupt()]).derive([KeyError()])).__name__)
print(g.split(ValueError))
print(g.split((TypeError, KeyError)))
print(g.split(lambda e: isinstance(e, KeyError)))
print(g.split(OSError), g.split(ExceptionGroup)[1], g.split(Exception)[0] is g)
print(g.subgroup(ValueError), g.subgroup(OSError), g.subgroup(Exception) is g)
t(g.split, 3)
t(g.split, int)
t(g.split, (ValueError, int))
t(g.split)
g.add_note("note")
g.__cause__ = KeyError("c")
m, r = g.split(ValueError)
print(m.__notes__, m.__notes__ is g.__notes__, repr(m.__cause__), r.__notes__)
class D(ExceptionGroup):
    def derive(self, excs): return D(self.message + "'", excs)
d = D("d", [ValueError(1), TypeError(2)])
print(d.split(ValueError))
class Wrong(ExceptionGroup):
    def derive(self, excs): return 5
t(Wrong("d", [ValueError(1), TypeError(2)]).split, ValueError)

# except*
def run(e):
    try:
        try:
            raise e
        except* ValueError as v:
            print("V", v.exceptions)
        except* (TypeError, KeyError) as w:
            print("TK", repr(w))
            raise RuntimeError("new")
    except BaseException as out:
        print("out", repr(out), repr(out.__context__)[:20])
run(ValueError(1))
run(ExceptionGroup("a", [ValueError(1), ValueError(2)]))
run(ExceptionGroup("a", [ValueError(1), OSError(2)]))
run(ExceptionGroup("a", [TypeError(1), OSError(2)]))
run(OSError(5))
run(ExceptionGroup("a", [ExceptionGroup("b", [ValueError(1), OSError(3)]), KeyError(4)]))
def reraise():
    try:
        raise ExceptionGroup("eg", [ValueError(1), TypeError(2), OSError(3)])
    except* ValueError:
        raise
    except* TypeError:
        pass
try:
    reraise()
except ExceptionGroup as e:
    print(repr(e))
try:
    try:
        raise ValueError(1)
    except* ExceptionGroup:
        pass
except TypeError as e:
    print(e)

# depth is bounded
e = ValueError()
for i in range(100):
    e = ExceptionGroup("n", [e])
print(e.split(KeyError)[0], len(repr(e)) > 1000)
