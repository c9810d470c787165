"""Strings of JSON: what _json writes and reads, escapes and errors, on generated text."""
import hashlib
import json
import random
from _json import encode_basestring, encode_basestring_ascii, scanstring


def tried(function, *arguments, **keywords):
    try:
        return function(*arguments, **keywords)
    except Exception as e:
        return type(e).__name__, str(e)


pieces = ['"', "\\", "/", *"bfnrtu0d8DC9ax ~", "\n", "\x00", "\x1f", "\x7f", "\xe9", "\u20ac", "\ud800", "\udc00", "\U0001f600",
          "\\u", "\\ud83d", "\\ude00", "\\u00e9", '"']
choose = random.Random(5)
digest = hashlib.sha256()
for i in range(5000):
    text = "".join(choose.choice(pieces) for _ in range(choose.randrange(14)))
    results = [tried(encode_basestring, text), tried(encode_basestring_ascii, text),
               *(tried(scanstring, text, choose.randrange(3), strict) for strict in (True, False))]
    digest.update(ascii((text, results)).encode())
    if i % 500 == 0:
        print(ascii(text), *map(ascii, results))
    assert scanstring(encode_basestring(text), 1)[0] == text
    if not any("\ud800" <= c <= "\udfff" for c in text):
        assert scanstring(encode_basestring_ascii(text), 1)[0] == text
print(digest.hexdigest())

for arguments in [(b"a", 1), (1, 1), ("a", -1), ("a", 2), ("a", 1), ("", 0), ('a"', "1"), ('a"',), ('a"', 0, []), (), ('a"', 0, 1, 2)]:
    print(arguments, tried(scanstring, *arguments))
print(tried(scanstring, 'a"', 0, strict=1))
for value in 1, b"x", None:
    print(tried(encode_basestring, value), tried(encode_basestring_ascii, value))


class S(str):
    pass


print(type(encode_basestring(S("x"))), type(scanstring(S('x"'), 0)[0]))
print(json.encoder.encode_basestring is encode_basestring, json.decoder.scanstring is scanstring)
print(json.dumps({"\u20ac": ["a\tb", "\U0001f600"]}), json.loads('{"a": ["\\u20ac", "x\\n"]}'))
for text in '"', '"\\', '"\\u12', '"\\x"', '["\x01"]', '{"a": "b', '"\\ud83dx"':
    print(ascii(tried(json.loads, text)))
