# Calls of functions written in C: binding of arguments, and the wording of errors.
def t(f, *a, **k):
    try:
        print(repr(f(*a, **k)))
    except Exception as e:
        print(type(e).__name__, e)

# no parameters, exactly one
t([].clear, 1)
t([].clear, x=1)
t([].append)
t([].append, 1, 2)
t([].append, x=1)
t(len)
t(len, [], [])
t(len, obj=[])
t(globals, 1)
t(abs, 1, 2)
# several by position
t([].insert, 1)
t([].insert, 1, 2, 3)
t([].pop, 1, 2)
t({}.get)
t({}.get, 1, 2, 3)
t(isinstance, 1)
t(getattr, 1)
t(getattr, 1, 2, 3, 4)
t(max)
t(iter)
t(divmod, 1)
# with keywords
t(pow)
t(pow, 1)
t(pow, 1, 2, 3, 4)
t(pow, 1, base=2)
t(pow, 2, exp=3)
t(pow, base=2, exp=5, mod=7)
t(pow, 2, 3, x=1)
t(sum)
t(sum, [], 1, 2)
t(sum, [1, 2], start=10)
t(sum, [], foo=1)
t(sum, iterable=[])
t(round)
t(round, number=2.6)
t(round, 2.567, ndigits=1)
t("a b".split, sep=" ", maxsplit=0)
t("a b".split, 1, 2, 3)
t("a b".split, foo=1)
t([3, 1].sort, 1)
t([3, 1].sort, foo=1)
t(sorted)
t(sorted, [], [])
t(sorted, [], foo=1)
t(sorted, [1, 3, 2], reverse=True)
t(sorted, ["b", "A"], key=str.lower)
t(print, foo=1)
t(print, sep=1)
t(print, end=1)
# constructors
t(int, 1, 2, 3)
t(list, 1, 2)
t(list, foo=1)
t(enumerate)
t(enumerate, 1, 2, 3)
t(zip, 1, foo=2)
t(zip, 1)
t(map, 1)
t(filter, 1)
t(reversed)
t(reversed, 1)
# unbound methods
t(list.append)
t(list.append, 1)
t(list.append, 1, 2)
t(str.upper, 1)
t(str.upper, "a")
t(dict.fromkeys, "ab", 1)
t(dict.fromkeys)
t(str.maketrans, "a", "b")
# unpacking
args = ([3, 1, 2],)
kwargs = {"reverse": True}
t(sorted, *args, **kwargs)
t(lambda: sorted(*args, **kwargs, **{"key": None}))
# attributes
for f in (len, [].append, list.append, dict.fromkeys, str.maketrans, print, "".join):
    print(f.__name__, f.__qualname__, getattr(f, "__module__", "-"), type(f).__name__)
print(len.__self__.__name__, [1].append.__self__, dict.fromkeys.__self__, list.append.__objclass__)
print(repr(len), repr(list.append), repr([].append)[:30])
print(len.__text_signature__, [].append.__text_signature__, sum.__text_signature__, list.append.__text_signature__)
print(dict.fromkeys.__text_signature__, globals.__text_signature__, pow.__text_signature__, getattr.__text_signature__)
a, b = [], []
print(a.append == a.append, a.append == b.append, a.append is a.append, hash(a.append) == hash(a.append))
print(len == len, len != abs, list.append == list.append)
print(type(len) is type([].append), callable(len), bool(len))
t(type(len))
t(type(list.append))
try:
    len.foo = 1
except AttributeError as e:
    print(e)
try:
    len.__name__ = "x"
except AttributeError as e:
    print(e)
print(list.__dict__["append"].__get__([1], list)(5), list.__dict__["append"].__get__(None, list) is list.append)
t(list.__dict__["append"].__get__, 1, list)
t(dict.__dict__["fromkeys"].__get__(None, dict), "a")
t(dict.__dict__["fromkeys"].__get__, None, int)
class D(dict):
    pass
print(type(D.fromkeys("ab")), D().fromkeys("ab"))
