# str.format, format_map, __format__, f-strings, _string.
def show(f, *args, **kw):
    try:
        print(ascii(f), ascii(f.format(*args, **kw)))
    except Exception as e:
        print(ascii(f), type(e).__name__, e)


class A:
    x = 5
    d = {"k": [1, 2], "0": "zero", 0: "int"}
    def __format__(self, spec): return "A<" + spec + ">"
    def __getitem__(self, k): return ("item", k)
a = A()
for f in ("", "abc", "{}", "{0}", "{0}{1}{0}", "{} {}", "{}{0}", "{0}{}", "{:}", "{!r}", "{!s:>5}", "{!a}", "{0!x}", "{0!}", "{0!r", "{0!rx}", "{{}}", "{{{}}}", "{", "}",
          "{0", "{0[}", "{0[k}", "{:{}}", "{:{}.{}}", "{:{:{}}}", "{a}", "{1}", "{2}", "{0:", "{0:{", "{:>10}|", "{:*^10}|", "{:é<5}|", "{:.1}|", "{!}", "{a{}}",
          "{99999999999999999999}", "{-1}", "{ 0}", "{0 }", "}}{{", "{{0}}", "a}b", "a{b", "{:5}|{:>5}"):
    show(f, "xyz", 5, 2)
for f in ("{0.x}", "{0.d[k][1]}", "{0.d[0]}", "{0.d}", "{0.nope}", "{0[k]}", "{0[1]}", "{0[-1]}", "{0[a.b]}", "{0.}", "{0[]}", "{0.x.real}", "{0[a]b}", "{0:abc}", "{0:{1}}",
          "{.x}", "{[3]}", "{n.x}", "{n[k]:z}", "{n!r:.2}", "{0.d[k]}", "{0]}", "{0..x}"):
    show(f, a, "spec", n=a)
print("{a} {b[0]}".format_map({"a": 1, "b": [2]}))
class M:
    def __getitem__(self, k): return "<" + k + ">"
print("{x}{y!r}".format_map(M()))
for m, f in (({}, "{}"), ({}, "{a}"), (5, "{a}"), ({"a": 1}, "{0}")):
    try:
        print(f.format_map(m))
    except Exception as e:
        print(type(e).__name__, e)
for spec in ("", "s", "5", ">5", "^5", "<5", "*^7", "05", "^05", ".2", "5.2", ".0", "€>4", "+", " ", "-", "#", "=5", "d", ",", "_", ",d", "_x", ",,", ",_", "_,", "5.", "xx", "z", "n", "\x01",
             "é", "1" * 30, "<", "0", "00", ">>5", "{<5", "c", "%"):
    try:
        print(ascii(spec), ascii(format("abc", spec)))
    except Exception as e:
        print(ascii(spec), type(e).__name__, e)
w, p, v = 10, 3, 3.14159
print(f"{v:{w}.{p}}|{v!r:>{w}}|{v=}|{v = :.2f}|{'a' 'b'!r}|{{}}|{w:>5}|{'x':*^5}|{None}|{[1, 2]}|{a:q}|{'é'!a}|{w:d}{w:x}")
import _string
print(list(_string.formatter_parser("a{b!r:c{d}}e{{f}}{}")))
for name in ("", "0", "a", "a.b[c][0].d", "0[x]", "12.y"):
    first, rest = _string.formatter_field_name_split(name)
    print(repr(first), list(rest))
for bad in ("a..b", "a[", "a[]"):
    try:
        print(list(_string.formatter_field_name_split(bad)[1]))
    except ValueError as e:
        print(e)
try:
    format("a", 1)
except TypeError as e:
    print(e)
