# A fork waits for the thread that has the import lock: the child finds no module half made, and the lock free.
import _imp
import os
import sys
import threading
import time

started = threading.Event()
def importer():
    _imp.acquire_lock()
    sys.modules["half made"] = "half"
    started.set()
    time.sleep(0.05)
    sys.modules["half made"] = "whole"
    _imp.release_lock()

t = threading.Thread(target=importer)
t.start()
started.wait()
pid = os.fork()
if pid == 0:
    good = sys.modules["half made"] == "whole" and not _imp.lock_held()
    _imp.acquire_lock()
    _imp.release_lock()
    os._exit(42 if good else 1)
t.join()
print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), _imp.lock_held())

# with the lock in its own hands, once and twice
for depth in 1, 2:
    for i in range(depth):
        _imp.acquire_lock()
    pid = os.fork()
    for i in range(depth):
        _imp.release_lock()
    if pid == 0:
        os._exit(_imp.lock_held())
    print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), _imp.lock_held())
