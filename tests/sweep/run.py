#!/usr/bin/env python3
"""run.py [--step N] [--jobs N] INTERPRETER [PROGRAM...]

Out of memory at every allocation of each program of this folder (`ouro --sweep`), and of the runtime's own start and
end: each run ends as the program ends, or
with MemoryError; its heap is whole, and no block is left.  --step tests only every N-th allocation, a different
choice for each program.  One line for each program, then "N passed, M failed".
"""
import concurrent.futures
import os
import re
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
LIMIT = 1200
START = "the start"


def sweep(command, step, number, program):
    """What is wrong, or None; and what was done."""
    env = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
    # children do not look for leaks: what is left at close, the runtime counts itself
    env["ASAN_OPTIONS"] = "detect_leaks=0:allocator_may_return_null=1:detect_stack_use_after_return=0"
    env["UBSAN_OPTIONS"] = "print_stacktrace=1:halt_on_error=1"
    env["PYTHONHASHSEED"] = "1"
    if program == START:
        return judge(command + ["--sweep-start=%d" % (3 * step), "-c", "pass"], env)
    plain = subprocess.run(command + [program], capture_output=True, env=env, timeout=LIMIT)
    with open(program[:-3] + ".out", "rb") as f:
        if plain.returncode or plain.stdout != f.read():
            return "by itself: status %d, %r" % (plain.returncode, plain.stdout[-200:] + plain.stderr[-300:]), ""
    return judge(command + ["--sweep=%d:%d" % (step, number % step + 1), program], env)


def judge(command, env):
    begin = time.monotonic()
    try:
        done = subprocess.run(command, capture_output=True, env=env, timeout=LIMIT, text=True,
                              errors="backslashreplace")
    except subprocess.TimeoutExpired:
        return "over %d s" % LIMIT, ""
    found = re.search(r"ouro: sweep: (\d+) runs, (\d+) bad\n$", done.stderr)
    if not found:
        return "status %d, stderr ends %r" % (done.returncode, done.stderr[-600:]), ""
    if done.returncode or int(found[2]):
        return "%s of %s runs are bad\n%s" % (found[2], found[1], done.stderr), ""
    return None, "%s runs in %.1f s" % (found[1], time.monotonic() - begin)


def main(argv):
    step, jobs = 1, os.cpu_count() or 1
    while argv and argv[0].startswith("--"):
        if argv[0] == "--step":
            step = int(argv[1])
        elif argv[0] == "--jobs":
            jobs = int(argv[1])
        else:
            sys.exit(__doc__)
        argv = argv[2:]
    if not argv:
        sys.exit(__doc__)
    command = [os.path.abspath(argv[0])]
    programs = [os.path.abspath(p) for p in argv[1:]] or [START] + [
        os.path.join(HERE, n) for n in sorted(os.listdir(HERE)) if n.endswith(".py") and n != "run.py"]
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        results = pool.map(lambda p: sweep(command, step, *p), enumerate(programs))
        for program, (problem, told) in zip(programs, results):
            name = os.path.basename(program)
            if problem:
                failed += 1
                print("FAIL sweep of %s: %s" % (name, problem), flush=True)
            else:
                print("%-20s %s" % (name, told), flush=True)
    print("%d passed, %d failed" % (len(programs) - failed, failed))
    return 1 if failed or not programs else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
