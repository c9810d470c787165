"""A log analyser: makes the access logs of a small site, reads them back (one of them compressed by rotation, some lines
damaged), and reports what an operator asks: traffic by hour, slow pages, errors, who hammers the login page."""
import argparse
import collections
import contextlib
import dataclasses
import datetime
import enum
import io
import itertools
import logging
import os
import pathlib
import re
import statistics
import sys
import tempfile
import typing

LINE = re.compile(
    r"""(?P<host>\S+)\s\S+\s(?P<user>\S+)\s
        \[(?P<when>[^\]]+)\]\s
        "(?P<method>[A-Z]+)\s(?P<path>[^\s"]+)(?:\s(?P<protocol>[^"]*))?"\s
        (?P<status>\d{3})\s(?P<size>\d+|-)
        (?:\s(?P<millis>\d+))?\s*$""",
    re.VERBOSE,
)
WHEN = "%d/%b/%Y:%H:%M:%S %z"

log = logging.getLogger("analyser")


class Family(enum.IntEnum):
    OK = 2
    MOVED = 3
    CLIENT = 4
    SERVER = 5

    @classmethod
    def of(cls, status: int) -> "Family":
        return cls(status // 100)


@dataclasses.dataclass(frozen=True, order=True)
class Hit:
    when: datetime.datetime
    host: str
    method: str
    path: str
    status: int
    size: int
    millis: typing.Optional[int] = None
    user: typing.Optional[str] = dataclasses.field(default=None, compare=False)

    @property
    def family(self) -> Family:
        return Family.of(self.status)


class Damaged(ValueError):
    def __init__(self, source: str, number: int, text: str):
        super().__init__(f"{source}:{number}: not a log line: {text[:30]!r}")
        self.source, self.number = source, number


def parse(text: str, source: str, number: int) -> Hit:
    match = LINE.match(text)
    if not match:
        raise Damaged(source, number, text)
    try:
        when = datetime.datetime.strptime(match["when"], WHEN)
    except ValueError as error:
        raise Damaged(source, number, text) from error
    return Hit(
        when=when.astimezone(datetime.timezone.utc),
        host=match["host"],
        method=match["method"],
        path=match["path"].partition("?")[0],
        status=int(match["status"]),
        size=0 if match["size"] == "-" else int(match["size"]),
        millis=int(match["millis"]) if match["millis"] else None,
        user=None if match["user"] == "-" else match["user"],
    )


def read_all(paths: typing.Iterable[pathlib.Path]) -> typing.Iterator[Hit]:
    for path in paths:
        with path.open(encoding="utf-8", errors="replace") as stream:
            for number, text in enumerate(stream, 1):
                if not text.strip():
                    continue
                try:
                    yield parse(text.rstrip("\n"), path.name, number)
                except Damaged as damaged:
                    log.warning("%s%s", damaged, " (bad date)" if damaged.__cause__ else "")


@dataclasses.dataclass
class Report:
    hits: int = 0
    size: int = 0
    by_hour: collections.Counter = dataclasses.field(default_factory=collections.Counter)
    by_family: collections.Counter = dataclasses.field(default_factory=collections.Counter)
    by_path: typing.DefaultDict[str, list] = dataclasses.field(default_factory=lambda: collections.defaultdict(list))
    failed_logins: typing.DefaultDict[str, collections.deque] = dataclasses.field(
        default_factory=lambda: collections.defaultdict(lambda: collections.deque(maxlen=5)))
    attackers: dict = dataclasses.field(default_factory=dict)
    users: set = dataclasses.field(default_factory=set)

    def add(self, hit: Hit) -> None:
        self.hits += 1
        self.size += hit.size
        self.by_hour[hit.when.hour] += 1
        self.by_family[hit.family] += 1
        if hit.millis is not None:
            self.by_path[hit.path].append(hit.millis)
        if hit.user:
            self.users.add(hit.user)
        if hit.path == "/login" and hit.status == 401:
            recent = self.failed_logins[hit.host]
            recent.append(hit.when)
            if len(recent) == recent.maxlen and recent[-1] - recent[0] <= datetime.timedelta(minutes=1):
                self.attackers.setdefault(hit.host, recent[-1])

    def print(self, out: typing.TextIO, top: int) -> None:
        print(f"{self.hits:,} hits, {self.size / 1024:,.1f} KiB, {len(self.users)} users: "
              f"{', '.join(sorted(self.users))}", file=out)
        for family in Family:
            share = self.by_family[family] / self.hits
            print(f"  {family.name:<7}{self.by_family[family]:>6}  {share:>6.1%}", file=out)
        busiest = max(self.by_hour.values())
        for hour in range(min(self.by_hour), max(self.by_hour) + 1):
            bar = "#" * round(40 * self.by_hour[hour] / busiest)
            print(f"  {hour:02}h {bar:<40} {self.by_hour[hour]:>4}", file=out)
        print("slowest by the 95th percentile:", file=out)
        ranked = sorted(self.by_path.items(), key=lambda item: (-percentile(item[1], 95), item[0]))
        for path, times in ranked[:top]:
            print(f"  {path:<22}{len(times):>5} {statistics.mean(times):>8.2f} {statistics.median(times):>8.1f} "
                  f"{percentile(times, 95):>6} {statistics.pstdev(times):>8.3f}", file=out)
        for host, when in sorted(self.attackers.items()):
            print(f"attack from {host}, noticed {when:%Y-%m-%d %H:%M:%S}", file=out)


def percentile(values: list, percent: int) -> int:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]


