# A built-in type gets its dict when a program first looks into it.  Each allocation of that fails in turn: MemoryError,
# nothing half made stays, and the next try works.
import gc
import sys
try:
    import _ouro
except ImportError:
    _ouro = None


def attribute(t):
    return callable(t.__repr__)

def missing(t):
    try:
        return t.no_such_name
    except AttributeError:
        return "AttributeError"

def of_instance(t):
    return callable(t(b"abc").hex)

def store_in_instance(t):
    try:
        t(1, 2).no_such_name = 1
    except AttributeError:
        return "AttributeError"

def listed(t):
    return "__repr__" in dir(t)

def seen_through_vars(t):
    return "__getitem__" in vars(t)

def documented(t):
    return isinstance(t.__doc__, str)

def derived(t):
    class Derived(t):
        pass
    return Derived.__mro__[1] is t

def derived_from_two(t):
    class Other:
        pass
    class Derived(t, Other):
        pass
    return Derived.__mro__[1] is t

def reversed_of(t):
    try:
        return list(reversed(t((3, 4))))
    except TypeError:
        return "TypeError"

def through_super(t):
    return callable(super(t, t).__init__)

def referents(t):
    return type(gc.get_referents(t)) is list

def all_objects(t):
    found = False
    for x in gc.get_objects():
        found |= type(x) is dict and "clear" in x
    return found

def blocks(t):
    return sys.getallocatedblocks() > 0


doors = (
    (attribute, complex), (missing, range), (of_instance, bytearray), (store_in_instance, slice),
    (listed, property), (seen_through_vars, memoryview), (documented, zip),
    (derived, BufferError), (derived_from_two, map), (reversed_of, frozenset), (through_super, filter),
    (referents, float), (all_objects, set), (blocks, None),
)
results = {}
for door, t in doors:
    results[door.__name__] = None
    n = failures = 0
    while True:
        n += 1
        if _ouro:
            _ouro.fail_at(n, True)  # and all after it: who tries again at once does not get by
        try:
            result = door(t)
        except MemoryError:
            failures += 1
            if _ouro:
                _ouro.fail_at(0)
                if failures % 8 == 0 and _ouro.heap_check():
                    print(door.__name__, n, _ouro.heap_check())
            continue
        if not _ouro:
            break
        _ouro.fail_at(0)
        if result != results[door.__name__] and results[door.__name__] is not None:
            print(door.__name__, n, result)
        results[door.__name__] = result
        if _ouro.fail_seen() < n:
            break
    print(door.__name__, result)
    if _ouro and door in (attribute, of_instance, listed, derived, reversed_of) and failures < 8:
        print("nothing was made late:", door.__name__, failures)
