#!/usr/bin/env python3
"""code_version OUTPUT INPUT...: a C file with a number that changes when one of the inputs does.

The cache of compiled modules holds it: what another compiler has made is not used.  Two builds of the same sources have the
same number, and share their caches.
"""
import hashlib
import sys

digest = hashlib.sha256()
for path in sys.argv[2:]:
    with open(path, "rb") as f:
        digest.update(f.read() + b"\0")
with open(sys.argv[1], "w", encoding="utf-8") as out:
    out.write("/* Made by tools/code_version.py: what the compiler of this build is made of. */\n"
              '#include "lang/compile.h"\n\n'
              f"const uint64_t compile_version = UINT64_C(0x{digest.hexdigest()[:16]});\n")
