closed = []


def count(n):
    try:
        while n:
            got = yield n
            n -= got or 1
    finally:
        closed.append(n)


def outer():
    result = yield from count(5)
    yield result


g = outer()
print(next(g), g.send(2), list(g))
h = count(3)
next(h)
h.close()
print(sum(x * y for x in range(4) for y in count(2)))
print(closed)
