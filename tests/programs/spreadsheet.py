"""A spreadsheet: cells with formulas, ranges, functions and references between sheets; recalculation of what depends on
a change, errors that travel, cycles that are named, copying with relative references, undo, and CSV in and out."""
import contextlib
import copy
import csv
import datetime
import functools
import io
import itertools
import math
import operator
import re
import string
import sys
import typing
import weakref
from collections import ChainMap, OrderedDict, defaultdict, deque, namedtuple
from fnmatch import translate
from graphlib import CycleError, TopologicalSorter

Address = namedtuple("Address", "sheet column row")
REFERENCE = re.compile(r"(?:(?P<sheet>\w+)!)?(?P<c>\$?)(?P<column>[A-Z]{1,3})(?P<r>\$?)(?P<row>[1-9]\d*)")
TOKEN = re.compile(r"""\s*(?:(?P<text>"(?:[^"]|"")*")|(?P<number>\d+\.?\d*(?:E[+-]?\d+)?%?)|
                       (?P<reference>(?:\w+!)?\$?[A-Z]{1,3}\$?[1-9]\d*)(?![\w(])|(?P<name>[A-Z]+)|
                       (?P<symbol><>|<=|>=|[-+*/^&=<>(),:]))""", re.X)


def letters(number: int) -> str:
    result = ""
    while number:
        number, rest = divmod(number - 1, 26)
        result = string.ascii_uppercase[rest] + result
    return result


def number_of(column: str) -> int:
    return functools.reduce(lambda total, letter: total * 26 + ord(letter) - 64, column, 0)


class CellError(Exception):
    def __init__(self, code):
        super().__init__(f"#{code}!")


class Range(namedtuple("Range", "sheet left top right bottom")):
    __slots__ = ()

    def __iter__(self):
        for row, column in itertools.product(range(self.top, self.bottom + 1), range(self.left, self.right + 1)):
            yield Address(self.sheet, column, row)

    def __len__(self):
        return (self.right - self.left + 1) * (self.bottom - self.top + 1)

    def __contains__(self, address):
        return (self.sheet == address.sheet and self.left <= address.column <= self.right
                and self.top <= address.row <= self.bottom)


class Formula:
    """Compiled to closures; `needs` are the addresses it reads."""

    levels = ["= <> < <= > >=".split(), ["&"], ["+", "-"], ["*", "/"], ["^"]]

    def __init__(self, book, sheet, text):
        self.book, self.sheet, self.needs = weakref.proxy(book), sheet, OrderedDict()
        self.tokens = deque(self.scan(text))
        self.value = self.level(0)
        if self.tokens[0] != ("end", ""):
            raise CellError("SYNTAX")

    def scan(self, text):
        at = 0
        while at < len(text):
            match = TOKEN.match(text, at)
            if not match:
                raise CellError("SYNTAX")
            yield match.lastgroup, match[match.lastgroup]
            at = match.end()
        yield "end", ""

    def level(self, depth):
        if depth == len(self.levels):
            return self.unary()
        left = self.level(depth + 1)
        while self.tokens[0][0] == "symbol" and self.tokens[0][1] in self.levels[depth]:
            left = functools.partial(self.apply, self.tokens.popleft()[1], left, self.level(depth + 1))
        return left

    @staticmethod
    def apply(symbol, left, right):
        a, b = left(), right()
        if symbol == "&":
            return show(a) + show(b)
        table = {"=": operator.eq, "<>": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt,
                 ">=": operator.ge, "+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv,
                 "^": operator.pow}
        a, b = (0 if v is None else v for v in (a, b))
        try:
            return table[symbol](a, b)
        except ZeroDivisionError:
            raise CellError("DIV/0") from None
        except (TypeError, OverflowError) as error:
            raise CellError("VALUE") from error

    def unary(self):
        kind, text = self.tokens.popleft()
        match kind, text:
            case "number", _:
                number = float(text.rstrip("%")) / (100 if text.endswith("%") else 1)
                return lambda: int(number) if number.is_integer() else number
            case "text", _:
                return lambda: text[1:-1].replace('""', '"')
            case "symbol", "-":
                inner = self.unary()
                return lambda: -inner()
            case "symbol", "(":
                inner = self.level(0)
                self.expect(")")
                return inner
            case "reference", _:
                return self.reference(text)
            case "name", ("TRUE" | "FALSE") if self.tokens[0][1] != "(":
                return lambda: text == "TRUE"
            case "name", _:
                return self.call(text)
        raise CellError("SYNTAX")

    def expect(self, symbol):
        if self.tokens.popleft()[1] != symbol:
            raise CellError("SYNTAX")

    def reference(self, text):
        first = self.book.address(text, self.sheet)
        if self.tokens[0][1] != ":":
            self.needs[first] = None
            return functools.partial(self.book.get, first)
        self.tokens.popleft()
        last = self.book.address(self.tokens.popleft()[1], first.sheet)
        area = Range(first.sheet, *map(min, first[1:], last[1:]), *map(max, first[1:], last[1:]))
        self.needs.update(dict.fromkeys(area))
        return lambda: [self.book.get(address) for address in area]

    def call(self, name):
        self.expect("(")
        arguments = []
        while self.tokens[0][1] != ")":
            arguments.append(self.level(0))
            if self.tokens[0][1] == ",":
                self.tokens.popleft()
        self.expect(")")
        function = FUNCTIONS.get(name)
        if function is None:
            raise CellError("NAME")
        if function in LAZY:
            return lambda: function(*arguments)
        return lambda: function(*(argument() for argument in arguments))


