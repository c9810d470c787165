# Digests of all kinds, at lengths around their blocks, fed whole and in pieces.
import hashlib
import random
import hmac
data = bytes(i * 7 % 256 for i in range(1000))
for name in ("md5", "sha1", "sha224", "sha256", "sha384", "sha512", "sha3_224", "sha3_256", "sha3_384", "sha3_512",
             "blake2b", "blake2s"):
    h = getattr(hashlib, name)
    print(name, h().block_size, h().digest_size, h().name, h(b"abc").hexdigest())
    total = h()
    for n in list(range(0, 300)) + [511, 512, 513, 1000]:
        whole = h(data[:n])
        pieces = h()
        for i in range(0, n, 17):
            pieces.update(data[i:min(i + 17, n)])
        assert whole.digest() == pieces.digest() == whole.copy().digest(), (name, n)
        total.update(whole.digest())
    print(total.hexdigest())
for name in ("shake_128", "shake_256"):
    h = getattr(hashlib, name)
    print(name, h().block_size, h().digest_size, h(b"abc").hexdigest(20), h(data).digest(500)[-4:].hex())
print(hashlib.blake2b(b"x", digest_size=20, key=b"key", salt=b"salt", person=b"person").hexdigest())
print(hashlib.blake2s(b"x", digest_size=10, key=b"key", salt=b"salt", person=b"person", fanout=2, depth=2,
                      leaf_size=64, node_offset=1, node_depth=1, inner_size=32, last_node=True).hexdigest())
print(hashlib.blake2b(key=b"k" * 64).hexdigest(), hashlib.blake2b.SALT_SIZE, hashlib.blake2s.MAX_KEY_SIZE)
for call in (lambda: hashlib.md5("text"), lambda: hashlib.blake2b(key=b"k" * 65),
             lambda: hashlib.new("nonsense"), lambda: hashlib.blake2s(salt=b"123456789")):
    try:
        call()
    except Exception as e:
        print(type(e).__name__)
print(hmac.new(b"key", b"message", "sha256").hexdigest())
print(hashlib.pbkdf2_hmac("sha256", b"pw", b"salt", 10).hex() if hasattr(hashlib, "pbkdf2_hmac") and 0 else "")
r = random.Random("seed")
print([r.randrange(100) for _ in range(10)], r.choice("abc"), r.sample(range(100), 5), r.gauss(0, 1))

# SHA-3's sponge, and numbers of BLAKE2 that do not fit
import _blake2
import _sha3
for name in "sha3_224", "sha3_256", "sha3_384", "sha3_512", "shake_128", "shake_256":
    h = getattr(_sha3, name)()
    print(name, h._capacity_bits, h._rate_bits, h._suffix)
for kind in _blake2.blake2b, _blake2.blake2s:
    for words in {"leaf_size": 1 << 32}, {"leaf_size": -1}, {"node_offset": -1}, {"node_offset": 1 << 64}:
        try:
            kind(**words)
        except (ValueError, OverflowError) as e:
            print(type(e).__name__, e)
try:
    _blake2.blake2s(node_offset=1 << 48)
except OverflowError as e:
    print(e)
print(_blake2.blake2s(b"x", node_offset=(1 << 48) - 1, leaf_size=(1 << 32) - 1).hexdigest())
for length in 1 << 29, 1 << 61:
    try:
        _sha3.shake_128().digest(length)
    except ValueError as e:
        print(e)
