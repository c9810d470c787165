# Formatting with %.
class Index:
    def __index__(self): return 42
    def __repr__(self): return 'Index'
class Int:
    def __int__(self): return 43
    def __repr__(self): return 'Int'
class Float:
    def __float__(self): return 1.5
    def __repr__(self): return 'Float'
class R:
    def __repr__(self): return "<é>"
    def __str__(self): return "[é]"
def show(f, a):
    try:
        print(ascii(f), ascii(f % a))
    except Exception as e:
        print(ascii(f), type(e).__name__, e)


for f in ("%d", "%5d", "%-5d|", "%05d", "%+d", "% d", "%.4d", "%8.4d|", "%-8.4d|", "%i", "%u", "%x", "%X", "%#x", "%#X", "%o", "%#o", "%#010x", "%-#10x|",
          "%e", "%E", "%f", "%F", "%g", "%G", "%.0f", "%#.0f", "%10.3f|", "%-10.3f|", "%010.3f", "%+.2e", "% f", "%#g", "%s", "%r", "%a", "%.2s|", "%5s|", "%-5s|",
          "%5.1s|", "%c", "%5c|", "%-5c|", "%%", "%5%|", "%y", "%", "%l", "%ld", "%hd", "%.d", "%.f", "%(a)s", "%*d"):
    for a in (65, -5, 2.75, "é", True):
        show(f, a)
for a in (10**20, -10**20, 1e300, float("inf"), float("-inf"), float("nan"), Index(), Int(), Float(), R(), None, 1j, "x", b"x"):
    for f in ("%d", "%x", "%f", "%s", "%r", "%a", "%c", "%010d", "%05f"):
        if not (a is None and f == "%r"):
            show(f, a)
show("%s %s", (1, 2))
show("%s %s", (1,))
show("%s", (1, 2))
show("%s", ())
show("a", ())
show("a", 1)
show("a", [1])
show("a", {})
show("%s", [1, 2])
show("%(a)s %(b)05.1f %(a)r", {"a": "x", "b": 2.25})
show("%(a)s", {})
show("%(a)s", 1)
show("%(a", {"a": 1})
show("%(a(b)c)s", {"a(b)c": 1})
show("%()s", {"": 1})
show("%*d|%-*d|%.*f", (5, 1, 5, 2, 2, 1.23456))
show("%*d", ("a", 1))
show("%*d", (-5, 1))
show("%.*f", (-1, 1.5))
show("%c", 0x1f600)
show("%c", 0x110000)
show("%c", -1)
show("%c", "ab")
show("%c", "")
show("%" + "9" * 30 + "d", 1)
show("%." + "9" * 30 + "d", 1)
show("%.2147483648f", 1.0)
show("%€", 1)
show("é%s€", "😀")
show("%s%%%d", ("a", 1))
show("%-05d|", 3)
show("%+05d|% 05d", (3, 4))
show("%.3r", "abcdef")
show("%.0s|", "abc")
class D(dict):
    def __missing__(self, k): return k * 2
show("%(q)s", D())
