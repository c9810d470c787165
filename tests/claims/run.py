#!/usr/bin/env python3
"""run.py [--reference INTERPRETER] [--with OPTION]... [--jobs N] INTERPRETER [PROGRAM...]
run.py --list

Checks what five articles say of Python's memory, 146 numbered claims, as CPython 3.11 really has it: the programs of this
folder have a function for each (claims.py says how they are written), and unchecked.txt lists those that no program can
check, with the reason.  A claim passes when its check holds; a program that leaves a block behind (the debug build says so)
fails.  --reference runs the same checks in another interpreter, CPython 3.11, to show that they hold there; what is not
installed there is told and does not count.  --with gives the interpreter an option more.  --list prints the claims, with
what is really so (In fact), what ouro does in another way and why (Here), and what is not checked.

One line for each claim that fails, then "N passed, M failed".
"""
import ast
import collections
import concurrent.futures
import os
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))
from run import LEAK  # noqa: E402  (tests/run.py: how a leak is told)

CLAIMS = 146
LIMIT = 120

Claim = collections.namedtuple("Claim", "number program text")


def claims_of(program):
    """The claims that a program has functions for, as they stand there."""
    with open(os.path.join(HERE, program), encoding="utf-8") as f:
        tree = ast.parse(f.read())
    for node in tree.body:
        m = re.fullmatch(r"claim_(\d{3})", getattr(node, "name", ""))
        if m:
            yield Claim(int(m[1]), program, ast.get_docstring(node) or "")


def checked():
    programs = sorted(n for n in os.listdir(HERE) if n.endswith(".py") and n not in ("run.py", "claims.py"))
    return sorted(claim for program in programs for claim in claims_of(program))


def unchecked():
    """{number: reason} of unchecked.txt."""
    found = {}
    with open(os.path.join(HERE, "unchecked.txt"), encoding="utf-8") as f:
        for line in f:
            if line.strip() and not line.startswith("#"):
                number, _, reason = line.strip().partition(" ")
                found[int(number)] = reason.strip()
    return found


def accounting(claims, reasons):
    """What is wrong with the numbers: each claim has one function with a text, or one reason."""
    times = collections.Counter(claim.number for claim in claims)
    times.update(list(reasons))
    for number in sorted(set(times) | set(range(1, CLAIMS + 1))):
        if not 1 <= number <= CLAIMS:
            yield "claim %d: there is none" % number
        elif times[number] != 1:
            yield "claim %d: %s" % (number, "twice" if times[number] else "neither checked nor in unchecked.txt")
    yield from ("claim %d: without a text" % claim.number for claim in claims if not claim.text)
    yield from ("claim %d: without a reason" % number for number, reason in reasons.items() if not reason)


def run(command, program, claims):
    """({number: None or what is wrong}, {number: what the interpreter lacks}, None or what is wrong with the end) of a program."""
    env = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
    with tempfile.TemporaryDirectory(prefix="ouro-claims-") as work:
        env["TMPDIR"] = work
        try:
            done = subprocess.run(command + ["-B", os.path.join(HERE, program)], cwd=work, env=env, stdin=subprocess.DEVNULL,
                                  capture_output=True, timeout=LIMIT, encoding="utf-8", errors="backslashreplace")
        except subprocess.TimeoutExpired:
            return {claim.number: "%s: over %d s" % (program, LIMIT) for claim in claims}, {}, None
    results, lacks = {}, {}
    for word, number, why in re.findall(r"^(ok|FAIL|lacks) (\d+)(?:: (.*))?$", done.stdout, re.M):
        if word == "lacks":
            lacks[int(number)] = why
        results[int(number)] = why if word == "FAIL" else None
    told = [line for line in done.stderr.split("\n") if line.strip()]
    end = "; standard error ends " + told[-1][:200] if told else ""
    for claim in claims:
        results.setdefault(claim.number, "not reached")
    leak = LEAK.search(done.stderr)
    fault = leak[0] if leak else "exit status %d" % done.returncode if done.returncode else None
    return results, lacks, fault and "%s: %s%s" % (program, fault, end)


def hold(command, claims, jobs):
    """Runs the programs of the claims: how many hold, what is wrong, and {number: what the interpreter lacks}."""
    programs = sorted({claim.program for claim in claims})
    by_program = [[claim for claim in claims if claim.program == program] for program in programs]
    results, lacks, wrong = {}, {}, []
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        for said, missing, fault in pool.map(run, [command] * len(programs), programs, by_program):
            results.update(said)
            lacks.update(missing)
            wrong += [fault] if fault else []
    wrong += ["claim %d: %s" % (number, why) for number, why in sorted(results.items()) if why]
    return sum(why is None for why in results.values()) - len(lacks), wrong, lacks


def show(claims, reasons):
    texts = {claim.number: claim.text for claim in claims}
    for number in range(1, CLAIMS + 1):
        lines = texts.get(number, "Not checked: " + reasons.get(number, "?")).split("\n")
        print("%4d  %s" % (number, "\n      ".join(line for line in lines if line.strip())))


def main(argv):
    jobs, options, reference = os.cpu_count() or 1, [], None
    claims, reasons = checked(), unchecked()
    if argv == ["--list"]:
        show(claims, reasons)
        return 0
    while argv and argv[0].startswith("--"):
        if argv[0] == "--reference":
            reference = argv[1]
        elif argv[0] == "--with":
            options.append(argv[1])
        elif argv[0] == "--jobs":
            jobs = int(argv[1])
        else:
            sys.exit(__doc__)
        argv = argv[2:]
    if not argv:
        sys.exit(__doc__)
    wanted = [os.path.basename(name) for name in argv[1:]]
    wrong = list(accounting(claims, reasons))
    claims = [claim for claim in claims if not wanted or claim.program in wanted]
    passed = 0
    for command in [[argv[0], *options]] + ([[reference]] if reference else []):
        name = command[0]
        command[0] = os.path.abspath(name) if os.path.exists(name) else name
        held, faults, lacks = hold(command, claims, jobs)
        if command[0] == os.path.abspath(argv[0]) and lacks:
            faults += ["claim %d: needs %s" % item for item in sorted(lacks.items())]
            lacks = {}
        passed += held
        wrong += ["%s: %s" % (name, fault) for fault in faults]
        print("%s: %d claims hold%s" % (name, held, "".join("; %d needs %s" % item for item in sorted(lacks.items()))))
    print("of %d claims %d have a check, %d are in unchecked.txt" % (CLAIMS, len(checked()), len(reasons)))
    for fault in wrong:
        print("FAIL " + fault)
    print("%d passed, %d failed" % (passed, len(wrong)))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
