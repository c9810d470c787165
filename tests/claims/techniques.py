"""Techniques: claims 129 to 143 and 145.  Why 144 and 146 are not here: unchecked.txt."""
import array
import contextlib
import functools
import gc
import io
import mmap
import os
import struct
import sys
import tempfile
import threading
import time
import tracemalloc
import weakref
import zlib

from claims import DECAY, OURO, Thing, apart, between, bytes_each, equal, held_by, peak_of, raises, report, resident, ring, seconds

MB = 1_000_000


@contextlib.contextmanager
def big_file(line=b"some words of a line\n", lines=100_000):
    with tempfile.NamedTemporaryFile() as f:
        f.write(line * lines)
        f.flush()
        yield f.name, len(line) * lines


def claim_129():
    """Generators use much less memory than lists.

    In fact: 200 bytes against 8 for each item, and the items.
    """
    between(0, held_by(lambda: (i * i for i in range(100_000))), 600)
    between(800_000, held_by(lambda: [i * i for i in range(100_000)]), 5 * MB)
    between(50, sys.getsizeof(i for i in []), 250)
    between(0, peak_of(lambda: sum(i * i for i in range(100_000))), 5_000)
    between(800_000, peak_of(lambda: sum([i * i for i in range(100_000)])), 5 * MB)


def claim_130():
    """Generators: slower to iterate, says one place; usually faster in pipelines, says another.

    In fact: they contradict each other; the times are alike.
    """
    def pipeline():
        return sum(x for x in (y + 1 for y in range(20_000)) if x % 2)

    def lists():
        return sum([x for x in [y + 1 for y in range(20_000)] if x % 2])

    equal(pipeline(), lists())
    times = [(seconds(pipeline, 3), seconds(lists, 3)) for _ in range(4)]
    between(0.1, min(t[0] for t in times) / min(t[1] for t in times), 3)


def claim_131():
    """Huge dicts are better an array, a struct, or NumPy's.

    In fact: 100,000 ints take 3.6 MB as list and 0.8 MB as array("q").
    Here: 0.8 MB as either, ints being values; in a dict they take more, in an array of fewer bytes for each less.
    """
    count = 100_000

    def spread():
        return range(10**6, 10**6 + count)

    as_list, as_dict = held_by(lambda: list(spread())), held_by(lambda: dict.fromkeys(spread()))
    as_array = held_by(lambda: array.array("q", spread()))
    between(8 * count, as_array, 9.2 * count)
    between(4 * count, held_by(lambda: array.array("i", spread())), 4.6 * count)
    between(7.9 * count, as_list, 9.2 * count) if OURO else between(35 * count, as_list, 45 * count)
    between(2 * as_array, as_dict, 20 * as_array)
    record = struct.Struct("<qid")
    equal((len(record.pack(1, 2, 3.5)), record.unpack(record.pack(1, 2, 3.5))), (20, (1, 2, 3.5)))
    between(20 * 1000, held_by(lambda: bytearray(1000 * record.size)), 20 * 1000 + 200)


def claim_132():
    """Nested lists are better NumPy arrays; NumPy is a must for numbers.

    Not checked: NumPy, which is external, and its speed; one flat array of the library stands for its storage.
    """
    side = 200

    def nested():
        return [[float(x * y) + 0.1 for x in range(side)] for y in range(side)]

    def flat(code="d"):
        return array.array(code, (float(x * y) + 0.1 for y in range(side) for x in range(side)))

    rows, numbers = nested(), flat()
    equal(sum(map(sum, rows)) - sum(numbers) < 1e-3, True)
    equal(rows[17][23], numbers[17 * side + 23])
    plain, compact = held_by(nested), held_by(flat)
    between(8 * side * side, compact, 9.5 * side * side)
    assert plain > compact if OURO else plain > 3 * compact, (plain, compact)
    assert held_by(lambda: flat("f")) < 0.6 * plain


def claim_133():
    """Long strings are better built with io.StringIO than by adding.

    In fact: in 3.11 a local string grows in place, so the peaks are alike; both take time in proportion.
    """
    def adding(count):
        text = ""
        for _ in range(count):
            text += "a part"
        return text

    def writing(count):
        out = io.StringIO()
        for _ in range(count):
            out.write("a part")
        return out.getvalue()

    equal(adding(1000), writing(1000))
    for build in adding, writing:
        between(60_000, peak_of(lambda: build(10_000)), 400_000)
        assert seconds(lambda: build(40_000), 3) < 20 * seconds(lambda: build(5_000), 3), build  # 8 times; 64 if all was copied


