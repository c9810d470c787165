"""The encodings of East Asia: tables, errors, states, streams, against what CPython's give."""
import codecs
import hashlib
import io

TABLES = ("gb2312 gbk gb18030 big5 big5hkscs cp950 shift_jis cp932 shift_jis_2004 shift_jisx0213 euc_jp euc_jis_2004 "
          "euc_jisx0213 euc_kr cp949 johab").split()
STATES = "hz iso2022_jp iso2022_jp_1 iso2022_jp_2 iso2022_jp_2004 iso2022_jp_3 iso2022_jp_ext iso2022_kr".split()
CODES = [*range(0, 0x600, 7), *range(0x2000, 0x3400, 31), *range(0x4e00, 0x9fff, 97), *range(0xac00, 0xd7a4, 61),
         *range(0xe000, 0x10000, 157), *range(0x20000, 0x2a000, 401), 0x1f600, 0x10ffff]
BYTES = [bytes([a]) for a in range(256)] + [bytes([a, b]) for a in range(0x7f, 256, 3) for b in range(0x2e, 256, 5)]
PIECES = [b"\x1b$B", b"\x1b(B", b"\x1b(J", b"\x1b$(D", b"\x1b$A", b"\x1b$(C", b"\x1b$)C", b"\x0e", b"\x0f", b"~{", b"~}", b"~",
          b"\n", b"\x1b.A", b"\x1bNa", b"\x1b(I1", b"\x1b$(O", b"\x1b$@", b"ab", b"4A", b"!", b"\xff", b"\x1b[m"]
TEXT = "a\u65e5\u672c\u8a9e\n\u4e2d\u6587~b\n\ud55c\uae00 \u6f22\u5b57"


def outcome(function, *arguments):
    try:
        return ascii(function(*arguments))
    except UnicodeError as e:
        return "%s %s" % (type(e).__name__, (e.encoding, e.start, e.end, e.reason))


for name in TABLES + STATES:
    seen = [outcome(chr(c).encode, name) for c in CODES]
    print(name, len(seen), hashlib.md5("".join(seen).encode()).hexdigest())
    sources = BYTES if name in TABLES else [a + b + c for a in PIECES[::2] for b in PIECES for c in PIECES[::3]]
    if name == "gb18030":
        sources = sources + [bytes([a, 0x30 + b, 0x81 + c, 0x30 + d]) for a in (0x80, 0x81, 0x84, 0x90, 0xe3, 0xff)
                             for b in range(0, 11, 5) for c in range(0, 127, 25) for d in (0, 5, 9, 10)]
    if name.startswith("euc_j"):
        sources = sources + [b"\x8f" + data for data in BYTES]
    seen = [outcome(data.decode, name, errors) for data in sources for errors in ("strict", "replace")]
    print(name, len(seen), hashlib.md5("".join(seen).encode()).hexdigest())
    for errors in ("replace", "ignore", "backslashreplace", "xmlcharrefreplace"):
        print("   ", outcome("\xe9\u65e5\u20ac\U0001f600\u00ca\u0304x".encode, name, errors))
    data = TEXT.encode(name, "ignore")
    decoder, encoder = codecs.getincrementaldecoder(name)(), codecs.getincrementalencoder(name)("ignore")
    print("   ", ascii("".join(decoder.decode(data[i:i + 1]) for i in range(len(data))) + decoder.decode(b"", True)))
    print("   ", b"".join(encoder.encode(c) for c in TEXT + "\xca") + encoder.encode("", True))
    print("   ", ascii(list(codecs.getreader(name)(io.BytesIO(data)))), ascii(codecs.getreader(name)(io.BytesIO(data)).read(3)))
    stream = io.BytesIO()
    writer = codecs.getwriter(name)(stream, "ignore")
    writer.write(TEXT)
    writer.writelines(["\u672c", "\xca"])
    writer.reset()
    print("   ", stream.getvalue())
    print("   ", ascii(io.TextIOWrapper(io.BytesIO(data), name).readlines()))

encoder = codecs.getincrementalencoder("euc_jis_2004")()
print(encoder.encode("\xe6"), encoder.getstate(), encoder.encode("\u0300"), encoder.getstate())
for wrong in (lambda: __import__("_codecs_jp").getcodec("nosuch"), lambda: __import__("_codecs_jp").getcodec(3),
              lambda: "a".encode("gbk", "nosuch") + "\xe9".encode("gbk", "nosuch")):
    try:
        print(wrong())
    except (LookupError, TypeError) as e:
        print(type(e).__name__, e)