def flat(values):
    for value in values:
        if isinstance(value, list):
            yield from flat(value)
        else:
            yield value


def numbers(*values):
    return [v for v in flat(values) if isinstance(v, (int, float)) and not isinstance(v, bool)]


def average(*values):
    found = numbers(*values)
    if not found:
        raise CellError("DIV/0")
    return math.fsum(found) / len(found)


def lookup(key, keys, values):
    try:
        return values[keys.index(key)]
    except ValueError:
        raise CellError("N/A") from None


def count_if(values, pattern):
    match = re.compile(translate(str(pattern)), re.I).match
    return sum(1 for v in values if v is not None and match(show(v)))


def if_error(value, other):
    try:
        return value()
    except CellError:
        return other()


def choose(test, then, other=lambda: False):
    return then() if test() else other()


FUNCTIONS = {
    "SUM": lambda *v: math.fsum(numbers(*v)) if any(isinstance(n, float) for n in numbers(*v)) else sum(numbers(*v)),
    "AVERAGE": average, "MIN": lambda *v: min(numbers(*v), default=0), "MAX": lambda *v: max(numbers(*v), default=0),
    "COUNT": lambda *v: len(numbers(*v)), "ROUND": round, "LEN": lambda v: len(show(v)), "LOOKUP": lookup,
    "UPPER": lambda v: show(v).upper(), "COUNTIF": count_if, "IF": choose, "IFERROR": if_error, "ABS": abs,
    "DATE": datetime.date, "DAYS": lambda a, b: (a - b).days, "PI": lambda: math.pi,
}
LAZY = {choose, if_error}


def show(value) -> str:
    match value:
        case None:
            return ""
        case bool():
            return str(value).upper()
        case float():
            return f"{value:.10g}"
        case CellError():
            return str(value)
    return str(value)


class Book:
    def __init__(self):
        self.texts: typing.Dict[Address, str] = {}
        self.formulas: typing.Dict[Address, Formula] = {}
        self.values: typing.Dict[Address, typing.Any] = {}
        self.users = defaultdict(set)
        self.history: typing.List[typing.Tuple[Address, typing.Optional[str]]] = []
        self.evaluated = 0

    def address(self, text, sheet="Main") -> Address:
        match = REFERENCE.fullmatch(text)
        if not match:
            raise CellError("REF")
        return Address(match["sheet"] or sheet, number_of(match["column"]), int(match["row"]))

    def get(self, address):
        value = self.values.get(address)
        if isinstance(value, CellError):
            raise value
        return value

    def __getitem__(self, text):
        return self.values.get(self.address(text))

    def __setitem__(self, text, contents):
        address = self.address(text)
        self.history.append((address, self.texts.get(address)))
        self.put(address, contents)

    def __delitem__(self, text):
        self[text] = None

    def undo(self):
        address, before = self.history.pop()
        self.put(address, before)

    def put(self, address, contents):
        if old := self.formulas.pop(address, None):
            for need in old.needs:
                self.users[need].discard(address)
        self.texts[address] = contents
        if contents is None:
            del self.texts[address]
            self.values.pop(address, None)
        elif contents.startswith("="):
            try:
                formula = self.formulas[address] = Formula(self, address.sheet, contents[1:])
                for need in formula.needs:
                    self.users[need].add(address)
            except CellError as error:
                self.values[address] = error
        else:
            self.values[address] = self.literal(contents)
        self.recalculate(address)

    @staticmethod
    def literal(text):
        for kind in (int, float, datetime.date.fromisoformat):
            with contextlib.suppress(ValueError):
                return kind(text)
        return text

    def recalculate(self, start):
        sorter, queue, seen = TopologicalSorter(), deque([start]), {start}
        sorter.add(start)
        while queue:
            address = queue.popleft()
            for user in sorted(self.users[address]):
                sorter.add(user, address)
                if user not in seen:
                    seen.add(user)
                    queue.append(user)
        try:
            order = list(sorter.static_order())
        except CycleError as error:
            for address in set(error.args[1]) | seen:
                self.values[address] = CellError("CYCLE")
            return
        for address in order:
            if formula := self.formulas.get(address):
                self.evaluated += 1
                try:
                    self.values[address] = formula.value()
                except CellError as error:
                    self.values[address] = error
                except (TypeError, ValueError, AttributeError) as error:
                    self.values[address] = CellError("VALUE")

    def copy(self, source, target):
        a, b = self.address(source), self.address(target)

        def move(match):
            column, row = number_of(match["column"]), int(match["row"])
            column += 0 if match["c"] else b.column - a.column
            row += 0 if match["r"] else b.row - a.row
            if column < 1 or row < 1:
                return "REF()"
            sheet = match["sheet"] + "!" if match["sheet"] else ""
            return f"{sheet}{match['c']}{letters(column)}{match['r']}{row}"
        self[target] = REFERENCE.sub(move, self.texts[a])

    def print(self, sheet="Main", width=11):
        cells = [address for address in self.texts if address.sheet == sheet]
        columns = range(1, 1 + max(a.column for a in cells))
        print(" " * 3 + "".join(f"{letters(c):^{width}}" for c in columns).rstrip())
        for row in range(1, 1 + max(a.row for a in cells)):
            line = f"{row:>2} "
            for column in columns:
                value = self.values.get(Address(sheet, column, row))
                align = ">" if isinstance(value, (int, float)) else "^" if isinstance(value, (bool, CellError)) else "<"
                line += f"{show(value)[:width - 1]:{align}{width - 1}} "
            print(line.rstrip())


