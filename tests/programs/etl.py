"""A JSON-lines ETL: reads orders as they come from three shops (nested JSON, CSV with a dialect, JSON with other names),
checks and normalizes them, joins them with customers, writes partitions, rejects with reasons, and a summary."""
import abc
import collections
import contextlib
import csv
import dataclasses
import datetime
import enum
import functools
import io
import itertools
import json
import logging
import operator
import os
import pathlib
import re
import sys
import tempfile
import typing

log = logging.getLogger("etl")


class Currency(enum.Enum):
    EUR = 100
    USD = 92
    GBP = 117

    def to_euro(self, cents: int) -> int:
        return (cents * self.value + 50) // 100


class Rejected(Exception):
    def __init__(self, reason, **context):
        super().__init__(reason)
        self.context = context


@dataclasses.dataclass(slots=True)
class Item:
    sku: str
    quantity: int
    cents: int

    def __post_init__(self):
        if self.quantity <= 0:
            raise Rejected("quantity is not positive", sku=self.sku, quantity=self.quantity)


@dataclasses.dataclass(slots=True, kw_only=True)
class Order:
    id: str
    shop: str
    customer: str
    when: datetime.datetime
    currency: Currency = Currency.EUR
    items: typing.List[Item] = dataclasses.field(default_factory=list)
    notes: str = dataclasses.field(default="", compare=False)

    @property
    def total(self) -> int:
        return self.currency.to_euro(sum(item.quantity * item.cents for item in self.items))


class Encoder(json.JSONEncoder):
    def default(self, value):
        if isinstance(value, Order):
            return {**dataclasses.asdict(value), "total": value.total}
        if isinstance(value, datetime.datetime):
            return value.isoformat()
        if isinstance(value, enum.Enum):
            return value.name
        if isinstance(value, (set, frozenset)):
            return sorted(value)
        return super().default(value)


class Source(abc.ABC):
    registry: typing.Dict[str, type] = {}

    def __init_subclass__(cls, *, suffix, **rest):
        super().__init_subclass__(**rest)
        cls.registry[suffix] = cls

    def __init__(self, path: pathlib.Path):
        self.path = path

    @classmethod
    def open(cls, path: pathlib.Path) -> "Source":
        return cls.registry["".join(path.suffixes)](path)

    @abc.abstractmethod
    def raw(self) -> typing.Iterator[dict]: ...

    @abc.abstractmethod
    def order(self, record: dict) -> Order: ...

    def orders(self, rejects: typing.Callable):
        for number, record in enumerate(self.raw(), 1):
            try:
                if isinstance(record, Exception):
                    raise Rejected(f"not readable: {record}")
                yield self.order(record)
            except Rejected as rejected:
                rejects(self.path.name, number, rejected)
            except KeyError as error:
                rejects(self.path.name, number, Rejected(f"no field {error}"))
            except (TypeError, ValueError) as error:
                rejects(self.path.name, number, Rejected(str(error)))


class Lines(Source, suffix=".jsonl"):
    def raw(self):
        with self.path.open(encoding="utf-8-sig") as stream:
            for line in filter(str.strip, stream):
                try:
                    yield json.loads(line, parse_float=str, object_pairs_hook=self.no_duplicates)
                except (json.JSONDecodeError, Rejected) as error:
                    yield error

    @staticmethod
    def no_duplicates(pairs):
        names = collections.Counter(name for name, _ in pairs)
        if twice := [name for name, count in names.items() if count > 1]:
            raise Rejected(f"twice: {twice}")
        return dict(pairs)

    def order(self, record):
        customer = record["customer"]
        return Order(id=record["id"], shop="lines", customer=customer["email"].strip().lower(),
                     when=moment(record["at"]), currency=Currency[record.get("currency", "EUR")],
                     items=[Item(i["sku"], i.get("n", 1), cents(i["price"])) for i in record["items"]],
                     notes=" / ".join(record.get("notes", ())))


class Semicolons(csv.Dialect):
    delimiter, quotechar, doublequote, lineterminator, quoting = ";", "'", True, "\n", csv.QUOTE_MINIMAL
    skipinitialspace = True


