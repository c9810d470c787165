#!/usr/bin/env python3
"""make_character_data.py DIRECTORY OUTPUT

Writes the C tables of src/types/character_data.h from the files of the Unicode Character Database in DIRECTORY (Debian:
the package unicode-data).  The tables describe VERSION whatever newer version the files are of: characters added since
count as unassigned, and what is said of the older ones does not change.
"""
import bz2
import os
import sys
from collections import Counter
from fractions import Fraction

VERSION = (14, 0)
OLD_VERSION = (3, 2)  # unicodedata.ucd_3_2_0

CATEGORIES = ("Cn Lu Ll Lt Mn Mc Me Nd Nl No Zs Zl Zp Cc Cf Cs Co Lm Lo Pc Pd Ps Pe Pi Pf Po Sm Sc Sk So").split()
BIDIRECTIONAL = [""] + "L LRE LRO R AL RLE RLO PDF EN ES ET AN CS NSM BN B S WS ON LRI RLI FSI PDI".split()
WIDTHS = "F H W Na A N".split()

BLOCK = 128       # code points in a block of a two-level table
NAME_GROUP = 16   # names between two entries of the offset table
WORD_ONE_BYTE = 124
WORD_FIRST = 4    # codes below: 0 end, 1 hyphen, 2 space and hyphen, 3 hyphen and space


def lines(directory, name):
    path = os.path.join(directory, name)
    if not os.path.exists(path) and os.path.exists(path + ".bz2"):
        opened = bz2.open(path + ".bz2", "rt", encoding="utf-8")
    else:
        opened = open(path, encoding="utf-8")
    with opened as file:
        for line in file:
            line = line.split("#")[0].strip()
            if line:
                yield line


def ranges(directory, name):
    for line in lines(directory, name):
        fields = [field.strip() for field in line.split(";")]
        low, _, high = fields[0].partition("..")
        yield range(int(low, 16), int(high or low, 16) + 1), fields[1]


class Character:
    def __init__(self, fields):
        self.name = fields[1]
        self.category = fields[2]
        self.combining = int(fields[3])
        self.bidirectional = fields[4]
        self.decomposition = fields[5]
        self.decimal, self.digit, self.numeric = fields[6:9]
        self.mirrored = fields[9] == "Y"
        self.width = "N"


def read_characters(directory):
    age = {}
    for codes, version in ranges(directory, "DerivedAge.txt"):
        for code in codes:
            age[code] = tuple(map(int, version.split(".")))
    characters, ideographs, first = {}, [], None
    for line in lines(directory, "UnicodeData.txt"):
        fields = line.split(";")
        code = int(fields[0], 16)
        if fields[1].endswith("First>"):
            first = code
            continue
        codes = range(first if fields[1].endswith("Last>") else code, code + 1)
        codes = [c for c in codes if age.get(c, VERSION) <= VERSION]
        if fields[1].startswith("<CJK Ideograph") and codes:
            ideographs.append((codes[0], codes[-1]))
        for c in codes:
            characters[c] = Character(fields)
    for codes, width in ranges(directory, "EastAsianWidth.txt"):
        for code in codes:
            if code in characters:
                characters[code].width = width
    for line in lines(directory, "Unihan_NumericValues.txt"):
        code, _, value = line.split("\t")
        code = int(code[2:], 16)
        if code in characters and not characters[code].numeric:
            characters[code].numeric = value.split()[0].replace(",", "")
    return characters, ideographs, age


# ---- writing ----

def write_array(out, ctype, name, values):
    out.write("const %s %s[%d] = {\n" % (ctype, name, len(values)))
    line = ""
    for value in values:
        text = "%d," % value
        if len(line) + len(text) > 118:
            out.write(line + "\n")
            line = ""
        line += text
    out.write(line + "\n};\n\n")


def write_two_level(out, name, ctype, values):
    """values[0 .. 0x110000) as blocks, equal ones shared."""
    seen, index, blocks = {}, [], []
    for start in range(0, 0x110000, BLOCK):
        block = tuple(values[start:start + BLOCK])
        if block not in seen:
            seen[block] = len(seen)
            blocks.extend(block)
        index.append(seen[block])
    write_array(out, "uint16_t", name + "_index", index)
    write_array(out, ctype, name + "_blocks", blocks)


