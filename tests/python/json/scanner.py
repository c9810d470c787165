"""_json.make_scanner: values from text, hooks, errors and their positions, against the library's Python on generated text."""
import gc
import hashlib
import json
import json.decoder
import json.scanner
import random
import sys
from _json import make_scanner

assert json.scanner.make_scanner is make_scanner


def tried(function, *arguments, **keywords):
    try:
        return function(*arguments, **keywords)
    except RecursionError as e:
        return "RecursionError"
    except Exception as e:
        return type(e).__name__, str(e)


def python_decoder(**keywords):
    decoder = json.decoder.JSONDecoder(**keywords)
    decoder.scan_once = json.scanner.py_make_scanner(decoder)
    return decoder


# what each gives for every text of a few pieces; only here may the texts of two errors differ: the library's Python
# names the character
pieces = ["{", "}", "[", "]", ",", ":", " ", "\n", '"a"', '"b\\n"', '"', "1", "-", "0", "12345678901234567890", "1.5", "e5", "E+", ".",
          "null", "true", "false", "NaN", "-Infinity", "Infinity", "nul", "\u20ac", "\\", "\xe9", "{}", "[]"]
choose = random.Random(11)
digest = hashlib.sha256()
ours, theirs = json.JSONDecoder(), python_decoder()
right = 0
for i in range(4000):
    text = "".join(choose.choice(pieces) for _ in range(choose.randrange(1, 9)))
    if i % 3 == 0:
        text = "[" + ",".join(choose.choice(pieces[8:]) for _ in range(3)) + "]"
    elif i % 3 == 1:
        text = "{" + ",".join('"%d":%s' % (choose.randrange(3), choose.choice(pieces[8:])) for _ in range(3)) + "}"
    result = tried(ours.decode, text)
    expected = tried(theirs.decode, text)
    if isinstance(expected, tuple) and not isinstance(result, tuple) or repr(result) != repr(expected):
        assert "Invalid control character" in expected[1] or "Invalid \\escape" in expected[1], (text, result, expected)
    right += not isinstance(result, tuple)
    digest.update(ascii((text, result)).encode())
print(right > 300, digest.hexdigest())

# numbers: where they end, which of them are floats
scan = json.JSONDecoder().scan_once
for text in ["0", "-0", "-0.0", "01", "1.", "1.e5", "1e", "1e+", "1e5", "1E-5x", "1.5e+3,", "-", "-x", "-I", "--1", ".5", "1.5.5", "123456789012345678",
             "1234567890123456789", "-123456789012345678", "-9223372036854775808", "9" * 60, "1e400", "-1e400", "1e-400", "0.1", "4611686018427387904",
             "2.2250738585072014e-308", "1" + "0" * 30 + ".5", "\u0661", "1\u0662", "\uff11"]:
    print(ascii(text[:30]), repr(tried(scan, text, 0)))
    assert repr(tried(scan, text + "\u20ac", 0)) == repr(tried(scan, text, 0)), text
print(tried(scan, "[" + "7" * 5000 + "]", 0))
print(tried(json.loads, "1" * 4300) == int("1" * 4300), type(tried(json.loads, "1" * 200 + "\u20ac")))

# where an error is
for text in ["", " ", "[", "[1", "[1,", "[1,]", "[1 2]", "[,]", "{", "{1", '{"a"', '{"a" ', '{"a":', '{"a": ', '{"a":1', '{"a":1,', '{"a":1,}', '{"a":1 "b"}',
             "{a:1}", '{"a" 1}', '{"a":}', "[1]]", "nul", "tru", "fals", "Na", "Infinit", "\ufeff1", '["\n"]', '"\\x"', '"\\u12"', '"abc', "[\n\n 1,\n }", '{"a":"\t"}']:
    print(repr(text), tried(json.loads, text))

# the scanner alone
for arguments in [("[1]", 0), (" [1]", 0), (" [1]", 1), ("1", 1), ("1", 2), ("1", 10**10), ("1", -1), ("1", 2**70), ("1", "0"), ("1", 0.0), (b"1", 0), (None, 0),
                  ("1",), (), ("1", 0, 0), ("1", True)]:
    print(arguments, tried(scan, *arguments))
