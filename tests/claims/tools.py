"""Finding leaks, and the tools for it: claims 115 to 128."""
import cProfile
import gc
import io
import os
import pstats
import resource
import sys
import time
import tracemalloc

from claims import Thing, apart, between, equal, needs, report, resident, ring

LEAK = []


def line():
    """The number of the line that the caller is at."""
    return sys._getframe(1).f_lineno


def own(snapshot):
    """What of a snapshot was allocated by this file."""
    return snapshot.filter_traces([tracemalloc.Filter(True, __file__)])


def claim_115():
    """tracemalloc traces allocations and shows the line where memory grows."""
    tracemalloc.start(5)
    kept = [bytes(1000) for _ in range(100)]
    at = line() - 1
    top = tracemalloc.take_snapshot().statistics("lineno")[0]
    equal((os.path.basename(top.traceback[0].filename), top.traceback[0].lineno), ("tools.py", at))
    between(100_000, top.size, 106_000)
    between(100, top.count, 105)
    calls = [frame.lineno for frame in tracemalloc.get_object_traceback(kept[50])]
    assert calls[-1] == at and len(calls) > 2, calls  # and who called


def claim_116():
    """tracemalloc.start(), get_traced_memory() (current and peak), stop().

    In fact: stop() forgets everything: (0, 0).
    """
    equal((tracemalloc.is_tracing(), tracemalloc.get_traced_memory()), (False, (0, 0)))
    tracemalloc.start()
    kept = [i for i in range(10_000)]
    current, peak = tracemalloc.get_traced_memory()
    between(80_000, current, 400_000)
    between(current, peak, 500_000)
    big = bytearray(1_000_000)
    del big, kept
    current, peak = tracemalloc.get_traced_memory()
    between(0, current, 10_000)
    between(1_080_000, peak, 1_500_000)
    tracemalloc.reset_peak()
    between(0, tracemalloc.get_traced_memory()[1], 10_000)
    tracemalloc.stop()
    equal((tracemalloc.is_tracing(), tracemalloc.get_traced_memory()), (False, (0, 0)))


def claim_117():
    """take_snapshot(), statistics("lineno"), and the first five printed.

    In fact: also by "filename" and "traceback".
    """
    tracemalloc.start()
    kept = [bytearray(100_000), bytearray(1_000)]  # noqa: F841
    more = bytearray(50_000)  # noqa: F841
    at = line() - 2, line() - 1
    snapshot = tracemalloc.take_snapshot()
    top = snapshot.statistics("lineno")
    sizes = [stat.size for stat in top]
    equal(sizes, sorted(sizes, reverse=True))
    equal([stat.traceback[0].lineno for stat in top[:2]], list(at))
    assert str(top[0]).startswith("%s:%d: size=98.8 KiB, count=" % (__file__, at[0])), str(top[0])
    for key in "filename", "traceback":
        grouped = snapshot.statistics(key)
        assert sum(stat.size for stat in grouped) == sum(sizes) and len(grouped) <= len(snapshot.traces)
    equal(own(snapshot).statistics("filename")[0].traceback[0].filename, __file__)


def claim_118():
    """second.compare_to(first, "lineno") shows which file, which line, how much leaked.

    In fact: the largest difference first.
    """
    def leak(count):
        for _ in range(count):
            LEAK.append(bytes(1000))

    def steady():
        return bytes(1000)

    tracemalloc.start()
    kept = steady()
    leak(10)
    first = tracemalloc.take_snapshot()
    leak(100)
    kept = steady()  # noqa: F841
    second = tracemalloc.take_snapshot()
    LEAK.clear()
    worst, *others = second.compare_to(first, "lineno")
    equal((worst.traceback[0].filename, worst.traceback[0].lineno), (__file__, leak.__code__.co_firstlineno + 2))
    between(100_000, worst.size_diff, 106_000)
    between(95, worst.count_diff, 105)
    between(110_000, worst.size, 117_000)
    assert all(abs(other.size_diff) <= worst.size_diff for other in others)
    for other in others:
        if other.traceback[0].lineno == steady.__code__.co_firstlineno + 1:
            between(-100, other.size_diff, 100)


