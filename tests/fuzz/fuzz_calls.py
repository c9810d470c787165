#!/usr/bin/env python3
"""fuzz_calls.py [--seed N] [--scripts N] [--cases N] [--only AREA,...] [--keep DIRECTORY] OURO [PYTHON]

Writes scripts of random calls (methods of every built-in type and functions of modules, with arguments that are empty,
huge, negative, of the wrong type, subclasses, and objects that misbehave or change the receiver while they are looked at),
runs each under both interpreters, and compares results, exceptions and their messages line by line.  Prints each
difference with the call that made it, once for each call's name and kind; then "N passed, M failed" (cases).  The same seed writes the
same scripts.  PYTHON defaults to python3.11.
"""
import argparse
import os
import random
import re
import resource
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))

INTS = ["0", "1", "-1", "2", "3", "-2", "5", "10", "-7", "17", "100", "255", "256", "True", "False", "2**31-1", "2**31", "-2**31",
        "2**61", "2**62-1", "2**62", "-2**62", "-2**62-1", "2**63-1", "2**63", "-2**63", "-2**63-1", "2**64", "2**64-1", "10**30",
        "-10**30", "Index(1)", "Index(-1)", "Index(2**70)", "IntSub(3)"]
SMALL = ["0", "1", "-1", "2", "3", "-2", "5", "-7", "17", "True", "Index(1)", "Index(-3)", "IntSub(3)", "10"]
FLOATS = ["0.0", "-0.0", "1.0", "-1.5", "0.1", "2.5", "3.5", "1e16", "1e22", "1e23", "123456789.125", "1e-5", "1e-4", "5e-324",
          "1.7976931348623157e308", "-1e300", "1e-300", "float('inf')", "-float('inf')", "float('nan')", "FloatSub(1.25)", "2.0**53",
          "0.5", "1e15", "12345.678", "-2.0", "3.0", "1e100", "0.3"]
COMPLEXES = ["0j", "1j", "1+2j", "-1.5-0j", "complex(float('nan'), 1)", "complex(float('inf'), -0.0)", "ComplexSub(1, 2)", "-0j", "3+4j",
             "complex(-0.0, 0.0)", "complex(-0.0,-0.0)", "1e300+1e300j"]
STRS = ["''", "'a'", "'b'", "'abc'", "'ABC'", "'aXbXc'", "'  x '", "'\\t\\n'", "'\\xe9'", "'\\u20ac'", "'\\U0001f600'", "'\\ud800'", "'\\xdf'",
        "'\\u0130'", "'0'", "'123'", "'-1'", "'a\\0b'", "'ab'*20", "'a\\u2028b\\x1cc'", "'\\u01c5'", "'x\\u20acx'", "'a b  c'", "'\\r\\na\\rb\\n'",
        "StrSub('abc')", "'Hello World'", "'h\\xe9llo'", "'\\U0001d7d9'", "'\\xb2'", "'strict'", "'ignore'", "'utf-8'", "'replace'", "'ascii'",
        "'\\u03a3a\\u03a3'", "'X'", "'c'", "'aaa'", "'1_000'", "'\\u0661\\u0662'", "'a\\tb\\tcc'", "'%'", "'{}'", "'b\\xff'", "'\\ud83d\\ude00'"]
BYTES = ["b''", "b'a'", "b'abc'", "b'ABC'", "b'aXbXc'", "b'  x '", "b'\\t\\n\\r'", "b'\\xff\\x00'", "b'ab'*20", "b'a b  c'", "b'a\\r\\nb\\n'", "b'0'",
         "b'123'", "b'Hello World'", "BytesSub(b'abc')", "bytearray(b'abc')", "bytearray()", "ByteArraySub(b'xa')", "memoryview(b'abc')",
         "memoryview(b'abcdef')[::2]", "b'c'", "b'X'", "b'b'", "array.array('i', [1, 2])", "b'a\\tb'", "b'%d'"]
TUPLES = ["()", "(1,)", "(1, 2, 3)", "('a', 'b')", "(1, 1, 2, 1)", "TupleSub((1, 2))", "(float('nan'),)", "((1, 2), (3, 4))", "('a', b'b')", "(b'a', b'b')",
          "(1, 2, 3, 4, 5, 6, 7, 8, 9, 10)", "([],)", "(1, None, 'x')", "((1, 2), (3,))"]
LISTS = ["[]", "[1]", "[1, 2, 3]", "['a', 'b', 'c']", "[3, 1, 2]", "[1, 1, 2, 1]", "ListSub([1, 2])", "[float('nan'), 1.5]", "[(1, 2), (3, 4)]", "list(range(20))",
         "[[], []]", "[None]", "[1, 'a', 2.5]", "[True, 1, 1.0]", "[2, Lesser(), 1]", "[1, LtRaises()]", "[b'a', b'b']", "['b', 'a', '\\xe9']", "[2.5, 1, -1]",
         "[(2, 'a'), (1, 'b'), (2, 'A')]", "[3, 2, 1] * 15", "[EqAll(), 2]", "[1, Clears(), 3]", "[Grows(), 1]", "[1, EqRaises()]", "[Reflected(), 1]"]
DICTS = ["{}", "{'a': 1}", "{'a': 1, 'b': 2, 'c': 3}", "{1: 'a', 2: 'b'}", "{None: None}", "DictSub(a=1, b=2)", "DictMissing(a=1)", "dict.fromkeys(range(12), 0)",
         "{1: 1, 'x': 2, (): 3}", "{True: 1, 2.0: 2}", "{EqAll(): 5}", "{EqRaises(): 1, 5: 6}", "{Clears(): 1, 2: 3}", "{'x': [], 'y': {}}", "types.MappingProxyType({'a': 5})"]
