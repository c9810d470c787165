# Every method that bytes and bytearray share.
def show(f, *args, **kw):
    try:
        r = f(*args, **kw)
        print(type(r).__name__, r)
    except Exception as e:
        print(type(e).__name__, e)


cases = {
    "capitalize": [()], "lower": [()], "upper": [()], "title": [()], "swapcase": [()],
    "center": [(12,), (12, b"*"), (12, bytearray(b"-")), (3,), (12, "x"), (12, b"ab"), ("x",), (13, b"*")],
    "ljust": [(12,), (12, b"*"), (3,), (12, 1)], "rjust": [(12,), (12, b"*"), (3,)],
    "zfill": [(12,), (3,), ("x",)],
    "count": [(b"a",), (97,), (b"", ), (b"a", 2), (b"a", 2, 4), ("a",), (300,), (1.5,), (b"", 100), (b"aB", None, None)],
    "find": [(b"a",), (97,), (b"",), (b"B a",), (b"a", 3), (b"zz",), ("a",), (-1,), (b"a", -3, -1)],
    "rfind": [(b"a",), (97,), (b"",), (b"a", 0, 3), (b"zz",)],
    "index": [(b"a",), (b"zz",), (256,)], "rindex": [(b"a",), (b"zz",)],
    "startswith": [(b"aB",), (b"B", 1), ((b"x", b"a"),), ("a",), (("a",),), (1,), (b"", 100), (bytearray(b"a"),)],
    "endswith": [(b"c\t",), ((b"\t",),), (1,), (b"c", 0, -1)],
    "expandtabs": [(), (4,), (0,), ("x",)],
    "hex": [(), (":",), (b"-", 2), (":", -2), ("ab",), ("\xe9",), (1,), (":", 0)],
    "isalnum": [()], "isalpha": [()], "isascii": [()], "isdigit": [()], "islower": [()], "isspace": [()], "istitle": [()], "isupper": [()],
    "join": [([b"x", bytearray(b"y"), memoryview(b"z")],), ([],), ([b"x"],), (["x"],), (5,), ((b"1", b"2"),), (iter([b"1"]),)],
    "lstrip": [(), (b"a",), (None,), ("a",)], "rstrip": [(), (b"\tc",)], "strip": [(), (b"a\t",), (bytearray(b"a\tc"),)],
    "partition": [(b"B",), (b"zz",), (b"",), ("a",)], "rpartition": [(b"a",), (b"zz",), (bytearray(b" "),)],
    "removeprefix": [(b"aB",), (b"x",), ("a",), (b"",)], "removesuffix": [(b"\t",), (b"x",), (b"",)],
    "replace": [(b"a", b"XX"), (b"a", b"", 1), (b"", b"-"), (b"", b"-", 2), (b"zz", b"y"), ("a", b"b"), (b"a", "b"), (b"a", b"b", -1), (b"a", b"b", 0)],
    "split": [(), (b" ",), (None, 1), (b" ", 1), (b"",), ("a",), (b"a", -1), (None, 0)],
    "rsplit": [(), (b" ",), (None, 1), (b" ", 1), (b"a", 2)],
    "splitlines": [(), (True,)],
    "translate": [(bytes(range(256)),), (None, b"a"), (bytes(range(255, -1, -1)), b"B"), (b"abc",), ("a",), (None,)],
    "decode": [(), ("ascii",), ("latin-1",), ("utf-16-le", "replace"), ("foo",), (1,), ("utf-8", 1)],
}
for kind in (bytes, bytearray):
    for text in (b"aB a c\t", b"", b"ABC", b"12", b"  x\r\ny\n", b"-5", b"Hello World", b"\xff\x80a"):
        b = kind(text)
        print(kind.__name__, text)
        for name, rows in cases.items():
            for row in rows:
                show(getattr(b, name), *row)
    for args in (("616263",), ("61 62\n63",), ("6",), ("zz",), ("6 1",), (b"61",), ("",), ("6\xe9",)):
        show(kind.fromhex, *args)
    show(kind.maketrans, b"ab", b"cd")
    show(kind.maketrans, b"a", b"")
    show(kind.maketrans, "a", b"b")
class B(bytes):
    pass
class BA(bytearray):
    pass
show(B.fromhex, "41")
show(BA.fromhex, "41")
show(B(b"abc").upper)
show(B(b"abc").strip)
show(BA(b"abc").upper)
print(b"a" * 50 < b"b", b"abc".hex(sep=":", bytes_per_sep=2))
