"""What the programs of this folder share.

A program is a row of functions, one for each claim, named by its number: claim_041 checks claim 41 of the 146 that articles
about Python's memory make.  Its docstring has the claim in short, and after it, where there is more to say:

    In fact: what CPython 3.11 does, where the claim is inexact, dated or wrong.  This is what is checked.
    Here: what ouro does in another way, on purpose, and why.
    Not checked: the part that a program cannot show.

A function that returns has shown its claim.  The last line of a program, report(globals()), calls them all in the order of
their numbers and prints "ok 41", "FAIL 41: why", or "lacks 41: why", the last where the interpreter has no such tool.
What is written where OURO is true holds for ouro alone; all else holds for both, which run.py --reference shows.
"""
import contextlib
import gc
import importlib
import importlib.util
import os
import pickle
import re
import sys
import time
import traceback
import tracemalloc
import warnings
import weakref

OURO = sys.implementation.name == "ouro"
# The checked build of ouro puts 16 bytes more around each block, and does not use a freed one again at once.
CHECKED = OURO and importlib.util.find_spec("_ouro_plant") is not None
GUARDS = 16 if CHECKED else 0

THRESHOLD = gc.get_threshold()


class Lacks(Exception):
    """The interpreter has no such tool."""


class Thing:
    """An object that can have attributes and weak references."""


def equal(got, want):
    assert got == want, "%r, expected %r" % (got, want)


def between(low, got, high):
    assert low <= got <= high, "%r is not from %r to %r" % (got, low, high)


def raises(error, call, *arguments):
    """The message of the error that the call must raise."""
    try:
        call(*arguments)
    except error as e:
        return str(e)
    raise AssertionError("no %s" % error.__name__)


def needs(name):
    """The module, which not everybody has installed."""
    try:
        return importlib.import_module(name)
    except ImportError:
        raise Lacks(name) from None


def ring(size=2, kind=Thing):
    """A weak reference to one of so many objects that refer to each other in a ring, and to which nothing else refers."""
    members = [kind() for _ in range(size)]
    for i, member in enumerate(members):
        member.next = members[i - 1]
    return weakref.ref(members[0])


def alive(references):
    return sum(r() is not None for r in references)


@contextlib.contextmanager
def watched():
    """The generations of the collections that begin meanwhile, as a list."""
    seen = []

    def note(phase, info):
        if phase == "start":
            seen.append(info["generation"])

    gc.callbacks.append(note)
    try:
        yield seen
    finally:
        gc.callbacks.remove(note)


def held_by(make):
    """The bytes that live because of what make() returns, while that lives."""
    tracemalloc.start()
    try:
        made = make()  # noqa: F841  (kept until they are counted)
        return tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()


def peak_of(call):
    """The most bytes that live at one time while call() runs."""
    tracemalloc.start()
    try:
        call()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def bytes_each(make, count=5_000):
    """The bytes that one of many results of make(i) takes, on average."""
    kept = [None] * count

    def fill():
        for i in range(count):
            kept[i] = make(i)

    return held_by(fill) / count


DECAY = 0.25


def resident(wait=0):
    """The bytes of memory that the system gave to the process.  After DECAY seconds ouro has given back what it will."""
    time.sleep(wait)
    with open("/proc/self/statm") as f:
        return int(f.read().split()[1]) * os.sysconf("SC_PAGESIZE")


def seconds(call, rounds=5):
    """Processor time of call(), the least of some rounds.  Only ratios that are far from 1 say something."""
    least = None
    for _ in range(rounds):
        begun = time.process_time()
        call()
        took = time.process_time() - begun
        least = took if least is None else min(least, took)
    return max(least, 1e-9)


def apart(call):
    """What call() returns in a copy of the process: what it does to memory and to the collector is gone with that."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            with open(writer, "wb") as f:
                pickle.dump(call(), f)
            status = 0
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stderr.flush()
            os._exit(status)
    os.close(writer)
    with open(reader, "rb") as f:
        answer = f.read()
    equal(os.waitpid(child, 0)[1], 0)
    return pickle.loads(answer)


def settle():
    """Every check begins with the collector as it is at a start, and nothing for it to do."""
    tracemalloc.stop()
    gc.set_debug(0)
    gc.garbage.clear()
    gc.set_threshold(*THRESHOLD)
    gc.enable()
    gc.collect()


def where(error):
    """The line of the program that did not hold, and what it says."""
    frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename != __file__]
    return "line %d: %s: %s: %s" % (frames[-1].lineno, frames[-1].line, type(error).__name__, error) if frames else repr(error)


def report(names):
    warnings.simplefilter("ignore", ResourceWarning)
    for name in sorted(names):
        if not re.fullmatch(r"claim_\d{3}", name):
            continue
        number = int(name[-3:])
        settle()
        try:
            names[name]()
        except Lacks as e:
            print("lacks %d: %s" % (number, e), flush=True)
        except Exception as e:
            print("FAIL %d: %s" % (number, " ".join(where(e).split())), flush=True)
        else:
            print("ok %d" % number, flush=True)
    settle()