def claim_134():
    """Reuse objects and buffers instead of making them in loops; memory pools."""
    class Pool:
        def __init__(self):
            self.free, self.made = [], 0

        @contextlib.contextmanager
        def buffer(self):
            if not self.free:
                self.made += 1
                self.free.append(bytearray(64 * 1024))
            taken = self.free.pop()
            try:
                yield taken
            finally:
                self.free.append(taken)

    with big_file() as (name, size):
        pool = Pool()

        def work():
            total = 0
            for _ in range(5):
                with open(name, "rb", 0) as one, open(name, "rb", 0) as other, pool.buffer() as first, pool.buffer() as second:
                    while count := one.readinto(first):
                        total += count + other.readinto(second)
            return total

        between(2 * 65_536, peak_of(work), 2 * 65_536 + 20_000)
        equal((work(), pool.made), (10 * size, 2))


def claim_135():
    """Pre-allocate large structures; keep objects small."""
    count = 10_000
    filled = [None] * count
    size = sys.getsizeof(filled)
    equal(size, sys.getsizeof([]) + 8 * count)
    for i in range(count):
        filled[i] = i
    equal(sys.getsizeof(filled), size)
    appended = []
    for i in range(count):
        appended.append(i)
    between(size, sys.getsizeof(appended), 1.15 * size)
    equal(filled, appended)

    class Small:
        __slots__ = "x", "y"

        def __init__(self, x, y):
            self.x, self.y = x, y

    assert bytes_each(lambda i: Small("x", "y")) < 0.7 * bytes_each(lambda i: {"x": "x", "y": "y"})
    assert bytes_each(lambda i: ("x", "y")) < 0.7 * bytes_each(lambda i: ["x", ["y"]])


def claim_136():
    """Delete large objects by hand: del big; gc.collect().

    In fact: del is enough unless there are cycles.
    """
    gc.disable()
    tracemalloc.start()
    big = [str(i) for i in range(20_000)]
    held = tracemalloc.get_traced_memory()[0]
    del big
    left = tracemalloc.get_traced_memory()[0]
    between(800_000, held, 2 * MB)
    between(0, left, 10_000)
    cycle = ring(1)
    cycle().big = bytearray(MB)
    between(MB, tracemalloc.get_traced_memory()[0], 1.02 * MB)
    gc.collect()
    between(0, tracemalloc.get_traced_memory()[0], 20_000)


def claim_137():
    """Context managers for files, locks, sessions."""
    lock = threading.Lock()

    class Session:
        closed = False

        def close(self):
            self.closed = True

    def use(fail):
        session = Session()
        try:
            with open(__file__) as f, lock, contextlib.closing(session):
                assert lock.locked() and not f.closed and not session.closed
                if fail:
                    raise ValueError
        except ValueError:
            pass
        return f.closed, lock.locked(), session.closed

    equal([use(False), use(True)], [(True, False, True)] * 2)


def claim_138():
    """No unbounded caches: least recently used, time to live.

    In fact: functools.lru_cache has a bound, but no time to live.
    Not checked: Redis, which is another program.
    """
    @functools.lru_cache(maxsize=3)
    def load(key):
        thing = Thing()
        made.append((key, weakref.ref(thing)))
        return thing

    made = []
    for key in "abcabcda":
        load(key)
    equal([key for key, r in made if r() is not None], ["c", "d", "a"])
    equal(load.cache_info()[2:], (3, 3))

    class Expiring:
        def __init__(self, seconds, clock):
            self.seconds, self.clock, self.entries = seconds, clock, {}

        def get(self, key, make):
            now = self.clock()
            while self.entries and next(iter(self.entries.values()))[0] <= now:
                del self.entries[next(iter(self.entries))]  # the oldest comes first
            if key not in self.entries:
                self.entries[key] = now + self.seconds, make()
            return self.entries[key][1]

    now = [0]
    cache = Expiring(10, lambda: now[0])
    seen = []
    for now[0] in range(100):
        seen.append(weakref.ref(cache.get("key %d" % now[0], Thing)))
    equal((len(cache.entries), sum(r() is not None for r in seen)), (10, 10))
    assert seen[99]() is cache.get("key 99", Thing)