SETS = ["set()", "{1}", "{1, 2, 3}", "{'a', 'b'}", "SetSub([1, 2])", "frozenset()", "frozenset([1, 2, 9])", "FrozenSub('ab')", "{frozenset([1])}", "set(range(20))",
        "{1, 'a', None}", "{EqAll()}", "{Clears(), 5}", "{EqRaises(), 7}", "{1.0, 2.5}"]
ITERABLES = ["iter([1, 2])", "iter(())", "raising(2)", "raising(0)", "growing()", "(x for x in 'ab')", "zip('ab', [1, 2])", "enumerate('ab')", "map(str, [1, 2])",
             "reversed([1, 2])", "Sequence(3)", "Sequence(0)", "IterRaises()", "HintWrong(2**70)", "HintWrong(-1)", "HintWrong('raise')", "HintWrong('x')", "range(3)",
             "range(5, 0, -2)", "range(0)", "range(10**20, 10**20+3)", "iter('ab')", "{1: 2}.items()", "{'a': 1}.keys()", "{'a': 1}.values()", "Keyed()", "iter(b'ab')",
             "(w for w in (b'a', b'b'))", "iter(int, 1)" , "[('a', 1), ('b', 2)]", "[[1, 2], 'xy']", "[(1, 2, 3)]", "[1, (2, 3)]"]
ITERABLES.remove("iter(int, 1)")
ODD = ["None", "IndexRaises()", "IndexWrong()", "Floats()", "EqRaises()", "HashRaises()", "EqAll()", "EqNone()", "Lesser()", "LtRaises()", "BoolRaises()",
       "Reflected()", "Clears()", "Clears(0)", "Grows()", "object", "int", "len", "...", "NotImplemented", "lambda *a: a", "slice(1, 2)", "slice(None)", "key_clears",
       "key_raises", "object()", "str", "TypeError", "ZeroDivisionError('x')"]
SLICES = ["slice(None)", "slice(1, None)", "slice(None, -1)", "slice(None, None, -1)", "slice(None, None, 2)", "slice(5, 1, -2)", "slice(-100, 100)",
          "slice(2**70, None, -2**70)", "slice(1, 2, 0)", "slice('a')", "slice(Index(1), Index(3))", "slice(IndexRaises(), 2)", "slice(3, 1)", "slice(1, 1)",
          "slice(None, None, 3)", "slice(-1, None, -1)", "slice(Clears(0), Clears(2))", "slice(0, 2)", "slice(1.5, 2)", "slice(True, None)"]
ANY = [INTS, FLOATS, COMPLEXES, STRS, BYTES, TUPLES, LISTS, DICTS, SETS, ITERABLES, ODD, SLICES]
RANGES = ["range(0)", "range(5)", "range(1, 10, 3)", "range(10, 0, -1)", "range(-5, 5)", "range(2**70)", "range(-2**70, 2**70, 2**65)", "range(1, 1)", "range(5, 3)"]
VIEWS = ["memoryview(b'')", "memoryview(b'abcdef')", "memoryview(bytearray(b'abcdef'))", "memoryview(b'abcdef')[::2]", "memoryview(array.array('i', [1, 2, 3]))",
         "memoryview(array.array('d', [1.5, 2.5]))", "memoryview(b'abcdef').cast('B', (2, 3))", "memoryview(bytearray(8)).cast('i')", "memoryview(b'a\\xff').cast('b')",
         "memoryview(bytearray(8)).cast('?')", "memoryview(b'abcd').cast('c')", "memoryview(b'abcdef')[::-1]", "memoryview(bytearray(4)).cast('H')"]
ARRAYS = ["array.array('b')", "array.array('b', [1, 2, 3])", "array.array('i', [1, 2, 3, 2])", "array.array('d', [1.5, float('nan')])", "array.array('u', 'a\\u20acb')",
          "array.array('Q', [2**64-1])", "array.array('B', b'abc')", "array.array('f', [0.1])", "array.array('h', range(10))", "array.array('L', [5])"]
TYPECODES = ["'b'", "'B'", "'u'", "'h'", "'H'", "'i'", "'I'", "'l'", "'L'", "'q'", "'Q'", "'f'", "'d'", "'c'", "''", "'bb'", "'\\u20ac'", "1"]

