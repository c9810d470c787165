#!/usr/bin/env python3
"""A text file as a C array: embed_text.py INPUT OUTPUT NAME defines `const char NAME[]` (ending with a NUL) and
`const size_t NAME_length`."""
import sys

source, target, name = sys.argv[1:]
with open(source, "rb") as f:
    data = f.read()
lines = []
for line in data.split(b"\n"):
    text = "".join(chr(c) if 32 <= c < 127 and c not in b'"\\?' else "\\%03o" % c for c in line)
    lines.append('    "%s\\n"' % text)
if data.endswith(b"\n"):
    lines.pop()
with open(target, "w", encoding="ascii") as f:
    f.write("/* Made by tools/embed_text.py from %s. */\n#include <stddef.h>\n\n" % source.rsplit("/", 1)[-1])
    f.write("extern const char %s[];\nextern const size_t %s_length;\n\n" % (name, name))
    f.write("const char %s[] =\n%s;\nconst size_t %s_length = sizeof %s - 1;\n" % (name, "\n".join(lines), name, name))
