"""The module _multibytecodec: what the codecs of East Asia keep between two calls, and those that switch charsets.

The classes for increments and streams are bases of those in the library's encodings (encodings/gbk.py and its kin), which
set their attribute codec to what a module's getcodec gave: a MultibyteCodec, written in C, or a StatefulCodec of here.
The escape sequences are those of ISO 2022 and of RFC 1468, 1554, 1557, 1843 and 2237.
"""
import codecs
from _codecs_jp import MultibyteCodec


LONGEST_PENDING = 8


class _WithErrors:
    """What has the attribute errors, which cannot be deleted."""

    def __init__(self, errors="strict"):
        if not isinstance(self.codec, (StatefulCodec, MultibyteCodec)):
            raise TypeError("codec is unexpected type")
        self.errors = errors
        self._pending = self._nothing
        self._state = 0

    @property
    def errors(self):
        return self._errors

    @errors.setter
    def errors(self, errors):
        if not isinstance(errors, str):
            raise TypeError("errors must be a string")
        self._errors = errors

    def reset(self):
        self._pending = self._nothing
        self._state = 0


class MultibyteIncrementalEncoder(_WithErrors):
    _nothing = ""

    def encode(self, input, final=False):
        if not isinstance(input, str):
            raise TypeError("couldn't convert the object to str.")
        text = self._pending + input
        if isinstance(self.codec, StatefulCodec):
            data, self._state = self.codec.encode_part(text, self._errors, final, self._state)
            used = len(text)
        else:
            data, used = self.codec.encode_part(text, self._errors, final)
        self._pending = text[used:]
        return data

    def getstate(self):
        pending = self._pending.encode()
        state = self.codec.export_state(self._state) if isinstance(self.codec, StatefulCodec) else self._state
        return int.from_bytes(bytes([len(pending)]) + pending + state.to_bytes(8, "little"), "little")

    def setstate(self, state):
        data = state.to_bytes(1 + 2 * LONGEST_PENDING, "little")
        end = 1 + data[0]
        if data[0] > LONGEST_PENDING:
            raise UnicodeError("pending buffer too large")
        self._pending = data[1:end].decode()
        number = int.from_bytes(data[end:end + 8], "little")
        self._state = self.codec.import_state(number) if isinstance(self.codec, StatefulCodec) else number


class _Decoder(_WithErrors):
    _nothing = b""

    def _decode_part(self, data, final):
        data = self._pending + data
        if isinstance(self.codec, StatefulCodec):
            text, used, self._state = self.codec.decode_part(data, self._errors, final, self._state)
        else:
            text, used = self.codec.decode_part(data, self._errors, final)
        self._pending = data[used:]
        return text


class MultibyteIncrementalDecoder(_Decoder):
    def decode(self, input, final=False):
        return self._decode_part(bytes(memoryview(input)), final)

    def getstate(self):
        return self._pending, self._state

    def setstate(self, state):
        pending, number = state
        if not isinstance(pending, bytes) or not isinstance(number, int):
            raise TypeError("a tuple of bytes and int is required")
        if len(pending) > LONGEST_PENDING:
            raise UnicodeError("pending buffer too large")
        self._pending, self._state = pending, number


class MultibyteStreamReader(_Decoder):
    def __init__(self, stream, errors="strict"):
        super().__init__(errors)
        self.stream = stream

    def _read(self, read, size, final):
        whole = size is None or size < 0
        if size == 0:
            return ""
        while True:
            data = read() if whole else read(size)
            if not isinstance(data, bytes):
                raise TypeError("stream function returned a non-bytes object (%.100s)" % type(data).__name__)
            text = self._decode_part(data, not data or (whole and final))
            if text or whole or not data:
                return text
            size = 1

    def read(self, size=None):
        return self._read(self.stream.read, size, True)

    def readline(self, size=None):
        return self._read(self.stream.readline, size, False)

    def readlines(self, sizehint=None):
        return self._read(self.stream.read, sizehint, True).splitlines(True)