class Table(Source, suffix=".csv"):
    def raw(self):
        with self.path.open(newline="", encoding="latin-1") as stream:
            yield from csv.DictReader(stream, dialect=Semicolons, restkey="more", restval="")

    def order(self, record):
        if record.get("more"):
            raise Rejected("too many fields", more=record["more"])
        items = []
        for part in record["items"].split("|"):
            match = re.fullmatch(r"\s*(\d+)\s*x\s*([A-Z]+-\d+)\s*@\s*([\d.,]+)\s*", part)
            if not match:
                raise Rejected(f"item {part!r}")
            items.append(Item(match[2], int(match[1]), cents(match[3])))
        return Order(id=f"T{int(record['number']):05d}", shop="table", customer=record["mail"].casefold(),
                     when=moment(record["date"]), items=items, notes=record["remark"])


class Whole(Source, suffix=".api.json"):
    def raw(self):
        pages = json.loads(self.path.read_bytes())
        return itertools.chain.from_iterable(page["results"] for page in pages["pages"])

    def order(self, record):
        match record:
            case {"uuid": str(id), "buyer": str(buyer), "ts": int() | float() as ts, "lines": [_, *_] as lines}:
                when = datetime.datetime.fromtimestamp(ts, datetime.timezone.utc)
                return Order(id=id, shop="whole", customer=buyer.lower(), when=when, currency=Currency.USD,
                             items=[Item(sku=s, quantity=q, cents=round(p * 100)) for s, q, p in lines])
            case {"uuid": _, "lines": []}:
                raise Rejected("no items")
            case _:
                raise Rejected("unknown form", keys=sorted(record))


def cents(text) -> int:
    if isinstance(text, int):
        return text * 100
    whole, _, rest = text.replace(",", ".").rpartition(".")
    return int((whole or "0") + (rest + "00")[:2]) if _ else int(text) * 100


@functools.lru_cache(maxsize=64)
def moment(text: str) -> datetime.datetime:
    for pattern in ("%Y-%m-%dT%H:%M:%S%z", "%d.%m.%Y %H:%M", "%Y-%m-%d"):
        with contextlib.suppress(ValueError):
            when = datetime.datetime.strptime(text, pattern)
            return when if when.tzinfo else when.replace(tzinfo=datetime.timezone.utc)
    raise Rejected(f"no date: {text!r}")


class Pipeline:
    def __init__(self, root: pathlib.Path):
        self.root, self.rejected = root, []
        self.customers = {c["email"]: c for c in map(json.loads, (root / "customers.jsonl").open(encoding="utf-8"))}
        self.seen: set = set()

    def reject(self, name, number, rejected):
        self.rejected.append({"source": name, "record": number, "reason": str(rejected), **rejected.context})
        log.info("%s:%d %s", name, number, rejected)

    def unique(self, orders):
        for order in orders:
            if (key := (order.shop, order.id)) in self.seen:
                self.reject(order.shop, 0, Rejected("twice", id=order.id))
                continue
            self.seen.add(key)
            yield order

    def run(self):
        sources = [Source.open(path) for path in sorted((self.root / "in").iterdir())]
        stream = itertools.chain.from_iterable(source.orders(self.reject) for source in sources)
        orders = sorted(self.unique(stream), key=operator.attrgetter("when", "id"))
        out = self.root / "out"
        for month, group in itertools.groupby(orders, key=lambda order: order.when.astimezone(datetime.timezone.utc).strftime("%Y-%m")):
            folder = out / f"month={month}"
            folder.mkdir(parents=True)
            with open(folder / "part-0.jsonl", "x", encoding="utf-8") as stream:
                for order in group:
                    json.dump(order, stream, cls=Encoder, ensure_ascii=False, separators=(",", ":"))
                    stream.write("\n")
        with open(out / "rejects.csv", "w", newline="") as stream:
            writer = csv.DictWriter(stream, ["source", "record", "reason"], extrasaction="ignore", quoting=csv.QUOTE_NONNUMERIC)
            writer.writeheader()
            writer.writerows(self.rejected)
        return orders

    def summary(self, orders) -> dict:
        by_country = collections.defaultdict(lambda: {"orders": 0, "total": 0, "skus": set()})
        for order in orders:
            country = self.customers.get(order.customer, {}).get("country")
            entry = by_country[country or "unknown"]
            entry["orders"] += 1
            entry["total"] += order.total
            entry["skus"].update(item.sku for item in order.items)
        best = collections.Counter()
        for order in orders:
            best.update({item.sku: item.quantity for item in order.items})
        return {"countries": dict(sorted(by_country.items())), "best": best.most_common(3),
                "reasons": collections.Counter(r["reason"].split(":")[0] for r in self.rejected)}


