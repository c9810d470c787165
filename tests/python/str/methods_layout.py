# center, ljust, rjust, zfill, expandtabs, translate, maketrans, encode.
def show(f, *args, **kw):
    try:
        print(ascii(f(*args, **kw)))
    except Exception as e:
        print(type(e).__name__, e)


for t in ("", "a", "ab", "€"):
    for w in (-1, 0, 1, 2, 3, 4, 5):
        print([ascii(x) for x in (t.center(w), t.ljust(w, "*"), t.rjust(w, "€"), t.zfill(w), t.center(w, "-"))])
for t in ("+1", "-12", "--1", "abc", "+"):
    print(t.zfill(5), t.zfill(2))
show("a".center, 5, "xx")
show("a".center, 5, 1)
show("a".center, "x")
show("a".ljust)
show("a".ljust, 10**30)
for t in ("a\tb", "\t", "ab\tc\n\td", "abcdefgh\ti", "a\r\tb"):
    print(ascii(t.expandtabs()), ascii(t.expandtabs(4)), ascii(t.expandtabs(0)), ascii(t.expandtabs(-1)), ascii(t.expandtabs(tabsize=1)))
show("a".expandtabs, 10**30)
show("abc".translate, {97: "xyz", 98: None, 99: 100})
show("abc€".translate, str.maketrans("ab", "12", "c"))
show("abc".translate, str.maketrans({"a": "A", 98: None}))
show("aaa".translate, {97: 0x1f600})
show("abc".translate, {97: -1})
show("abc".translate, {97: 0x110000})
show("abc".translate, {97: 1.5})
show("abc".translate, 1)
show("ab".translate, ["x"] * 98)
show("ab".translate, "x" * 98)
show(str.maketrans, "ab", "c")
show(str.maketrans, 1)
show(str.maketrans, {"ab": 1})
show(str.maketrans, {1.5: 1})
show(str.maketrans, 1, "a")
show(str.maketrans, "a", 1)
show(str.maketrans, "ab", "cd", "e")
show("aé€😀".encode)
for enc in ("utf-8", "UTF8", "utf_8", "ascii", "latin-1", "iso-8859-1", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-8-sig",
            "unicode_escape", "raw_unicode_escape", "utf-7"):
    for errors in ("strict", "ignore", "replace", "backslashreplace", "xmlcharrefreplace", "surrogateescape", "surrogatepass"):
        show("aé€😀\udc80".encode, enc, errors)
show("a".encode, "foo")
show("é".encode, "ascii", "foo")
show("a".encode, 1)
show("a".encode, "utf-8", 1)
show("a".encode, encoding="utf-8", errors="strict")
