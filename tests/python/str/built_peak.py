# A text that is built takes its size and an eighth; one that is built of a single text is that text.
import codecs
import io
import json
import tracemalloc

N = 800_000
text = "text and" * (N // 8)
wide = "t\u0101xt and" * (N // 8)


def takes(make, most, size=N):
    tracemalloc.start()
    result = make()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < most * size + 3000, peak / size
    return result


one = str(len(text))
for whole in text, wide, one, "ab", "\xe9\xe9", "\U0001f600s":
    for make in (lambda: "%s" % whole, lambda: "{}".format(whole), lambda: "{a}".format_map({"a": whole}), lambda: f"{whole}",
                 lambda: "{!s}".format(whole), lambda: "%s%s" % ("", whole), lambda: "{}{}".format(whole, "")):
        made = takes(make, 0)
        assert made == whole and hash(made) == hash(whole)
    assert "%s" % whole is whole and "{}".format(whole) is whole
    size = len(whole) * 2 * (4 if max(whole) > "\uffff" else 2 if max(whole) > "\xff" else 1)
    for make in lambda: "%s%s" % (whole, whole), lambda: "{}{}".format(whole, whole):
        assert takes(make, 1.15, size) == whole + whole
    for other in "x", "\xe9", "\u0101", "\U0001f600", "":
        for double in "%s%s" % (whole, other), "{}{}".format(whole, other), "{0:s}{1}".format(whole, other):
            assert double == whole + other and double.isascii() == (whole + other).isascii(), (whole[:5], other)
            assert hash(double) == hash(whole + other)
assert len(text) == N and text.endswith("and") and whole == "\U0001f600s"


class Sub(str):
    pass


assert type("%s" % Sub("ab")) is str and type("{}".format(Sub("ab"))) is str and type(f"{Sub('ab')}") is str

for make, size in ((lambda: repr(text), N), (lambda: repr(wide), 2 * N), (lambda: json.dumps(text), N), (lambda: f"{text:>1000000}", 1_000_000),
                   (lambda: text.translate({116: 117}), N), (lambda: repr(text.encode()), 2 * N), (lambda: text.replace("t", "zz"), 1.25 * N),
                   (lambda: codecs.decode(encoded16, "utf-16"), N), (lambda: codecs.decode(text, "rot13"), 4 * N),
                   (lambda: text.encode("cp1252"), N), (lambda: b"text and".replace(b"t", b"zz") * (N // 10), N)):
    encoded16 = text.encode("utf-16")
    takes(make, 1.15, size)
with io.TextIOWrapper(io.BytesIO(text.encode())) as f:
    assert takes(f.read, 2.1) == text
