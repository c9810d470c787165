# Compressors, decompressors, queues and what else stands on libraries and blocks of its own: each allocation fails in
# turn, also those of the libraries.  MemoryError, and nothing is lost or left behind.
from each_allocation import sweep

import _multiprocessing
import _uuid
import bz2
import locale
import lzma
import os
import queue
import syslog
import warnings
import zlib
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import _crypt

text = b"some text that comes again, some text that comes again. " * 40
packed_bz2, packed_xz = bz2.compress(text), lzma.compress(text, preset=0)


def bz2_both():
    return bz2.BZ2Decompressor().decompress(bz2.BZ2Compressor(1).compress(text) or packed_bz2) == text

def bz2_pieces():
    d = bz2.BZ2Decompressor()
    parts = [d.decompress(packed_bz2[:60], 5), d.decompress(packed_bz2[60:] + b"behind", 50), d.decompress(b"")]
    return b"".join(parts) == text, d.unused_data

def xz_compress():
    c = lzma.LZMACompressor(preset=0)
    return lzma.decompress(c.compress(text) + c.flush()) == text

def xz_decompress():
    d = lzma.LZMADecompressor()
    return d.decompress(packed_xz[:50]) + d.decompress(packed_xz[50:] + b"tail") == text, d.unused_data

def xz_filters():
    chain = [{"id": lzma.FILTER_DELTA, "dist": 2}, {"id": lzma.FILTER_LZMA2, "dict_size": 4096}]
    packed = lzma.compress(text, lzma.FORMAT_RAW, filters=chain)
    return lzma.decompress(packed, lzma.FORMAT_RAW, filters=chain) == text

def xz_properties():
    return lzma._decode_filter_properties(lzma.FILTER_LZMA2, lzma._encode_filter_properties({"id": lzma.FILTER_LZMA2, "dict_size": 4096}))

def zlib_both():
    return zlib.decompress(zlib.compress(text)) == text

def queues():
    q = queue.SimpleQueue()
    for i in range(100):
        q.put([i])
    return sum(q.get()[0] for _ in range(100))

def locales():
    return locale.strxfrm("text"), len(locale.localeconv()), locale.strcoll("a", "b") < 0, locale.nl_langinfo(locale.CODESET)


def system():
    lock = _multiprocessing.SemLock(0, 1, 1, "/ouro-oom-%d" % os.getpid(), True)
    syslog.openlog()
    syslog.closelog()
    return lock.acquire(), lock.release(), len(_uuid.generate_time_safe()[0]), _crypt.crypt("a", "ab")


for work in (bz2_both, bz2_pieces, xz_compress, xz_decompress, xz_filters, xz_properties, zlib_both, queues, locales, system):
    sweep(work)
