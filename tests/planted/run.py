#!/usr/bin/env python3
"""run.py INTERPRETER

Commits faults on purpose (the module _ouro_plant of the checked build) and looks whether each is caught by the detector
that is there for it.  The last line is "N passed, M failed"; a build without the module has none of these tests.
"""
import concurrent.futures
import os
import re
import subprocess
import sys

# name, program, what standard error must say (a regular expression), and the exit status (None: any but 0)
PLANTED = [
    ("nothing planted", "import _ouro; assert _ouro.heap_check(True) == []", r"\A\Z", 0),
    ("nothing planted, in a function that runs at exit",
     "import atexit\n@atexit.register\ndef f():\n for i in range(3): pass", r"\A\Z", 0),
    ("a missed decref: the exact heap check, from the program",
     "import _ouro, _ouro_plant as p\nx = [1]\np.miss_decref(x)\nprint(_ouro.heap_check(True))",
     r"list: reference count 2, but 1 references[^\0]*still alive at close: list", 70),
    ("a missed decref in a function called from a loop: the heap check between instructions",
     "import _ouro_plant as p\nx = [1]\nfor i in range(2):\n p.miss_decref(x)",
     r"heap check while running: list: reference count [23], but 1 references", 70),
    ("a missed decref: the heap check at the end, and the leak report with the type",
     "import _ouro_plant as p\nclass Leaked: pass\np.miss_decref(Leaked())",
     r"heap check at the end: Leaked: reference count 1, but 0 references[^\0]*still alive at close: Leaked", 70),
    ("a missed decref of a str: the count of blocks",
     "import _ouro_plant as p\np.miss_decref('a' + str([1]))", r"[1-9]\d* blocks left at close", 70),
    ("a missed incref: the heap check",
     "import _ouro_plant as p\nx = y = [1]\np.miss_incref(x)\nimport _ouro\nprint(_ouro.heap_check())\np.mend(x)",
     r"\['list: reference count 1, but 2 references'\]", 70),
    ("a missed incref: the heap check between instructions",
     "import _ouro_plant as p\nx = y = [1]\np.miss_incref(x)\nfor i in range(2): pass\np.mend(x)",
     r"heap check while running: list: reference count 1, but 2 references", 70),
    ("a missed edge in a traversal: the exact heap check",
     "import _ouro_plant as p\nx = [1]\nh = p.hidden(x)", r"at the end: list: reference count 2, but 1 references", 70),
    ("a missed edge in a traversal: the cycle is in the leak report",
     "import _ouro_plant as p\nx = [1]\nx.append(p.hidden(x))\ndel x", r"still alive at close: list", 70),
    ("a forgotten block: the count at close", "import _ouro_plant as p\np.leak_block()", r"1 blocks left at close", 70),
    ("a double free", "import _ouro_plant as p\np.free_twice()",
     r"block 0x\w+( of 40 bytes)? freed twice|AddressSanitizer", None),
    ("a write past a block", "import _ouro_plant as p\np.write_past()",
     r"block 0x\w+ of 40 bytes written past its end|AddressSanitizer: use-after-poison", None),
    ("a write to a freed block", "import _ouro_plant as p\np.write_after_free()",
     r"block 0x\w+( of \d+ bytes)? written to after it was freed|AddressSanitizer: use-after-poison", None),
]


def main(argv):
    interpreter = os.path.abspath(argv[0])
    env = dict(os.environ, ASAN_OPTIONS="detect_leaks=1:detect_stack_use_after_return=0")
    if subprocess.run([interpreter, "-c", "import _ouro_plant"], capture_output=True).returncode:
        print("0 passed, 0 failed")
        return 0

    def problem(planted):
        name, program, expected, status = planted
        done = subprocess.run([interpreter, "--check-heap=1", "-c", program], capture_output=True, env=env, text=True,
                              timeout=300)
        text = done.stderr + done.stdout
        right = done.returncode != 0 if status is None else done.returncode == status
        return None if right and re.search(expected, text) else "status %d, output %r" % (done.returncode, text[:600])

    failed = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for planted, wrong in zip(PLANTED, pool.map(problem, PLANTED)):
            if wrong:
                failed += 1
                print("FAIL planted: %s: %s" % (planted[0], wrong))
    print("%d passed, %d failed" % (len(PLANTED) - failed, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