RECEIVERS = {"int": INTS, "float": FLOATS, "complex": COMPLEXES, "str": STRS, "bytes": BYTES[:15], "bytearray": ["bytearray(%s)" % b for b in BYTES[:14]],
             "tuple": TUPLES, "list": LISTS, "dict": DICTS[:14], "set": [s for s in SETS if "roz" not in s[:6].lower()], "frozenset": ["frozenset(%s)" % s for s in SETS],
             "range": RANGES, "slice": SLICES, "memoryview": VIEWS, "array": ARRAYS, "dict_view": ["R0.%s()" % v for v in ("keys", "values", "items")],
             "iterator": ["iter([1, 2, 3])", "iter((1, 2))", "iter('a\\u20ac')", "iter(b'ab')", "iter(bytearray(b'ab'))", "iter(range(5))", "iter(range(2**70, 2**70+3))",
                          "iter({1: 2})", "iter({1: 2}.items())", "iter({1: 2}.values())", "reversed([1, 2, 3])", "reversed((1, 2))", "reversed({1: 2})", "reversed(range(4))",
                          "enumerate('ab', 5)", "zip('ab', (1, 2))", "map(str, (1, 2))", "filter(None, (0, 1))", "iter(Sequence(3))", "iter({5})", "iter(array.array('b', [1, 2]))",
                          "iter(lambda c=[3]: c.append(c[-1]-1) or c[-1], 0)", "iter(memoryview(b'ab'))", "reversed('abc')", "enumerate('ab', 2**70)", "reversed(Sequence(3))"],
             "deque": ["collections.deque()", "collections.deque([1, 2, 3])", "collections.deque('abca', 4)", "collections.deque(range(100))", "collections.deque(maxlen=0)"],
             "defaultdict": ["collections.defaultdict(int)", "collections.defaultdict(list, a=[1])", "collections.defaultdict(None, {1: 2})", "collections.defaultdict(key_raises)"],
             "OrderedDict": ["collections.OrderedDict()", "collections.OrderedDict(a=1, b=2, c=3)", "collections.OrderedDict({1: 2})"],
             "exception": ["ValueError()", "KeyError('a')", "OSError(2, 'No')", "OSError(2, 'No', 'file', None, 'file2')", "UnicodeDecodeError('utf-8', b'abc', 1, 2, 'why')",
                           "UnicodeEncodeError('ascii', 'a\\u20acb', 1, 2, 'why')", "StopIteration(5)", "SystemExit(3)", "SyntaxError('m', ('f', 1, 2, 'text', 3, 4))",
                           "ImportError('m', name='n', path='p')", "AttributeError('m', name='n', obj=5)", "NameError('m', name='n')", "ExceptionGroup('g', [ValueError(1)])",
                           "BlockingIOError(11, 'x', 5)", "BaseException(1, 2)", "UnicodeTranslateError('a\\u20ac', 0, 1, 'w')", "KeyError()", "KeyError(1, 2)"],
             "generic_alias": ["list[int]", "dict[str, 'x']", "tuple[int, ...]", "type[int]", "int | str", "int | None", "list[int] | None", "tuple[()]"],
             "namespace": ["types.SimpleNamespace()", "types.SimpleNamespace(a=1, b='x')"], "mappingproxy": ["types.MappingProxyType({'a': 1})", "types.MappingProxyType({})"],
             "property": ["property()", "property(len)", "property(len, None, None, 'doc')", "classmethod(len)", "staticmethod(len)"],
             "function": ["(lambda a, b=1, *c, d=2, **e: (a, b, c, d, e))", "[].append", "(1).__add__", "int.__add__", "str.join", "len", "Sequence(1).__len__", "dict.fromkeys"],
             "object": ["object()", "Index(1)", "Reflected()", "type", "int", "Index", "None", "...", "NotImplemented", "True"]}
FAVOURED = {"int": [SMALL, INTS, FLOATS], "float": [FLOATS, INTS], "complex": [COMPLEXES, FLOATS, INTS], "str": [STRS, STRS, STRS, SMALL, INTS, DICTS, TUPLES], "bytes": [BYTES, BYTES, SMALL, INTS],
            "bytearray": [BYTES, BYTES, SMALL, INTS, SLICES], "tuple": [TUPLES, SMALL, SLICES, INTS], "list": [SMALL, LISTS, INTS, ITERABLES, SLICES, ODD], "dict": [STRS[:3], SMALL, DICTS, ITERABLES, ODD],
            "set": [SETS, SMALL, ITERABLES, ODD, LISTS], "frozenset": [SETS, SMALL, ITERABLES, ODD], "range": [SMALL, INTS, RANGES, SLICES], "slice": [SMALL, INTS, SLICES], "memoryview": [SMALL, BYTES, SLICES, TYPECODES, TUPLES, VIEWS],
            "array": [SMALL, ARRAYS, SLICES, BYTES, INTS, FLOATS], "iterator": [SMALL, INTS], "deque": [SMALL, ITERABLES, LISTS], "defaultdict": [SMALL, DICTS, STRS[:3]], "OrderedDict": [STRS[:3], DICTS, SMALL],
            "exception": [STRS, TUPLES, SMALL, ODD, DICTS], "generic_alias": [["int", "str", "None", "list[int]", "int | str"], TUPLES, ODD], "dict_view": [SETS, SMALL, STRS[:3], LISTS], "namespace": [STRS[:3], DICTS],
            "mappingproxy": [STRS[:3], DICTS, SMALL], "property": [ODD, SMALL], "function": [SMALL, ODD, TUPLES], "object": [STRS[:3], SMALL, ODD]}
# results that are addresses, depend on the implementation, or never end
SKIP = {"__hash__", "__sizeof__", "__dir__", "__doc__", "__getstate__", "__subclasses__", "__init_subclass__", "__subclasshook__", "__class__", "__text_signature__",
        "__reduce__", "__reduce_ex__", "__code__", "__globals__", "__builtins__", "mro", "__dict__", "__weakref__", "__call__", "__getattribute__", "__setattr__", "__delattr__",
        "__notes__", "f_locals", "hex_", "__basicsize__", "__itemsize__", "__flags__", "__dictoffset__", "__weakrefoffset__", "__instancecheck__", "__subclasscheck__",
        "buffer_info", "tofile", "fromfile", "__module__", "__traceback__", "__closure__", "__new__", "__del__", "__getnewargs__"}
