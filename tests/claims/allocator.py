"""The allocator and the operating system: claims 58 to 78."""
import collections
import functools
import math
import mmap
import os
import re
import resource
import sys
import tempfile
import tracemalloc

from claims import DECAY, GUARDS, OURO, apart, between, equal, held_by, report, resident, seconds

MB = 1_000_000


def statistics():
    """What sys._debugmallocstats() writes to standard error."""
    with tempfile.TemporaryFile() as f:
        sys.stderr.flush()
        kept = os.dup(2)
        os.dup2(f.fileno(), 2)
        try:
            sys._debugmallocstats()
        finally:
            os.dup2(kept, 2)
            os.close(kept)
        f.seek(0)
        return f.read().decode()


def claim_058():
    """Python has a private heap with a manager of its own above the system's allocator."""
    before = sys.getallocatedblocks()
    many = [object() for _ in range(10_000)]
    between(10_000, sys.getallocatedblocks() - before, 10_100)
    used = statistics()
    del many
    between(-100, sys.getallocatedblocks() - before, 100)
    assert used != statistics() and "pools" in used, used


def claim_059():
    """Three layers, from fast to slow: allocators for single types, Python's memory manager, malloc and free of the system.

    Here: pools of the block's size and kind serve all types, and whatever is larger comes from the same arenas.
    """
    text = statistics()
    for layer in ["pools", "arenas", "from the system"] if OURO else ["free PyListObjects", "pools", "arenas allocated total"]:
        assert layer in text, layer
    small = seconds(lambda: [bytes(10) for _ in range(300)]) / 300
    assert seconds(lambda: [len(bytes(8 * MB)) for _ in range(30)]) / 30 > 2 * small


def addresses_of(make, count=2_000, rounds=80):
    """How many addresses there are for objects that are made and die in rounds of so many, as a multiple of that."""
    addresses = set()
    for _ in range(rounds):
        addresses.update([id(thing) for thing in [make(i) for i in range(count)]])
    return len(addresses) / count


def claim_060():
    """There are allocators for ints, lists, dicts and strings.

    In fact: lists of freed floats, tuples, lists and dicts; none of ints and strs.
    Here: a freed block is used next by whatever is of its size; floats and ints are mostly values, which need none.
    """
    for make in (lambda i: [], lambda i: {}, lambda i: (i, None), lambda i: {"a": i}):
        between(0.9, addresses_of(make), 16)
    if not OURO:
        text = statistics()
        for kind in "PyFloatObjects", "PyDictObjects", "PyListObjects", "2-sized PyTupleObjects":
            assert "free " + kind in text, kind
        assert "PyLongObjects" not in text and "PyUnicodeObjects" not in text
    else:
        before = sys.getallocatedblocks()
        numbers = [i * 1.5 for i in range(1000)], list(range(1000))
        between(0, sys.getallocatedblocks() - before, 20)
        equal(sum(numbers[1]), 499_500)


def claim_061():
    """The manager keeps pools for small objects, and freed memory for reuse."""
    between(0.9, addresses_of(lambda i: object()), 16)

    def again():
        sizes = []
        for _ in range(6):
            many = [[] for _ in range(50_000)]
            sizes.append(resident())
            del many
        return sizes

    sizes = apart(again)
    between(-20 * MB, sizes[-1] - sizes[0], 4 * MB)  # 14 if nothing was used again


def claim_062():
    """The system's allocator serves only large blocks.

    In fact: the arenas come from the system too.
    """
    def large():
        before = resident(DECAY)
        big = bytearray(b"x") * (50 * MB)
        full = resident()
        del big
        return full - before, resident(DECAY) - before

    risen, left = apart(large)
    between(49 * MB, risen, 52 * MB)
    between(-20 * MB, left, 2 * MB)


def claim_063():
    """Python avoids calls of the system, because they are slow."""
    def page_faults(make, count):
        before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
        for _ in range(count):
            make()
        return (resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before) / count

    between(0, apart(lambda: page_faults(lambda: [bytes(100), []], 100_000)), 0.005)
    between(10, apart(lambda: page_faults(lambda: bytearray(b"x") * (40 * MB), 1)), 20_000)  # 20 where pages are huge


def claim_064():
    """pymalloc serves objects under 512 bytes.

    In fact: up to 512, in 32 classes of steps of 16 bytes.
    Here: up to 512, in steps of 8 to 256 and of 16 from there on, which loses fewer bytes to rounding.
    """
    if not OURO:
        assert "Small block threshold = 512, in 32 size classes." in statistics()
        return
    import ouro
    many = [bytes(size) for size in range(1000) for _ in range(3)]
    sizes = sorted({c.block_size for c in ouro.fragmentation().classes})
    equal(sizes[-1], 512)
    assert all(size % (8 if size <= 256 else 16) == 0 for size in sizes), sizes
    assert len(sizes) > 40, sizes
    equal(len(many), 3000)


