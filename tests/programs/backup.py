"""A backup tool: `init`, `save`, `list`, `check`, `restore` and `prune` on a store of blocks that are kept once,
however many snapshots hold them.  Trees with links, modes and empty folders; damage that is found; a lock; arguments
as a command line tool takes them."""
import argparse
import collections
import contextlib
import dataclasses
import errno
import fnmatch
import functools
import hashlib
import io
import itertools
import json
import logging
import operator
import os
import pathlib
import shlex
import shutil
import stat
import sys
import tempfile
import textwrap
import time
import typing

log = logging.getLogger("backup")
BLOCK = 1 << 12


class BackupError(Exception):
    code = 1


class Locked(BackupError):
    code = 3


class Damage(BackupError):
    code = 4


@dataclasses.dataclass
class Entry:
    path: str
    kind: str
    mode: int
    size: int = 0
    blocks: typing.List[str] = dataclasses.field(default_factory=list)
    target: typing.Optional[str] = None

    def __str__(self):
        return f"{stat.filemode(self.mode)} {self.size:>7} {self.path}{' -> ' + self.target if self.target else ''}"


class Store:
    def __init__(self, root: pathlib.Path):
        self.root, self.blocks, self.snapshots = root, root / "blocks", root / "snapshots"
        self.statistics = collections.Counter()

    @classmethod
    def create(cls, root):
        try:
            root.mkdir(parents=True)
        except FileExistsError as error:
            raise BackupError(f"{root.name}: {os.strerror(errno.EEXIST).lower()}") from error
        for name in ("blocks", "snapshots"):
            (root / name).mkdir(mode=0o700)
        (root / "version").write_text("1\n")
        return cls(root)

    @classmethod
    def open(cls, root):
        try:
            version = (root / "version").read_text().strip()
        except (FileNotFoundError, NotADirectoryError):
            raise BackupError(f"{root.name}: not a store") from None
        if version != "1":
            raise BackupError(f"{root.name}: version {version}")
        return cls(root)

    @contextlib.contextmanager
    def locked(self):
        lock = self.root / "lock"
        try:
            descriptor = os.open(lock, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        except FileExistsError:
            raise Locked("another backup is running")
        try:
            with os.fdopen(descriptor, "w") as stream:
                print("here", file=stream)
            yield
        finally:
            lock.unlink()

    def block_path(self, digest):
        return self.blocks / digest[:2] / digest[2:]

    def put(self, data: bytes) -> str:
        digest = hashlib.blake2b(data, digest_size=20).hexdigest()
        path = self.block_path(digest)
        if path.exists():
            self.statistics["shared"] += 1
        else:
            path.parent.mkdir(exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=self.blocks, prefix="new-", delete=False) as stream:
                stream.write(data)
            os.replace(stream.name, path)
            self.statistics["new"] += 1
        return digest

    def get(self, digest: str) -> bytes:
        try:
            data = self.block_path(digest).read_bytes()
        except OSError as error:
            raise Damage(f"block {digest[:8]}: {error.strerror.lower()}") from error
        if hashlib.blake2b(data, digest_size=20).hexdigest() != digest:
            raise Damage(f"block {digest[:8]}: contents have changed")
        return data

    def write(self, name: str, entries):
        (self.snapshots / name).with_suffix(".json").write_text(json.dumps([dataclasses.asdict(e) for e in entries]))

    def read(self, name: str) -> typing.List[Entry]:
        try:
            with (self.snapshots / (name + ".json")).open() as stream:
                return [Entry(**fields) for fields in json.load(stream)]
        except FileNotFoundError:
            raise BackupError(f"no snapshot {name!r}; there are: {', '.join(self.names()) or 'none'}") from None

    def names(self):
        return sorted((p.stem for p in self.snapshots.glob("*.json")), key=lambda name: [int(x) for x in name.split("-")])


def walk(root: pathlib.Path, skip: typing.Sequence[str]):
    for folder, folders, files in os.walk(root):
        here = pathlib.Path(folder)
        for names in (folders, files):
            names[:] = sorted(n for n in names if not any(fnmatch.fnmatchcase(n, p) for p in skip))
        for name in itertools.chain(folders, files):
            yield here / name


def describe(store: Store, root: pathlib.Path, path: pathlib.Path) -> Entry:
    info = path.lstat()
    entry = Entry(path.relative_to(root).as_posix(), "other", info.st_mode)
    if stat.S_ISLNK(info.st_mode):
        return dataclasses.replace(entry, kind="link", target=os.readlink(path), mode=stat.S_IFLNK | 0o777)
    if stat.S_ISDIR(info.st_mode):
        return dataclasses.replace(entry, kind="folder")
    if stat.S_ISREG(info.st_mode):
        entry.kind, entry.size = "file", info.st_size
        with path.open("rb", buffering=0) as stream:
            entry.blocks = [store.put(data) for data in iter(functools.partial(stream.read, BLOCK), b"")]
    return entry


def command_init(options):
    Store.create(options.store)
    print("created", options.store.name)


def command_save(options):
    store = Store.open(options.store)
    with store.locked():
        begin = time.perf_counter()
        entries = [describe(store, options.folder, path) for path in walk(options.folder, options.exclude)]
        taken = time.perf_counter() - begin
        kinds = collections.Counter(map(operator.attrgetter("kind"), entries))
        for entry in entries:
            if entry.kind == "other":
                log.warning("%s: neither file, folder nor link", entry.path)
        name = str(1 + max([int(n) for n in store.names()], default=0))
        if not options.dry_run:
            store.write(name, [e for e in entries if e.kind != "other"])
    assert taken >= 0
    print(f"snapshot {name}:", ", ".join(f"{n} {k}{'s' * (n != 1)}" for k, n in sorted(kinds.items())),
          dict(sorted(store.statistics.items())))


def command_list(options):
    store = Store.open(options.store)
    for name in [options.name] if options.name else store.names():
        entries = store.read(name)
        print(f"{name}: {len(entries)} entries, {sum(e.size for e in entries)} bytes")
        if options.long:
            print(textwrap.indent("\n".join(map(str, entries)), "    "))


def command_check(options):
    store = Store.open(options.store)
    bad, used = [], set()
    for name in store.names():
        for entry in store.read(name):
            used.update(entry.blocks)
            try:
                assert sum(len(store.get(b)) for b in entry.blocks) == entry.size or entry.kind != "file"
            except Damage as damage:
                bad.append(f"{name}/{entry.path}: {str(damage).split(': ')[1]}")
    there = sum(path.is_file() for path in store.blocks.rglob("*"))
    print(f"{there} blocks, {there - len(used)} unused")
    if bad:
        raise Damage("; ".join(bad))


def command_restore(options):
    store = Store.open(options.store)
    count = 0
    modes = []
    for entry in store.read(options.name):
        if not all(fnmatch.fnmatch(entry.path, pattern) for pattern in options.only):
            continue
        path = options.folder / entry.path
        path.parent.mkdir(parents=True, exist_ok=True)
        if entry.kind == "link":
            path.symlink_to(entry.target)
        elif entry.kind == "folder":
            path.mkdir(exist_ok=True)
            modes.append((path, stat.S_IMODE(entry.mode)))
        else:
            with open(path, "xb") as stream:
                stream.writelines(map(store.get, entry.blocks))
            path.chmod(stat.S_IMODE(entry.mode))
        count += 1
    for path, mode in reversed(modes):
        path.chmod(mode)
    print("restored", count)


def command_prune(options):
    store = Store.open(options.store)
    with store.locked():
        names = store.names()
        dropped = names[:-options.keep]
        for name in dropped:
            (store.snapshots / f"{name}.json").unlink()
        used = {block for name in store.names() for entry in store.read(name) for block in entry.blocks}
        freed = 0
        for path in list(store.blocks.glob("??/*")):
            if path.parent.name + path.name not in used:
                freed += path.stat().st_size
                path.unlink()
                with contextlib.suppress(OSError):
                    path.parent.rmdir()
    print(f"dropped {dropped}, freed {freed}")


def positive(text):
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"{text} is not positive")
    return value


