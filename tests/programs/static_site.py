"""A static-site generator: pages with front matter in a small Markdown, templates, tags, a feed, an index, and a second
run that builds only what has changed."""
import collections
import dataclasses
import datetime
import functools
import hashlib
import html
import json
import os
import pathlib
import re
import shutil
import string
import tempfile
import textwrap
import unicodedata
import urllib.parse

PAGES = {
    "first.md": """\
        title: The first page
        date: 2023-11-05
        tags: news, snakes & ladders

        # Hello

        A paragraph with *emphasis*, **weight**, `code <b>` and a [link](second.html "x").
        It goes on in the next line.

        - one
        - two & a half
        - *three*

        ```
        def f(x):
            return x < 3 & x
        ```
        """,
    "second.md": """\
        title: Zweite Seite: \u00dcber Schlangen
        date: 2024-01-31
        tags: snakes & ladders, umlauts

        ## Kleine \u00dcberschrift

        > Ein Zitat
        > in zwei Zeilen

        1. eins
        2. zwei

        Ende \u2014 mit Gedankenstrich.
        """,
    "drafts/third.md": """\
        title: Not yet
        date: 2024-02-02
        draft: yes

        Nothing.
        """,
    "broken.md": """\
        date: 2024-02-30

        A date that is none.
        """,
}
LAYOUT = string.Template(textwrap.dedent("""\
    <!doctype html>
    <title>$title | ${site}</title>
    <nav>$menu</nav>
    <main>
    $body
    </main>
    <footer>$$0.00, built $built</footer>
    """))


class PageError(Exception):
    pass


class Percent(string.Template):
    delimiter = "%"
    idpattern = r"[a-z]+\.[a-z]+"


@dataclasses.dataclass
class Page:
    source: pathlib.PurePath
    meta: dict
    text: str
    digest: str = dataclasses.field(repr=False, default="")

    @functools.cached_property
    def date(self) -> datetime.date:
        try:
            return datetime.date.fromisoformat(self.meta["date"])
        except ValueError as error:
            raise PageError(f"{self.source}: no date: {self.meta['date']}") from error

    @property
    def title(self) -> str:
        return self.meta.get("title") or self.source.stem.title()

    @property
    def tags(self) -> list:
        return [tag.strip() for tag in self.meta.get("tags", "").split(",") if tag.strip()]

    @functools.cached_property
    def slug(self) -> str:
        return slugify(self.title)

    @property
    def draft(self) -> bool:
        return self.meta.get("draft", "no").lower() in {"yes", "true", "1"}


