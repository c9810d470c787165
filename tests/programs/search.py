"""An inverted index with search: documents are split and stemmed, postings are kept delta-coded in bytes, written to a
file that is read back through a memory map; queries with AND, OR, NOT, phrases, prefixes and fields; ranking by BM25,
snippets, suggestions for mistyped words, and removal."""
import array
import bisect
import collections
import difflib
import functools
import heapq
import itertools
import math
import mmap
import operator
import os
import re
import struct
import sys
import tempfile
import typing
import unicodedata
from dataclasses import dataclass, field

HEADER = struct.Struct("<4sHHII")
STOP = frozenset("a an and are as at be but by for from has in is it its not of on or that the to was were with".split())

LIBRARY = {
    "ouro.txt": ("The Ouroboros", "The ouroboros is an ancient symbol: a serpent eating its own tail. Serpents and snakes that eat "
                 "themselves are cycles, and cycles must be collected."),
    "python.txt": ("Pythons", "Pythons are snakes of Africa, Asia and Australia. A python kills by constriction; it eats once in weeks."),
    "gc.txt": ("Garbage collection", "A garbage collector finds cycles of objects. Reference counting alone collects no cycles; "
               "the collector of cycles collects the garbage of references."),
    "cafe.txt": ("Caf\u00e9 na\u00efve", "Le caf\u00e9 est ferm\u00e9. STRASSE und Stra\u00dfe, \ufb01ne \u00c5ngstr\u00f6m, \u212bngstr\u00f6m."),
    "long.txt": ("Numbers", " ".join(f"number{n % 50} word{n % 7}" for n in range(2000)) + " needle"),
    "empty.txt": ("", ""),
}


def fold(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in plain if not unicodedata.combining(c))


@functools.lru_cache(4096)
def stem(word: str) -> str:
    for pattern, replacement in ((r"sses$", "ss"), (r"ies$", "y"), (r"(?<=[^aeious])s$", ""), (r"es$", "e"),
                                 (r"(?:ing|ion|or|ed|ive)$", "")):
        shorter = re.sub(pattern, replacement, word)
        if shorter != word and len(shorter) > 2:
            return stem(shorter)
    return word


class Occurrence(typing.NamedTuple):
    term: str
    position: int
    start: int
    end: int


def occurrences(text: str) -> typing.Iterator[Occurrence]:
    for position, match in enumerate(re.finditer(r"\w+", text)):
        word = fold(match.group())
        if word not in STOP:
            yield Occurrence(stem(word), position, *match.span())


def pack(numbers: typing.Iterable[int]) -> bytes:
    """Differences, seven bits to a byte."""
    out, before = bytearray(), 0
    for number in numbers:
        delta, before = number - before, number
        while delta > 127:
            out.append(delta & 127 | 128)
            delta >>= 7
        out.append(delta)
    return bytes(out)


def unpack(data: typing.Union[bytes, memoryview]) -> typing.Iterator[int]:
    number = shift = delta = 0
    for byte in data:
        delta |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            number += delta
            yield number
            delta = shift = 0


@dataclass
class Document:
    name: str
    title: str
    text: str
    length: int = 0


@dataclass
class Index:
    documents: typing.Dict[int, Document] = field(default_factory=dict)
    postings: typing.DefaultDict[str, typing.Dict[int, array.array]] = field(
        default_factory=lambda: collections.defaultdict(dict))
    next_id: int = 1

    def add(self, name: str, title: str, text: str) -> int:
        number, self.next_id = self.next_id, self.next_id + 1
        document = self.documents[number] = Document(name, title, text)
        for prefix, part in (("", text), ("title:", title)):
            for found in occurrences(part):
                self.postings[prefix + found.term].setdefault(number, array.array("I")).append(found.position)
                document.length += 1
        return number

    def remove(self, name: str) -> bool:
        numbers = [n for n, d in self.documents.items() if d.name == name]
        for number in numbers:
            del self.documents[number]
            for term in [t for t, where in self.postings.items() if where.pop(number, None) is not None and not where]:
                del self.postings[term]
        return bool(numbers)

    def save(self, path: str) -> int:
        terms = sorted(self.postings)
        blob, table = bytearray(), []
        for term in terms:
            start = len(blob)
            for number, positions in sorted(self.postings[term].items()):
                data = pack(positions)
                blob += struct.pack("<II", number, len(data)) + data
            table.append((term.encode(), start, len(blob) - start))
        with open(path, "wb") as stream:
            stream.write(HEADER.pack(b"OIDX", 1, 0, len(table), len(self.documents)))
            for name, start, size in table:
                stream.write(struct.pack(f"<B{len(name)}sII", len(name), name, start, size))
            stream.write(blob)
            return stream.tell()