class MultibyteStreamWriter(_WithErrors):
    _nothing = ""

    def __init__(self, stream, errors="strict"):
        super().__init__(errors)
        self.stream = stream

    def write(self, text):
        self.stream.write(MultibyteIncrementalEncoder.encode(self, text))

    def writelines(self, lines):
        for line in lines:
            self.write(line)

    def reset(self):
        """Writes what waits for a character to combine with; the charset stays."""
        if self._pending:
            self.stream.write(MultibyteIncrementalEncoder.encode(self, "", True))
            super().reset()


# ---- charsets of ISO 2022 -------------------------------------------------------------------------------------

class Charset:
    """One character set: how its characters are written in seven bits, after the escape sequence that designates it."""

    def __init__(self, escape, width, encode, decode, high=False, has_pairs=False):
        self.escape, self.width, self.high, self.has_pairs = escape, width, high, has_pairs
        self.encode, self.decode = encode, decode  # text to bytes of seven bits or None, and back
        self.mark = escape[-1] | (128 if width == 2 else 0)


# The rows of JIS X 0213's second plane.  EUC writes JIS X 0212 in the others.
_PLANE_2 = frozenset([0x21, 0x23, 0x24, 0x25, 0x28, 0x2c, 0x2d, 0x2e, 0x2f, *range(0x6e, 0x7f)])


def _rows(encoding, escape, prefix=b"", rows=range(0x21, 0x7f)):
    """A charset of rows of 94: what `encoding` writes in two bytes with the high bit set, behind a prefix."""
    def encode(text):
        try:
            data = text.encode(encoding)
        except UnicodeEncodeError:
            return None
        if len(data) != len(prefix) + 2 or not data.startswith(prefix) or data[-2] & 0x7f not in rows or data[-2] < 0xa1:
            return None
        return bytes(b & 0x7f for b in data[-2:])

    def decode(data):
        if not data.isascii() or data[0] not in rows:
            return None
        try:
            return (prefix + bytes(b | 0x80 for b in data)).decode(encoding)
        except UnicodeDecodeError:
            return None
    return Charset(escape, 2, encode, decode, has_pairs=escape in (b"$(O", b"$(Q"))


def _single(escape, table, high=False):
    """A charset of single bytes: {byte: character}."""
    back = {c: bytes([b]) for b, c in table.items()}
    return Charset(escape, 1, back.get, lambda data: table.get(data[0]), high)


def _upper_half(encoding, escape):
    table = {}
    for byte in range(0xa0, 0x100):
        try:
            table[byte & 0x7f] = bytes([byte]).decode(encoding)
        except UnicodeDecodeError:
            pass
    return _single(escape, table, high=True)


def _charsets():
    ascii_table = {b: chr(b) for b in range(128)}
    return {
        "ascii": _single(b"(B", ascii_table),
        "roman": _single(b"(J", {**ascii_table, 0x5c: "\xa5", 0x7e: "\u203e"}),
        "kana": _single(b"(I", {b: chr(0xff40 + b) for b in range(0x21, 0x60)}),
        "0208": _rows("euc_jp", b"$B"),
        "0208_old": _rows("euc_jp", b"$@"),
        "0212": _rows("euc_jp", b"$(D", b"\x8f"),
        "ksx1001": _rows("euc_kr", b"$(C"),
        "ksx1001_g1": _rows("euc_kr", b"$)C"),
        "gb2312": _rows("gb2312", b"$(A"),  # by RFC 1554 without the parenthesis, which is read as well
        "latin1": _upper_half("iso8859-1", b".A"),
        "greek": _upper_half("iso8859-7", b".F"),
        "0213_2000_1": _rows("euc_jisx0213", b"$(O"),
        "0213_2004_1": _rows("euc_jis_2004", b"$(Q"),
        "0213_2000_2": _rows("euc_jisx0213", b"$(P", b"\x8f", _PLANE_2),
        "0213_2004_2": _rows("euc_jis_2004", b"$(P", b"\x8f", _PLANE_2),
    }


# The charsets of each encoding, in the order in which a character is looked for.
_ENCODINGS = {
    "iso2022_jp": "0208 roman 0208_old",
    "iso2022_jp_1": "0208 0212 roman 0208_old",
    "iso2022_jp_2": "0208 0212 ksx1001 gb2312 roman 0208_old latin1 greek",
    "iso2022_jp_2004": "0208 0213_2004_1 0213_2004_2",
    "iso2022_jp_3": "0208 0213_2000_1 0213_2000_2",
    "iso2022_jp_ext": "0208 0212 roman kana 0208_old",
    "iso2022_kr": "ksx1001_g1",
}


