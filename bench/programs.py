"""programs.py NAME: seconds that a small program takes, the best of five.  Runs under any Python; bench/run.py runs it
under two."""
import sys
import time


def calls():
    def fib(n):
        return n if n < 2 else fib(n - 1) + fib(n - 2)
    return fib(22)


class Vector:
    def __init__(self, x, y):
        self.x = x
        self.y = y

    def plus(self, other):
        return Vector(self.x + other.x, self.y + other.y)


def attributes():
    a, b = Vector(0.0, 1.0), Vector(0.5, 0.25)
    for _ in range(100_000):
        a = a.plus(b)
    return a.x


def dicts_and_strings():
    counts = {}
    for i in range(100_000):
        key = "key" + str(i % 1000)
        counts[key] = counts.get(key, 0) + 1
    return ",".join(sorted(counts))


def lists():
    total = 0
    for _ in range(10):
        total += sum([x * x for x in range(20_000) if x % 3])
    return total


def generators():
    def numbers(n):
        for i in range(n):
            yield i
    return sum(x + 1 for x in numbers(200_000))


def exceptions():
    caught = 0
    for i in range(100_000):
        try:
            if i % 2:
                raise ValueError(i)
        except ValueError:
            caught += 1
    return caught


def closures():
    functions = [(lambda x, i=i: x + i) for i in range(100)]
    total = 0
    for _ in range(2000):
        for f in functions:
            total = f(total)
    return total


def parser():
    text = "(1 + 2) * 3 - 4 / (5 + 6) * 7 " * 300

    def tokens():
        number = ""
        for c in text:
            if c.isdigit():
                number += c
                continue
            if number:
                yield number
                number = ""
            if c != " ":
                yield c

    depth = count = 0
    for token in tokens():
        if token == "(":
            depth += 1
        elif token == ")":
            depth -= 1
        else:
            count += 1
    return depth, count


def bytearrays():
    b = bytearray(100_000)
    for i in range(len(b)):
        b[i] = i & 255
    total = 0
    for x in b:
        total += x
    return total


def sorting():
    data = [(i * 7919) % 100_003 / 3 for i in range(60_000)]
    return sorted(data, key=lambda x: -x)[0], sorted(data)[0], sorted(map(str, data))[0]


def loops():
    i = total = 0
    while i < 300_000:
        i += 1
        if i & 1:
            total += i
    return total


PROGRAMS = [calls, attributes, dicts_and_strings, lists, generators, exceptions, closures, parser, bytearrays, sorting,
            loops]

if len(sys.argv) < 2:
    print("\n".join(f.__name__ for f in PROGRAMS))
else:
    function = globals()[sys.argv[1]]
    best = 1e9
    for _ in range(5):
        start = time.perf_counter()
        function()
        best = min(best, time.perf_counter() - start)
    print(best)