def claim_065():
    """pymalloc reduces fragmentation, speeds allocation up, and manages small objects.

    Not checked: how fast it is beside other allocators, which make bench measures.
    """
    def mixed():
        sizes = [16 + 37 * i % 400 for i in range(60_000)]
        many = [bytes(size) for size in sizes]
        full = resident()
        for _ in range(4):  # every second one goes, and one of its size comes
            for start in 0, 1:
                for i in range(start, len(many), 2):
                    many[i] = None
                for i in range(start, len(many), 2):
                    many[i] = bytes(sizes[i])
        return resident() - full

    between(-20 * MB, apart(mixed), MB)


def claim_066():
    """Memory is divided into arenas, pools and blocks."""
    def counts():
        text = statistics()
        if OURO:
            return [int(n) for n in re.search(r"in (\d+) pools of (\d+) arenas", text).groups()]
        return [int(re.search(r"(\d+) arenas \* ", text)[1])] * 2

    def grow():
        before = counts()
        many = [[] for _ in range(200_000)]
        full = counts()
        return len(many), [b - a for a, b in zip(before, full)]

    _, (pools, arenas) = apart(grow)
    if OURO:
        between(400, pools, 1_500)
        between(1, arenas, 6)
    else:
        between(8, arenas, 16)


def claim_067():
    """An arena is 256 KB, a large piece from the system.

    In fact: 1 MiB since 3.10.
    Here: 4 MiB, two huge pages; its own records are 0.4 % of it.
    """
    size = 1 << (22 if OURO else 20)
    if not OURO:
        assert "arenas * 1048576 bytes/arena" in statistics()

    def arenas():
        many = [bytes(300) for _ in range(40_000)]
        counted = collections.Counter(id(thing) // size for thing in many)
        return len(counted), max(counted.values()) * (sys.getsizeof(many[0]) + GUARDS)

    number, most = apart(arenas)
    between(40_000 * 330 / size, number, 40_000 * 370 / size + 3)
    between(0.9 * size, most, size)


def in_pools(make, count=4_000):
    """What make() made, by the pools of 16 KiB they lie in: {pool: [address]}."""
    pools = collections.defaultdict(list)
    many = [make() for _ in range(count)]
    for thing in many:
        pools[id(thing) >> 14].append(id(thing))
    return pools, many


def claim_068():
    """A pool is 4 KB and has objects of one size.

    In fact: 16 KiB since 3.10 on 64 bits; of one size class, as it says.
    """
    (small, kept), (larger, too) = in_pools(lambda: bytes(10)), in_pools(lambda: bytes(60))
    equal(set(small) & set(larger), set())
    size = sys.getsizeof(kept[0]) + GUARDS
    between(4096 / size * 3, max(map(len, small.values())), 16384 / size)
    if not OURO:
        assert "unused pools * 16384 bytes" in statistics()
    equal(len(too), 4_000)


def claim_069():
    """A block has any size and is one object.

    In fact: a multiple of 16 up to 512; the blocks of a pool are of one size.
    Here: a multiple of 8 up to 256, and of 16 from there on.
    """
    for size in 10, 60, 100, 200, 250, 300, 400:
        pools, kept = in_pools(lambda: bytes(size))
        block = functools.reduce(math.gcd, (a - addresses[0] for addresses in pools.values() for a in addresses))
        needed = sys.getsizeof(kept[0]) + GUARDS
        step = 8 if OURO and needed <= 256 else 16
        between(needed, block, needed + step - 1)
        equal(block % step, 0)


@functools.cache
def holes(every):
    """Resident bytes, less those before, of 300,000 small objects; when all but one in so many are gone; some time later; and
    when as many are there again.  With the bytes of the survivors."""
    def run():
        sizes = [resident(DECAY)]
        many = [[] for _ in range(300_000)]
        sizes.append(resident())
        kept = many[::every] if every else []
        del many
        sizes += [resident(), resident(DECAY)]
        many = [[] for _ in range(300_000 - len(kept))]
        sizes.append(resident())
        del many
        return [size - sizes[0] for size in sizes[1:]] + [sum(map(sys.getsizeof, kept))]

    return apart(run)


def claim_070():
    """Freed memory rarely goes back to the system; the arena of a deleted object stays.

    In fact: with one in 1000 kept nearly all of it stays.
    Here: pages in which nothing lives go back after a tenth of a second, also those of an arena in use.
    """
    full, _, later, _, _ = holes(1000)
    between(14 * MB, full, 40 * MB)
    if OURO:
        between(0, later, 0.35 * full)
    else:
        between(0.8 * full, later, 1.1 * full)


def claim_071():
    """An arena goes back only when every block in it is free.

    Here: page by page, as in 70; and the empty arena as well.
    """
    full, _, later, _, _ = holes(None)
    between(-20 * MB, later, 0.2 * full)


def claim_072():
    """Freed blocks stay in their pools for reuse."""
    many = [object() for _ in range(20_000)]
    kept, gone = many[::10], {id(thing) for i, thing in enumerate(many) if i % 10}
    del many
    again = {id(thing) for thing in [object() for _ in range(18_000)]}
    between(0.75, len(again & gone) / len(gone), 1)
    equal(len(kept), 2_000)


def claim_073():
    """Long-lived objects make holes.

    Here: a survivor keeps its page of 4 KiB, not its arena.
    """
    full, _, later, _, live = holes(1000)
    _, _, nothing, _, _ = holes(None)
    between(10 * live, later - nothing, 1.1 * full)
    between(live, live, 20_000)


def claim_074():
    """Extension modules allocate outside of Python's control.

    In fact: many use Python's allocator or tell tracemalloc; others do not.
    """
    def mapped():
        tracemalloc.start()
        before = resident(DECAY), sys.getallocatedblocks()
        with mmap.mmap(-1, 20 * MB) as memory:
            for _ in range(20):
                memory.write(b"x" * MB)
            return resident() - before[0], tracemalloc.get_traced_memory()[0], sys.getallocatedblocks() - before[1]

    risen, traced, blocks = apart(mapped)
    between(19 * MB, risen, 24 * MB)
    between(0, traced, 100_000)
    between(-50, blocks, 100)


def claim_075():
    """So a process looks large after it freed objects: the memory may stay in the arena.

    Here: until the next tenth of a second.
    """
    full, freed, later, _, live = holes(1000)
    assert live < 20_000
    between(0.05 * full, freed, 1.01 * full)
    assert later < 0.35 * full if OURO else later > 0.8 * full, (full, freed, later)


def claim_076():
    """Servers that run for long keep growing.

    In fact: with leaks or fragmentation only; under a steady load it comes to an end.
    """
    def serve(sessions):
        sizes = []
        for number in range(24):
            for request in range(1_500):
                body = {"id": request, "parts": [str(request)] * (request % 50), "text": "x" * (request * 2)}
                sessions[request % 97] = body
                if leak is not None:
                    leak.append(body)
            sizes.append(resident())
        return sizes[-1] - sizes[7]

    leak = None
    steady = apart(lambda: serve({}))
    leak = []
    growing = apart(lambda: serve({}))
    between(-20 * MB, steady, MB)
    between(16 * 1_500 * 1_500, growing, 120 * MB)


def claim_077():
    """Fragmentation is normal, not a bug.

    In fact: the room between survivors is used again before more is taken.
    """
    full, _, _, again, _ = holes(1000)
    between(0.9 * full, again, 1.1 * full)


def claim_078():
    """Heapy, tracemalloc and Pympler help to inspect fragmentation.

    In fact: they show objects and allocations; only sys._debugmallocstats() shows arenas and pools.
    Here: ouro.fragmentation() shows them to a program, and whose survivors keep the pages.
    """
    def free_blocks():
        if OURO:
            return sum(int(free) for free in re.findall(r"^ +\d+ (?:leaf|object) +\d+ +\d+ +(\d+)", statistics(), re.M))
        return sum(int(free) for free in re.findall(r"^ *\d+ +\d+ +\d+ +\d+ +(\d+)$", statistics(), re.M))

    def leave_holes():
        many = [object() for _ in range(40_000)]
        full = free_blocks()
        kept = many[::20]
        del many
        return kept, free_blocks() - full

    kept, free = leave_holes()
    between(20_000, free, 40_000)
    between(len(kept) * 16, held_by(lambda: leave_holes()[0]), len(kept) * 40 + 20_000)  # says nothing of the holes
    if OURO:
        import ouro

        class Survivor:
            pass

        many = [Survivor() for _ in range(40_000)]
        kept = many[::200]
        del many
        tracemalloc.stop()
        ouro.trim()
        told = ouro.fragmentation()
        assert any(pin.type == "Survivor" and pin.count == 200 for pin in told.pins), told.pins
        assert 0 < told.live < told.resident and told.arenas >= 1 and told.pools > 10


report(globals())
