"""Generators: exceptions thrown that are not what they seem, lambdas that yield."""


class Strange(Exception):
    def __new__(cls, *args):
        return cls


class Failing(Exception):
    def __init__(self):
        raise ValueError("no such luck")


def one():
    yield 1


for kind in (Strange, Failing):
    g = one()
    try:
        g.throw(kind)
    except BaseException as e:
        print(type(e).__name__, e)
    print(list(g))


def catching():
    try:
        yield 1
    except BaseException as e:
        print("inside:", type(e).__name__, e)
        yield 2


for kind in (Strange, Failing):
    g = catching()
    next(g)
    print(g.throw(kind))

try:
    raise Strange
except TypeError as e:
    print(e)

f = lambda: (yield 1)
g = f()
print(next(g))
try:
    g.send("sent")
except StopIteration as e:
    print("lambda gave", e.value)
f = lambda: (yield) or (yield)
g = f()
print(next(g), g.send(0))
try:
    g.send(7)
except StopIteration as e:
    print(e.value)