GENERIC = {"set": ["__and__", "__or__", "__sub__", "__xor__", "__iand__", "__ior__", "__isub__", "__ixor__", "__eq__", "__lt__", "__le__"]}
KEYWORDS = {"sort": [("key", ODD + ["len", "str", "lambda x: -x", "lambda x: x % 3", "None"]), ("reverse", SMALL + ["None", "[]"])], "split": [("sep", STRS + BYTES), ("maxsplit", INTS)],
            "rsplit": [("sep", STRS + BYTES), ("maxsplit", INTS)], "splitlines": [("keepends", SMALL)], "encode": [("encoding", STRS), ("errors", STRS)], "decode": [("encoding", STRS), ("errors", STRS)],
            "expandtabs": [("tabsize", SMALL)], "format": [("a", ANY[0]), ("b", STRS)], "update": [("a", SMALL), ("b", STRS)], "to_bytes": [("length", SMALL), ("byteorder", ["'big'", "'little'", "'x'"]), ("signed", SMALL)],
            "hex": [("sep", STRS + BYTES), ("bytes_per_sep", SMALL)], "translate": [("delete", BYTES)], "tobytes": [("order", ["'C'", "'F'", "'A'", "'x'", "None"])], "cast": [("format", TYPECODES), ("shape", TUPLES)],
            "move_to_end": [("last", SMALL)], "popitem": [("last", SMALL)], "with_traceback": [], "add_note": []}