def write_records(out, characters, age):
    records, values = {(0, 0, 0, 0, 0, 0): 0}, [0] * 0x110000
    for code, c in characters.items():
        record = (CATEGORIES.index(c.category), BIDIRECTIONAL.index(c.bidirectional), c.combining,
                  WIDTHS.index(c.width), int(c.mirrored), int(age.get(code, VERSION) <= OLD_VERSION))
        values[code] = records.setdefault(record, len(records))
    out.write("const unicode_record unicode_records[%d] = {\n" % len(records))
    for record in records:
        out.write("    {%d, %d, %d, %d, %d, %d},\n" % record)
    out.write("};\n\n")
    write_two_level(out, "unicode_record", "uint16_t", values)
    for name, texts in ("categories", CATEGORIES), ("bidirectional_classes", BIDIRECTIONAL), ("widths", WIDTHS):
        out.write("const char *const unicode_%s[] = {%s};\n" % (name, ", ".join('"%s"' % t for t in texts)))
    out.write("\n")


def write_decompositions(out, directory, characters):
    kinds, data, values = [""], [0], [0] * 0x110000
    for code, c in sorted(characters.items()):
        if not c.decomposition:
            continue
        parts = c.decomposition.split()
        kind = parts.pop(0) if parts[0].startswith("<") else ""
        if kind not in kinds:
            kinds.append(kind)
        values[code] = len(data)
        data.append(kinds.index(kind) << 8 | len(parts))
        data.extend(int(part, 16) for part in parts)
    out.write("const char *const unicode_decomposition_kinds[] = {%s};\n\n" % ", ".join('"%s"' % k for k in kinds))
    write_two_level(out, "unicode_decomposition", "uint16_t", values)
    write_array(out, "uint32_t", "unicode_decompositions", data)
    excluded = {int(line.split()[0], 16) for line in lines(directory, "CompositionExclusions.txt")}
    pairs = []
    for code, c in characters.items():
        parts = c.decomposition.split()
        if len(parts) == 2 and not parts[0].startswith("<") and code not in excluded:
            first, second = (int(part, 16) for part in parts)
            if not c.combining and not characters[first].combining:
                pairs.append((first, second, code))
    pairs.sort()
    write_array(out, "uint32_t", "unicode_compositions", [x for pair in pairs for x in pair])
    out.write("const size_t unicode_composition_count = %d;\n\n" % len(pairs))


def write_numbers(out, characters):
    values, rows = {}, []
    for code, c in sorted(characters.items()):
        if c.numeric:
            kind = 2 if c.decimal else 1 if c.digit else 0
            value = Fraction(c.numeric)
            rows.append((code, values.setdefault(value, len(values)) << 2 | kind))
    write_array(out, "uint32_t", "unicode_number_codes", [row[0] for row in rows])
    write_array(out, "uint16_t", "unicode_number_values", [row[1] for row in rows])
    out.write("const size_t unicode_number_count = %d;\n" % len(rows))
    out.write("const unicode_fraction unicode_fractions[%d] = {\n" % len(values))
    for value in values:
        out.write("    {INT64_C(%d), %d},\n" % (value.numerator, value.denominator))
    out.write("};\n\n")


def split_name(name):
    """A name as words and the marks "-", " -", "- " between them; a space needs no mark."""
    pieces = []
    for i, part in enumerate(name.split(" ")):
        bits = part.split("-")
        for j, bit in enumerate(bits):
            if j:
                if j == 1 and not bits[0]:
                    pieces.append(" -" if i else "-")
                else:
                    pieces.append("-")
            if bit:
                pieces.append(bit)
        if len(bits) > 1 and not bits[-1]:
            assert pieces[-1] == "-", name
            pieces[-1] = "- "
    return pieces