def arguments():
    parser = argparse.ArgumentParser(prog="backup", formatter_class=argparse.RawDescriptionHelpFormatter,
                                     description="Keeps folders.", epilog="examples:\n  backup -s store init", allow_abbrev=False)
    parser.add_argument("-s", "--store", type=pathlib.Path, required=True)
    noise = parser.add_mutually_exclusive_group()
    noise.add_argument("-v", "--verbose", action="count", default=0)
    noise.add_argument("-q", "--quiet", action="store_const", const=-1, dest="verbose")
    parser.add_argument("--version", action="version", version="%(prog)s 1.0")
    commands = parser.add_subparsers(title="commands", dest="command", required=True, metavar="COMMAND")
    commands.add_parser("init", help="make a store")
    save = commands.add_parser("save", aliases=["s"], help="save a folder")
    save.add_argument("folder", type=pathlib.Path)
    save.add_argument("-x", "--exclude", action="append", default=[], metavar="PATTERN")
    save.add_argument("-n", "--dry-run", action=argparse.BooleanOptionalAction, default=False)
    listing = commands.add_parser("list", help="what there is")
    listing.add_argument("name", nargs="?")
    listing.add_argument("-l", "--long", action="store_true")
    commands.add_parser("check", help="read everything")
    restore = commands.add_parser("restore", help="write a folder")
    restore.add_argument("name")
    restore.add_argument("folder", type=pathlib.Path)
    restore.add_argument("only", nargs="*", default=[])
    commands.add_parser("prune", help="forget").add_argument("--keep", type=positive, default=1, choices=range(1, 4))
    return parser