def claim_119():
    """Four steps find a leak: trace, take a snapshot, compare, look who holds it."""
    class Session(Thing):
        pass

    tracemalloc.start()
    first = tracemalloc.take_snapshot()
    for _ in range(50):
        LEAK.append(Session())
        LEAK[-1].data = bytes(1000)
        at = line() - 1
    worst = own(tracemalloc.take_snapshot()).compare_to(own(first), "lineno")[0]
    equal(worst.traceback[0].lineno, at)
    leaked = [thing for thing in gc.get_objects() if type(thing) is Session]
    equal(len(leaked), 50)
    assert any(holder is LEAK for holder in gc.get_referrers(leaked[0]))
    LEAK.clear()


def claim_120():
    """objgraph.show_growth() shows which types grow.

    In fact: of what the collector tracks.
    """
    objgraph = needs("objgraph")

    class Growing(Thing):
        pass

    LEAK.extend(Growing() for _ in range(20))
    objgraph.growth()
    texts = ["text %d" % i for i in range(100)]
    LEAK.extend(Growing() for _ in range(30))
    out = io.StringIO()
    objgraph.show_growth(limit=None, file=out)
    shown = [words.split() for words in out.getvalue().splitlines()]
    assert ["Growing", "50", "+30"] in shown, shown
    assert not any(words[0] == "str" for words in shown) and len(texts) == 100
    LEAK.clear()


def claim_121():
    """objgraph.show_most_common_types() and show_backrefs(obj): who holds it, why it is still there.

    In fact: as text for Graphviz, which it draws when asked for a picture.
    """
    objgraph = needs("objgraph")

    class Common(Thing):
        pass

    LEAK.extend(Common() for _ in range(20_000))
    out = io.StringIO()
    objgraph.show_most_common_types(limit=3, file=out)
    equal(out.getvalue().splitlines()[0].split(), ["Common", "20000"])
    del LEAK[1:]
    out = io.StringIO()
    objgraph.show_backrefs([LEAK[0]], output=out, max_depth=3)
    assert out.getvalue().startswith("digraph") and "Common" in out.getvalue() and "LEAK" in out.getvalue(), out.getvalue()
    chain = objgraph.find_backref_chain(LEAK[0], objgraph.is_proper_module)
    assert chain[-1] is LEAK[0] and chain[-2] is LEAK
    del chain
    LEAK.clear()


def claim_122():
    """memory_profiler is external; @profile reports a function line by line.

    In fact: it reads the resident memory at each line, and is slow.
    """
    profiler = needs("memory_profiler")
    out = io.StringIO()

    @profiler.profile(stream=out)
    def grows():
        big = bytearray(b"x") * 30_000_000
        size = len(big)
        return size

    table = apart(lambda: (grows(), out.getvalue())[1])
    rows = [row for row in table.splitlines() if "bytearray" in row]
    equal(len(rows), 1)
    assert "Line #" in table and "Increment" in table
    between(20, max(float(word) for word in rows[0].split("big =")[0].replace("MiB", "").split()[2:3]), 40)