@functools.lru_cache(maxsize=None)
def slugify(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")


INLINE = re.compile(r"`(?P<code>[^`]+)`|\*\*(?P<strong>.+?)\*\*|\*(?P<em>[^*]+)\*|"
                    r"\[(?P<text>[^\]]*)\]\((?P<href>\S+?)(?:\s+\"(?P<hint>[^\"]*)\")?\)|(?P<special>[&<>])")


def inline(text: str) -> str:
    def replace(match):
        kind = match.lastgroup
        if match["code"] is not None:
            return f"<code>{html.escape(match['code'])}</code>"
        if match["href"]:
            hint = f' title="{html.escape(match["hint"])}"' if match["hint"] else ""
            return f'<a href="{urllib.parse.quote(match["href"])}"{hint}>{inline(match["text"])}</a>'
        if kind == "special":
            return html.escape(match[kind])
        return f"<{kind}>{inline(match[kind])}</{kind}>"
    return INLINE.sub(replace, text)


def blocks(text: str):
    """Paragraphs, headings, lists, quotes and code."""
    chunk, code = [], None
    for line in text.splitlines() + [""]:
        if code is not None:
            if line.startswith("```"):
                yield "pre", code
                code = None
            else:
                code.append(line)
        elif line.startswith("```"):
            code = []
        elif line.strip():
            chunk.append(line)
        elif chunk:
            yield classify(chunk), chunk
            chunk = []
    if code is not None:
        raise PageError("code without an end")


def classify(chunk: list) -> str:
    for kind, pattern in {"h": r"#{1,6} ", "ul": r"[-*] ", "ol": r"\d+\. ", "blockquote": r"> ?"}.items():
        if all(re.match(pattern, line) for line in chunk):
            return kind
    return "p"


def markdown(text: str) -> str:
    out = []
    for kind, lines in blocks(text):
        match kind:
            case "pre":
                out.append("<pre>" + html.escape("\n".join(lines), quote=False) + "</pre>")
            case "h":
                for line in lines:
                    marks, _, rest = line.partition(" ")
                    out.append(f'<h{len(marks)} id="{slugify(rest)}">{inline(rest)}</h{len(marks)}>')
            case "ul" | "ol":
                items = "".join(f"  <li>{inline(line.split(' ', 1)[1])}</li>\n" for line in lines)
                out.append(f"<{kind}>\n{items}</{kind}>")
            case "blockquote":
                out.append(f"<blockquote>{inline(' '.join(line.lstrip('> ') for line in lines))}</blockquote>")
            case _:
                out.append(f"<p>{inline(' '.join(lines))}</p>")
    return "\n".join(out)


def read_page(path: pathlib.Path, root: pathlib.Path) -> Page:
    raw = path.read_bytes()
    head, _, body = raw.decode("utf-8").partition("\n\n")
    meta = {}
    for line in head.splitlines():
        key, colon, value = line.partition(":")
        if not colon:
            raise PageError(f"{path.name}: what is {line!r}?")
        meta[key.strip().lower()] = value.strip()
    return Page(path.relative_to(root), meta, body, hashlib.sha256(raw).hexdigest())


class Site:
    def __init__(self, source: pathlib.Path, target: pathlib.Path, name: str):
        self.source, self.target, self.name = source, target, name
        self.errors: list = []
        self.written: list = []
        self.memory = target / ".built.json"

    def load(self):
        pages = []
        for path in sorted(self.source.rglob("*.md")):
            try:
                page = read_page(path, self.source)
                page.date
                if not page.draft:
                    pages.append(page)
            except PageError as error:
                self.errors.append(str(error))
        return sorted(pages, key=lambda page: (page.date, page.title), reverse=True)

    def write(self, name: str, text: str):
        path = self.target / name
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_suffix(".tmp")
        temporary.write_text(text, encoding="utf-8", newline="\n")
        os.replace(temporary, path)
        self.written.append(name)

    def build(self):
        pages = self.load()
        before = json.loads(self.memory.read_text()) if self.memory.exists() else {}
        menu = " ".join(f'<a href="/{page.slug}.html">{html.escape(page.title)}</a>' for page in pages)
        by_tag = collections.defaultdict(list)
        for page in pages:
            for tag in page.tags:
                by_tag[tag].append(page)
            if before.get(str(page.source)) != page.digest:
                self.write(page.slug + ".html", LAYOUT.substitute(
                    title=html.escape(page.title), site=self.name, menu=menu, body=markdown(page.text),
                    built=page.date.strftime("%A, %d %B %Y")))
        for tag, tagged in sorted(by_tag.items()):
            listing = "\n".join(f"<li>{page.date:%d.%m.%y} {html.escape(page.title)}</li>" for page in tagged)
            self.write(f"tags/{slugify(tag)}.html", f"<ul>\n{listing}\n</ul>\n")
        entries = [f"  <entry><title>{html.escape(page.title, quote=False)}</title>"
                   f"<link href=\"{page.slug}\"/></entry>\n" for page in pages]
        self.write("feed.xml", "<feed>\n" + "".join(entries) + "</feed>\n")
        self.memory.write_text(json.dumps({str(p.source): p.digest for p in pages}, indent=1, sort_keys=True))
        return self.written


def show(folder: pathlib.Path):
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            print(f"--- {path.relative_to(folder).as_posix()}")
            print(path.read_text(encoding="utf-8"))


with tempfile.TemporaryDirectory() as scratch:
    source, target = pathlib.Path(scratch, "pages"), pathlib.Path(scratch) / "public"
    for name, text in PAGES.items():
        path = source.joinpath(*name.split("/"))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text), encoding="utf-8")
    site = Site(source, target, "Ouro")
    print(site.build(), site.errors, sep="\n")
    show(target)
    again = Site(source, target, "Ouro")
    print(again.build())
    (source / "first.md").write_text("title: Changed\ndate: 2023-11-05\n\n*new*", encoding="utf-8")
    print(Site(source, target, "Ouro").build())
    shutil.copytree(target, target.with_name("backup"), ignore=shutil.ignore_patterns("tags", ".*"))
    print(sorted(p.name for p in target.with_name("backup").iterdir()))
    shutil.rmtree(target)
    print(target.exists(), slugify.cache_info().misses)
    try:
        LAYOUT.substitute(title="x")
    except KeyError as error:
        print("missing", error)
    print(LAYOUT.safe_substitute(title="x").splitlines()[1])
    print(Percent("%page.title costs %% %{page.cost} %other").safe_substitute({"page.title": "T", "page.cost": 3}))
    try:
        Percent("a %").substitute()
    except ValueError as error:
        print(error)
