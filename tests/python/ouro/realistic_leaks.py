"""Programs as people write them, each with a leak and with something that grows innocently: what `ouro leaks` says first is the
line to mend, with the holder by the name that the program has for it, and the rate at which the program really grows."""
import asyncio
import collections
import functools
import gc
import logging
import os
import queue
import re
import sys
import threading
import tracemalloc

import ouro

HERE = os.path.abspath(__file__)
ROUNDS = 5
tracemalloc.start(20)


def line_with(mark):
    with open(HERE, encoding="utf-8") as f:
        return next(n for n, text in enumerate(f, 1) if text.rstrip().endswith("# " + mark))


def tell(name, moments, clear, mark):
    """What leaks: mark of the line, type and who makes it, holder without numbers; and the rate beside the real growth."""
    found = ouro.leaks(moments)
    real = (moments[-1].size - moments[0].size) / (len(moments) - 1)
    rate = 0
    print(name)
    for leak in found:
        if leak.verdict in ("leak", "garbage"):
            place = mark if (leak.file, leak.line) == (HERE, line_with(mark)) else "%s:%d" % (leak.file, leak.line)
            made = re.search(r"\((.*?)\)", leak.text)[1]
            holder = leak.holder and re.sub(r":\d+", "", leak.holder.replace(HERE, "here"))
            print("   ", leak.verdict, place, re.sub(r":\d+$", "", made), "held by", holder)
            size, unit = re.search(r"(?:grew by|comes to) ([\d.]+) (B|KB|MB)", leak.text).groups()
            rate += float(size) * {"B": 1, "KB": 1000, "MB": 1e6}[unit]
    print("    rate", "right" if 0.7 * real < rate < 1.3 * real else (rate, real))
    clear()
    gc.collect()


# ---- an asyncio worker pool: tasks are kept so that nobody collects them, and nobody forgets them ----

background = set()


class Job:
    def __init__(self, number):
        self.payload = ["payload %d of %d" % (i, number) for i in range(20)]


async def process(job):
    await asyncio.sleep(0)
    return job


async def worker(jobs, recent):
    while True:
        job = await jobs.get()
        recent.append(job)
        del recent[:-50]
        background.add(asyncio.create_task(process(job)))  # TASK
        jobs.task_done()


async def workers(moments):
    jobs, recent = asyncio.Queue(), []
    pool = [asyncio.create_task(worker(jobs, recent)) for _ in range(3)]
    for _ in range(ROUNDS):
        for i in range(200):
            jobs.put_nowait(Job(i))
        await jobs.join()
        await asyncio.sleep(0.001)
        moments.append(ouro.snapshot())
    for task in pool:
        task.cancel()


moments = []
asyncio.run(workers(moments))
tell("asyncio", moments, background.clear, "TASK")


# ---- a threaded pipeline: what fails waits for a second try that never comes ----

class Check(threading.Thread):
    def __init__(self, source, sink):
        super().__init__(daemon=True)
        self.source, self.sink, self.retries = source, sink, queue.Queue()

    def run(self):
        while (item := self.source.get()) is not None:
            try:
                if item["number"] % 2:
                    raise ValueError("odd: %d" % item["number"])
            except ValueError as e:
                self.retries.put((item, e))  # RETRY
            self.sink.put(item["number"])


def pipeline():
    source, sink = queue.Queue(10), queue.Queue(10)
    words = {}
    check = Check(source, sink)
    check.start()
    moments = []
    for round in range(ROUNDS):
        for i in range(200):
            source.put({"number": i, "text": "item %d of round %d" % (i, round)})
            words[sink.get() % 100] = round
        moments.append(ouro.snapshot())
    source.put(None)
    check.join()
    return moments


moments = pipeline()
tell("pipeline", moments, lambda: None, "RETRY")


# ---- a parser whose trees are cycles, with the collector off and on ----

class Node:
    def __init__(self, parent=None):
        self.parent, self.children = parent, []
        if parent is not None:
            parent.children.append(self)


def parse(text, names={}):
    root = at = Node()  # PARSE
    for token in text:
        at = Node(at) if token == "(" else at.parent if token == ")" else at
        names.setdefault(token, token)
    return root


def parser():
    moments = []
    gc.disable()
    for _ in range(ROUNDS):
        for i in range(100):
            parse("(a(b)(c))" * 3)
        moments.append(ouro.snapshot())
    return moments


moments = parser()
kinds = {(leak.verdict, leak.holder, leak.text.partition("; ")[2].partition(";")[0]) for leak in ouro.leaks(moments)
         if leak.size > 10000}
print("parser, the collector off")
print(*sorted(kinds), sep="\n")
ouro.snapshot("parser0.heap")
gc.enable()
moments.append(ouro.snapshot())  # the same garbage, but the collector would find it
ouro.snapshot("parser1.heap")
print("    and on:", sorted({leak.verdict for leak in ouro.leaks(moments) if leak.size > 10000}))
os.system("'%s' heap parser0.heap >out" % sys.executable)
with open("out", encoding="utf-8") as out:
    lines = out.read().split("\n")
print("   ", re.sub(r"[\d.,]+ ([KM]?B|objects|times)", r"N \1", [line for line in lines if "nothing holds" in line][0].strip()))
print("   ", re.sub(r"[\d.,]+ ([KM]?B|objects|times)", r"N \1", [line for line in lines if "Node.parent" in line][0].strip()))
os.system("'%s' why parser0.heap Node >out" % sys.executable)
with open("out", encoding="utf-8") as out:
    print("   ", re.sub(r"[\d.,]+ ([KM]?B|objects|times)", r"N \1", out.read().split("\n")[2]))
gc.collect()


# ---- a logging handler that keeps records, whose tracebacks keep frames ----

class Keep(logging.Handler):
    def __init__(self, limit):
        super().__init__()
        self.limit, self.records = limit, []

    def emit(self, record):
        self.records.append(record)
        if self.limit and len(self.records) > self.limit:
            del self.records[0]


log = logging.getLogger("app")
log.propagate = False
log.setLevel(logging.INFO)
errors = Keep(None)
errors.setLevel(logging.ERROR)
log.addHandler(errors)
log.addHandler(Keep(100))


def load(n):
    fields = ["field %d" % i for i in range(30)]
    if n % 4 == 0:
        raise KeyError(n)
    return fields


def handle(n):
    try:
        load(n)
        log.info("handled %d", n)
    except KeyError:
        log.exception("failed %d", n)  # LOG


moments = []
for _ in range(ROUNDS):
    for i in range(400):
        handle(i)
    moments.append(ouro.snapshot())
tell("logging", moments, errors.records.clear, "LOG")


# ---- plugins: classes made at run time, registered for ever; a pool of buffers that fills up ----

class Plugin:
    registry = []

    def __init_subclass__(cls):
        Plugin.registry.append(cls)


@functools.lru_cache(maxsize=64)
def table(number):
    return list(range(number % 100))


pool = collections.deque(maxlen=30)
moments = []
for round in range(ROUNDS):
    for i in range(100):
        plugin = type("Plugin%d" % i, (Plugin,), {"table": table(i), "run": lambda self: self.table})  # PLUGIN
        plugin().run()
        pool.append(bytearray(500))
    moments.append(ouro.snapshot())
tell("plugins", moments, Plugin.registry.clear, "PLUGIN")