class Mapped:
    """The postings of a saved index, read where they lie."""

    def __init__(self, path: str):
        with open(path, "rb") as stream:
            self.map = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
        magic, version, _, count, self.document_count = HEADER.unpack_from(self.map)
        if magic != b"OIDX":
            raise ValueError(f"no index: {magic!r}")
        at, self.terms, self.places = HEADER.size, [], []
        for _ in range(count):
            (size,) = struct.unpack_from("<B", self.map, at)
            name, start, length = struct.unpack_from(f"<{size}sII", self.map, at + 1)
            self.terms.append(name.decode())
            self.places.append((start, length))
            at += 9 + size
        self.base = at

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.map.close()

    def __getitem__(self, term: str) -> typing.Dict[int, typing.List[int]]:
        at = bisect.bisect_left(self.terms, term)
        if at == len(self.terms) or self.terms[at] != term:
            return {}
        start, length = self.places[at]
        result = {}
        with memoryview(self.map) as whole, whole[self.base + start:self.base + start + length] as view:
            offset = 0
            while offset < length:
                number, size = struct.unpack_from("<II", view, offset)
                with view[offset + 8:offset + 8 + size] as packed:
                    result[number] = list(unpack(packed))
                offset += 8 + size
        return result

    def prefixed(self, prefix: str) -> typing.List[str]:
        low = bisect.bisect_left(self.terms, prefix)
        return list(itertools.takewhile(lambda term: term.startswith(prefix), self.terms[low:]))


class QueryError(ValueError):
    pass