class Writer:
    """Draws cases from a random source: each is (name, source of a lambda for case())."""

    def __init__(self, seed, methods):
        self.random = random.Random(seed)
        self.methods = methods

    def pick(self, pools):
        pool = self.random.choice(pools)
        return self.random.choice(pool)

    def argument(self, area):
        return self.pick(FAVOURED[area]) if self.random.random() < 0.75 else self.pick(ANY)

    def one(self, receiver, call):
        return "%r, %r" % (receiver, call)

    def method(self, area):
        receiver = self.random.choice(RECEIVERS[area])
        if receiver.startswith("R0."):
            receiver = "(%s)%s" % (self.random.choice(RECEIVERS["dict"]), receiver[2:])
        name = self.random.choice(self.methods[area])
        count = self.random.choice((0, 1, 1, 1, 2, 2, 3, 4))
        if name in ("__pow__", "__rpow__", "__ipow__", "__lshift__", "__rlshift__"):
            receiver = self.random.choice(SMALL + FLOATS)
            arguments = [self.pick([SMALL, FLOATS, COMPLEXES]) for _ in range(count)]
        else:
            arguments = [self.argument(area) for _ in range(count)]
        if name in KEYWORDS and self.random.random() < 0.5:
            arguments = arguments[:self.random.choice((0, 0, 1, 2))]
            for key, pool in KEYWORDS[name]:
                if self.random.random() < 0.6:
                    arguments.append("%s=%s" % (key, self.random.choice(pool)))
        elif self.random.random() < 0.02:
            arguments.append("%s=1" % self.random.choice(("key", "x", "a", "default")))
        return area + "." + name, self.one(receiver, "call(R, %r%s)" % (name, "".join(", " + a for a in arguments)))

    def attribute(self, area):
        receiver = self.random.choice(RECEIVERS[area])
        if receiver.startswith("R0."):
            receiver = "{1: 2}" + receiver[2:]
        name = self.random.choice(self.methods[area])
        kind = self.random.choice(("setattr(R, %r, 1)", "delattr(R, %r)", "getattr(R, %r)", "getattr(type(R), %r)", "setattr(type(R), %r, 1)")) % name
        if kind.startswith("setattr(type") and area in ("object", "generic_alias"):
            kind = "getattr(R, %r)" % name
        return area + ".attribute", self.one(receiver, kind)

    def operator(self):
        operators = ["+", "-", "*", "/", "//", "%", "@", "&", "|", "^", "<", "<=", ">", ">=", "==", "!=", "in", "not in", "is"]
        op = self.random.choice(operators)
        left = self.pick(ANY)
        right = self.pick(ANY) if self.random.random() < 0.6 else self.pick([p for p in ANY if left in p] or ANY)
        if op == "*" and "**" in left + right:
            right = "2"
        return "operator " + op, self.one(left, "R %s %s" % (op, right))

    def inplace(self):
        op = self.random.choice(["+=", "-=", "*=", "/=", "//=", "%=", "@=", "&=", "|=", "^="])
        left, right = self.pick(ANY), self.pick(ANY if self.random.random() < 0.5 else [ITERABLES, SMALL, LISTS, SETS, DICTS])
        if op == "*=" and "**" in left + right:
            right = "2"
        return "operator " + op, self.one(left, "inplace(R, %r, %s)" % (op, right))

    def unary(self):
        form = self.random.choice(["-(%s)", "+(%s)", "~(%s)", "not (%s)", "abs(%s)", "len(%s)", "repr(%s)", "str(%s)", "ascii(%s)", "bool(%s)", "int(%s)", "float(%s)", "complex(%s)",
                                   "bytes(%s)", "bytearray(%s)", "list(%s)", "tuple(%s)", "set(%s)", "frozenset(%s)", "dict(%s)", "sorted(%s)", "sum(%s)", "max(%s)", "min(%s)", "any(%s)",
                                   "all(%s)", "iter(%s)", "reversed(%s)", "round(%s)", "hash(%s) and 0", "bin(%s)", "hex(%s)", "oct(%s)", "chr(%s)", "ord(%s)", "enumerate(%s)", "zip(%s)",
                                   "memoryview(%s)", "next(%s)", "range(%s)", "slice(%s)", "callable(%s)", "format(%s)", "divmod(7, %s)", "isinstance(1, %s)", "issubclass(int, %s)", "print(%s)",
                                   "[*%s]", "{**%s}", "(lambda *a, **k: (a, k))(*%s)", "(lambda *a, **k: (a, k))(**%s)", "'%%s' %% (%s,)", "f'{%s!r:>10}'", "unpack2(%s)", "getattr(%s, 'real', 0)",
                                   "type(%s).__name__", "map(%s, [1])", "filter(%s, [1])", "eval(%s)", "compile(%s, 'f', 'eval')", "vars(%s)", "{%s}", "{%s: 1}", "delattr(%s, 'x')", "setattr(%s, 'x', 1)",
                                   "abs(%s)", "staticmethod(%s)", "property(%s).fget", "super(%s)", "type(%s)", "str.join('-', %s)", "bytes.join(b'-', %s)", "''.join(%s)", "type('T', (), %s)", "type('T', (%s,), {})"])
        value = self.pick(ANY + [RANGES, VIEWS, ARRAYS])
        if form.startswith("print") or "compile" in form and "b'" in value:
            form = "str(%s)"
        if form[:4] in ("byte", "memo") and ("2**31" in value or "2**3" in value):
            value = "5"
        if form.startswith(("list", "tuple", "set", "frozen", "sorted", "sum", "max", "min", "any", "all", "[*", "dict", "(lambda *a, **k: (a, k))(*", "str.j", "''.j", "bytes")) and "range(" in value and "**" in value:
            value = "range(3)"
        return form, self.one("None", form.replace("%s", value, 1) if form != "'%%s' %% (%s,)" else "'%%s' %% (%s,)" % value)

    def binary_function(self):
        form = self.random.choice(["int(%s, %s)", "str(%s, %s)", "bytes(%s, %s)", "round(%s, %s)", "divmod(%s, %s)", "getattr(%s, %s)", "hasattr(%s, %s)", "isinstance(%s, %s)", "issubclass(%s, %s)",
                                   "sum(%s, %s)", "max(%s, %s)", "min(%s, %s)", "zip(%s, %s, strict=True)", "enumerate(%s, %s)", "map(%s, %s)", "filter(%s, %s)", "range(%s, %s)", "complex(%s, %s)",
                                   "sorted(%s, key=%s)", "max(%s, key=%s)", "min(%s, default=%s)", "next(%s, %s)", "iter(%s, %s)", "format(%s, %s)", "float.fromhex(%s) or %s", "dict(%s, a=%s)", "type(%s)(%s)", "type(%s)(%s)",
                                   "type(%s)(%s)", "super(%s, %s)", "dict.fromkeys(%s, %s)", "int.from_bytes(%s, %s)", "str.maketrans(%s, %s)", "bytes.maketrans(%s, %s)", "slice(%s, %s)", "range(0, %s, %s)", "pow(%s, %s, 7)",
                                   "(%s)[%s]", "(%s)[%s]", "(%s)[%s]", "setitem(%s, %s, 5)", "setitem(%s, %s, [8, 9])", "delitem(%s, %s)", "setitem([1, 2, 3, 4], %s, %s)", "setitem(bytearray(b'abcdef'), %s, %s)", "setitem({}, %s, %s)",
                                   "setitem(array.array('i', [1, 2, 3]), %s, %s)", "setitem(memoryview(bytearray(8)), %s, %s)", "(lambda a, b: a)(%s, c=%s)", "ExceptionGroup(%s, %s)", "OSError(%s, %s)", "types.SimpleNamespace(**{%s: %s})",
                                   "type('T', %s, %s)", "types.GenericAlias(%s, %s)", "types.MethodType(%s, %s)", "getattr(%s, 'x', %s)", "str(%s, errors=%s)", "UnicodeError(%s, %s)", "isinstance(%s, (int, %s))"])
        a, b = self.pick(ANY), self.pick(ANY)
        if form.startswith(("(%s)[", "delitem", "setitem(%s")):
            a = self.pick([STRS, LISTS, TUPLES, BYTES, RANGES, VIEWS, ARRAYS, DICTS])
            b = self.pick([SLICES, INTS, SMALL, ODD])
        elif form.startswith(("setitem",)):
            a = self.pick([SLICES, SMALL, INTS])
        elif form.startswith(("int(", "str(", "bytes(")) and self.random.random() < 0.5:
            a, b = self.pick([STRS, BYTES, INTS]), self.pick([SMALL, STRS])
        if "pow" in form:
            a, b = self.pick([SMALL, INTS]), self.pick([SMALL, INTS])
        if ("bytes" in form or "type(" in form or "sum" in form or "sorted" in form or "max" in form or "dict" in form) and ("2**" in a or "2**" in b or "10**" in a + b):
            a, b = "3", "'x'"
        return form, self.one("None", form.replace("%s", "\0").replace("\0", a, 1).replace("\0", b, 1))

    def format_specification(self):
        r = self.random
        spec = r.choice(["", "", "*", "\\u20ac", "0", "{", "<"]) + r.choice(["", "", "<", ">", "^", "="]) + r.choice(["", "", "", "+", "-", " "]) + r.choice(["", "", "", "z"]) + r.choice(["", "", "", "#"]) + \
            r.choice(["", "", "", "0"]) + r.choice(["", "", "", "5", "12", "1", "30", "99999999999999999999", "2147483648"]) + r.choice(["", "", "", ",", "_", ",_"]) + \
            r.choice(["", "", "", ".0", ".1", ".3", ".10", ".20", ".", ".99999999999999999999", ".2147483647", ".320"]) + r.choice(["", "", "s", "d", "x", "X", "o", "b", "c", "n", "e", "E", "f", "F", "g", "G", "%", "r", "q", "\\u20ac", "dd"])
        value = self.pick([INTS, SMALL, FLOATS, FLOATS, COMPLEXES, STRS, ["None", "[1]", "Reflected()", "IndexWrong()", "IntSub(5)", "StrSub('x')"]])
        if "2147483648" in spec and ".2147483647" not in spec:
            spec = spec.replace("2147483648", "8")
        if ".2147483647" in spec:
            spec = spec.replace(".2147483647", ".2147483648")
        return "format()", self.one("None", "format(%s, '%s')" % (value, spec))

    def percent(self):
        r = self.random
        def piece():
            return "%" + r.choice(["", "", "", "(a)", "(b", "(zz)"]) + "".join(r.choice(["", "", "-", "+", " ", "0", "#"]) for _ in range(2)) + r.choice(["", "", "5", "12", "*", "99999999999999999999"]) + \
                r.choice(["", "", ".0", ".3", ".20", ".*", ".", ".99999999999"]) + r.choice(["", "", "", "l", "h", "L"]) + r.choice("ddiuxXoeEfFgGcrsab%q\u20ac")
        text = "x" + piece() + r.choice(["", "y", piece(), piece()])
        value = r.choice(["(%s,)" % self.pick(ANY), "(%s, %s)" % (self.pick(ANY), self.pick(ANY)), self.pick(ANY), "(%s, %s, %s)" % (self.pick([SMALL]), self.pick([SMALL]), self.pick(ANY)), "{'a': %s}" % self.pick(ANY),
                          "(%s,)" % self.pick([INTS, FLOATS]), "(%s,)" % self.pick([INTS, FLOATS, STRS])])
        if r.random() < 0.25:
            text = ascii(text.encode("latin-1", "replace"))
            if r.random() < 0.3:
                text = "bytearray(%s)" % text
        else:
            text = ascii(text)
        return "% formatting", self.one("None", "%s %% %s" % (text, value))

    def str_format(self):
        r = self.random
        def field():
            return "{" + r.choice(["", "", "0", "1", "a", "0.real", "0[0]", "a[x]", "a.b", "-1", "0[", "9999999999999999999999", "0[-1]", "[0]", ".x", "a b", "0.", "0[]"]) + r.choice(["", "", "!r", "!s", "!a", "!x", "!", "!rr"]) + \
                r.choice(["", "", ":", ":5", ":{}", ":{0}", ":>{1}", ":{:{}}", ":x}"]) + r.choice(["}", "}", "}", "}", "", "}}"])
        text = r.choice(["", "x", "{{", "}", "}}"]) + field() + r.choice(["", field(), "{{}}", "{"])
        return "str.format", self.one("None", "%s.format(%s, %s, a=%s)" % (ascii(text), self.pick([INTS, STRS, LISTS]), self.pick([SMALL, STRS]), self.pick([DICTS, STRS, ODD])))

    def parse_number(self):
        r = self.random
        alphabet = ["0", "1", "9", "5", "_", ".", "e", "E", "-", "+", " ", "j", "J", "n", "inf", "nan", "infinity", "x", "0x", "0b", "0o", "(", ")", "\\t", "\\u0661", "f", "a", "p", "\\0", "\\xa0", "z", "\\ud800", "308", "400"]
        text = "".join(r.choice(alphabet[:10] if r.random() < 0.7 else alphabet) for _ in range(r.choice((1, 2, 3, 4, 6, 9, 25))))
        form = r.choice(["int('%s')", "int('%s', 0)", "int('%s', 16)", "int('%s', 36)", "float('%s')", "float('%s')", "complex('%s')", "complex('%s')", "float.fromhex('%s')", "int(b'%s')", "float(b'%s')", "int('%s', 2)", "float.fromhex('0x1.%sp3')", "int(bytearray(b'%s'), 7)",
                         "float('%s'*50)", "eval('%s')"])
        if form.startswith(("int(b", "float(b", "int(bytea")):
            text = text.replace("\\u0661", "").replace("\\ud800", "")
        if form.startswith("eval"):
            form = "float('%s')"
        return "number from text", self.one("None", form % text)

    def float_text(self):
        r = self.random
        import struct
        value = r.choice([struct.unpack("d", struct.pack("Q", r.getrandbits(64)))[0], r.uniform(-1e5, 1e5), r.getrandbits(60) / 2 ** r.randrange(100), float(r.randrange(10 ** 6)) / 10 ** r.randrange(8),
                          r.choice([1, 5, 9, 95, 995, 25]) * 10.0 ** r.randrange(-30, 30)])
        source = repr(value) if value == value and abs(value) != float("inf") else "1.5"
        form = r.choice(["repr(%s)", "(%s).hex()", "'%%.%df' %% (%%s)" % r.randrange(30), "format(%%s, '.%dg')" % r.randrange(25), "format(%%s, '.%de')" % r.randrange(25), "round(%%s, %d)" % r.randrange(-12, 25), "round(%s)",
                         "(%s).as_integer_ratio()", "int(%s)", "(%s) // 3.7", "(%s) % 3.7", "divmod(%s, -0.3)", "format(%%s, '#.%dg')" % r.randrange(20), "format(%%s, '020,.%df')" % r.randrange(9), "str(%s)", "hash(%s)", "(%s).is_integer()"])
        return "float text", self.one("None", form.replace("%s", source) if "%%" not in form else form.replace("%s", source).replace("%%", "%"))

    def int_arithmetic(self):
        r = self.random
        def big():
            n = r.getrandbits(r.choice((1, 8, 30, 31, 60, 61, 62, 63, 64, 65, 100, 128, 500, 2000)))
            return repr(r.choice((n, -n, n, 2 ** r.randrange(130), -2 ** r.randrange(130), 2 ** r.randrange(130) - 1)))
        form = r.choice(["(%s) + (%s)", "(%s) - (%s)", "(%s) * (%s)", "(%s) // (%s)", "(%s) % (%s)", "divmod(%s, %s)", "(%s) / (%s)", "(%s) & (%s)", "(%s) | (%s)", "(%s) ^ (%s)", "(%s) < (%s)", "math.gcd(%s, %s)", "math.lcm(%s, %s)",
                         "hash(%s) + (%s)", "str(%s) + str(%s)", "hex(%s) + bin(%s)", "float(%s) == (%s)", "(%s) == float(%s)", "int(repr(%s), 10) == (%s)", "round(%s, -3) + (%s)", "(%s).bit_length() + (%s).bit_count()", "pow(%s, 5, %s)", "pow(%s, -1, %s)",
                         "(%s) << ((%s) %% 70)", "(%s) >> ((%s) %% 70)", "(%s).__float__() * (%s)", "int.from_bytes((abs(%s)).to_bytes(300, 'big'), 'little') ^ (%s)", "math.isqrt(abs(%s)) - (%s)", "format(%s, ',') + format(%s, '_x')", "complex(%s) == (%s)",
                         "(%s) <= float(%s)", "hash(float(%s)) - (%s)", "hash(-(%s)) + (%s)", "oct(%s) + str(~(%s))"])
        return "int arithmetic", self.one("None", form.replace("%%", "%").replace("%s", "\0").replace("\0", big(), 1).replace("\0", big(), 1))

    def struct_format(self):
        r = self.random
        text = r.choice(["", "", "<", ">", "=", "!", "@"]) + "".join(r.choice(["", "", "", "2", "0", "3", " ", "99999999999999999999"]) + r.choice("xcbB?hHiIlLqQnNefdspPz") for _ in range(r.choice((1, 1, 2, 3))))
        values = ", ".join(self.pick([INTS, SMALL, FLOATS, BYTES, STRS[:4], ODD]) for _ in range(r.choice((1, 1, 2, 3))))
        form = r.choice(["struct.pack(%r, %s)" % (text, values), "struct.calcsize(%r)" % text, "struct.unpack(%r, %s)" % (text, self.pick([BYTES])), "struct.unpack(%r, bytes(range(struct.calcsize(%r))))" % (text, text),
                         "struct.unpack_from(%r, bytes(range(40)), %s)" % (text, self.pick([SMALL, INTS])), "struct.pack_into(%r, bytearray(20), %s, %s)" % (text, self.pick([SMALL, INTS]), values), "list(struct.iter_unpack(%r, bytes(24)))" % text])
        if "99999" in text and "unpack(" in form:
            form = "struct.calcsize(%r)" % text
        return "struct", self.one("None", form)

    def array_call(self):
        return "array()", self.one("None", "array.array(%s, %s)" % (self.random.choice(TYPECODES), self.pick([LISTS, BYTES, STRS, ITERABLES, ARRAYS, TUPLES, FLOATS, INTS[:8], ["[2**31]", "[-1]", "[255, 256]", "[1.5]", "[2**64]", "'ab'", "[Index(3)]", "[1, 'x']"]])))

    def module_function(self, module):
        name = self.random.choice(self.methods[module])
        if module == "math" or module == "cmath":
            pools = [FLOATS, FLOATS, SMALL, INTS, ODD, COMPLEXES] if module == "math" else [COMPLEXES, COMPLEXES, FLOATS, SMALL, ODD]
            if name in ("factorial", "comb", "perm"):
                pools = [SMALL, FLOATS, ODD]
        elif module == "itertools":
            pools = [ITERABLES, LISTS, SMALL, ODD, STRS, TUPLES]
        else:
            pools = ANY
        if module == "operator" and name in ("pow", "__pow__", "ipow", "__ipow__", "lshift", "__lshift__", "ilshift", "__ilshift__", "mul", "__mul__", "imul", "__imul__"):
            pools = [SMALL, FLOATS, STRS, TUPLES, ODD]
        arguments = [self.pick(pools) for _ in range(self.random.choice((1, 1, 1, 2, 2, 3, 0)))]
        return "%s.%s" % (module, name), self.one("None", "call(%s, %r%s)" % (module, name, "".join(", " + a for a in arguments)))

    def sorting(self):
        r = self.random
        items = ", ".join(self.pick([r.choice([SMALL, INTS, FLOATS, STRS, TUPLES, LISTS, BYTES, ODD])] if r.random() < 0.5 else [SMALL]) for _ in range(r.randrange(8)))
        key = self.random.choice(["None", "len", "str", "repr_key", "lambda x: -x", "lambda x: 0", "key_clears", "key_raises", "lambda x: R.append(1)", "5", "id0"])
        return "sort", self.one("[%s]" % items, "R.sort(key=%s, reverse=%s)" % (key, self.pick([SMALL, ["None", "'x'", "BoolRaises()"]])))


