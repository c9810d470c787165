"""programs.py NAME: processor seconds that a small program takes, the best of five.  Runs under any Python; bench/run.py
runs it under two."""
import sys
import time


def calls():
    def fib(n):
        return n if n < 2 else fib(n - 1) + fib(n - 2)
    return fib(24)


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


class Shape:
    sides = 0

    def __init__(self, size):
        self.size = size

    @property
    def perimeter(self):
        return self.size * self.sides

    def describe(self):
        return self.sides


class Square(Shape):
    sides = 4

    def __init__(self, size):
        super().__init__(size)

    def describe(self):
        return super().describe() + self.perimeter


def classes():
    return sum(Square(i).describe() for i in range(40_000))


def dicts_and_strings():
    counts = {}
    for i in range(100_000):
        key = "key" + str(i % 1000)
        counts[key] = counts.get(key, 0) + 1
    return ",".join(sorted(counts))


def formatting():
    lines = []
    for i in range(30_000):
        lines.append("%-8s|%5d|%6.2f" % ("name", i, i / 7))
        lines.append(f"{i:>8}:{i / 4!r} {i * 3}")
    return sum(len(field) for line in lines for field in line.split("|"))


def lists():
    total = 0
    for _ in range(10):
        total += sum([x * x for x in range(20_000) if x % 3])
    return total


def matrices():
    n = 40
    a = [[i * j % 7 for j in range(n)] for i in range(n)]
    b = [[float(i - j) for j in range(n)] for i in range(n)]
    product = [[0.0] * n for _ in range(n)]
    for i in range(n):
        for j in range(n):
            for k in range(n):
                product[i][j] += a[i][k] * b[k][j]
    return sum(map(sum, product))


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
    text = "(1 + 2) * 3 - 4 / (5 + 6) * 7 " * 3000

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
    b = bytearray(200_000)
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


PROGRAMS = [calls, attributes, classes, dicts_and_strings, formatting, lists, matrices, generators, exceptions, closures,
            parser, bytearrays, sorting, loops]

if __name__ == "__main__":
    if len(sys.argv) < 2:
        print("\n".join(f.__name__ for f in PROGRAMS))
    else:
        function = globals()[sys.argv[1]]
        best = 1e9
        for _ in range(5):
            start = time.process_time()
            function()
            best = min(best, time.process_time() - start)
        print(best)
