# Each allocation of each of these functions fails in turn, once and for good: MemoryError or success, nothing else.
from each_allocation import sweep

import json

decoder = json.JSONDecoder()
pairs = json.JSONDecoder(object_pairs_hook=lambda found: found)
encoder = json.JSONEncoder(default=lambda value: [type(value).__name__])
long = {str(i): i for i in range(20)}


def decode():
    return decoder.decode('{"a": [1, 2.5, "x\\u20ac", 12345678901234567890123, null], "b": {"a": {}, "\\n": [1e400]}}')


def decode_wide():
    return pairs.decode('["\u20ac", 1.25, {"a": 123456789012345678901, "a": [' + "1" * 70 + "]}]")


def encode():
    return encoder.encode({1: 2.5, None: object(), "\u20ac": [long, (True, 2**70)], 1.5: "\n"})


def encode_sorted():
    return json.dumps({"b": "\u20ac", "a": (1.5,)}, sort_keys=True, ensure_ascii=False)


for work in decode, decode_wide, encode, encode_sorted:
    sweep(work)
