# Every decoder and encoder on valid and on damaged input: one digest of all answers for each function, and samples.
import binascii
import random

random.seed(11)
answers = {}


def ask(f, *args, **kwargs):
    try:
        answer = f(*args, **kwargs)
    except Exception as e:
        answer = type(e).__name__ + ": " + str(e)
    kept = answers.setdefault(f.__name__, [0, set()])
    kept[0] = binascii.crc32(repr(answer).encode(), kept[0])
    kept[1].add(answer if isinstance(answer, str) else type(answer).__name__)


base64_text, qp_text = b"AB=C=\n d+/=0z!=", b"ab=\n\r\t _.=\r\n4F\x00\x80xyz"
for i in range(1500):
    text = bytes(random.choice(base64_text) for _ in range(random.randrange(14)))
    ask(binascii.a2b_base64, text)
    ask(binascii.a2b_base64, text, strict_mode=True)
    data = random.randbytes(random.randrange(60))
    assert binascii.a2b_base64(binascii.b2a_base64(data)) == data
    assert binascii.a2b_hex(binascii.b2a_hex(data)) == data
    assert binascii.a2b_qp(binascii.b2a_qp(data, istext=False)) == data
    ask(binascii.b2a_base64, data, newline=i % 3 == 0)
    ask(binascii.b2a_uu, data, backtick=i % 2 == 0)
    if len(data) <= 45:
        line = bytearray(binascii.b2a_uu(data, backtick=i % 2 == 0))
        assert binascii.a2b_uu(line) == data
        line[random.randrange(len(line))] = random.randrange(256)
        ask(binascii.a2b_uu, line)
        ask(binascii.a2b_uu, bytes(line[:random.randrange(len(line))]))
    text = bytes(random.choice(qp_text) for _ in range(random.randrange(200)))
    ask(binascii.a2b_qp, text)
    ask(binascii.a2b_qp, text, header=True)
    ask(binascii.b2a_qp, text, quotetabs=i % 2 == 0, istext=i % 3 == 0, header=i % 5 == 0)
    ask(binascii.crc32, data, random.choice([0, 1, -1, 2 ** 32 - 1, 2 ** 70 + 5]))
    ask(binascii.crc_hqx, data, random.choice([0, -1, 70000]))
    ask(binascii.b2a_hex, data, random.choice(":-"), random.choice([1, 2, -3, 5]))
    ask(binascii.a2b_hex, data.hex()[:random.randrange(10)])
for name, (crc, kinds) in sorted(answers.items()):
    print(name, hex(crc), sorted(kinds))
for f, args in [(binascii.a2b_uu, (b"",)), (binascii.a2b_hex, ("\xe4",)), (binascii.a2b_hex, (3,)),
                (binascii.b2a_hex, ("x",)), (binascii.a2b_hex, ("0g",)), (binascii.crc32, (b"a", 1.5)),
                (binascii.hexlify, (b"abc", "::")), (binascii.hexlify, (b"abc", 3)), (binascii.hexlify, (b"abc", b"-")),
                (binascii.b2a_base64, ("x",)), (binascii.a2b_base64, ("YQ==",)), (binascii.a2b_base64, (b"A",))]:
    try:
        print(f.__name__, args, f(*args))
    except Exception as e:
        print(f.__name__, args, type(e).__name__, e)
print(binascii.Error.__mro__[1], binascii.Incomplete.__mro__[1], hex(binascii.crc32(b"123456789")))