def join_pieces(pieces):
    """What the C code does (character_name.c)."""
    text, space = "", False
    for piece in pieces:
        if piece in ("-", " -", "- "):
            text += piece
            space = False
        else:
            text += (" " if space else "") + piece
            space = True
    return text


def write_names(out, directory, characters, ideographs):
    named = [(code, c.name) for code, c in sorted(characters.items()) if not c.name.startswith("<")]
    aliases = []
    for line in lines(directory, "NameAliases.txt"):
        fields = line.split(";")
        code = int(fields[0], 16)
        if code in characters:
            aliases.append((code, fields[1]))
    sequences = []
    for line in lines(directory, "NamedSequences.txt"):
        name, codes = line.split(";")
        codes = [int(code, 16) for code in codes.split()]
        if all(code in characters for code in codes):
            sequences.append((codes, name))
    texts = [name for _, name in named] + [name for _, name in aliases] + [name for _, name in sequences]
    assert len(texts) < 65536
    split = [split_name(text) for text in texts]
    assert all(join_pieces(pieces) == text for pieces, text in zip(split, texts))
    words = Counter(piece for pieces in split for piece in pieces)
    marks = {"-": 1, " -": 2, "- ": 3}
    for mark in marks:
        words.pop(mark, None)
    # by frequency; among the rest by text, so that the result does not depend on anything else
    order = sorted(words, key=lambda word: (-words[word], word))
    codes = {word: i + WORD_FIRST for i, word in enumerate(order)}
    codes.update(marks)
    data, offsets = [], []
    for i, pieces in enumerate(split):
        if i % NAME_GROUP == 0:
            offsets.append(len(data))
        for piece in pieces:
            code = codes[piece]
            if code < 128:
                data.append(code)
            else:
                assert code < 1 << 15
                data += [0x80 | code >> 8, code & 0xff]
        data.append(0)
    write_array(out, "uint8_t", "unicode_name_data", data)
    write_array(out, "uint32_t", "unicode_name_groups", offsets)
    text = "".join(order)
    starts = [0]
    for word in order:
        starts.append(starts[-1] + len(word))
    out.write("const char unicode_name_words[] =\n")
    for i in range(0, len(text), 100):
        out.write('    "%s"\n' % text[i:i + 100])
    out.write("    ;\n\n")
    write_array(out, "uint32_t", "unicode_name_word_starts", starts)
    runs = []
    for i, (code, _) in enumerate(named):
        if i and named[i - 1][0] + 1 == code:
            continue
        runs.append((code, i))
    write_array(out, "uint32_t", "unicode_name_run_codes", [run[0] for run in runs])
    write_array(out, "uint16_t", "unicode_name_run_names", [run[1] for run in runs])
    write_array(out, "uint16_t", "unicode_names_sorted", sorted(range(len(texts)), key=lambda i: texts[i]))
    write_array(out, "uint32_t", "unicode_alias_codes", [code for code, _ in aliases])
    sequence_starts, sequence_codes = [0], []
    for codes_of, _ in sequences:
        sequence_codes += codes_of
        sequence_starts.append(len(sequence_codes))
    write_array(out, "uint16_t", "unicode_sequence_starts", sequence_starts)
    write_array(out, "uint32_t", "unicode_sequence_codes", sequence_codes)
    write_array(out, "uint32_t", "unicode_ideograph_ranges", [code for pair in ideographs for code in pair])
    out.write("const unicode_name_sizes unicode_name_counts = {\n"
              "    .characters = %d, .aliases = %d, .sequences = %d, .runs = %d, .ideograph_ranges = %d};\n"
              % (len(named), len(aliases), len(sequences), len(runs), len(ideographs)))
    assert max(map(len, texts)) < 120  # UNICODE_NAME_MAX


def main(directory, output):
    characters, ideographs, age = read_characters(directory)
    with open(output, "w", encoding="ascii") as out:
        out.write("/* Made by tools/make_character_data.py from the Unicode Character Database. */\n"
                  '#include "types/character_data.h"\n\n')
        write_records(out, characters, age)
        write_decompositions(out, directory, characters)
        write_numbers(out, characters)
        write_names(out, directory, characters, ideographs)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
