# find, count, index, startswith, replace, partition, in: ranges, kinds of characters, errors.
def show(f, *args):
    try:
        print(ascii(f(*args)))
    except Exception as e:
        print(type(e).__name__, e)


s = "abracadabra"
for m in ("find", "rfind", "index", "rindex", "count"):
    f = getattr(s, m)
    for args in (("a",), ("abra",), ("abra", 1), ("", 3), ("", 11), ("", 12), ("a", -3), ("a", -3, -1), ("z",), ("a", 5, 2),
                 ("bra", None, 4), ("bra", 1, None), ("abracadabra",), ("abracadabrax",), (1,), (), ("a", "b"), ("a", 1.5),
                 ("a", 10**30), ("a", -10**30), ("é",), ("\U0001f600",)):
        show(f, *args)
for t in ("añb€añ", "ab😀cd😀ab", "x" * 10 + "y"):
    for sub in ("a", "añ", "€a", "😀", "😀c", "xy", "xx", "ab", ""):
        print(t.find(sub), t.rfind(sub), t.count(sub), sub in t, t.index(sub) if sub in t else None, ascii(t.replace(sub, "<>")),
              ascii(t.partition(sub or "?")), ascii(t.rpartition(sub or "?")), ascii(t.split(sub or None)), ascii(t.rsplit(sub or None, 1)))
for m in ("startswith", "endswith"):
    f = getattr(s, m)
    for args in (("abra",), ("bra", 1), ("bra", -3), (("x", "a"),), ((),), ("", 11), ("", 12), (1,), ((1,),), ("abra", 0, 3), (("é", "abra"),),
                 ("a", None, None)):
        show(f, *args)
show(s.replace, "a", "", 2)
show(s.replace, "", "-")
show(s.replace, "", "-", 3)
show(s.replace, "a", "é", -1)
show(s.replace, "a", "b", 0)
show("".replace, "", "x")
show("".replace, "", "x", 0)
show(s.replace, 1, "b")
show(s.replace, "a", 2)
show(s.replace, "a")
show("aaa".replace, "aa", "b")
show(s.removeprefix, "abra")
show(s.removesuffix, "abra")
show(s.removeprefix, "x")
show(s.removeprefix, 1)
show(s.removesuffix, b"a")
show(s.partition, "")
show(s.partition, 1)
show(s.rpartition, "c")
show(s.partition, "zz")
show(s.rpartition, "zz")
show(lambda: 1 in s)
show(lambda: None in s)
n = 2000
hay = ("a" * n + "b") * 3
print(hay.find("a" * n + "c"), hay.rfind("c" + "a" * n), hay.count("a" * n), ("é" + hay).find("a" * n + "b" + "a"),
      ("€" * n + "x").find("€" * 50 + "x"), ("€" * n).rfind("x" + "€" * 50))
