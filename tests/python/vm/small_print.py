"""Small print of the built-in types: rarely met, and told by CPython's own tests."""
import bisect
import collections
import copy
import functools
import pickle
import re
import sys
import traceback
import types


def refused(function, *arguments, **keywords):
    try:
        result = function(*arguments, **keywords)
    except Exception as error:
        return "%s: %s" % (type(error).__name__, error)
    return "no error: %r" % (result,)


# positions near the end of what an index holds
huge = range(sys.maxsize - 1)
print(bisect.bisect_left(huge, sys.maxsize - 3) == sys.maxsize - 3,
      bisect.bisect_right(huge, sys.maxsize - 3) == sys.maxsize - 2)


class Places(list):
    def __len__(self):
        return sys.maxsize

    def __getitem__(self, at):
        return at

    def insert(self, at, value):
        print("insert", at == value, at == sys.maxsize - 2)


bisect.insort_left(Places(), sys.maxsize - 2)

# an anchored search does not walk through the text
text = "x" * 3_000_000
print(re.search(r"\Ay", text), re.search(r"^y", text), re.findall(r"^x", text),
      re.compile("^x").search(text, 1), re.compile("(?m)^x").search("\nx", 1).span())
print(bool(re.match(r"\ufb05", "\ufb06", re.I)), bool(re.match(r"[\ufb04-\ufb05]", "\ufb06", re.I)),
      bool(re.match(r"\xdf", "\u1e9e", re.I)))


# conversions
class AsBytes:
    def __bytes__(self):
        return b"\x02\x01"


class Half(float):
    def __float__(self):
        return float.__mul__(self, 0.5)


class Both:
    def __int__(self):
        return 7

    def __index__(self):
        return 8


print(int.from_bytes(AsBytes()), int.from_bytes(AsBytes(), "little"), float(Half(3)), "%d %x" % (Both(), Both()))
print(refused(b"ab".hex, b"\x80"), refused(b"ab".hex, "\x80"), b"ab".hex(b"\x7f"))

b = bytearray(b"0123456789")
b[1:9:2] = b""
print(b)
with memoryview(b):
    print(refused(b.__setitem__, slice(1, 5, 2), b""))


# truth goes by the length that a subclass tells; str itself has no __bool__
class Empty(str):
    def __len__(self):
        return 0


print(bool(Empty("text")), hasattr(str, "__bool__"), bool("a"), bool(""))
word = "a word"
print(word.__getnewargs__()[0] is word, word.__getnewargs__()[0] == word)


# keywords are for the __init__ that takes them
class Named(float):
    def __init__(self, value, name=None):
        self.name = name


class NamedMap(map):
    def __init__(self, *arguments, name=None):
        self.name = name


class NamedFilter(filter):
    def __init__(self, *arguments, name=None):
        self.name = name


class NamedReversed(reversed):
    def __init__(self, *arguments, name=None):
        self.name = name


class Bare(float):
    pass


print(Named(2, name="n").name, NamedMap(abs, [-1], name="m").name, list(NamedFilter(None, [0, 1], name="f")),
      NamedReversed((1,), name="r").name)
print(refused(float, x=1), refused(Bare, x=1), refused(map, abs, [], x=1), refused(filter, None, [], x=1), sep="\n")


# bytearrays keep the slots of their class when copied
class Slots(bytearray):
    __slots__ = ("x", "y", "__dict__")


original = Slots(b"abc")
original.x, original.z = 1, 2
for twin in copy.copy(original), copy.deepcopy(original), pickle.loads(pickle.dumps(original)):
    print(twin == original, twin.x, twin.z, hasattr(twin, "y"))

# partial
p = functools.partial(print, [1], end="")
p.note = []
twin = copy.copy(p)
print(twin.args is p.args, twin.keywords is p.keywords, twin.note is p.note)
print(refused(p.__delattr__, "__dict__"), refused(ValueError().__delattr__, "__dict__")[:9])
p.__setstate__((len, (), {}, None))
print(p.__dict__, p("four"))
p.own = 1
p.__setstate__((len, (), {}, p.__dict__))
print(p.__dict__)


# a key of a cache is hashed when it is used, not when it is dropped
class Key:
    asked = 0

    def __hash__(self):
        Key.asked += 1
        return 1


@functools.lru_cache(maxsize=1)
def kept(key):
    return key


kept(Key())
kept(1)
print(Key.asked, kept.cache_info())

# exceptions
error = ImportError("text", name="n", path="p")
error.__init__()
print(error.args, error.msg, error.name, error.path)


def passes_through_with():
    with open("/dev/null"):
        1 / 0
        pass


def passes_through_except():
    try:
        1 / 0
    except ZeroDivisionError:
        int("x")
        pass


for function in passes_through_with, passes_through_except:
    try:
        function()
    except (ZeroDivisionError, ValueError) as error:
        entry = error.__traceback__.tb_next
        print(entry.tb_lineno - function.__code__.co_firstlineno,
              entry.tb_frame.f_lineno - function.__code__.co_firstlineno)
try:
    raise SyntaxError("far", ("name.py", 1, 2, "abcdefg", 1, 100))
except SyntaxError as error:
    print("".join(traceback.format_exception_only(error)), end="")
    sys.stderr = sys.stdout
    sys.__excepthook__(SyntaxError, error.with_traceback(None), None)
print(refused(property().__set_name__), refused(property().__set_name__, 1), sep="\n")
print((int | str).__module__, types.UnionType.__module__, set(dir(str)) - set(dir(collections.UserString)))
