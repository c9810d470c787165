"""Twenty planted leaks, each of known line and holder, and ten innocents: all leaks are found, no innocent is accused."""
import collections
import functools
import gc
import re
import sys
import tracemalloc
import weakref

import ouro

HERE = __file__
STEPS, SNAPSHOTS = 150, 5
leaks, innocents = [], []


def leak(holder):
    """What the function makes on its line with the mark LEAK is kept by `holder`."""
    def note(make):
        leaks.append((make, holder))
        return make
    return note


def innocent(make):
    innocents.append(make)
    return make


class Row:
    def __init__(self, text):
        self.text = text


# ---- leaks ----

LOG = []
@leak("__main__.LOG")
def global_list(i):
    LOG.append([i] * 3)  # LEAK

CACHE = {}
@leak("__main__.CACHE")
def unbounded_cache(i):
    CACHE[i] = Row("a")  # LEAK

SEEN = set()
@leak("__main__.SEEN")
def growing_set(i):
    SEEN.add((i, i + 1))  # LEAK

QUEUE = collections.deque()
@leak("__main__.QUEUE")
def deque_without_end(i):
    QUEUE.append({"n": i})  # LEAK

class Registry:
    members = []
@leak("__main__.Registry.members")
def class_attribute(i):
    Registry.members.append(Row("b"))  # LEAK

class Service:
    def __init__(self):
        self.history = []
service = Service()
@leak("__main__.service.history")
def instance_attribute(i):
    service.history.append(bytearray(40))  # LEAK

def make_counter():
    calls = []
    def count(x):
        calls.append([x])  # LEAK
    return count
counter = make_counter()
@leak("__main__.counter.__closure__.cell_contents")
def closure(i):
    counter(i)

def default_argument(i, kept=[]):
    kept.append([i])  # LEAK
leak("__main__.default_argument.__defaults__[0]")(default_argument)

HANDLERS = []
@leak("__main__.HANDLERS")
def listeners(i):
    row = None
    HANDLERS.append(lambda: row)  # LEAK

BY_CLIENT = collections.defaultdict(list)
@leak("__main__.BY_CLIENT['x']")
def nested(i):
    BY_CLIENT["x"].append({"i": i})  # LEAK

class Node:
    def __init__(self, before):
        self.before = before
HEAD = Node(None)
@leak("")
def linked_list(i):
    global HEAD
    HEAD = Node(HEAD)  # LEAK

@functools.lru_cache(maxsize=None)
def remembered(i):
    return [i]  # LEAK
@leak("__main__.remembered")
def lru_without_bound(i):
    remembered(i)

def numbers():
    kept = []
    while True:
        kept.append([(yield)])  # LEAK
running = numbers()
next(running)
@leak("__main__.running")
def generator_local(i):
    running.send(i)

EXCEPTIONS = []
@leak("__main__.EXCEPTIONS")
def exceptions(i):
    try:
        raise ValueError(i)  # LEAK
    except ValueError as e:
        EXCEPTIONS.append(e)

TEXTS = []
@leak("__main__.TEXTS")
def texts(i):
    TEXTS.append("text number %d" % i)  # LEAK

OBSERVED = []
class Observer:
    def __init__(self):
        OBSERVED.append(self.notify)  # LEAK
    def notify(self):
        pass
@leak("__main__.OBSERVED")
def bound_methods(i):
    Observer()

MODULE_DICT = {}
@leak("__main__")
def new_globals(i):
    globals()["generated_%d" % i] = Row("c")  # LEAK

@leak("gc")
def garbage_list(i):
    gc.garbage.append(Row("d"))  # LEAK

class Slotted:
    __slots__ = ("items",)
slotted = Slotted()
slotted.items = []
@leak("__main__.slotted.items")
def slots(i):
    slotted.items.append(frozenset([i]))  # LEAK

PARENTS = {}
class Child:
    def __init__(self, parent):
        self.parent = parent
@leak("__main__.PARENTS")
def cycles_kept(i):
    parent = []  # LEAK
    parent.append(Child(parent))
    PARENTS[i] = parent

# ---- innocents ----

@functools.lru_cache(maxsize=64)
def bounded(i):
    return [i]
@innocent
def lru_cache_with_bound(i):
    bounded(i)

@innocent
def re_cache(i):
    re.compile("a{%d}" % (i % 40))

LATEST = collections.deque(maxlen=100)
@innocent
def bounded_deque(i):
    LATEST.append([i])

WEAK = weakref.WeakValueDictionary()
@innocent
def weak_values(i):
    WEAK[i] = Row("e")

@innocent
def local_garbage(i):
    a = []
    a.append(a)

RING = [None] * 50
@innocent
def ring_buffer(i):
    RING[i % 50] = [i]

@innocent
def temporaries(i):
    sorted([str(j) for j in range(20)])

LRU = collections.OrderedDict()
@innocent
def hand_made_lru(i):
    LRU[i] = Row("f")
    if len(LRU) > 80:
        LRU.popitem(last=False)

FILLING = {}
@innocent
def cache_that_fills(i):
    FILLING[i % 160] = FILLING.get(i % 160) or [i]

INTERNED = {}
@innocent
def few_keys(i):
    INTERNED["key %d" % (i % 10)] = Row("g")


def line_of(make):
    """The line that makes what the function leaks: its own with the mark LEAK, or the last before it."""
    with open(HERE, encoding="utf-8") as f:
        lines = f.read().split("\n")
    first = make.__code__.co_firstlineno
    last = max((line for _, _, line in make.__code__.co_lines() if line), default=first)
    marked = [n for n, text in enumerate(lines, 1) if text.endswith("  # LEAK")]
    inside = [n for n in marked if first <= n <= last]
    return inside[0] if inside else max(n for n in marked if n < first)


tracemalloc.start(10)
moments = []
for round in range(SNAPSHOTS):
    for i in range(round * STEPS, (round + 1) * STEPS):
        for make, holder in leaks:
            make(i)
        for make in innocents:
            make(i)
    gc.collect()
    moments.append(ouro.snapshot())

verdicts = ouro.leaks(moments)
named = {}
for v in verdicts:
    if v.verdict == "leak" and v.file == HERE:
        named.setdefault(v.line, []).append(v)
for make, holder in leaks:
    line = line_of(make)
    found = named.pop(line, [])
    good = [v for v in found if v.holder is not None and v.holder.startswith(holder)]
    counts = [v.count for v in good if v.count >= STEPS * (SNAPSHOTS - 2)]
    print("%-20s %s" % (make.__name__, "found" if counts else "NOT FOUND at line %d: %s" % (line, found)))
first_innocent = min(make.__code__.co_firstlineno for make in innocents)
accused = [v.text for line, some in named.items() if line >= first_innocent for v in some]
print("accused innocents:", accused)
print("others:", [(v.file, v.line, v.text) for v in verdicts if v.verdict == "leak" and v.file != HERE])
del generated_0
gc.garbage.clear()