class Searcher:
    K, B = 1.2, 0.75

    def __init__(self, documents, postings: Mapped):
        self.documents, self.postings = documents, postings
        self.average = sum(d.length for d in documents.values()) / (len(documents) or 1)

    def lookup(self, word: str) -> typing.Dict[int, float]:
        field_name, _, word = word.rpartition(":")
        prefix = field_name + ":" if field_name else ""
        if word.endswith("*"):
            return functools.reduce(self.merge, map(self.score, self.postings.prefixed(prefix + fold(word[:-1]))), {})
        return self.score(prefix + stem(fold(word)))

    @staticmethod
    def merge(a, b):
        return {key: a.get(key, 0) + b.get(key, 0) for key in a.keys() | b.keys()}

    def score(self, term: str) -> typing.Dict[int, float]:
        found = self.postings[term]
        weight = math.log(1 + (len(self.documents) - len(found) + 0.5) / (len(found) + 0.5))
        return {n: weight * len(p) * (self.K + 1) /
                (len(p) + self.K * (1 - self.B + self.B * self.documents[n].length / self.average)) for n, p in found.items()}

    def phrase(self, text: str) -> typing.Dict[int, float]:
        parts = list(occurrences(text))
        if not parts:
            return {}
        found = [self.postings[part.term] for part in parts]
        common = functools.reduce(operator.and_, (set(f) for f in found))
        result = {}
        for number in common:
            starts = functools.reduce(operator.and_, (
                {position - part.position for position in where[number]} for part, where in zip(parts, found)))
            if starts:
                result[number] = sum(self.score(p.term)[number] for p in parts) * (1 + math.log(len(starts)))
        return result

    def parse(self, query: str) -> typing.Dict[int, float]:
        words = collections.deque(re.findall(r'"[^"]*"|\(|\)|[^\s()"]+|"', query))
        result = self.either(words)
        if words:
            raise QueryError(f"unexpected {words[0]!r}")
        return result

    def either(self, words):
        result = self.both(words)
        while words and words[0] == "OR":
            words.popleft()
            result = self.merge(result, self.both(words))
        return result

    def both(self, words):
        result, negative = None, set()
        while words and words[0] not in ("OR", ")"):
            word = words.popleft()
            if word == "AND":
                continue
            if negated := word == "NOT":
                if not words:
                    raise QueryError("NOT what?")
                word = words.popleft()
            if word == "(":
                found = self.either(words)
                if not words or words.popleft() != ")":
                    raise QueryError("no )")
            elif word == '"':
                raise QueryError("a quote without an end")
            elif word.startswith('"'):
                found = self.phrase(word[1:-1])
            elif word.lower() in STOP:
                continue
            else:
                found = self.lookup(word)
            if negated:
                negative |= found.keys()
            elif result is None:
                result = found
            else:
                result = {n: result[n] + found[n] for n in result.keys() & found.keys()}
        if result is None:
            result = dict.fromkeys(self.documents, 0.0) if negative else {}
        return {n: s for n, s in result.items() if n not in negative}

    def search(self, query: str, limit: int = 3):
        scores = self.parse(query)
        return heapq.nsmallest(limit, scores.items(), key=lambda item: (-item[1], item[0]))

    def snippet(self, number: int, query: str, width: int = 40) -> str:
        wanted = {stem(fold(word)) for word in re.findall(r"\w+", query)}
        text = self.documents[number].text
        spans = [(o.start, o.end) for o in occurrences(text) if o.term in wanted]
        if not spans:
            return text[:width]
        best = max(spans, key=lambda span: (sum(span[0] <= s[0] < span[0] + width for s in spans), -span[0]))[0]
        out, at = [], best
        for start, end in spans:
            if best <= start < best + width:
                out += [text[at:start], "[", text[start:end], "]"]
                at = end
        return "".join(out) + text[at:best + width]

    def suggest(self, word: str):
        return difflib.get_close_matches(stem(fold(word)), self.postings.terms, n=2)


def main():
    index = Index()
    for name, (title, text) in LIBRARY.items():
        index.add(name, title, text)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "index")
        size = index.save(path)
        print(size == os.path.getsize(path), len(index.postings), sum(len(w) for w in index.postings.values()))
        with Mapped(path) as mapped:
            searcher = Searcher(index.documents, mapped)
            assert all({n: list(p) for n, p in index.postings[t].items()} == mapped[t] for t in mapped.terms)
            for query in ["snake", "cycles collected", "serpent OR python", '"eating its own tail"', '"tail own"', "NOT cycles",
                          "snakes NOT python", "title:python", "coll*", "cafe OR (garbage AND counting)", "strasse", "angstrom",
                          "fine", "needle", "number7 word3", "the", "", "(cycles", '"open', "x ) y", "cycles NOT", "nothing"]:
                try:
                    hits = searcher.search(query)
                except QueryError as error:
                    print(f"{query!r}: {error}")
                    continue
                print(f"{query!r}: {len(hits)}")
                for number, score in hits:
                    print(f"   {score:7.4f} {index.documents[number].name:<11}{searcher.snippet(number, query)}")
            for word in ("serpant", "garbge", "zzzz"):
                print(word, searcher.suggest(word))
            print(mapped.prefixed("s"), mapped.terms[:4])
        with open(path, "r+b") as stream:
            stream.write(b"XXXX")
        try:
            Mapped(path)
        except ValueError as error:
            print(error)
    print(index.remove("long.txt"), index.remove("long.txt"), "needle" in index.postings, len(index.postings), len(index.documents))
    print(list(unpack(pack([1, 1, 300, 2**31, 2**40]))), pack([0, 127, 255, 16511]).hex(), stem.cache_info().hits > 1000)
    print(sorted(map(stem, ["collector", "collected", "collection", "collects", "classes", "ponies", "gas", "sing"])))
    return 0


if __name__ == "__main__":
    sys.exit(main())
