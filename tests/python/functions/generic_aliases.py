# list[int] and int | str.
def t(f, *a, **k):
    try:
        print(repr(f(*a, **k)))
    except Exception as e:
        print(type(e).__name__, e)

A = type(list[int])
U = type(int | str)
g = list[int]
print(g, g.__origin__, g.__args__, g.__parameters__, g.__unpacked__)
print(dict[str, int], tuple[int, ...], list[()], tuple[()], list["x"], list[None], type[int])
print(g(), g("ab"), g == list[int], g != list[str], g == list, hash(g) == hash(list[int]), len({g, list[int]}))
print(g.append, g.__mro_entries__(()), A(int, (str,)), A(int, str), list[list[int]], dict[str, list[int]])
t(isinstance, [], g)
t(issubclass, list, g)
t(lambda: g[int])
t(lambda: g.foo)
t(A, int)
t(lambda: setattr(g, "x", 1)) if 0 else None
class L(list[int]):
    pass
print(L.__bases__, L.__mro__[1], L.__orig_bases__, L([1]))
s = next(iter(tuple[int, str]))
print(s, s.__unpacked__, s == tuple[int, str], s.__typing_unpacked_tuple_args__, tuple[int].__typing_unpacked_tuple_args__)

class T:
    "behaves as a type variable"
    def __init__(self, name): self.name = name
    def __repr__(self): return "~" + self.name
    def __typing_subst__(self, arg): return arg
    def __hash__(self): return hash(self.name)
X, Y = T("X"), T("Y")
d = dict[X, list[Y]]
print(d, d.__parameters__, d[int, str], d[int, Y].__parameters__, dict[X, X][int], list[X][list[Y]][int])
t(lambda: d[int])
t(lambda: d[int, str, int])
class C:
    def __class_getitem__(cls, item): return A(cls, item)
    def __init__(self, x=0): self.x = x
c = C[int](5)
print(c.x, c.__orig_class__, C[X][str])
print(enumerate[int], A.__name__)

# unions
u = int | str
print(u, u.__args__, int | None, None | int, int | str | int, int | int, (int | str) | (str | float))
print(u == str | int, u != int | float, u == 1, hash(u) == hash(str | int), list[int] | None, list[int] | list[int])
print(isinstance(1, u), isinstance(1.0, u), isinstance(None, int | None), issubclass(bool, u), issubclass(float, u))
t(isinstance, 1, int | list[int])
t(issubclass, 1, u)
t(lambda: int | 1)
t(lambda: int | "x")
t(lambda: None | None)
t(u)
t(U)
t(lambda: u[int])
t(lambda: u.foo)
print((int | list[X])[str], (int | list[X]).__parameters__, (X.__class__ | int))
print(isinstance([], list | tuple), type(u) is U)
