#!/usr/bin/env python3
"""run.py [--timeout SECONDS] [--jobs N] [--with OPTION]... [--skip TEXT]... [--slowest N] INTERPRETER [DIRECTORY-or-FILE...]

Runs every program under the directories that has its expected output beside it, in a fresh working directory, and
compares:

    NAME.py      the program
    NAME.out     its standard output, exactly
    NAME.err     the end of its standard error (optional; the last lines, `...` for any text within a line)
    NAME.status  its exit status (optional; 0 without it)

--with gives the interpreter an option more; --skip leaves out the programs with TEXT in their path; --slowest tells the
seconds of the N that took longest.

A program that leaves a block behind (the debug build says so) fails.  One line for each failing program, then
"N passed, M failed".
"""
import concurrent.futures
import os
import re
import signal
import subprocess
import sys
import tempfile
import time

LEAK = re.compile(r"^ouro: .*(still alive|blocks? left|leak)|^ouro: (heap check|memory: block)", re.M)


def read(path):
    try:
        with open(path, encoding="utf-8", newline="") as f:
            return f.read()
    except FileNotFoundError:
        return None


def first_difference(want, got):
    want, got = want.split("\n"), got.split("\n")
    for number in range(max(len(want), len(got))):
        a = want[number] if number < len(want) else "<end of output>"
        b = got[number] if number < len(got) else "<end of output>"
        if a != b:
            return "line %d: expected %s, got %s" % (number + 1, repr(a)[:200], repr(b)[:200])
    return None


def error_output_fits(want, got):
    want, got = want.rstrip("\n").split("\n"), got.rstrip("\n").split("\n")[-len(want.rstrip("\n").split("\n")):]
    if len(want) != len(got):
        return False
    return all(re.fullmatch(".*".join(map(re.escape, w.split("..."))), g) for w, g in zip(want, got))


def check(command, program, limit):
    """None when the program passes, else what is wrong."""
    stem = program[:-3]
    with tempfile.TemporaryDirectory(prefix="ouro-test-") as work:
        env = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
        env["TMPDIR"] = work
        env.setdefault("ASAN_OPTIONS", "detect_leaks=1:allocator_may_return_null=1:detect_stack_use_after_return=0")
        env.setdefault("UBSAN_OPTIONS", "print_stacktrace=1:halt_on_error=1")
        try:
            done = subprocess.run(command + [program], cwd=work, env=env, stdin=subprocess.DEVNULL,
                                  capture_output=True, timeout=limit)
        except subprocess.TimeoutExpired:
            return "over %d s" % limit
    out = done.stdout.decode("utf-8", "backslashreplace")
    err = done.stderr.decode("utf-8", "backslashreplace")
    told = [line for line in err.split("\n") if line.strip()]
    tail = "; stderr ends " + repr(told[-1])[:160] if told else ""
    status = int(read(stem + ".status") or "0")
    if LEAK.search(err):
        return "faults: " + LEAK.search(err).group(0) + tail
    difference = first_difference(read(stem + ".out"), out)
    if difference:
        return difference + tail
    if done.returncode != status:
        return "exit status %d, expected %d%s" % (done.returncode, status, tail)
    expected_err = read(stem + ".err")
    if expected_err is not None and not error_output_fits(expected_err, err):
        return "standard error differs" + tail
    return None


def main(argv):
    signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored in a background job, and so in its children
    limit, jobs, options, skipped, slowest, seconds = 300, os.cpu_count() or 1, [], [], 0, {}
    while argv and argv[0].startswith("--"):
        if argv[0] == "--timeout":
            limit = int(argv[1])
        elif argv[0] == "--jobs":
            jobs = int(argv[1])
        elif argv[0] == "--with":
            options.append(argv[1])
        elif argv[0] == "--skip":
            skipped.append(argv[1])
        elif argv[0] == "--slowest":
            slowest = int(argv[1])
        else:
            sys.exit(__doc__)
        argv = argv[2:]
    if not argv:
        sys.exit(__doc__)
    command = [os.path.abspath(argv[0]) if os.path.exists(argv[0]) else argv[0]]
    programs = []
    for place in argv[1:] or [os.path.join(os.path.dirname(os.path.abspath(__file__)), "python")]:
        if os.path.isfile(place):
            programs.append(os.path.abspath(place))
        for root, _, names in os.walk(place):
            programs += [os.path.abspath(os.path.join(root, n)) for n in names
                         if n.endswith(".py") and os.path.exists(os.path.join(root, n[:-3] + ".out"))]
    command += options
    programs = sorted(p for p in programs if not any(text in p for text in skipped))
    failed = 0

    def timed(program):
        begin = time.monotonic()
        problem = check(command, program, limit)
        seconds[program] = time.monotonic() - begin
        return problem

    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        for program, problem in zip(programs, pool.map(timed, programs)):
            if problem:
                failed += 1
                print("FAIL %s: %s" % (os.path.relpath(program), problem), flush=True)
    for program in sorted(seconds, key=seconds.get, reverse=True)[:slowest]:
        print("%6.1f s %s" % (seconds[program], os.path.relpath(program)))
    print("%d passed, %d failed" % (len(programs) - failed, failed))
    return 1 if failed or not programs else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