class StatefulCodec:
    """An encoding in which bytes mean what the last escape sequence says.  A state is a number; 0 is the start."""

    def __init__(self, name):
        self.name = name

    def encode(self, input, errors=None):
        text = str(input)
        return self.encode_part(text, errors, True, 0)[0], len(text)

    def decode(self, input, errors=None):
        data = bytes(memoryview(input))
        text, used, state = self.decode_part(data, errors, True, 0)
        return text, used

    def export_state(self, state):
        return state

    import_state = export_state

    def encode_part(self, text, errors, final, state):
        out, at = bytearray(), 0
        while at < len(text):
            found = self.encode_one(text, at, state)
            if found is not None:
                data, state, length = found
                out += data
                at += length
                continue
            problem = UnicodeEncodeError(self.name, text, at, at + 1, "illegal multibyte sequence")
            instead, at = self.handle(problem, errors, len(text), (str, bytes))
            if isinstance(instead, str):
                instead, state = self.encode_part(instead, "strict", False, state)
            out += instead
        if final:
            out += self.end(state)
            state = 0
        return bytes(out), state

    def handle(self, problem, errors, length, kinds):
        """What the error handler puts in place of a problem, and where to go on."""
        result = codecs.lookup_error(errors or "strict")(problem)
        kind = "encoding" if str in kinds and bytes in kinds else "decoding"
        if not isinstance(result, tuple) or len(result) != 2 or not isinstance(result[0], kinds) or \
                not isinstance(result[1], int):
            raise TypeError("%s error handler must return (str, int) tuple" % kind)
        instead, at = result
        at += length if at < 0 else 0
        if not 0 <= at <= length:
            raise IndexError("position %d from error handler out of bounds" % at)
        return instead, at

    def decode_part(self, data, errors, final, state):
        out, at = [], 0
        while at < len(data):
            text, length, state = self.decode_one(data, at, state)
            if text is not None:
                out.append(text)
                at += length
                continue
            if length == 0 and not final:
                break
            end = len(data) if length == 0 else at + length
            problem = UnicodeDecodeError(self.name, data, at, end, ("incomplete" if length == 0 else "illegal") +
                                         " multibyte sequence")
            instead, at = self.handle(problem, errors, len(data), (str,))
            out.append(instead)
        return "".join(out), at, state