def claim_123():
    """Pympler and Heapy.

    In fact: external, no part of the standard library.
    """
    asizeof, summary, hpy = needs("pympler.asizeof").asizeof, needs("pympler.summary"), needs("guppy").hpy

    class Profiled(Thing):
        pass

    LEAK.extend(Profiled() for _ in range(70))
    inner = bytes(1000)
    equal(asizeof([inner, inner]), sys.getsizeof([inner, inner]) + -(-sys.getsizeof(inner) // 8) * 8)
    rows = [row for row in summary.summarize(LEAK) if row[0].endswith("Profiled")]
    equal([row[1] for row in rows], [70])
    equal((hpy().heap() & Profiled).count, 70)
    LEAK.clear()


def claim_124():
    """psutil and htop tell whether processor or memory is short.

    In fact: external; resource.getrusage and /proc/self/statm tell it too.
    """
    def used(work):
        before = resident(), resource.getrusage(resource.RUSAGE_SELF)
        kept = work()
        after = resident(), resource.getrusage(resource.RUSAGE_SELF)
        del kept
        return after[0] - before[0], after[1].ru_utime - before[1].ru_utime, after[1].ru_maxrss - before[1].ru_maxrss

    memory, processor, most = apart(lambda: used(lambda: bytearray(b"x") * 60_000_000))
    between(45_000_000, memory, 62_000_000)
    between(40_000, most, 62_000)
    memory, busy, _ = apart(lambda: used(lambda: sum(i * i for i in range(2_000_000))))
    between(-20_000_000, memory, 1_000_000)
    assert busy > 0.01, busy


def claim_125():
    """cProfile and line_profiler tell where processor time goes.

    In fact: cProfile is part of the library, line_profiler is external.
    """
    def costly(n):
        return sum(i * i for i in range(n))

    def cheap():
        return 1

    def program():
        for _ in range(5):
            cheap()
            costly(5_000)

    profile = cProfile.Profile()
    profile.runcall(program)
    out = io.StringIO()
    pstats.Stats(profile, stream=out).sort_stats("cumulative").print_stats()
    stats = {key[2]: value for key, value in pstats.Stats(profile).stats.items()}
    equal([stats[f.__name__][1] for f in (program, costly, cheap)], [1, 5, 5])
    assert stats["program"][3] >= stats["costly"][3] > stats["cheap"][3]
    assert out.getvalue().index("(program)") < out.getvalue().index("(costly)") < out.getvalue().index("(cheap)")


def claim_126():
    """The gc module is a tool of analysis.

    In fact: with get_objects, get_referrers, get_referents, get_stats, DEBUG_SAVEALL.
    """
    thing = Thing()
    thing.part = part = [thing]
    assert any(o is part for o in gc.get_objects())
    assert any(o is part for o in gc.get_referrers(thing)) and not any(o is LEAK for o in gc.get_referrers(thing))
    assert any(o is thing for o in gc.get_referents(part))
    del thing, part
    gc.collect()
    gc.set_debug(gc.DEBUG_SAVEALL)
    ring(4)
    gc.collect()
    gc.set_debug(0)
    equal(sum(type(o) is Thing for o in gc.garbage), 4)
    equal([set(stat) for stat in gc.get_stats()], [{"collections", "collected", "uncollectable"}] * 3)


def growth(program):
    """What more is alive after three further rounds, and the line that it comes from."""
    tracemalloc.start()
    program()
    first = own(tracemalloc.take_snapshot())
    for _ in range(3):
        program()
    second = own(tracemalloc.take_snapshot())
    tracemalloc.stop()
    return max(((stat.size_diff, stat.traceback[0].lineno) for stat in second.compare_to(first, "lineno")), default=(0, None))


def claim_127():
    """A workflow: processor or memory, profile that, look at the collector, find cycles, rewrite, measure again; never guess."""
    def program(remember):
        for i in range(100):
            page = bytes(1000)
            if remember:
                LEAK.append(page)

    begun, before = time.process_time(), resident()
    program(True)
    assert time.process_time() >= begun and resident() >= before - 1_000_000
    size, at = growth(lambda: program(True))
    between(300_000, size, 320_000)
    equal(at, program.__code__.co_firstlineno + 2)
    LEAK.clear()
    equal(gc.collect(), 0)  # no cycles: the rewrite is another
    size, _ = growth(lambda: program(False))
    between(-3_000, size, 3_000)


def claim_128():
    """Monitor memory over time."""
    def readings(leak):
        taken = []
        for _ in range(8):
            body = bytearray(b"x") * 3_000_000
            if leak:
                LEAK.append(body)
            del body
            taken.append(resident())
        return taken

    growing, steady = apart(lambda: readings(True)), apart(lambda: readings(False))
    for before, after in zip(growing, growing[1:]):
        between(2_500_000, after - before, 3_500_000)
    between(-20_000_000, steady[-1] - steady[2], 1_000_000)


report(globals())
