# bz2 and lzma: round trips, pieces, bounded output, errors; threads; what stands on them.
import bz2
import copy
import io
import lzma
import pickle
import random
import shutil
import tarfile
import threading
import zipfile


def fails(f, *args, **kwargs):
    try:
        print("no error", f(*args, **kwargs))
    except Exception as e:
        print(type(e).__module__, type(e).__name__, e)


random.seed(3)
text = b"".join(b"line %d of some text\n" % random.randrange(50) for _ in range(5000)) + random.randbytes(20000)
makers = {bz2: (bz2.BZ2Compressor, bz2.BZ2Decompressor), lzma: (lzma.LZMACompressor, lzma.LZMADecompressor)}
for module, (compressor, decompressor) in makers.items():
    print("----", module.__name__)
    for data in (b"", b"x", bytes(300000), text):
        packed = module.compress(data)
        assert module.decompress(packed) == data == module.decompress(packed + packed)[:len(data)]
        print(len(packed))
    c = compressor()
    parts, at = [], 0
    while at < len(text):
        step = random.randrange(0, 90000)
        parts.append(c.compress(memoryview(text)[at:at + step]))
        at += step
    parts.append(c.flush())
    fails(c.flush)
    fails(c.compress, b"")
    print(b"".join(parts) == packed)

    d, rest, out, rounds = decompressor(), packed + b"behind it", [], 0
    while not d.eof:
        piece = b""
        if d.needs_input:
            piece, rest = rest[:700], rest[700:]
        rounds += 1
        out.append(d.decompress(piece, rounds % 3000))
        assert len(out[-1]) <= rounds % 3000
    print(b"".join(out) == text, d.unused_data + rest, d.needs_input, rounds > len(text) // 3000)
    fails(d.decompress, b"")

    # input that comes while there is some left
    d = decompressor()
    out = [d.decompress(packed[:2000], 5), d.decompress(packed[2000:], 7), d.decompress(b"", 0), d.decompress(b"tail")]
    print(len(out[0]), len(out[1]), out[2], b"".join(out) == text, d.unused_data)

    broken = bytearray(packed)
    broken[len(packed) // 2] ^= 255
    d = decompressor()
    fails(d.decompress, broken)
    fails(d.decompress, b"")
    print(d.needs_input, d.eof)
    fails(decompressor().decompress, b"nothing of the kind, nothing")
    fails(module.decompress, packed[:-5])
    fails(decompressor().decompress, "text")
    fails(decompressor().decompress, b"", "x")
    fails(compressor().compress, "text")
    fails(copy.copy, d)
    fails(pickle.dumps, compressor())
    fails(setattr, d, "eof", True)
    fails(type, "Derived", (compressor,), {})

    # One object in several threads: one call after the other.
    d, packed = decompressor(), module.compress(bytes(range(256)) * 2000)
    out = []
    threads = [threading.Thread(target=lambda: out.append(len(d.decompress(b"", 100000)))) for _ in range(4)]
    out.append(len(d.decompress(packed, 100000)))
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    print(out)
    results = []
    threads = [threading.Thread(target=lambda n: results.append(module.decompress(module.compress(bytes([n]) * 10 ** 6))[5]),
                                args=(n,)) for n in range(4)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    print(sorted(results))

print("---- arguments")
fails(bz2.BZ2Compressor, 0)
fails(bz2.BZ2Compressor, 10)
fails(bz2.BZ2Compressor, "x")
fails(bz2.BZ2Compressor, compresslevel=3)
fails(bz2.BZ2Compressor, 1, 2)
fails(bz2.BZ2Decompressor, 1)
print([len(bz2.compress(text, level)) < len(text) for level in (1, 9)])
for arguments in (dict(format=7), dict(preset=-1), dict(preset=10), dict(preset="x"), dict(preset=2 ** 40), dict(check=99), dict(format=3),
                  dict(format=2, check=1), dict(preset=1, filters=[]), dict(filters=[]), dict(filters=5), dict(filters={}),
                  dict(filters=[5]), dict(filters=[{}]), dict(filters=[{"id": 99}]), dict(filters=[{"id": "x"}]),
                  dict(filters=[{"id": -1}]), dict(filters=[{"id": 2 ** 64}]), dict(filters=[{"id": 33, "other": 1}]),
                  dict(filters=[{"id": 33, "preset": 100}]), dict(filters=[{"id": 33, "dict_size": -1}]),
                  dict(filters=[{"id": 33}] * 5), dict(filters=[{"id": 3, "dist": 2 ** 40}]),
                  dict(filters=[{"id": 4, "start_offset": "x"}]), dict(format=2, filters=[{"id": 33}]), dict(format=2, preset=77)):
    fails(lzma.LZMACompressor, **arguments)
for arguments in (dict(format=7), dict(format=3), dict(format=3, memlimit=5, filters=[]), dict(memlimit=-5), dict(memlimit=2 ** 70),
                  dict(filters=[]), dict(format="x")):
    fails(lzma.LZMADecompressor, **arguments)
fails(lzma.LZMADecompressor(memlimit=1000).decompress, lzma.compress(text))

print("---- formats, filters, checks")
chains = ([{"id": lzma.FILTER_LZMA2, "preset": 1}], [{"id": lzma.FILTER_DELTA, "dist": 4}, {"id": lzma.FILTER_LZMA2, "preset": 6, "lc": 2}],
          [{"id": lzma.FILTER_X86}, {"id": lzma.FILTER_LZMA2, "mode": lzma.MODE_FAST, "mf": lzma.MF_HC3, "nice_len": 20, "depth": 3}])
for chain in chains:
    packed = lzma.compress(text, format=lzma.FORMAT_RAW, filters=chain)
    print(lzma.decompress(packed, format=lzma.FORMAT_RAW, filters=chain) == text,
          lzma.decompress(lzma.compress(text, filters=chain)) == text)
packed = lzma.compress(text, lzma.FORMAT_ALONE)
print(lzma.decompress(packed) == lzma.decompress(packed, lzma.FORMAT_ALONE) == text)
for check in (lzma.CHECK_NONE, lzma.CHECK_CRC32, lzma.CHECK_CRC64, lzma.CHECK_SHA256):
    d = lzma.LZMADecompressor()
    before = d.check
    print(before, d.decompress(lzma.compress(text, check=check)) == text, d.check, lzma.is_check_supported(check))
print(lzma.is_check_supported(15), lzma.is_check_supported(-1))
print([lzma._encode_filter_properties(f) for f in ({"id": lzma.FILTER_LZMA2}, {"id": lzma.FILTER_LZMA1, "lc": 2}, {"id": lzma.FILTER_DELTA, "dist": 9})])
print(lzma._decode_filter_properties(lzma.FILTER_LZMA2, b"\x16"), lzma._decode_filter_properties(lzma.FILTER_LZMA1, b"]\0\0\x80\0"),
      lzma._decode_filter_properties(lzma.FILTER_DELTA, b"\5"), lzma._decode_filter_properties(lzma.FILTER_X86, b"\1\0\0\0"))
fails(lzma._decode_filter_properties, lzma.FILTER_LZMA2, b"")
fails(lzma._decode_filter_properties, 77, b"")
fails(lzma._encode_filter_properties, 5)

print("---- what stands on them")
for method in (zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        archive.writestr("one.txt", text)
    with zipfile.ZipFile(file) as archive:
        print(archive.read("one.txt") == text, archive.testzip())
for mode in ("bz2", "xz"):
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:" + mode) as archive:
        info = tarfile.TarInfo("inside")
        info.size = len(text)
        archive.addfile(info, io.BytesIO(text))
    file.seek(0)
    with tarfile.open(fileobj=file) as archive:
        print(archive.getnames(), archive.extractfile("inside").read() == text)
print([entry[0] for entry in shutil.get_unpack_formats()])
with bz2.open("lines.bz2", "wt") as f:
    f.writelines("line %d\n" % i for i in range(5000))
with bz2.open("lines.bz2", "rt") as f:
    print(sum(1 for _ in f))
with lzma.open("lines.xz", "wt") as f:
    f.writelines("line %d\n" % i for i in range(5000))
with lzma.open("lines.xz") as f:
    f.seek(20)
    print(f.readline(), f.tell(), f.seekable())
