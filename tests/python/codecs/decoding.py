# Decoders: malformed input, error handlers built in and registered, incremental use.
import codecs
def show(f, *args, **kw):
    try:
        print(ascii(f(*args, **kw)))
    except UnicodeError as e:
        print(type(e).__name__, e, getattr(e, "start", ""), getattr(e, "end", ""))
    except Exception as e:
        print(type(e).__name__, e)


cases = {
    "utf-8": [b"", b"abc", b"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80", b"\x80", b"a\xc3", b"\xc3(", b"\xe2\x82", b"\xe2(", b"\xe2\x82(", b"\xf0\x9f", b"\xf0\x9f\x98", b"\xf0(", b"\xf0\x9f(", b"\xc0\x80", b"\xe0\x80\x80",
              b"\xed\xa0\x80x", b"\xf4\x90\x80\x80", b"\xf5", b"\xff\xfe", b"ok\xffok\xfe\xfdok", b"\xed\xa0", b"\xf8\x88\x80\x80\x80"],
    "ascii": [b"abc", b"a\x80b\xff"],
    "latin-1": [bytes(range(250, 256))],
    "utf-16": [b"\xff\xfea\0", b"\xfe\xff\0a", b"a\0b\0", b"a\0b", b"\0\xd8", b"\0\xd8\0\xdc", b"\0\xdca\0", b"\0\xd8a\0", b"\xff\xfe", b"\xff", b"\0\xd8\0"],
    "utf-16-be": [b"\0a", b"\xd8\0\xdc\0", b"\xdc\0", b"\xd8\0"],
    "utf-32": [b"\xff\xfe\0\0a\0\0\0", b"a\0\0\0", b"a\0\0", b"\0\0\x11\0", b"\0\xd8\0\0", b"\0\0\xfe\xff\0\0\0a"],
    "utf-8-sig": [b"\xef\xbb\xbfa", b"a", b"\xef\xbb", b"\xef\xbb\xbf\xff"],
    "unicode_escape": [rb"\n\t\x41\u20ac\U0001f600\101\\", rb"\x4", rb"\u12", rb"\U0011ffff", b"\\", b"\xe9", rb"\N{DASH", rb"\N", rb"a\
b", rb"\u", rb"\x"],
    "raw_unicode_escape": [rb"\u20ac\n\x41", rb"\u12", rb"\U00110000", b"\\", b"\xe9\\"],
    "utf-7": [b"a+AOk-b", b"+-", b"+2D3eAA-", b"+AOk", b"a+!", b"\x80", b"+AA-", b"Hi Mom +Jjo--!", b"+AOk+AOk-"],
}
for enc, rows in cases.items():
    for raw in rows:
        print(enc, raw)
        for errors in ("strict", "ignore", "replace", "backslashreplace", "surrogateescape", "surrogatepass"):
            show(raw.decode, enc, errors)
def handler(e):
    return ("<%d-%d %s>" % (e.start, e.end, e.reason), e.end)
codecs.register_error("test.mark", handler)
codecs.register_error("test.skip", lambda e: ("", e.start + 1))
codecs.register_error("test.back", lambda e: ("?", -1))
codecs.register_error("test.far", lambda e: ("?", 1000))
codecs.register_error("test.bad", lambda e: 5)
codecs.register_error("test.bad2", lambda e: (b"x", e.end))
codecs.register_error("test.raise", lambda e: 1 / 0)
for h in ("test.mark", "test.skip", "test.back", "test.far", "test.bad", "test.bad2", "test.raise", "test.unknown", "xmlcharrefreplace"):
    show(b"a\xff\xfeb".decode, "utf-8", h)
    show(b"a\xffb".decode, "ascii", h)
    show("aé€b".encode, "ascii", h)
    show("a\udc80b".encode, "utf-8", h)
codecs.register_error("test.bytes", lambda e: (b"\x00\x01", e.end))
show("a€".encode, "latin-1", "test.bytes")
show("a€".encode, "cp1252")
show("a☃".encode, "cp1252", "test.bytes")
show("a\ud800".encode, "utf-16-be", "test.bytes")
codecs.register_error("test.str", lambda e: ("€", e.end))
show("☃".encode, "latin-1", "test.str")
show("☃".encode, "cp1252", "test.str")
codecs.register_error("test.swap", lambda e: (setattr(e, "object", b"new") or "!", 1))
show(b"\xffxyz".decode, "ascii", "test.swap")
for name in ("strict", "ignore", "replace", "backslashreplace", "xmlcharrefreplace", "namereplace", "surrogateescape", "surrogatepass"):
    h = codecs.lookup_error(name)
    print(name, h.__name__)
    for e in (UnicodeEncodeError("utf-8", "a\udc80é", 1, 2, "r"), UnicodeDecodeError("utf-8", b"a\xed\xb2\x80", 1, 4, "r"), UnicodeTranslateError("aé", 1, 2, "r"), ValueError("x"), 5):
        show(h, e)
show(codecs.lookup_error, "nope")
show(codecs.register_error, "x", 5)
for enc in ("utf-8", "utf-16", "utf-32", "utf-8-sig", "utf-7", "ascii", "latin-1", "cp1252", "unicode_escape"):
    data = "aé€😀z".encode(enc, "replace")
    d = codecs.getincrementaldecoder(enc)("replace")
    print(enc, [ascii(d.decode(bytes([b]))) for b in data], ascii(d.decode(b"", True)))
    e = codecs.getincrementalencoder(enc)("replace")
    print([e.encode(c) for c in "aé"], e.encode("", True))
for enc in ("cp1252", "cp437", "iso8859-15", "koi8-r", "mac-roman", "cp037"):
    print(enc, "aé€".encode(enc, "replace"), ascii(bytes(range(120, 140)).decode(enc, "replace")))
print(codecs.encode("hello", "rot13"), codecs.decode("uryyb", "rot_13"))
show("a".encode, "rot13")
show("a".encode, "nope")
show(codecs.lookup, "nope")
print(codecs.lookup("UTF8").name, codecs.lookup("latin1").name, codecs.lookup("u8").name)
def search(name):
    if name == "test_enc":
        return codecs.CodecInfo(lambda s, e="strict": (b"E" + s.encode(), len(s)), lambda b, e="strict": ("D" + bytes(b).decode(), len(b)), name="test_enc")
codecs.register(search)
print("abc".encode("Test-Enc"), b"abc".decode("test enc"))
codecs.unregister(search)
show("abc".encode, "test-enc")
print(codecs.escape_decode(rb"\x41\n\101\q"), codecs.escape_encode(b"a\n'\xff"))
print(codecs.utf_16_ex_decode(b"\xfe\xff\0a", "strict", 0, True), codecs.utf_8_decode(b"a\xc3"), codecs.charmap_build("abc"). __class__.__name__ != "")
