#!/usr/bin/env python3
"""trace.py OURO [PEER]: what tracing costs, ours beside CPython's in one run: processor time and memory of programs with and
without tracemalloc, and the time of snapshots and comparisons at a million living blocks.

Times as in run.py: the interpreters and modes take turns, a ratio is the median over ROUNDS turns.  Memory is the peak
of resident memory of the whole process.
"""
import os
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROUNDS = 5
ALL = 65535  # frames
TIME_LIMIT, MEMORY_LIMIT, LOOP_LIMIT, SNAPSHOT_LIMIT = 1.15, 1.10, 1.5, 10


# ---- programs that only matter here ----

def allocation_loop():
    for i in range(1_000_000):
        [i]


def many_lists():
    return [[i] for i in range(300_000)]


def many_instances():
    class Node:
        def __init__(self, value):
            self.value = value
            self.next = None
    return [Node(i) for i in range(300_000)]


def many_strings():
    return {str(i): "value %d" % i for i in range(200_000)}


def buffers():
    kept = []
    for i in range(20_000):
        kept.append(bytes(600 + i % 1000))
    return kept


OWN = [allocation_loop, many_lists, many_instances, many_strings, buffers]


def peak_kilobytes():
    with open("/proc/self/status") as f:
        for line in f:
            if line.startswith("VmHWM"):
                return int(line.split()[1])


def run_one(name, frames):
    import programs
    function = globals().get(name) or getattr(programs, name)
    if frames:
        import tracemalloc
        tracemalloc.start(frames)
    best = 1e9
    for _ in range(3):
        start = time.process_time()
        result = function()
        best = min(best, time.process_time() - start)
        del result
    print(best, peak_kilobytes())


def run_snapshots():
    import tracemalloc
    tracemalloc.start()
    lines = "\n".join("def f%d(n): return [bytes(40) for i in range(n)]" % i for i in range(500))
    space = {}
    exec(compile(lines, "made.py", "exec"), space)
    kept = [space["f%d" % i](1000) for i in range(500)]
    old = tracemalloc.take_snapshot()
    kept.extend(space["f%d" % i](1000) for i in range(500))
    start = time.process_time()
    new = tracemalloc.take_snapshot()
    taken = time.process_time() - start
    start = time.process_time()
    changes = new.compare_to(old, "lineno")
    compared = time.process_time() - start
    assert len(new.traces) > 1_000_000 and changes[0].count_diff >= 1000
    print(taken * 1e3, compared * 1e3)


# ---- the driver ----

def median(values):
    values = sorted(values)
    return (values[(len(values) - 1) // 2] + values[len(values) // 2]) / 2


def run(interpreter, *arguments):
    import subprocess
    done = subprocess.run([interpreter, os.path.join(HERE, "trace.py"), *arguments], capture_output=True, text=True)
    if done.returncode:
        sys.exit("%s %s: %s" % (interpreter, " ".join(arguments), (done.stderr.strip() or "failed").split("\n")[-1]))
    return [float(word) for word in done.stdout.split()]


def compare_programs(ours, peer):
    import programs
    print("%-18s %9s %7s %7s %7s %7s | %9s %7s %7s" %
          ("", "ours", "1 frame", "all", "memory", "all", "CPython", "1 frame", "memory"))
    columns = [[], [], [], [], [], []]
    loop = 0
    for name in [f.__name__ for f in programs.PROGRAMS + OWN]:
        turns = [[run(ours, "one", name, "0"), run(ours, "one", name, "1"), run(ours, "one", name, str(ALL)),
                  run(peer, "one", name, "0"), run(peer, "one", name, "1")] for _ in range(ROUNDS)]

        def ratio(a, b, column):
            return median(turn[b][column] / turn[a][column] for turn in turns)
        found = [ratio(0, 1, 0), ratio(0, 2, 0), ratio(0, 1, 1), ratio(0, 2, 1), ratio(3, 4, 0), ratio(3, 4, 1)]
        for column, value in zip(columns, found):
            column.append(value)
        if name == "allocation_loop":
            loop = max(found[0], found[1])
        print("%-18s %6.1f ms %7.2f %7.2f %7.2f %7.2f | %6.1f ms %7.2f %7.2f" %
              (name, median(t[0][0] for t in turns) * 1e3, *found[:4],
               median(t[3][0] for t in turns) * 1e3, *found[4:]), flush=True)
    medians = [median(column) for column in columns]
    print("%-18s %9s %7.2f %7.2f %7.2f %7.2f | %9s %7.2f %7.2f" % ("median", "", *medians[:4], "", *medians[4:]))
    return (max(medians[:2]) <= TIME_LIMIT) & (max(medians[2:4]) <= MEMORY_LIMIT) & (loop <= LOOP_LIMIT)


def compare_snapshots(ours, peer):
    print("\n%-44s %10s %10s" % ("milliseconds at a million living blocks", "ours", "CPython"))
    turns = [run(interpreter, "snapshots") for interpreter in (ours, peer)]
    for what, a, b in zip(("take_snapshot", "compare_to, by line"), *turns):
        print("%-44s %10.2f %10.1f" % (what, a, b))
    return max(turns[0]) <= SNAPSHOT_LIMIT


def main(ours, peer="/usr/bin/python3.11"):
    good = compare_programs(ours, peer)
    good &= compare_snapshots(ours, peer)
    print("\nwithin budget" if good else "\nOVER BUDGET: time %.2f, memory %.2f, loop %.1f, snapshots %d ms" %
          (TIME_LIMIT, MEMORY_LIMIT, LOOP_LIMIT, SNAPSHOT_LIMIT))
    return 0 if good else 1


if sys.argv[1] == "one":
    run_one(sys.argv[2], int(sys.argv[3]))
elif sys.argv[1] == "snapshots":
    run_snapshots()
else:
    sys.exit(main(*sys.argv[1:]))
