# Construction, indexing, slices, comparison, + * % in, hash, iteration, repr, subclasses.
def show(f, *args, **kw):
    try:
        print(ascii(f(*args, **kw)))
    except Exception as e:
        print(type(e).__name__, e)


show(str)
show(str, 1)
show(str, b"a")
show(str, b"a\xe9", "latin-1")
show(str, b"a\xe9", "ascii")
show(str, b"a\xe9", errors="replace")
show(str, object="x")
show(str, b"a", encoding="utf-8", errors="strict")
show(str, 1, "utf-8")
show(str, "a", "utf-8")
show(str, 1, 2, 3, 4)
show(str, b"a", 1)
show(str, foo=1)
show(str, b"a", object=1)
show(str, bytearray(b"xy"), "ascii")
show(str, memoryview(b"xy"), "ascii")
s = "héllo€"
for i in (0, 5, -1, -6, True, 6, -7, 10**30, "a", 1.5, None):
    show(lambda: s[i])
for sl in (slice(None), slice(1, 3), slice(None, None, -1), slice(None, None, 2), slice(5, 1, -2), slice(10, 20), slice(-3, None), slice(1, 100, 3),
           slice(4, 4), slice(0, -1), slice(None, None, 0), slice("a")):
    show(lambda: s[sl])
show(lambda: s + 1)
show(lambda: 1 + s)
show(lambda: s + b"a")
show(lambda: s * 2)
show(lambda: 2 * s)
show(lambda: s * 0)
show(lambda: s * -5)
show(lambda: s * 1.5)
show(lambda: s * "a")
show(lambda: "€" * 5 + "😀" * 3)
show(lambda: "a" * 10**30)
show(lambda: s.foo)
print("a" < "b", "a" < "aa", "é" > "z", "€" < "😀", "\uffff" < "\U00010000", "" < "a", "a" == b"a", "a" != "b", "abc" >= "abc", "abc" <= "abb")
show(lambda: "a" < 1)
print(hash("") == 0, hash("abc") == hash("a" + "bc"), hash("€") == hash("x€"[1]), len({"a", "b", "a"}), len("😀a"))
it = iter("aé€")
print(it.__length_hint__(), next(it), it.__length_hint__(), list(it), list(it), it.__length_hint__())
print(type(it).__name__, [c for c in "x😀"])
for r in ("a'b", 'a"b', "a'\"b", "\\", "\n\r\t\0\x7f\x80\xa0\xad", "\u200b\ud800€\U0001f600\U000e0001", "é"):
    print(repr(r).encode("ascii", "backslashreplace"), ascii(r))
class S(str):
    def __str__(self):
        return "S!"
    attr = 1
x = S("abc")
x.y = 5
print(x, repr(x), x == "abc", hash(x) == hash("abc"), x.y, str(x), f"{x}", "%s" % x, x + "d", type(x + ""), x.__dict__, S("é")[0], len(x), isinstance(x, str))
print("".join(reversed("abc")), sorted("hello"), "abc".__contains__("b"), "abc".__len__(), "abc".__getnewargs__(), "a".__add__("b"), "a".__mul__(3), "a".__rmul__(2))
show("a".__add__, 1)
show("a".__mod__, 1)
show("a".__rmod__, "%s")
show("a".__getitem__, "x")
a = b = "xy"
a += "z"
print(a, b)
t = ""
for i in range(2000):
    t += chr(97 + i % 26)
    if i == 1000:
        t += "€"
print(len(t), t[998:1004], t.count("a"))
match "abc":
    case [*_]:
        print("sequence")
    case str(v):
        print("str", v)