class Iso2022Codec(StatefulCodec):
    """State: the number of G0's charset, 16 times that of the other one (G1 of iso2022_kr, else G2), 256 while shifted out,
    512 in an escape sequence of another standard, which stays as it is."""
    SHIFTED, FOREIGN = 256, 512
    charsets = None

    def __init__(self, name):
        super().__init__(name)
        if Iso2022Codec.charsets is None:
            Iso2022Codec.charsets = _charsets()
        self.sets = [self.charsets[n] for n in ("ascii " + _ENCODINGS[name]).split()]
        self.korean = name == "iso2022_kr"
        self.marks = {c.mark: i for i, c in enumerate(self.sets)}
        self.has_high = any(c.high for c in self.sets)

    def export_state(self, state):
        """CPython's number: the final bytes of G0's, G1's and G2's escape sequences, with the high bit where they are wide."""
        other = self.sets[state >> 4 & 15].mark
        return self.sets[state & 15].mark | (other if self.korean else 0x42) << 8 | \
            (0 if self.korean or not state & 0xf0 else other) << 16 | (state >> 8) << 32

    def import_state(self, number):
        other = number >> (8 if self.korean else 16) & 255
        return self.marks.get(number & 255, 0) | self.marks.get(other, 0) << 4 | number >> 32 << 8

    def end(self, state):
        return (b"\x1b(B" if state & 15 else b"") + (b"\x0f" if state & self.SHIFTED else b"")

    def encode_one(self, text, at, state):
        if text[at] < "\x80":
            return self.end(state) + text[at].encode(), state & ~15 & ~self.SHIFTED, 1
        for number, charset in enumerate(self.sets[1:], 1):
            if charset.high:
                continue  # they are read only
            length = 2 if charset.has_pairs and at + 1 < len(text) else 1
            data = charset.encode(text[at:at + length])
            if data is None and length == 2:
                length, data = 1, charset.encode(text[at])
            if data is None:
                continue
            out = b""
            if self.korean:
                if state >> 4 & 15 != number:
                    out = b"\x1b" + charset.escape
                if not state & self.SHIFTED:
                    out += b"\x0e"
                return out + data, state & ~0xf0 | number << 4 | self.SHIFTED, length
            if state & 15 != number:
                out = b"\x1b" + charset.escape
            return out + data, state & ~15 | number, length
        return None

    def decode_escape(self, data, at, state):
        """A sequence ends with a capital letter or '@'; what it designates must be of this encoding."""
        following = data[at + 1:at + 2]
        if not following:
            return None, 0, state
        if following == b"N" and self.has_high:
            return self.decode_shifted(data, at, state)
        if following not in (b"(", b")", b"$", b".", b"&"):
            return "\x1b", 1, state | self.FOREIGN
        end = next((i for i in range(at + 1, min(at + 16, len(data))) if 0x40 <= data[i] <= 0x5a), None)
        if end is None:
            return None, 0 if at + 16 > len(data) else 1, state
        escape, length = data[at + 1:end + 1], end + 1 - at
        wide = escape.startswith(b"$")
        kind = escape[wide:-1] or b"("
        number = self.marks.get(escape[-1] | (128 if wide else 0)) if len(escape) <= 2 + wide else None
        if number is None or kind not in ((b"(", b")") if wide else (b"(", b")", b".")):
            return None, length, state
        if kind == b"(":
            return "", length, state & ~15 | number
        if self.korean == (kind == b")"):
            state = state & ~0xf0 | number << 4
        return "", length, state

    def decode_shifted(self, data, at, state):
        if at + 3 > len(data):
            return None, 0, state
        charset = self.sets[state >> 4 & 15]
        return charset.decode(data[at + 2:at + 3]), 3, state

    def decode_one(self, data, at, state):
        byte = data[at]
        if state & self.FOREIGN:
            return chr(byte), 1, state & ~self.FOREIGN if 0x40 <= byte <= 0x5a else state
        if byte == 0x1b:
            return self.decode_escape(data, at, state)
        if self.korean and byte in (0x0e, 0x0f):
            return "", 1, state | self.SHIFTED if byte == 0x0e else state & ~self.SHIFTED
        if byte == 0x0a:
            return "\n", 1, state & ~self.SHIFTED
        if byte >= 0x80:
            return None, 1, state
        charset = self.sets[state >> 4 & 15 if state & self.SHIFTED else state & 15]
        if byte < 0x20 or charset is self.sets[0]:
            return chr(byte), 1, state
        if at + charset.width > len(data):
            return None, 0, state
        return charset.decode(data[at:at + charset.width]), charset.width, state


class HzCodec(StatefulCodec):
    """State 1: between "~{" and "~}"."""

    def end(self, state):
        return b"~}" if state else b""

    def encode_one(self, text, at, state):
        if text[at] < "\x80":
            return self.end(state) + text[at].replace("~", "~~").encode(), 0, 1
        try:
            data = text[at].encode("gb2312")
        except UnicodeEncodeError:
            return None
        return (b"" if state else b"~{") + bytes(b & 0x7f for b in data), 1, 1

    def decode_one(self, data, at, state):
        byte = data[at]
        if byte == ord("~"):
            meaning = {b"~": ("~", 0), b"{": ("", 1), b"\n": ("", 0)} if not state else {b"}": ("", 0)}
            following = data[at + 1:at + 2]
            if not following:
                return None, 0, state
            text, after = meaning.get(following, (None, state))
            return text, 1 if text is None else 2, after
        if byte >= 0x80:
            return None, 1, state
        if not state:
            return chr(byte), 1, state
        if at + 2 > len(data):
            return None, 0, state
        if data[at + 1] >= 0x80:
            return None, 1, state
        try:
            return bytes([byte | 0x80, data[at + 1] | 0x80]).decode("gb2312"), 2, state
        except UnicodeDecodeError:
            return None, 1, state


def stateful_codec(name):
    if name == "hz":
        return HzCodec(name)
    if name not in _ENCODINGS:
        raise LookupError("no such codec is supported.")
    return Iso2022Codec(name)