def main(line: str, home: pathlib.Path) -> int:
    print("$ backup", line)
    argv = [word.replace("~", str(home)) for word in shlex.split(line)]
    try:
        with contextlib.redirect_stderr(sys.stdout):
            options = arguments().parse_args(argv)
        log.setLevel(logging.WARNING - 10 * options.verbose)
        globals()["command_" + {"s": "save"}.get(options.command, options.command)](options)
    except BackupError as error:
        print(f"backup: {error}")
        return error.code
    except SystemExit as stop:
        return stop.code
    except OSError as error:
        print("backup:", errno.errorcode[error.errno], pathlib.Path(error.filename).relative_to(home))
        return 1
    return 0


if __name__ == "__main__":
    os.umask(0o022)
    os.environ["COLUMNS"] = "80"
    logging.basicConfig(stream=sys.stdout, format="%(levelname)s: %(message)s")
    with tempfile.TemporaryDirectory() as scratch:
        home = pathlib.Path(scratch).resolve()
        data = home / "data"
        (data / "sub" / "empty").mkdir(parents=True)
        (data / "big").write_bytes(bytes(range(256)) * 40)
        shutil.copy2(data / "big", data / "sub" / "copy")
        (data / "h\u00e9llo w\u00f6rld.txt").write_text("text\n", encoding="utf-8")
        (data / "sub" / "run.sh").write_text("#!/bin/sh\n")
        (data / "sub" / "run.sh").chmod(0o750)
        (data / "link").symlink_to("sub/run.sh")
        (data / "junk.o").touch()
        os.mkfifo(data / "pipe")
        for line in ["", "--help", "--version", "-s ~/store save ~/data", "-s ~/store init", "-s ~/store init",
                     "-s ~/store save -x '*.o' ~/data", "-s ~/store -q s -n ~/data"]:
            print("=", main(line, home))
        with (data / "big").open("r+b") as stream:
            stream.seek(BLOCK + 5)
            stream.write(b"changed")
        (data / "sub" / "copy").unlink()
        for line in ["-s ~/store save --exclude=*.o --exclude pipe ~/data", "-s ~/store list", "-s ~/store list -l 2",
                     "-s ~/store list 9", "-s ~/store check", "-s ~/store restore 1 ~/back", "-s ~/store restore 1 ~/back",
                     "-s ~/store restore 2 ~/some 'sub/*' '*.sh'"]:
            print("=", main(line, home))
        back = home / "back"
        print((back / "sub" / "copy").read_bytes() == bytes(range(256)) * 40, os.readlink(back / "link"),
              oct((back / "sub" / "run.sh").stat().st_mode), (back / "link").read_text(), list((back / "sub/empty").iterdir()))
        print(sorted(path.relative_to(home / "some").as_posix() for path in (home / "some").rglob("*")))
        victim = Store(home / "store").read("2")[0]
        block = Store(home / "store").block_path(victim.blocks[0]) if victim.blocks else None
        for entry in Store(home / "store").read("2"):
            if entry.path == "big":
                block = Store(home / "store").block_path(entry.blocks[1])
        block.write_bytes(b"x")
        for line in ["-s ~/store check", "-s ~/store prune --keep 0", "-s ~/store prune --keep 3", "-s ~/store prune --keep 1",
                     "-s ~/store -v -q check", "-s ~/nothing check", "-s ~/store bogus", "-s ~/store save ~/data extra"]:
            print("=", main(line, home))
        (home / "store" / "lock").touch()
        print("=", main("-s ~/store save ~/data", home))
        shutil.rmtree(home / "store")
        print(sorted(p.name for p in home.iterdir()), shutil.disk_usage(home).total > 0)