def claim_139():
    """Read large files in chunks."""
    def read_chunks(file, chunk=16 * 1024):
        while data := file.read(chunk):
            yield data

    with big_file() as (name, size):
        def by_chunks():
            with open(name, "rb") as f:
                return sum(map(len, read_chunks(f)))

        def at_once():
            with open(name, "rb") as f:
                return len(f.read())

        equal((by_chunks(), at_once()), (size, size))
        between(16 * 1024, peak_of(by_chunks), 100_000)
        between(size, peak_of(at_once), 3 * size)


def claim_140():
    """Stream with generators, one item at a time."""
    class Row(Thing):
        living = most = 0

        def __init__(self, number):
            self.number = number
            Row.living += 1
            Row.most = max(Row.most, Row.living)

        def __del__(self):
            Row.living -= 1

    def stream(count):
        for number in range(count):
            yield Row(number)

    def even(rows):
        return (row for row in rows if row.number % 2 == 0)

    def total():
        return sum(row.number for row in even(stream(5_000)))

    equal(total(), 6_247_500)
    between(1, Row.most, 3)
    between(0, peak_of(total), 10_000)
    rows = list(stream(5_000))
    equal((Row.most, len(rows)), (5_000, 5_000))


def claim_141():
    """mmap: a file is mapped instead of read.

    In fact: its pages are the system's and not the heap's.
    """
    with big_file() as (name, size):
        with open(name, "r+b") as f, mmap.mmap(f.fileno(), 0) as mapped:
            def search():
                return mapped.rfind(b"some"), mapped[size - 5:], len(mapped)

            equal(search(), (size - 21, b"line\n", size))
            between(0, peak_of(search), 2_000)
            mapped[:4] = b"SOME"
            mapped.flush()
            f.seek(0)
            equal(f.read(10), b"SOME words")
        raises(ValueError, lambda: mapped[0])


def claim_142():
    """Avoid needless copies; slice with care.

    In fact: a slice of a list copies; one of a memoryview does not, and keeps its base.
    """
    values, data = list(range(100_000)), bytearray(MB)
    between(400_000, held_by(lambda: values[:50_000]), 420_000)
    part = values[:10]
    part[0] = "changed"
    equal(values[0], 0)
    between(500_000, held_by(lambda: data[:500_000]), 520_000)
    view = memoryview(data)
    between(0, held_by(lambda: view[:500_000]), 400)
    window = view[10:20]
    window[0] = 7
    equal((data[10], window.obj is data, len(window)), (7, True, 10))
    raises(BufferError, data.clear)
    window.release()
    view.release()
    data.clear()


def claim_143():
    """Restart worker processes, as large companies do.

    In fact: what a process had is the system's again when it ends.
    Not checked: Gunicorn, Celery, Uvicorn, and who uses them for this.
    """
    before = resident(DECAY)
    worker = os.fork()
    if worker == 0:
        leak = [bytearray(b"x") * MB for _ in range(40)]
        os._exit(0 if len(leak) == 40 else 1)
    _, status, used = os.wait4(worker, 0)
    equal(status, 0)
    between(40_000, used.ru_maxrss, 150_000)
    between(-20 * MB, resident() - before, MB)
    taken = [apart(lambda: (resident(), [bytearray(b"x") * MB for _ in range(20)])[0]) for _ in range(3)]
    between(0, max(taken) - min(taken), 4 * MB)  # each begins anew


def claim_145():
    """Less memory may cost speed, and the other way round; what is short may be memory, processor, waiting, collections."""
    calls = []

    def work(key):
        calls.append(key)
        return bytes(10_000)

    def run(size):
        del calls[:]
        cached = functools.lru_cache(maxsize=size)(work)
        held = held_by(lambda: [cached(key) for _ in range(5) for key in range(50)] and cached)
        return held, len(calls)

    (much, few), (little, many) = run(100), run(5)
    equal((few, many), (50, 250))
    between(50 * 10_000, much, 60 * 10_000)
    between(5 * 10_000, little, 8 * 10_000)
    data = b"".join(b"record %d of many\n" % i for i in range(20_000))
    packed = zlib.compress(data)
    assert len(packed) < len(data) / 3
    assert seconds(lambda: zlib.decompress(packed)[100]) > 10 * seconds(lambda: data[100])
    begun, clock = time.process_time(), time.monotonic()
    time.sleep(0.03)
    assert time.process_time() - begun < 0.02 < time.monotonic() - clock  # waiting is neither memory nor processor


report(globals())