INPUT = {
    "customers.jsonl": '{"email": "ada@example.org", "country": "GB"}\n{"email": "bj\\u00f6rn@example.org", "country": "SE"}\n',
    "in/a.jsonl": '''\ufeff{"id": "L1", "customer": {"email": " Ada@Example.org "}, "at": "2024-01-31T23:30:00-05:00", "items": [{"sku": "PY-1", "n": 2, "price": 19.90}, {"sku": "OU-7", "price": 5}], "notes": ["gift", "\\ud83d\\udc0d"]}
{"id": "L2", "customer": {"email": "nobody@example.org"}, "at": "2024-02-01T10:00:00+01:00", "currency": "GBP", "items": [{"sku": "OU-7", "n": 10, "price": "0.5"}]}

{"id": "L3", "customer": {"email": "x"}, "at": "yesterday", "items": []}
{"id": "L4", "customer": {"email": "x"}, "at": "2024-02-01"
{"id": "L5", "id": "L6"}
{"id": "L7", "customer": {"email": "x"}, "at": "2024-02-01", "items": [{"sku": "Z", "n": 0, "price": 1}]}
{"id": "L1", "customer": {"email": "again@example.org"}, "at": "2024-02-01", "items": []}
{"id": "L8", "at": "2024-02-01", "items": []}
{"id": "L9", "customer": {"email": "x"}, "at": "2024-02-01", "currency": "XXX", "items": []}
''',
    "in/b.csv": "number; date; mail; items; remark\n7; 29.02.2024 08:15; 'BJ\u00d6RN@example.org'; 1 x PY-1 @ 18,50 | 3 x AB-22 @ 1.5; 'it''s; fine'\n"
                "8; 30.02.2024 08:15; a; 1 x PY-1 @ 1; \n9; 2024-03-01; a; two PY-1;\nx; 2024-03-01; a; 1 x PY-1 @ 2;\n"
                "10; 2024-03-01; a; 1 x PY-1 @ 2; r; extra; more\n",
    "in/c.api.json": '{"pages": [{"results": [{"uuid": "u-1", "buyer": "ADA@example.org", "ts": 1706745600.25, "lines": [["OU-7", 1, 5.49], ["AB-22", 2, 0.105]]}]},'
                     ' {"results": [{"uuid": "u-2", "lines": []}, {"other": 1, "form": null}, {"uuid": "u-3", "buyer": "q", "ts": true, "lines": [["a", "b", "c"]]}]}]}',
}

with tempfile.TemporaryDirectory() as scratch:
    root = pathlib.Path(scratch)
    for name, text in INPUT.items():
        path = root / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="latin-1" if name.endswith("csv") else "utf-8")
    captured = io.StringIO()
    logging.basicConfig(stream=captured, level=logging.INFO, format="%(levelname).1s|%(message)s")
    pipeline = Pipeline(root)
    orders = pipeline.run()
    print(captured.getvalue())
    for path in sorted((root / "out").rglob("*.*")):
        print(f"== {path.relative_to(root)}", path.read_text(encoding="utf-8"), sep="\n", end="")
    print(json.dumps(pipeline.summary(orders), cls=Encoder, indent=2, sort_keys=True))
    print(moment.cache_info()._replace(maxsize=None), orders[0], sep="\n")
    try:
        orders[0].unknown = 1
    except AttributeError as error:
        print(error)
    try:
        json.dumps({"x": object}, cls=Encoder)
    except TypeError as error:
        print(error)
    try:
        json.loads('{"a": [1, 2,\n }')
    except json.JSONDecodeError as error:
        print(error, error.pos, error.lineno, error.colno)
