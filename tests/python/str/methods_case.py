# Case mapping and questions about characters, ASCII and beyond.
texts = ["", "a", "hello World", "HELLO", "ß", "straße ﬁ", "ǅ Ǆ ǆ", "İstanbul ı", "ΑΣ ΑΣΑ ΟΔΟΣ. Σ", "ŉ", "ΐ",
         "123", "x1", " \t", "Éa éA", "they're bill's", "𐐀𐐨", "ᾳ ᾼ", "\u0345a", "ʰA", "ﬃ"]
for t in texts:
    print(ascii(t), [ascii(m) for m in (t.capitalize(), t.casefold(), t.lower(), t.upper(), t.swapcase(), t.title())])
names = ["isalnum", "isalpha", "isascii", "isdecimal", "isdigit", "isidentifier", "islower", "isnumeric",
         "isprintable", "isspace", "istitle", "isupper"]
chars = texts + ["a1", "²", "½", "一", "٣", "Ⅷ", "_x", "1x", "\n", "\u2028", "\xa0", "A b", "Ab", "AB", "ab c", "\x7f",
                 "\u0378", "\ud800", "\U0001f600", "Aǅ", "ǅ", "a\u0301", "ª", "\U000e0001", "Hello World", "Hello world"]
for c in chars:
    print(ascii(c), "".join("01"[getattr(c, n)()] for n in names))
for bad in (lambda: "a".upper(1), lambda: "a".islower(1), lambda: str.upper(1), lambda: str.upper()):
    try:
        bad()
    except TypeError as e:
        print(e)