def make_logs(folder: pathlib.Path) -> None:
    """Three days of traffic; the numbers come from a generator that is the same everywhere."""
    state = 12345

    def number(below: int) -> int:
        nonlocal state
        state = (state * 1103515245 + 12345) % 2**31
        return (state >> 8) % below

    paths = ["/", "/about", "/search?q=snake", "/article/%d", "/static/site.css", "/login", "/caf\u00e9"]
    names = ["-", "-", "-", "ada", "grace", "edsger"]
    start = datetime.datetime(2024, 2, 28, 6, tzinfo=datetime.timezone(datetime.timedelta(hours=2)))
    for day in range(3):
        lines = []
        when = start + datetime.timedelta(days=day)
        for _ in range(400):
            when += datetime.timedelta(seconds=number(120))
            path = paths[number(len(paths))]
            if "%d" in path:
                path %= number(4)
            status = {0: 404, 1: 500, 2: 302}.get(number(20), 200)
            size = "-" if status == 302 else number(9000)
            lines.append(f'10.0.0.{number(30)} - {names[number(6)]} [{when:%d/%b/%Y:%H:%M:%S %z}] '
                         f'"GET {path} HTTP/1.1" {status} {size} {number(50) * (1 + len(path) % 7)}')
        for step in range(7 if day == 1 else 3):
            lines.append(f'192.0.2.66 - - [{when + datetime.timedelta(seconds=9 * step):%d/%b/%Y:%H:%M:%S %z}] '
                         f'"POST /login HTTP/1.1" 401 17')
        if day == 2:
            lines[100:100] = ["", "garbage \x00 here", '10.0.0.1 - - [31/Feb/2024:00:00:00 +0000] "GET / HTTP/1.1" 200 5']
        (folder / f"access.log.{day}").write_text("\n".join(lines) + "\n", encoding="utf-8")


def main(arguments: typing.Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="log_analyser", description=__doc__.split(":")[0])
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--top", type=int, default=3, metavar="N", help="how many pages (default: %(default)s)")
    parser.add_argument("--since", type=datetime.date.fromisoformat)
    parser.add_argument("-q", "--quiet", action="store_true")
    options = parser.parse_args(arguments)
    log.setLevel(logging.ERROR if options.quiet else logging.INFO)
    files = sorted(options.folder.glob("access.log.*"), key=lambda path: int(path.suffix[1:]))
    if not files:
        parser.error(f"no logs in {options.folder.name}")
    report = Report()
    hits = read_all(files)
    if options.since:
        hits = itertools.dropwhile(lambda hit: hit.when.date() < options.since, hits)
    for hit in hits:
        report.add(hit)
    report.print(sys.stdout, options.top)
    log.info("%d files, %.1f lines each", len(files), report.hits / len(files))
    return 0


if __name__ == "__main__":
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(logging.Formatter("%(levelname)-8s%(name)s: %(message)s"))
    log.addHandler(handler)
    with tempfile.TemporaryDirectory() as name:
        make_logs(pathlib.Path(name))
        print("exit", main([name, "--top", "5"]))
        print("exit", main([name, "--since", "2024-03-01", "--quiet"]))
        os.mkdir(os.path.join(name, "empty"))
        caught = io.StringIO()
        with contextlib.redirect_stderr(caught):
            for wrong in ([os.path.join(name, "empty")], [name, "--since", "yesterday"], [], [name, "--top", "x"]):
                try:
                    main(wrong)
                except SystemExit as stop:
                    print("refused:", stop.code, caught.getvalue().splitlines()[-1])
        caught = io.StringIO()
        with contextlib.redirect_stdout(caught), contextlib.suppress(SystemExit):
            main(["--help"])
        print(caught.getvalue())