print(scan(string="[2]", idx=0), scan(idx=1, string="[2]"), tried(scan, "1", index=0), tried(scan, "1", string="1"))
print(tried(make_scanner), tried(make_scanner, 1), tried(make_scanner, ours, 2), tried(make_scanner, contex=ours))
print(type(scan), type(scan).__doc__, tried(type, "S", (make_scanner,), {}))
for name in "strict", "object_hook", "object_pairs_hook", "parse_float", "parse_int", "parse_constant":
    print(name, type(getattr(make_scanner, name)).__name__, getattr(make_scanner, name).__doc__, tried(setattr, scan, name, 1))


class Context:
    strict = 5
    object_hook = object_pairs_hook = None
    parse_int = parse_float = parse_constant = staticmethod(lambda text: text)


scanner = make_scanner(Context)
print(scanner.strict, scanner('[1, 1.0, NaN, -Infinity, Infinity, "x"]', 0), tried(scanner, '["\n"]', 0))
for name in "strict", "object_hook", "parse_constant":
    class Broken(Context):
        pass
    setattr(Broken, name, property(lambda self: 1 / 0))
    print(name, tried(make_scanner, Broken()))


class NoTruth:
    def __bool__(self):
        raise ArithmeticError("no")


Context.strict = NoTruth()
print(tried(make_scanner, Context))

# hooks
seen = []


def hook(value):
    seen.append(value)
    return len(seen)


print(json.loads('{"a": {"b": {}}, "c": [{}]}', object_hook=hook), seen)
seen.clear()
print(json.loads('{"a": {"a": 1, "a": 2}, "c": [{}]}', object_pairs_hook=hook), seen)
print(json.loads('{"a": 1}', object_pairs_hook=tuple, object_hook=hook))
print(json.loads("[1, -2, 3.5, 1e5, 99999999999999999999]", parse_int=lambda s: "i" + s, parse_float=lambda s: "f" + s))
print(json.loads("[1, 3.5]", parse_int=float, parse_float=int.__call__ if False else str))
print(json.loads("[NaN, Infinity, -Infinity]", parse_constant=lambda s: "c" + s), json.loads("NaN", parse_constant=str))
for keywords in [dict(object_hook=lambda d: 1 / 0), dict(object_pairs_hook=lambda d: 1 / 0), dict(parse_int=lambda s: 1 / 0),
                 dict(parse_float=lambda s: 1 / 0), dict(parse_constant=lambda s: 1 / 0), dict(parse_int=5)]:
    print(tried(json.loads, '[{"a": 5, "b": 1.5, "c": NaN}]', **keywords))

# a hook that uses the scanner it is called from, and one that changes what it gets
decoder = json.JSONDecoder(object_hook=lambda d: (decoder.decode("[2]"), d.clear(), gc.collect())[0])
print(decoder.decode('[{"a": 1}, {"a": {"a": 1}, "b": 2}]'))
raw = []
decoder = json.JSONDecoder(object_pairs_hook=lambda pairs: raw.append(pairs) or pairs)
decoder.decode('{"a": {"b": 1}}')
print(raw)

# equal keys are one str, within a call and not beyond
rows = json.loads('[{"key one": 1}, {"key one": 2}, {"key \\u20ac": 1, "key two": 1}, {"key \u20ac": 3}]')
first, second, third, fourth = (next(iter(row)) for row in rows)
print(first is second, third is fourth, first is next(iter(json.loads('{"key one": 1}'))))

# depth
for text in "[" * 100000, '{"a":' * 100000, "[" * 500 + "]" * 500:
    result = tried(json.loads, text)
    print(result if isinstance(result, str) else len(result))
try:
    json.loads("[" * 100000)
except RecursionError as e:
    print(e)
try:
    json.loads('[{"a":' * 100000)
except RecursionError as e:
    print(str(e).split(" from ")[1])


# a cycle through a scanner is found
class Decoder(json.JSONDecoder):
    def __init__(self):
        super().__init__(object_hook=self.hook)

    def hook(self, value):
        return value

    def __del__(self):
        print("decoder gone")


d = Decoder()
d.decode("{}")
del d
gc.collect()
