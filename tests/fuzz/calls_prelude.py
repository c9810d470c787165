# The fixed part of every script that fuzz_calls.py writes: odd objects to pass around, and how a result is described.  It must
# run unchanged, and print the same, on any Python 3.11.
import sys
import types

R = None  # the object whose method is being called: what the malicious arguments below change


class Index:
    def __init__(self, n): self.n = n
    def __index__(self): return self.n
    def __repr__(self): return "Index(%r)" % (self.n,)


class IndexRaises:
    def __index__(self): raise KeyError("index")
    def __repr__(self): return "IndexRaises()"


class IndexWrong:
    def __index__(self): return "1"
    def __float__(self): return "1.0"
    def __int__(self): return 1.5
    def __complex__(self): return 1
    def __bytes__(self): return "b"
    def __str__(self): return 5
    def __format__(self, spec): return 5
    def __len__(self): return -1
    def __bool__(self): return 2
    def __hash__(self): return "h"
    def __iter__(self): return 5
    def __length_hint__(self): return "x"
    def __repr__(self): return "IndexWrong()"


class Floats:
    def __float__(self): return 2.5
    def __repr__(self): return "Floats()"


class IntSub(int): pass
class FloatSub(float): pass
class ComplexSub(complex): pass
class StrSub(str): pass
class BytesSub(bytes): pass
class ByteArraySub(bytearray): pass
class TupleSub(tuple): pass
class ListSub(list): pass
class DictSub(dict): pass
class SetSub(set): pass
class FrozenSub(frozenset): pass


class DictMissing(dict):
    def __missing__(self, key): return ("missing", key)


class EqRaises:
    def __eq__(self, other): raise ZeroDivisionError("eq")
    def __hash__(self): return 1
    def __repr__(self): return "EqRaises()"


class HashRaises:
    def __hash__(self): raise ZeroDivisionError("hash")
    def __repr__(self): return "HashRaises()"


class EqAll:
    def __eq__(self, other): return True
    def __hash__(self): return 1
    def __repr__(self): return "EqAll()"


class EqNone:
    def __eq__(self, other): return []
    def __ne__(self, other): return []
    def __lt__(self, other): return []
    def __hash__(self): return 1
    def __repr__(self): return "EqNone()"


class Lesser:
    def __lt__(self, other): return True
    def __gt__(self, other): return False
    def __repr__(self): return "Lesser()"


class LtRaises:
    def __lt__(self, other): raise ZeroDivisionError("lt")
    def __repr__(self): return "LtRaises()"


class BoolRaises:
    def __bool__(self): raise ZeroDivisionError("bool")
    def __repr__(self): return "BoolRaises()"


class Sequence:
    def __init__(self, n): self.n = n
    def __len__(self): return self.n
    def __getitem__(self, i):
        if isinstance(i, int) and i < self.n: return i
        raise IndexError("sequence")
    def __repr__(self): return "Sequence(%r)" % self.n


class IterRaises:
    def __iter__(self): raise ZeroDivisionError("iter")
    def __repr__(self): return "IterRaises()"


class Keyed:
    def keys(self): return ["a", 1]
    def __getitem__(self, key): return (key, key)
    def __repr__(self): return "Keyed()"


class HintWrong:
    def __init__(self, hint): self.hint = hint
    def __iter__(self): return iter((1, 2))
    def __length_hint__(self):
        if self.hint == "raise": raise ZeroDivisionError("hint")
        return self.hint
    def __repr__(self): return "HintWrong(%r)" % (self.hint,)


class Reflected:
    def __add__(self, o): return ("add", o)
    def __radd__(self, o): return ("radd", o)
    def __mul__(self, o): return ("mul", o)
    def __rmul__(self, o): return ("rmul", o)
    def __ror__(self, o): return ("ror", o)
    def __rsub__(self, o): return ("rsub", o)
    def __rmod__(self, o): return ("rmod", o)
    def __rpow__(self, o): return ("rpow", o)
    def __eq__(self, o): return "eq"
    def __lt__(self, o): return "lt"
    def __gt__(self, o): return NotImplemented
    def __hash__(self): return 3
    def __contains__(self, o): return 5
    def __format__(self, spec): return "<%s>" % spec
    def __bytes__(self): return b"reflected"
    def __complex__(self): return 1j
    def __trunc__(self): return 7
    def __round__(self, *a): return ("round",) + a
    def __floor__(self): return "floor"
    def __ceil__(self): return "ceil"
    def __divmod__(self, o): return ("divmod", o)
    def __abs__(self): return "abs"
    def __reversed__(self): return iter("reversed")
    def __call__(self, *a, **k): return a
    def __repr__(self): return "Reflected()"


def spoil():
    if isinstance(R, (list, bytearray, dict, set)):
        R.clear()


class Clears:
    """Empties the receiver whenever it is asked anything."""
    def __init__(self, n=1): self.n = n
    def __eq__(self, o): spoil(); return self.n == 1
    def __lt__(self, o): spoil(); return True
    def __gt__(self, o): spoil(); return True
    def __hash__(self): spoil(); return 1
    def __index__(self): spoil(); return self.n
    def __float__(self): spoil(); return 1.5
    def __iter__(self): spoil(); yield 1; spoil(); yield 2
    def __len__(self): spoil(); return 2
    def __getitem__(self, i):
        spoil()
        if i == 2: raise IndexError
        return i
    def __bool__(self): spoil(); return True
    def __repr__(self): return "Clears(%r)" % self.n


