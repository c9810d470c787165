#!/usr/bin/env python3
"""make_multibyte_data.py OUTPUT

Writes the C tables of src/modules/multibyte.h: what the double-byte encodings of East Asia map to what.  The facts are asked
of the codecs of the Python that runs this: each sequence of bytes is decoded, and each character encoded.
"""
import sys

ENCODINGS = ("gb2312 gbk gb18030 big5 big5hkscs cp950 shift_jis cp932 shift_jis_2004 shift_jisx0213 euc_jp euc_jis_2004 "
             "euc_jisx0213 euc_kr cp949 johab").split()
PREFIX = 0x8f    # the first of three bytes in euc_jp and its kin
WIDE = 0xd800    # cells from here to 0xdfff are places in the table of wide characters


def decode(data, name):
    try:
        return data.decode(name)
    except UnicodeDecodeError:
        return None


def encode(text, name):
    try:
        return text.encode(name)
    except UnicodeEncodeError:
        return None


def is_incomplete(data, name):
    """Would more bytes be looked at?"""
    try:
        data.decode(name)
    except UnicodeDecodeError as error:
        return error.reason.startswith("incomplete")
    return False


class Table:
    """The cells of all encodings; equal rows are stored once."""

    def __init__(self):
        self.cells = []
        self.known = {}

    def add(self, row):
        row = tuple(row)
        if row not in self.known:
            self.known[row] = len(self.cells)
            self.cells.extend(row)
        return self.known[row]


class Charset:
    def __init__(self, name, table):
        self.name = name
        self.table = table
        self.wide = []
        self.found = {}   # text -> the first bytes that decode to it
        self.leads = self.read_leads(b"", singles=True)
        self.prefixed = self.read_leads(bytes([PREFIX])) if name.startswith("euc_j") else None
        self.fix_encoding()

    def cell(self, data, text):
        self.found.setdefault(text, data)
        if len(text) == 1 and ord(text) < 0x10000:
            assert not WIDE <= ord(text) < 0xe000
            return ord(text)
        if text not in self.wide:
            self.wide.append(text)
        assert len(self.wide) <= 0x800
        return WIDE + self.wide.index(text)

    def read_leads(self, before, singles=False):
        leads = []
        for lead in range(256):
            text = decode(before + bytes([lead]), self.name) if singles else None
            if text is not None:
                self.found.setdefault(text, bytes([lead]))
                leads.append((0, 0, ord(text), 1))
                continue
            row = {}
            if not (singles and lead == PREFIX and self.name.startswith("euc_j")):
                for trail in range(256):
                    data = before + bytes([lead, trail])
                    text = decode(data, self.name)
                    if text is not None and decode(before + bytes([lead]), self.name) is None:
                        row[trail] = self.cell(data, text)
            if row:
                first, last = min(row), max(row)
                leads.append((first, last, self.table.add(row.get(t, 0) for t in range(first, last + 1)), 2))
            else:
                leads.append((1, 0, 0, 2 if is_incomplete(before + bytes([lead]), self.name) else 0))
        return leads

    def fix_encoding(self):
        """Characters that are not encoded to the first bytes that decode to them: [(character, bytes as a number)]."""
        self.fixed, self.pairs = [], []
        for code in [*range(0xd800), *range(0xe000, 0x30000)]:
            data, natural = encode(chr(code), self.name), self.found.get(chr(code))
            if data is not None and len(data) > 3:
                data = None  # gb18030's ranges, euc_kr's spelled syllables
            if data != natural:
                self.fixed.append((code, int.from_bytes(data or b"", "big")))
        for text in self.wide:
            if len(text) == 2:
                self.pairs.append((ord(text[0]), ord(text[1]), int.from_bytes(encode(text, self.name), "big")))

    def write(self, out):
        name = self.name
        for label, leads in (("leads", self.leads), ("prefixed", self.prefixed)):
            if leads:
                out.write("static const multibyte_lead %s_%s[256] = {\n" % (name, label))
                for lead in leads:
                    out.write("    {%d, %d, %d, %d},\n" % (lead[2], lead[0], lead[1], lead[3]))
                out.write("};\n")
        if self.wide:
            out.write("static const uint32_t %s_wide[][2] = {\n" % name)
            for text in self.wide:
                out.write("    {%d, %d},\n" % (ord(text[0]), ord(text[1]) if len(text) > 1 else 0))
            out.write("};\n")
        for label, rows in (("fixed", self.fixed), ("pairs", self.pairs)):
            if rows:
                out.write("static const uint32_t %s_%s[][%d] = {\n" % (name, label, len(rows[0])))
                for row in rows:
                    out.write("    {%s},\n" % ", ".join(map(str, row)))
                out.write("};\n")

    def entry(self):
        def maybe(label, rows):
            return "%s_%s" % (self.name, label) if rows else "NULL"
        return '    {"%s", %s_leads, %s, %s, %s, %d, %s, %d, %s, %s},\n' % (
            self.name, self.name, maybe("prefixed", self.prefixed), maybe("wide", self.wide), maybe("fixed", self.fixed),
            len(self.fixed), maybe("pairs", self.pairs), len(self.pairs), "true" if self.name == "gb18030" else "false",
            "true" if self.name == "euc_kr" else "false")


def four_byte_ranges():
    """GB18030's four bytes in the basic plane: [(number of the sequence, how many, first character)]."""
    ranges = []
    for number in range(0, 39420):
        n, data = number, []
        for base, size in ((0x30, 10), (0x81, 126), (0x30, 10), (0x81, 126)):
            data.insert(0, base + n % size)
            n //= size
        text = decode(bytes(data), "gb18030")
        if text is None:
            continue
        code = ord(text)
        if ranges and ranges[-1][0] + ranges[-1][1] == number and ranges[-1][2] + ranges[-1][1] == code:
            ranges[-1][1] += 1
        else:
            ranges.append([number, 1, code])
    return ranges


def jamo():
    """How EUC-KR spells the syllables that have no code: the second bytes of 19 initials, 21 vowels, 28 finals."""
    result = []
    for place, count, step in ((3, 19, 588), (5, 21, 28), (7, 28, 1)):
        for i in range(count):
            # among the syllables with this part there is one without a code of its own
            for k in range(11172):
                part = k // step % count
                if part == i and len(data := chr(0xac00 + k).encode("euc_kr")) == 8:
                    assert data[:2] == b"\xa4\xd4" and data[2] == data[4] == data[6] == 0xa4
                    result.append(data[place])
                    break
    assert len(result) == 68
    return result


def main():
    table = Table()
    charsets = [Charset(name, table) for name in ENCODINGS]
    with open(sys.argv[1], "w", encoding="ascii") as out:
        out.write("/* Made by tools/make_multibyte_data.py. */\n#include \"modules/multibyte.h\"\n\n")
        out.write("const uint16_t multibyte_cells[] = {\n")
        for i in range(0, len(table.cells), 16):
            out.write("    %s,\n" % ", ".join(map(str, table.cells[i:i + 16])))
        out.write("};\n")
        for charset in charsets:
            charset.write(out)
        out.write("const multibyte_charset multibyte_charsets[] = {\n")
        for charset in charsets:
            out.write(charset.entry())
        out.write("    {0},\n};\nconst uint32_t multibyte_four_bytes[][3] = {\n")
        for row in four_byte_ranges():
            out.write("    {%d, %d, %d},\n" % tuple(row))
        out.write("    {0, 0, 0},\n};\n")
        out.write("const unsigned char multibyte_jamo[] = {%s};\n" % ", ".join(map(str, jamo())))


main()
