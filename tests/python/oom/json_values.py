# Each allocation of each of these functions fails in turn, once and for good: MemoryError or success, nothing else.
try:
    import _ouro
except ImportError:
    _ouro = None


def sweep(work):
    expected = work()
    if _ouro:
        for forever in False, True:
            n = 0
            while True:
                n += 1
                _ouro.fail_at(n, forever)
                try:
                    result = work()
                except MemoryError:
                    result = None
                _ouro.fail_at(0)
                if result is not None and result != expected:
                    print(work.__name__, n, forever, result)
                if n % 8 == 0:
                    faults = _ouro.heap_check()
                    if faults:
                        print(work.__name__, n, forever, faults)
                        break
                if _ouro.fail_seen() < n:
                    break
    print(work.__name__, expected)


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
