# `a, b = b, a` and its like make no tuple; values are worked out from left to right, then stored from left to right.
import sys

log = []


def note(x):
    log.append(x)
    return x


class Item:
    def __setattr__(self, name, value):
        log.append((name, value))

    def __setitem__(self, key, value):
        log.append((key, value))


o = Item()


def swaps(a, b, c):
    a, b = b, a
    yield a, b, c
    a, b, c = c, a, b
    yield a, b, c
    [a, b] = b, a
    (a, (b, c)) = (1, (2, 3))
    yield a, b, c
    a, (b, c) = c, (a, b)
    yield a, b, c
    a, b, a = 1, 2, 3
    yield a, b, c
    x = a, b = b, a
    yield x, a, b, c
    a, *b = a, b
    yield a, b, c
    a, b = *[b], a
    yield a, b, c


print(list(swaps(1, 2, 3)))
o.x, o[note('key')] = note(1), note(2)
print(log)
log.clear()
o[note(1)], o.y, o[note(2)] = note('a'), note('b'), note('c')
print(log)
i, items = 0, [10, 20, 30]
i, items[i] = 2, 'x'  # the index is looked at when the item is stored
print(i, items)
i = j = 0
i, j, k = j + 1, i + 2, (i, j)
print(i, j, k)


def raises():
    a, b = 1, 2
    try:
        a, b = b, 1 / 0
    except ZeroDivisionError:
        print('unchanged', a, b)
    try:
        a, missing[0] = b, a
    except NameError as e:
        print('half done', a, b, e)
    for wrong in ('a, b = 1, 2, 3', 'a, b, c = 1, 2', '(a, b), c = 1, 2', 'a, f() = 1, 2', 'a, __debug__ = 1, 2'):
        try:
            exec(wrong)
        except (ValueError, TypeError, SyntaxError) as e:
            print(wrong, type(e).__name__, e)


raises()


def lines():
    x, y = (
        1,
        note(sys._getframe().f_lineno),
    )
    x, y = \
        y, x
    return x - lines.__code__.co_firstlineno, y


print(lines())


class Body:
    a, b = 1, 2
    b, a = a, b


print(Body.a, Body.b)
exec('p, q = 1, 2; p, q = q, p; print(p, q)')
print([(x, y) for x, y in [(1, 2)] if ((x, y) == (1, 2))])
