# split, rsplit, splitlines, strip, join.
def show(f, *args, **kw):
    try:
        print(ascii(f(*args, **kw)))
    except Exception as e:
        print(type(e).__name__, e)


for t in ("", " ", "a", " a b  c ", "a,b,,c", ",", "a\u2003b\x85c", "--a--b--", "€a€b€", "\x1ca\x1fb"):
    for args in ((), (None,), (None, 0), (None, 1), (None, 2), (",",), (",", 1), (",", 0), ("--",), ("--", 2), ("€",), ("b", -1)):
        print(ascii(t.split(*args)), ascii(t.rsplit(*args)))
show("a b".split, sep=" ", maxsplit=1)
show("a b".split, "")
show("a b".split, 1)
show("a b".split, " ", "x")
show("a b".split, " ", 1, 2)
show("a b".split, foo=1)
show("a b".rsplit, maxsplit=10**30)
for t in ("", "a", "a\n", "a\nb", "a\r\nb\rc\n\nd", "\n", "a\x0bb\x0cc\x1cd\x1de\x1ef\x85g\u2028h\u2029i", "\r\n\r"):
    print(ascii(t.splitlines()), ascii(t.splitlines(True)), ascii(t.splitlines(keepends=0)))
for t in ("", "  a  ", "xxaxx", "\t\na\u2003", "€€a€", "aaa"):
    for args in ((), (None,), ("x",), ("xa",), ("€",), ("",)):
        print(ascii(t.strip(*args)), ascii(t.lstrip(*args)), ascii(t.rstrip(*args)))
show("a".strip, 1)
show("a".lstrip, 1)
show("a".rstrip, b"a")
show(",".join, ["a", "b", "c"])
show(",".join, ("a",))
show(",".join, [])
show("".join, "abc")
show(", ".join, (c for c in "xyz"))
show("é".join, ["a", "€", "😀"])
show("".join, ["a", 1])
show(",".join, 5)
show(",".join, {"k": 1})
show(",".join, [b"a"])
class S(str):
    pass
print(type(",".join([S("a")])), type(S("a").strip()), type(S("abc")[:]), type(S("a") * 1), type(S("a") + ""))
