#!/usr/bin/env python3
"""Writes docs/index.md: one line for each source file, the first sentence of the page at its head."""
import os
import re

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
FLOORS = ["base", "mem", "trace", "object", "gc", "heap", "types", "lang", "vm", "modules", "embed", "cli"]


def first_sentence(path):
    with open(path, encoding="utf-8") as f:
        text = f.read(2000)
    match = re.match(r"/\*\s*(?:[\w/.]+:\s*)?(.*?)(?:\*/|\n \*\s*\n)", text, re.S)
    words = " ".join(re.sub(r"\n \*", " ", match.group(1)).split()) if match else ""
    return re.split(r"(?<=[.])\s", words)[0].rstrip(".:")


with open(os.path.join(TOP, "docs", "index.md"), "w", encoding="utf-8") as out:
    out.write("# Source files\n\nMade by `tools/source_index.py`.\n")
    for folder in ["include/ouro"] + ["src/" + f for f in FLOORS]:
        out.write("\n## %s\n\n" % folder)
        for name in sorted(os.listdir(os.path.join(TOP, folder))):
            if name.endswith((".c", ".h")):
                out.write("- `%s`: %s\n" % (name, first_sentence(os.path.join(TOP, folder, name))))