def methods_of_types():
    """The names to call, by area: CPython's own, asked from the reference interpreter that runs this program."""
    import array, cmath, collections, functools, itertools, math, operator, types
    scope = {"array": array, "collections": collections, "types": types}
    exec(compile(open(os.path.join(HERE, "calls_prelude.py")).read(), "prelude", "exec"), scope)
    found = {}
    for area, receivers in RECEIVERS.items():
        names = set()
        for source in receivers:
            value = eval(source.replace("R0", "{}"), scope)
            names.update(n for n in dir(value) if n not in SKIP)
        found[area] = sorted(names)
    for module in (math, cmath, itertools, operator):
        found[module.__name__] = sorted(n for n in dir(module) if callable(getattr(module, n)) and n not in ("count", "cycle", "repeat", "__loader__", "BuiltinImporter") and (not n.startswith("__") or module is operator)
                                        and n not in SKIP and n not in ("indexOf",) or n == "call")
    found["itertools"] = [n for n in found["itertools"] if not n.startswith("_")]
    found["operator"] = [n for n in dir(operator) if callable(getattr(operator, n)) and n not in SKIP and not n.startswith("_")]
    return found


HELPERS = '''
import array, cmath, collections, functools, itertools, math, operator, struct
def call(r, name, *a, **k): return getattr(r, name)(*a, **k)
def setitem(x, k, v): x[k] = v; return x
def delitem(x, k): del x[k]; return x
def repr_key(x): return repr(x)
def id0(x): return x
def unpack2(x): a, b = x; return (a, b)
def inplace(x, op, y):
    scope = {"x": x, "y": y}
    exec("x %s y" % op, scope)
    return scope["x"]
'''


