# find and count beside a search that tries each place: texts of few letters, in which the start of the needle stands all
# over (the search then goes on in another way), for characters of one, two and four bytes, and for bytes.
import random


def naive(text, needle, start):
    for i in range(start, len(text) - len(needle) + 1):
        if text[i:i + len(needle)] == needle:
            return i
    return -1


random.seed(7)
wrong = 0
for trial in range(300):
    letters = random.choice(["ab", "abc", "aéb", "aΩb", "a😀", "abcdefghijklmnop"])
    text = "".join(random.choice(letters) for _ in range(random.randrange(1500)))
    length = random.choice([2, 3, 5, 20, 200])
    if random.random() < 0.5 and len(text) > length:
        at = random.randrange(len(text) - length)
        needle = text[at:at + length]
    else:
        needle = "".join(random.choice(letters) for _ in range(length))
    expected = naive(text, needle, 0)
    wrong += text.find(needle) != expected
    wrong += text.encode().find(needle.encode()) != (expected if expected < 0 else len(text[:expected].encode()))
    count, at = 0, expected
    while at >= 0:
        count, at = count + 1, naive(text, needle, at + length)
    wrong += text.count(needle) != count
    wrong += text.replace(needle, "").count("a") != text.count("a") - count * needle.count("a")
print("wrong:", wrong)

# The last place of a long text, after many places that begin alike.
text = "ab" * 50_000
for tail in ("abb", "ba" * 20 + "c", "ab" * 100 + "c"):
    print((text + tail).find(tail), text.find(tail))
