"""Lines that several threads write through one text file: each thread's own stay in order, none is torn or lost.
(CPython promises that for binary files alone, and does not keep it here.)"""
import os
import sys
import tempfile
import threading

COUNT = 800


def write(file, how):
    def lines(name):
        for i in range(COUNT):
            how(file, "%s%05d" % (name * (1 + i % 40), i), i)
    threads = [threading.Thread(target=lines, args=(name,)) for name in "abcde"]
    for t in threads:
        t.start()
    for t in threads:
        t.join()


def check(head, text):
    lines = text.split("\n")
    whole = lines.pop() == "" and len(lines) == 5 * COUNT
    ordered = all([line.lstrip(name) for line in lines if line[0] == name] == ["%05d" % i for i in range(COUNT)] for name in "abcde")
    print(head, whole, ordered)


def one_write(file, line, i):
    file.write(line + "\n")


def with_flush(file, line, i):
    file.write(line + "\n")
    if i % 97 == 0:
        file.flush()


def other_files(file, line, i):
    if i % 31 == 0:
        os.stat("/")
    file.write(line + "\n")


sys.setswitchinterval(1e-5)
for how in one_write, with_flush, other_files:
    for mode in {"buffering": -1}, {"buffering": 64}, {"buffering": 1}, {"encoding": "latin-1"}, {"encoding": "utf-16-le"}:
        if how is with_flush and mode == {"buffering": 1}:
            continue
        with tempfile.NamedTemporaryFile("w", **mode) as file:
            write(file, how)
            file.flush()
            with open(file.name, encoding=mode.get("encoding"), newline="") as got:
                check("%s %s" % (how.__name__, mode), got.read())
