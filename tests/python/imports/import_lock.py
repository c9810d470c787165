# _imp's lock: one thread has it, as often as it likes; the others wait; a child that a fork makes does not.
import _imp
import os
import sys
import threading
import time


def t(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)


t(_imp.release_lock)
print(_imp.lock_held())
_imp.acquire_lock()
_imp.acquire_lock()
_imp.release_lock()
print(_imp.lock_held())
seen = []


def other():
    t(_imp.release_lock)
    started.set()
    _imp.acquire_lock()
    seen.append("other")
    _imp.release_lock()


started = threading.Event()
thread = threading.Thread(target=other)
thread.start()
started.wait()
seen.append("main")
_imp.release_lock()
thread.join()
print(seen, _imp.lock_held())
t(_imp.release_lock)

# A fork waits for the thread that has it: no child sees a module half made.
held, given = threading.Event(), []


def holds():
    _imp.acquire_lock()
    held.set()
    time.sleep(0.05)
    given.append(True)
    _imp.release_lock()


thread = threading.Thread(target=holds)
thread.start()
held.wait()
child = os.fork()
if child == 0:
    _imp.acquire_lock()
    _imp.release_lock()
    os._exit(0 if given and not _imp.lock_held() else 1)
print(os.waitpid(child, 0)[1], given)
thread.join()

# A thread that still waits when the program ends.
_imp.acquire_lock()
waiting = threading.Event()


def waits():
    waiting.set()
    _imp.acquire_lock()


threading.Thread(target=waits, daemon=True).start()
waiting.wait()

import importlib.util
import _frozen_importlib, _frozen_importlib_external
print(_frozen_importlib.__spec__.origin, _frozen_importlib_external.__spec__.origin)
for name in "displayhook", "excepthook", "unraisablehook", "breakpointhook":
    print(getattr(sys, name) is getattr(sys, "__%s__" % name), getattr(sys, name).__name__)
