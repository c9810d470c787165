# _operator: every function.
import _operator as o
def t(f, *a, **k):
    try:
        print(repr(f(*a, **k)))
    except Exception as e:
        print(type(e).__name__, e)

for name in "add sub mul floordiv truediv mod pow lshift rshift and_ or_ xor lt le eq ne gt ge".split():
    print(name, getattr(o, name)(13, 3))
for name in "iadd isub imul ifloordiv itruediv imod ipow ilshift irshift iand ior ixor".split():
    print(name, getattr(o, name)(13, 3))
for name in "neg pos abs inv invert not_ truth index".split():
    print(name, getattr(o, name)(5))
class Mat:
    def __matmul__(self, other): return "mm"
    def __imatmul__(self, other): return "imm"
print(o.matmul(Mat(), 1), o.imatmul(Mat(), 1), o.is_(1, 1), o.is_not(1, None))
l = [1, 2, 3]
o.setitem(l, 0, 9)
o.delitem(l, 1)
print(l, o.getitem(l, 0), o.contains(l, 3), o.indexOf(l, 3), o.countOf([1, 1.0, 2], 1), o.concat([1], [2]))
m = l
print(o.iconcat(l, [4]) is m, l, o.length_hint([1]), o.length_hint(1), o.length_hint(1, 5), o.call(len, [1]))
t(o.indexOf, [1], 2)
t(o.concat, 1, 2)
t(o.iconcat, 1, 2)
t(o.length_hint, [], "a")
t(o.index, "a")
t(o.call)
t(o.pow, 2)
t(o.setitem, 1, 2, 3)
t(o.countOf, 1, 2)
print(o._compare_digest("ab", "ab"), o._compare_digest(b"ab", b"ac"), o._compare_digest(b"a", bytearray(b"a")))
t(o._compare_digest, "a", b"a")
t(o._compare_digest, "\xe9", "a")
t(o._compare_digest, 1, 2)

g = o.itemgetter
print(g(1)("abc"), g(1, 0)("abc"), g("k")({"k": 5}), g(slice(1, 3))([1, 2, 3]), repr(g(1, "a")), g(1, 2).__reduce__()[1])
t(g)
t(g, 1, x=2)
t(g(1))
t(g(1), 1, 2)
t(g(5), [1])
class P: pass
p = P()
p.a = P()
p.a.b = 7
p.c = 8
a = o.attrgetter
print(a("c")(p), a("a.b")(p), a("a.b", "c")(p), repr(a("a.b", "c")), a("a.b").__reduce__()[1])
t(a)
t(a, 1)
t(a("x"), p)
t(a("a.x"), p)
c = o.methodcaller
print(c("upper")("a"), c("split", ",", maxsplit=1)("a,b,c"), repr(c("m", 1, x=2)), c("m", 1).__reduce__()[1])
t(c)
t(c, 1)
t(c("x"), 1)
t(c("upper"), 1, 2)
print(sorted(n for n in dir(o) if not n.startswith("__")))
