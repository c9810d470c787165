#!/usr/bin/env python3
"""The page of `ouro report --html` in a browser: page_test.py OURO.

Runs a program of known leaks under `ouro record`, has Chromium draw the page, and reads what its scripts made of it
(--dump-dom): the numbers are those of the text report, names that look like markup stay text, every section is there,
nothing was written to the console.  Without Chromium it says so and tests only what needs none.
"""
import html
import html.parser
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import zlib

PROGRAM = '''
import gc, ouro
class Row:
    def __init__(self, i):
        self.name = "row %d" % i
        self.data = [i] * 20
class Node:
    pass
CACHE = {}
def leak(n):
    for i in range(n):
        CACHE[len(CACHE)] = Row(i)
def cycles(n):
    for i in range(n):
        a = Node()
        a.me = a
def spike():
    return len([bytearray(1000) for i in range(5000)])
exec(compile("def odd():\\n    return [bytes(1000) for i in range(500)]\\n", "</script><b>&amp;\\u2028odd", "exec"))
ODD = {"</script><script>bad()</script>": odd()}
for moment in range(4):
    leak(2000)
    cycles(3000)
    spike()
    gc.collect()
    ouro.snapshot("%d.heap" % moment)
'''
SNAPSHOTS = ["0.heap", "1.heap", "2.heap", "3.heap"]
failures = 0


def check(ok, what):
    global failures
    if not ok:
        failures += 1
        print("FAIL", what)