def script(seed, cases, only, methods):
    """(source, names of the cases)"""
    writer = Writer(seed, methods)
    ways = []
    for area in RECEIVERS:
        ways += [(area, lambda area=area: writer.method(area))] * 3 + [(area, lambda area=area: writer.attribute(area))]
    for name in ("operator", "inplace", "unary", "binary_function", "format_specification", "percent", "str_format", "parse_number", "float_text", "int_arithmetic", "struct_format", "array_call", "sorting"):
        ways += [(name, getattr(writer, name))] * 8
    for module in ("math", "cmath", "itertools", "operator"):
        ways += [(module + "_module", lambda module=module: writer.module_function(module))] * 6
    if only:
        ways = [w for w in ways if w[0] in only]
    names, lines = [], []
    for _ in range(cases):
        name, source = writer.random.choice(ways)[1]()
        names.append(name)
        lines.append("case(%s)" % source)
    with open(os.path.join(HERE, "calls_prelude.py"), encoding="utf-8") as f:
        return f.read() + HELPERS + "\n".join(lines) + "\n", names, lines


def limit():
    resource.setrlimit(resource.RLIMIT_AS, (3 << 30, 3 << 30))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def run(interpreter, path, sanitized):
    try:
        done = subprocess.run(interpreter.split() + ["-W", "ignore", path], capture_output=True, timeout=120, preexec_fn=None if sanitized else limit, stdin=subprocess.DEVNULL,
                              env={**os.environ, "PYTHONHASHSEED": "0", "PYTHONIOENCODING": "ascii:backslashreplace"})
    except subprocess.TimeoutExpired as e:
        return (e.stdout or b"").decode("ascii", "replace"), "", "timeout"
    return done.stdout.decode("ascii", "replace"), done.stderr.decode("utf-8", "replace"), done.returncode