class Grows:
    """Adds to the receiver whenever it is asked anything."""
    def grow(self):
        if isinstance(R, list) and len(R) < 60: R.append(7)
        elif isinstance(R, bytearray) and len(R) < 60: R.extend(b"xyz")
        elif isinstance(R, dict) and len(R) < 60: R[len(R) + 100] = None
        elif isinstance(R, set) and len(R) < 60: R.add(len(R) + 100)
    def __eq__(self, o): self.grow(); return False
    def __lt__(self, o): self.grow(); return True
    def __hash__(self): self.grow(); return 1
    def __index__(self): self.grow(); return 2
    def __iter__(self): self.grow(); yield 1; self.grow(); yield 2
    def __repr__(self): return "Grows()"


def raising(n):
    for i in range(n): yield i
    raise ZeroDivisionError("generator")


def growing():
    for i in range(3):
        if isinstance(R, list) and len(R) < 60: R.append(i)
        elif isinstance(R, dict): R[i + 1000] = i
        elif isinstance(R, set): R.add(i + 1000)
        elif isinstance(R, bytearray) and len(R) < 60: R.append(i)
        yield i


def key_clears(x): spoil(); return 0
def key_raises(x): raise ZeroDivisionError("key")


SCALARS = (int, float, complex, str, bytes, bytearray, bool, type(None), range, slice)


def describe(x, depth=0):
    t = type(x)
    if depth > 4: return "..."
    if t is float and x != x: return "float:nan"
    if t in (int, bool, type(None), range, type(...), type(NotImplemented)):
        r = repr(x) if t is not int or -10 ** 400 < x < 10 ** 400 else "huge" + hex(hash(x))
        return r if len(r) < 600 else r[:300] + "#%d" % len(r)
    if t in (str, bytes, bytearray, float, complex):
        r = ascii(x)
        return r if len(r) < 600 else r[:300] + "#%d" % len(r)
    name = t.__name__
    if t is slice: return "slice(%s, %s, %s)" % tuple(describe(v, depth + 1) for v in (x.start, x.stop, x.step))
    if isinstance(x, (tuple, list)):
        items = list.__iter__(x) if isinstance(x, list) else tuple.__iter__(x)
        shown = []
        for i, item in enumerate(items):
            if i == 40: shown.append("..."); break
            shown.append(describe(item, depth + 1))
        return "%s(%s)" % (name, ", ".join(shown))
    if isinstance(x, (set, frozenset)):
        return "%s{%s}" % (name, ", ".join(sorted(describe(v, depth + 1) for v in list(x))))
    if isinstance(x, dict):
        return "%s{%s}" % (name, ", ".join("%s: %s" % (describe(k, depth + 1), describe(v, depth + 1))
                                          for k, v in list(dict.items(x))[:40]))
    for base in (int, float, complex, str, bytes, bytearray):
        if isinstance(x, base): return "%s<%s>" % (name, base.__repr__(x))
    if t is memoryview:
        try: return "memoryview(%s %s %s)" % (x.format, x.shape, x.tobytes())
        except ValueError as e: return "memoryview!" + str(e)
    if isinstance(x, (types.BuiltinFunctionType, types.MethodType, types.FunctionType, type)): return name + ":" + x.__qualname__
    if isinstance(x, (type({}.keys()), type({}.values()), type({}.items()))):
        return "%s[%s]" % (name, ", ".join(describe(v, depth + 1) for v in list(x)))
    if isinstance(x, BaseException): return "%s(%s)" % (name, describe(x.args, depth + 1))
    if "iterator" in name or name in ("enumerate", "zip", "map", "filter", "reversed") or t.__module__ == "itertools":
        shown = []
        try:
            for i in range(12): shown.append(describe(next(x), depth + 1))
        except StopIteration: pass
        except Exception as e: shown.append(failure(e))
        return "%s<%s>" % (name.replace("_ascii", ""), ", ".join(shown))
    if t.__repr__ is object.__repr__: return "<%s>" % name
    r = ascii(x)
    return name + ":" + (r if " at 0x" not in r else r.split(" at 0x")[0])


def failure(e):
    try: text = str(e)
    except Exception as f: text = "str() raises " + type(f).__name__
    return "%s: %s" % (type(e).__name__, ascii(text))


number = 0


def case(receiver, call):
    """One call: both are sources; CALL speaks of the value of RECEIVER as R."""
    global R, number
    number += 1
    R = None
    try:
        R = eval(receiver)
        result = describe(eval(call))
    except Exception as e:
        result = failure(e)
    try: after = describe(R) if isinstance(R, (list, dict, set, bytearray)) or "iterator" in type(R).__name__ else ""
    except Exception as e: after = failure(e)
    try: print(number, result, "|", after, flush=True)
    except Exception as e: print(number, "print", failure(e))
    R = None
