#!/usr/bin/env python3
"""amalgamated.py BUILD: the library as two files (tools/amalgamate): compiles ouro.c without a warning, with what a user
would type, compiles every example against it, and runs them.  The last line is "N passed, M failed"."""
import os
import re
import shutil
import subprocess
import sys
import tempfile

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
LIBRARIES = ["-ltommath", "-lutf8proc", "-lzstd", "-lm", "-pthread"]


def run(command, **options):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **options)


def check(folder, build):
    """(what was checked, what is wrong or None), one after the other."""
    made = run([sys.executable, os.path.join(TOP, "tools/amalgamate"), build, folder])
    yield "amalgamate", made.stdout if made.returncode else None
    built = run(["cc", "-O1", "-Wall", "-Wextra", "-c", "ouro.c", "-o", "ouro.o"], cwd=folder)
    yield "ouro.c compiles without a warning", built.stdout[:3000] or None
    if built.returncode:
        return
    names = run(["nm", "-g", "--defined-only", "ouro.o"], cwd=folder).stdout
    with open(os.path.join(folder, "ouro.h"), encoding="utf-8") as stream:
        header = stream.read()
    public = {name for name in re.findall(r" T (ouro_\w+)", names)}
    missing = {name for name in re.findall(r"\b(ouro_\w+)\s*\(", header) if name in
               set(re.findall(r"OURO_PUBLIC[^;{]*?\b(ouro_\w+)\s*\(", header))} - public
    yield "every public function is there", "missing: %s" % sorted(missing) if missing or len(public) < 200 else None
    # what could be written to by two runtimes at once: whose signal handlers are
    # installed (8 bytes), whose snapshots a signal asks for (emergency_runtimes, 520), and the program's name in the system's log
    # (241), which are the process's by nature; and of each thread which runtime the XML library
    # allocates for, and which the library that edits lines reads for (16)
    sizes = dict(re.findall(r"^\.(data|bss|tdata|tbss)\s+(\d+)", run(["size", "-A", "ouro.o"], cwd=folder).stdout, re.M))
    shared = {name: int(size) for name, size in sizes.items() if int(size) > {"bss": 848, "tbss": 16}.get(name, 0)}
    yield "runtimes share nothing", "data that can be written: %s" % shared if shared else None
    # the examples include <ouro/NAME.h>, as of an installed library
    os.mkdir(os.path.join(folder, "ouro"))
    for name in os.listdir(os.path.join(TOP, "include/ouro")):
        with open(os.path.join(folder, "ouro", name), "w") as stream:
            stream.write('#include "../ouro.h"\n')
    examples = os.path.join(TOP, "examples/embed")
    for name in sorted(n[:-2] for n in os.listdir(examples) if n.endswith(".c")):
        source = os.path.join(examples, name + ".c")
        program = os.path.join(folder, name)
        built = run(["cc", "-O1", "-Wall", "-Wextra", "-Wno-unused-parameter", "-I", folder, source, os.path.join(folder, "ouro.o"), "-o", program,
                     *LIBRARIES])
        if built.stdout:
            yield name, built.stdout
            continue
        with open(source[:-2] + ".out", encoding="utf-8") as stream:
            wanted = stream.read()
        ran = run([program], stdin=subprocess.DEVNULL)
        yield name, None if ran.returncode == 0 and ran.stdout == wanted else \
            "status %d\n--- expected\n%s--- got\n%s" % (ran.returncode, wanted, ran.stdout)
    plain = os.path.join(folder, "plain.cc")
    with open(plain, "w") as stream:
        stream.write('#include "ouro.h"\nint main() { return ouro_open(nullptr) == nullptr; }\n')
    yield "ouro.h in C++", run(["g++", "-Wall", "-Wextra", "-Werror", "-I", folder, "-c", plain, "-o", plain + ".o"]).stdout or None


def main(build):
    folder = tempfile.mkdtemp(prefix="ouro-amalgamated-")
    passed = failed = 0
    try:
        for what, problem in check(folder, os.path.abspath(build)):
            passed += problem is None
            failed += problem is not None
            if problem is not None:
                print("FAIL amalgamated: %s: %s" % (what, problem))
    finally:
        shutil.rmtree(folder)
    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