def by_number(output):
    """The answers by number of the case, without what may differ: addresses, and CPython's second type for iterators of ASCII text."""
    found = {}
    output = re.sub(r" at 0x[0-9a-f]+", " at 0x0", output).replace("str_ascii_iterator", "str_iterator")
    for line in output.split("\n"):
        head, _, rest = line.partition(" ")
        if head.isdigit():
            found[int(head)] = rest
    return found


def main():
    options = argparse.ArgumentParser(usage=__doc__)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--scripts", type=int, default=10)
    options.add_argument("--cases", type=int, default=1000)
    options.add_argument("--only", default="")
    options.add_argument("--keep", default="")
    options.add_argument("--all", action="store_true", help="every difference, not one for each name and kind")
    options.add_argument("interpreter")
    options.add_argument("reference", nargs="?", default="python3.11")
    chosen = options.parse_args()
    only = set(filter(None, chosen.only.split(",")))
    methods = methods_of_types()
    passed = failed = 0
    seen = set()
    with tempfile.TemporaryDirectory(prefix="ouro-fuzz-") as work:
        for seed in range(chosen.seed, chosen.seed + chosen.scripts):
            source, names, lines = script(seed, chosen.cases, only, methods)
            path = os.path.join(chosen.keep or work, "calls_%d.py" % seed)
            with open(path, "w", encoding="utf-8") as f:
                f.write(source)
            want_text, want_err, want_status = run(chosen.reference, path, False)
            got_text, got_err, got_status = run(chosen.interpreter, path, "asan" in chosen.interpreter)
            want, got = by_number(want_text), by_number(got_text)
            if want_status != 0:
                print("seed %d: the reference ends with %s after %d cases: %s" % (seed, want_status, len(want), want_err[-300:]))
            for number, name in enumerate(names, 1):
                if number not in want:
                    continue
                if number not in got:
                    failed += 1
                    print("seed %d case %d: %s\n    no answer: %s, %s" % (seed, number, lines[number - 1], got_status, got_err[-1500:]))
                    break
                if want[number] == got[number]:
                    passed += 1
                    continue
                failed += 1
                kind = (name, want[number].split(" ")[0], got[number].split(" ")[0])
                if kind not in seen or chosen.all:
                    seen.add(kind)
                    print("seed %d case %d: %s\n    want %s\n    got  %s" % (seed, number, lines[number - 1], want[number], got[number]))
            if got_status not in (0, want_status) and len(got) == len(names):
                failed += 1
                print("seed %d: ends with %s: %s" % (seed, got_status, got_err[-1500:]))
            elif "ouro:" in got_err:
                failed += 1
                print("seed %d: %s" % (seed, got_err[-500:]))
            sys.stdout.flush()
    print("%d passed, %d failed" % (passed, failed))
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
