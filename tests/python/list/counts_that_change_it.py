# The __index__ of a slice's bound, of a count or of a position changes the very sequence that is asked: its length is
# read afterwards.
import array
import mmap


class Changes:
    """An index whose __index__ calls something first."""

    def __init__(self, n, change):
        self.n, self.change, self.calls = n, change, 0

    def __index__(self):
        self.calls += 1
        self.change()
        return self.n


def attempt(work):
    try:
        return work()
    except (IndexError, ValueError, BufferError) as e:
        return type(e).__name__, str(e)


def store(sequence, key, value):
    sequence[key] = value


def drop(sequence, key):
    del sequence[key]


def change_all(make, clear, part):
    """Each way to use an index that empties the sequence meanwhile."""
    def fresh():
        s = make()
        return s, lambda n: Changes(n, lambda: clear(s))

    for name, bounds in (
        ("start", lambda i: slice(i(50), None)), ("stop", lambda i: slice(None, i(50))),
        ("step", lambda i: slice(None, None, i(2))), ("backward", lambda i: slice(i(80), 20, -1)),
        ("backward steps", lambda i: slice(None, None, i(-3))),
    ):
        s, i = fresh()
        got = attempt(lambda: s[bounds(i)])
        left = s[:]
        s, i = fresh()
        stored = attempt(lambda: store(s, bounds(i), part))
        after = s[:]
        s, i = fresh()
        dropped = attempt(lambda: drop(s, bounds(i)))
        print(" ", name, got, left, stored, after, dropped, s)
    s, i = fresh()
    print(" ", attempt(lambda: s * i(2)), s)
    s, i = fresh()
    print(" ", attempt(lambda: s.__imul__(i(2))), s)
    s, i = fresh()
    print(" ", attempt(lambda: s.pop(i(50))), s)


def clear_array(a):
    del a[:]


print("list")
change_all(lambda: list(range(100)), list.clear, [1, 2])
print("bytearray")
change_all(lambda: bytearray(range(100)), bytearray.clear, b"ab")
print("array")
change_all(lambda: array.array("i", range(100)), clear_array, array.array("i", [1, 2]))

print("mmap")
m = mmap.mmap(-1, 10000)
print(attempt(lambda: len(m[Changes(50, lambda: m.resize(4096)):8000])))
m = mmap.mmap(-1, 10000)
print(attempt(lambda: store(m, slice(Changes(0, lambda: m.resize(4096)), 8000), b"x" * 8000)), m.find(b"x"))

print("what is put into a slice changes the list")
once = Changes(2, lambda: None)
l = list(range(10))
l[once:] = (x for x in "abc")
print(l, once.calls)


def grows(l):
    l.extend(range(100, 105))
    yield "x"


def shrinks(l):
    del l[4:]
    yield "x"


for key in slice(-3, None), slice(2, 5), slice(6, 8), slice(0, 0):
    for change in grows, shrinks:
        l = list(range(10))
        l[key] = change(l)
        print(l)

print("comparisons that empty an array")


class Empties:
    def __eq__(self, other):
        del a[:]
        return self.answer


for Empties.answer in True, False:
    for name in "count", "index", "remove":
        a = array.array("i", range(10))
        print(name, attempt(lambda: getattr(a, name)(Empties())), a)
