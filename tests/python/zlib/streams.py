import copy
import gzip
import io
import random
import threading
import zipfile
import zlib


def fails(f, *args, **kwargs):
    try:
        print("no error", f(*args, **kwargs))
    except Exception as e:
        print(type(e).__module__, type(e).__name__, e)


random.seed(3)
texts = [b"", b"x", b"hello hello hello", bytes(100000), random.randbytes(50000),
         b"".join(b"line %d of some text\n" % random.randrange(50) for _ in range(20000))]
for text in texts:
    for level in (-1, 0, 1, 9):
        for wbits in (15, -15, 31, 9):
            packed = zlib.compress(text, level, wbits=wbits)
            assert zlib.decompress(packed, wbits) == text
            assert zlib.decompress(packed, wbits=wbits, bufsize=1) == text
    print(len(zlib.compress(text)), zlib.crc32(text), zlib.adler32(text), zlib.crc32(text, 7), zlib.adler32(text, 9))

# In pieces, with flushes between, copies of both ends, and bounded output.
text = texts[-1]
c = zlib.compressobj(6, zlib.DEFLATED, 15, 8, zlib.Z_DEFAULT_STRATEGY)
parts, at = [], 0
while at < len(text):
    step = random.randrange(1, 9000)
    parts.append(c.compress(text[at:at + step]))
    at += step
    if at % 5 == 0:
        parts.append(c.flush(random.choice([zlib.Z_SYNC_FLUSH, zlib.Z_FULL_FLUSH, zlib.Z_NO_FLUSH])))
    if at % 7 == 0:
        c = copy.copy(c)
parts.append(c.flush())
packed = b"".join(parts) + b"behind it"
d, out, rest = zlib.decompressobj(), [], packed
while rest and not d.eof:
    piece = d.decompress(rest, 1000)
    assert len(piece) <= 1000
    out.append(piece)
    rest = d.unconsumed_tail
    if len(out) % 50 == 0:
        d = copy.deepcopy(d)
print(b"".join(out) == text, d.eof, d.unused_data, d.unconsumed_tail, d.decompress(b" more"), d.unused_data)
d = zlib.decompressobj()
print(d.decompress(packed[:2000], 10), len(d.unconsumed_tail), len(d.flush()) > 1000, d.eof)
d = zlib.decompressobj()
print(len(d.decompress(packed[:3000])) > 0, d.flush(), d.eof)

# A dictionary
words = b"a line of some text and others"
c = zlib.compressobj(zdict=words)
packed = c.compress(b"some text of a line") + c.flush()
print(zlib.decompressobj(zdict=words).decompress(packed))
fails(zlib.decompressobj().decompress, packed)
fails(zlib.decompressobj(zdict=b"others").decompress, packed)
c = zlib.compressobj(wbits=-15, zdict=words)
packed = c.compress(b"some text of a line") + c.flush()
print(zlib.decompressobj(wbits=-15, zdict=words).decompress(packed))

# What is wrong
good = zlib.compress(b"some data, some data")
fails(zlib.decompress, good[:-3])
fails(zlib.decompress, b"not compressed")
fails(zlib.decompress, good[:-1] + b"\0")
fails(zlib.decompress, b"")
fails(zlib.decompress, good, 99)
fails(zlib.decompress, good, bufsize=-1)
fails(zlib.compress, "text")
fails(zlib.compress, b"x", 10)
fails(zlib.compress, b"x", level="x")
fails(zlib.compressobj, 10)
fails(zlib.compressobj, wbits=1)
fails(zlib.compressobj, zdict="x")
fails(zlib.decompressobj, wbits=1)
fails(zlib.decompressobj, zdict="x")
fails(zlib.decompressobj().decompress, good, -1)
fails(zlib.decompressobj().decompress, b"not compressed")
fails(zlib.decompressobj().flush, 0)
fails(zlib.crc32, "x")
c = zlib.compressobj()
c.flush()
fails(c.copy)
fails(type(c))
print(zlib.decompressobj().decompress(good[:5]), zlib.compressobj().flush(zlib.Z_NO_FLUSH), zlib.error.__base__)

# Threads compress at the same time.
results = []
threads = [threading.Thread(target=lambda n: results.append(zlib.decompress(zlib.compress(bytes([n]) * 10 ** 6))[5]),
                            args=(n,)) for n in range(4)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(sorted(results))

# What stands on it
print(gzip.decompress(gzip.compress(text)) == text)
file = io.BytesIO()
with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
    archive.writestr("one.txt", text)
    archive.writestr("two", b"2")
with zipfile.ZipFile(file) as archive:
    print(archive.namelist(), archive.read("one.txt") == text, archive.testzip())
print(b"some text".hex(), __import__("codecs").decode(zlib.compress(b"by codec"), "zlib"))