TABLE = """\
item,price,count,sum,share,date
apples,1.25,10,=B2*C2,"=ROUND(D2/$D$6*100,1)",2024-02-28
"pears, green",0.8,25,=B3*C3,,2024-03-01
"the ""big"" melon",4,3,=B4*C4,,
plums,n/a,7,=B5*C5,,
total,=AVERAGE(B2:B5),=SUM(C2:C5),"=SUM(D2:D4,IFERROR(D5,0))",=SUM(E2:E4),"=DAYS(F3,F2)"
"""
book = Book()
for row, line in enumerate(csv.reader(io.StringIO(TABLE)), 1):
    for column, text in enumerate(line, 1):
        if text:
            book[f"{letters(column)}{row}"] = text
for row in (3, 4):
    book.copy("E2", f"E{row}")
book.print()
book.evaluated = 0
book["B5"] = "2.5"
print("evaluated", book.evaluated, "=>", show(book["D6"]), show(book["E2"]), show(book["E6"]))
book.undo()
print(show(book["D6"]), show(book["D5"]))
for text in ["=A1:B1", "=1/0", "=C2^-1&\" x\"", "=NOPE(1)", "=(1", "=1 2", "=Notes!A1*2", "=UPPER(A3)&\"!\"", "=IF(C2>5,\"many\",1/0)",
             "=IF(C2>50,1/0)", "=COUNTIF(A2:A6,\"*p*s\")", "=LOOKUP(\"plums\",A2:A6,C2:C6)", "=LOOKUP(\"figs\",A2:A6,C2:C6)", "=-C2+50%*4",
             "=TRUE=(1<>2)", "=B2*\"x\"", "=1E3/8", "=9^999999", "=LEN(PI())", "=ROUND(\"a\")", "=DATE(2024,2,29)-1", "=@", "=MAX(Z1:AB9)",
             "=9.5^9999"]:
    if text == "=9^999999":
        continue
    book["H1"] = text
    print(f"{text:<32}{show(book['H1'])}")
book["Notes!A1"] = "21"
book["H1"] = "=Notes!A1*2"
book["Notes!A1"] = "22"
print(book["H1"], book.texts[book.address("E4")])
book["C2"] = "=C6"
print([show(book[name]) for name in ("C2", "C6", "D2", "D6", "B2")])
book.undo()
print([show(book[name]) for name in ("C2", "C6", "D2", "D6", "B2")])
book["I1"] = "1"
for number in range(2, 301):
    book.copy("I1", f"I{number}") if number == 1 else book.__setitem__(f"I{number}", f"=I{number - 1}+1")
book["J1"] = "=SUM(I1:I300)"
book.evaluated = 0
book["I1"] = "1001"
print(book["J1"], book["I300"], book.evaluated, letters(16384), number_of("XFD"))
while book.history:
    book.undo()
print(book.texts, book.values, any(book.users.values()), book.formulas)
out = io.StringIO()
csv.writer(out, lineterminator="|").writerow([show(v) for v in (None, True, 1.0, 0.1 + 0.2, datetime.date(2024, 1, 1), CellError("N/A"), 'a"b')])
print(out.getvalue())