class Page(html.parser.HTMLParser):
    """The elements of a page: name, attributes, and the text inside."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.elements, self.open = [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        element = (tag, dict(attrs), [])
        self.elements.append(element)
        if tag not in ("meta", "link", "input", "br"):
            self.open.append(element)

    def handle_endtag(self, tag):
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data):
        for element in self.open:
            element[2].append(data)

    def all(self, tag=None, **attributes):
        return [e for e in self.elements if (tag is None or e[0] == tag) and
                all(e[1].get(k.replace("_", "-")) == v for k, v in attributes.items())]

    def text(self, identity):
        found = self.all(id=identity)
        return "".join(found[0][2]).strip() if found else None


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True)
    check(done.returncode == 0, "%s: status %d: %s" % (" ".join(command[:3]), done.returncode, done.stderr))
    return done.stdout


def draw(chromium, name, width, *more):
    with tempfile.TemporaryDirectory() as home:
        done = subprocess.run([chromium, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
                               "--disable-background-networking", "--disable-component-update", "--disable-sync",
                               "--enable-logging=stderr", "--user-data-dir=" + home, "--window-size=%d,900" % width, *more,
                               "--dump-dom", "file://" + os.path.abspath(name)],
                              capture_output=True, text=True, timeout=300)
    said = [line for line in done.stderr.split("\n") if "CONSOLE" in line]
    check(not said, "the console: %s" % said)
    return Page(done.stdout)


# What a person does, in the page itself; what came of it goes into an element.
DEEDS = '''<script>
const told = {}, $ = (id) => document.getElementById(id), key = (e, name) => e.dispatchEvent(new KeyboardEvent('keydown', {key: name, bubbles: true}));
const bars = () => [...document.querySelectorAll('#flame g')], label = (e) => e.getAttribute('aria-label');
const cells = (name) => [...document.querySelectorAll('#table-lines td[data-key=' + name + ']')].map((e) => e.dataset.value);
$('measure-total').click();
told.total = $('flame-said').textContent;
bars()[1].dispatchEvent(new MouseEvent('click', {bubbles: true}));
told.zoomed = !$('flame-out').hidden;
$('flame-out').click();
told.out = $('flame-out').hidden;
bars()[0].focus();
key(document.activeElement, 'ArrowDown');
told.down = label(document.activeElement);
key(document.activeElement, 'Enter');
told.entered = !$('flame-out').hidden;
key(document.activeElement, 'Escape');
told.escaped = $('flame-out').hidden;
$('flame-search').value = 'LEAK';
$('flame-search').dispatchEvent(new Event('input'));
told.hits = document.querySelectorAll('#flame g.hit').length;
told.found = $('flame-said').textContent;
$('flame-search').value = '';
$('flame-search').dispatchEvent(new Event('input'));
const head = [...document.querySelectorAll('#table-lines th button')].find((e) => e.textContent === 'Allocations');
head.click();
told.most = cells('allocations').slice(0, 5);
head.click();
told.least = cells('allocations').slice(0, 5);
const filter = document.querySelector('#lines-table input');
filter.value = 'program.py';
filter.dispatchEvent(new Event('input'));
told.filtered = cells('line');
key(document.querySelector('#timeline svg'), 'Home');
told.first = $('time-said').textContent;
const tree = [...document.querySelectorAll('#tree g')];
tree[0].dispatchEvent(new MouseEvent('click', {bubbles: true}));
told.crumbs = $('tree-path').textContent;
const pre = document.createElement('pre');
pre.id = 'told';
pre.textContent = JSON.stringify(told);
document.body.append(pre);
</script>'''


def test_deeds(page, data):
    told = json.loads(page.text("told") or "{}")
    if not told:
        return check(False, "the deeds did not come to their end")
    check(scaled(data["total"]) in told["total"] and "allocated" in told["total"], "all allocated: %s" % told["total"])
    check(told["zoomed"] and told["out"] and told["entered"] and told["escaped"], "zooming by click and by keys: %s" % told)
    check("program.py" in told["down"], "the arrow key goes to a call: %s" % told["down"])
    check(told["hits"] >= 1 and "match" in told["found"], "search: %s" % told["found"])
    most, least = [int(n) for n in told["most"]], [int(n) for n in told["least"]]
    check(most == sorted(most, reverse=True) and most[0] > most[-1] and least == sorted(least) and least[-1] < most[0], "sorting: %s" % told)
    check(told["filtered"] and all("program.py" in line for line in told["filtered"]), "filtering: %s" % told["filtered"])
    check(told["first"].startswith("at 0.0"), "the first moment: %s" % told["first"])
    check("\u203a" in told["crumbs"], "going into the map: %s" % told["crumbs"])


def scaled(n):
    units = ["B", "KB", "MB", "GB"]
    unit = 0
    while abs(n) >= 1000 and unit < 3:
        n, unit = n / 1000, unit + 1
    return "%.*f %s" % (0 if unit == 0 or abs(n) >= 100 else 1, n, units[unit])


def lines_of_text(text):
    """{(base name:line): (live, peak, total)} of the text report."""
    found = {}
    for line in text.split("\n"):
        match = re.match(r"\s*(\S+ \S+)\s+(\S+ \S+)\s+(\S+ \S+)\s+(\S+ \S+)\s+(-?\d+)\s+(\d+)  (.*?)( \(.*\))?$", line)
        if match:
            found[os.path.basename(match[7])] = (match[1], match[3], match[4], int(match[5]), int(match[6]))
    return found


def test_data(text):
    """What needs no browser: the page is whole, and its data cannot end its element."""
    page = Page(text)
    scripts = page.all("script")
    check(len(scripts) == 2, "a name of the program made a script element: %d of them" % len(scripts))
    raw = text.split('<script type="application/json" id="data">', 1)[1].split("</script>", 1)[0]
    data = json.loads(raw)
    check(any("</script><b>&amp;\u2028odd" == f for f in data["files"]), "the odd file name is not whole: %r" % data["files"][:5])
    check("<" not in raw and "\u2028" not in raw, "unescaped characters in the data")
    check(not re.search(r"https?://(?!www\.w3\.org/2000/svg)", text.replace(raw, "")), "the page names a place in the network")
    # every node's caller comes before it, and the sums are the whole
    calls = [data["calls"][i:i + 7] for i in range(0, len(data["calls"]), 7)]
    check(all(c[0] < i for i, c in enumerate(calls)), "a call before its caller")
    check(sum(c[2] for c in calls) == data["live"], "live bytes of the calls: %d, of the whole: %d" % (sum(c[2] for c in calls), data["live"]))
    check(sum(c[5] for c in calls) == data["total"], "total bytes of the calls")
    check(sum(c[4] for c in calls) == data["peakSeen"], "peak bytes of the calls")
    check(data["peak"] >= data["peakSeen"] >= data["live"], "peaks")
    check(data["peakSeen"] > 5e6, "the spike of 5 MB is not in the peak that was seen: %d" % data["peakSeen"])
    check(data["collections"][2][0] >= 4 and data["collections"][2][4] >= 0, "full collections: %s" % data["collections"])
    check(sum(g[4] for g in data["collections"]) >= 12000, "collected objects: %s" % data["collections"])
    marks = [data["marks"][i:i + 5] for i in range(0, len(data["marks"]), 5)]
    check([sum(m[2] == g for m in marks) for g in range(3)] == [g[0] for g in data["collections"]], "single collections: %d" % len(marks))
    check(sum(m[1] for m in marks) == sum(g[1] for g in data["collections"]), "their pauses")
    check(sum(m[3] for m in marks) == sum(g[4] for g in data["collections"]), "the objects that they collected")
    check(all(a[0] <= b[0] for a, b in zip(marks, marks[1:])) and 0 <= marks[0][0] <= data["seconds"] * 1e3, "their times")
    types = {t[0]: t for t in data["types"]}
    check(types.get("Row", [0, 0])[1] == 8000, "Row objects: %s" % types.get("Row"))
    check("str" in types and types["str"][1] > 8000, "str objects: %s" % types.get("str"))
    resident = sum(data["map"]["runs"][i + 1] * data["map"]["runs"][i + 3] for i in range(0, len(data["map"]["runs"]), 5))
    check(0 < resident <= data["residentPeak"], "the arenas' resident bytes: %d" % resident)
    heap = data["heap"]
    tree = heap["tree"]
    check(tree[0][2] == heap["bytes"], "the tree's whole: %d of %d" % (tree[0][2], heap["bytes"]))
    for i, row in enumerate(tree):
        below = sum(r[2] for r in tree if r[0] == i)
        check(below <= row[2], "what is in %s is more than it: %d > %d" % (row[5], below, row[2]))
    return data


def test_drawn(page, data, text):
    check(page.all("body", data_drawn="yes"), "the script did not come to its end")
    check(not page.all("b", id="x") and "bad()" not in "".join("".join(e[2]) for e in page.all("script")[1:]), "markup from a name")
    for name, value in (("live", data["live"]), ("peak", data["peak"]), ("total", data["total"])):
        fact = page.all("dd", id="fact-" + name)
        check(fact and fact[0][1]["data-value"] == str(value) and scaled(value) in "".join(fact[0][2]), "the fact %s" % name)
    head = text.split("\n")[1]
    check("%s live in %d blocks" % (scaled(data["live"]), data["blocks"]) in head and scaled(data["peak"]) + " at the peak" in head,
          "the text report says otherwise: %s" % head)
    # each line of the page's table stands in the text report, with its numbers
    expected, seen = lines_of_text(text), 0
    table = [e for e in page.elements if e[0] in ("tr", "td", "table")]
    rows, inside = [], False
    for tag, attributes, words in table:
        if tag == "table":
            inside = attributes.get("id") == "table-lines"
        elif inside and tag == "tr":
            rows.append({})
        elif inside and rows:
            rows[-1][attributes.get("data-key")] = (attributes.get("data-value"), "".join(words).strip())
    for row in [r for r in rows if r]:
        key = row["line"][1].split("  ")[0]
        if key in expected:
            seen += 1
            live, peak, total, blocks, allocations = expected[key]
            check((row["live"][1], row["peak"][1], row["total"][1]) == (live, peak, total), "line %s: %s, text %s" % (key, row, expected[key]))
            check((row["blocks"][0], row["allocations"][0]) == (str(blocks), str(allocations)), "line %s: %s" % (key, row))
    check(seen >= 10, "only %d lines of the table are in the text report" % seen)
    values = [int(r["live"][0]) for r in rows if r]
    check(values == sorted(values, reverse=True) and len(values) >= 10, "the table is not sorted by live bytes")
    buttons = {e[1]["id"]: e[1] for e in page.all("button", role="radio")}
    check(buttons["measure-live"]["data-bytes"] == str(data["live"]), "the flame graph's live bytes")
    check(buttons["measure-temporary"]["data-bytes"] == str(data["total"] - data["live"]), "the flame graph's temporary bytes")
    check(len([e for e in page.all("g", role="treeitem")]) > 10, "the flame graph and the map are empty")
    check(page.all(id="full-collections")[0][1]["data-count"] == str(data["collections"][2][0]), "full collections in the timeline")
    check(page.all(id="full-collections")[0][1]["data-single"] == str(len(data["marks"]) // 5), "single collections in the timeline")
    leaks = page.all("article", data_verdict="leak")
    check(leaks and any("CACHE" in "".join(e[2]) and "Row" in "".join(e[2]) for e in leaks), "the leak of Row in CACHE is not shown")
    check(all("hidden" not in page.all("section", id=s)[0][1] for s in ("leaks", "heap", "arenas")), "a section is hidden")
    check(page.all("canvas"), "no map of arenas")


def test_damaged(ouro, name):
    """Numbers that no program could have written, behind checksums that fit: a report of some kind, or an error."""
    with open(name, "rb") as f:
        whole = f.read()
    seed = random.randrange(1 << 30)
    numbers = random.Random(seed)
    for turn in range(12):
        data, at = bytearray(whole), 8
        while at + 12 <= len(data):
            size = int.from_bytes(data[at + 4:at + 8], "little")
            if data[at:at + 4] in (b"epoc", b"coll", b"cens", b"map ") and numbers.random() < 0.3:
                for _ in range(3):
                    data[at + 8 + numbers.randrange(size)] = numbers.randrange(256)
                data[at + 8 + size:at + 12 + size] = zlib.crc32(data[at:at + 8 + size]).to_bytes(4, "little")
            at += 12 + size
        with open("damaged.ouro", "wb") as f:
            f.write(data)
        for options in (["--html=damaged.html"], ["--tree"], ["--by", "growth"]):
            done = subprocess.run([ouro, "report", *options, "damaged.ouro"], capture_output=True, text=True, errors="replace", timeout=120)
            check(done.returncode in (0, 1) and "Sanitizer" not in done.stderr and "runtime error" not in done.stderr,
                  "seed %d, turn %d, %s: status %d: %s" % (seed, turn, options, done.returncode, done.stderr[:2000]))


def main(argv):
    ouro = os.path.abspath(argv[0])
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        with open("program.py", "w", encoding="utf-8") as f:
            f.write(PROGRAM)
        run(ouro, "record", "-o", "run.ouro", "--interval=20", "program.py")
        text = run(ouro, "report", "--lines=100000", "run.ouro")
        run(ouro, "report", "--html=run.html", "run.ouro", "--heap", *SNAPSHOTS)
        run(ouro, "report", "--html=plain.html", "run.ouro")
        with open("run.html", encoding="utf-8", newline="") as f:
            data = test_data(f.read())
        if chromium:
            test_drawn(draw(chromium, "run.html", 1280), data, text)
            test_drawn(draw(chromium, "run.html", 390, "--blink-settings=preferredColorScheme=0"), data, text)
            with open("run.html", encoding="utf-8", newline="") as f, open("deeds.html", "w", encoding="utf-8", newline="") as g:
                g.write(f.read().replace("</body>", DEEDS + "</body>"))
            test_deeds(draw(chromium, "deeds.html", 1280), data)
            plain = draw(chromium, "plain.html", 1280)
            check(plain.all("body", data_drawn="yes") and "hidden" in plain.all("section", id="heap")[0][1], "the page without snapshots")
        else:
            print("chromium is not installed: the page's data was tested, not its pictures")
        test_damaged(ouro, "run.ouro")
        # a recording that breaks off
        with open("run.ouro", "rb") as f:
            whole = f.read()
        with open("cut.ouro", "wb") as f:
            f.write(whole[:len(whole) // 2])
        run(ouro, "report", "--html", "cut.ouro")
        with open("cut.html", encoding="utf-8", newline="") as f:
            check('"whole":false' in f.read(), "a recording that breaks off looks whole")
        os.chdir("/")
    print("page: %s" % ("ok" if not failures else "%d failures" % failures))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
