#!/usr/bin/env python3
"""installed.py BUILD: installs the build into a folder of its own and looks at what is there (check_tree, which
packaged.py uses too)."""
import os
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import memory_names

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
HEADERS = ["common.h", "gc.h", "heap.h", "mem.h", "object.h", "ouro.h", "trace.h"]


def run(*command, **options):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options)
    assert done.returncode == 0 and not done.stderr.strip(), (command, done.returncode, done.stdout, done.stderr)
    return done.stdout


def find(root, name):
    found = [os.path.join(folder, name) for folder, _, names in os.walk(root) if name in names]
    assert len(found) == 1, (name, found)
    return found[0]


def check_symbols(shared, static, headers):
    """The libraries define the functions that the headers declare, and nothing else that can be seen."""
    declared = set()
    for name in HEADERS:
        with open(os.path.join(headers, name), encoding="utf-8") as stream:
            declared |= set(memory_names.declared(stream.read()))
    assert len(declared) > 200, declared
    for command in (["nm", "-D", "--defined-only", shared], ["nm", "-g", "--defined-only", static]):
        names = {line.split()[-1] for line in run(*command).splitlines() if len(line.split()) == 3}
        plain = {name.split("@")[0] for name in names} - {"OURO_0"}
        assert plain == declared, (command, "not declared", plain - declared, "not there", declared - plain)
        if command[1] == "-D":
            assert all(name.endswith("@@OURO_0") for name in names if name.startswith("ouro_")), names
    dynamic = run("readelf", "-d", shared)
    assert "[libouro.so.0]" in dynamic, dynamic


def check_tree(root):
    """An installed tree under `root`: headers, libraries, pkg-config, command, manual; and a program compiled with nothing
    but pkg-config."""
    pc = find(root, "ouro.pc")
    library = os.path.dirname(os.path.dirname(pc))
    with open(pc, encoding="utf-8") as stream:
        prefix = re.search(r"^prefix=(.*)$", stream.read(), re.M)[1]
    shared, static = os.path.join(library, "libouro.so"), os.path.join(library, "libouro.a")
    headers = os.path.join(root + prefix, "include/ouro")
    assert sorted(os.listdir(headers)) == HEADERS, os.listdir(headers)
    check_symbols(shared, static, headers)
    environment = dict(os.environ, PKG_CONFIG_LIBDIR=os.path.dirname(pc) + ":" + run(
        "pkg-config", "--variable=pc_path", "pkg-config").strip(), LD_LIBRARY_PATH=library)
    work = tempfile.mkdtemp(prefix="ouro-installed-")
    try:
        examples = os.path.join(TOP, "examples/embed")
        for kind in ([], ["--static"]):
            flags = run("pkg-config", "--define-variable=prefix=" + root + prefix, *kind, "--cflags", "--libs", "ouro",
                        env=environment).split()
            if kind:
                flags = [static if f == "-louro" else f for f in flags]
            for name in ("start", "cycle_type", "graph", "lisp"):
                source = os.path.join(examples, name + ".c")
                program = os.path.join(work, name)
                run("cc", "-Wall", source, "-o", program, *flags)
                with open(source[:-2] + ".out", encoding="utf-8") as stream:
                    assert run(program, env=environment) == stream.read(), name
                needed = run("readelf", "-d", program)
                assert ("libouro.so.0" in needed) == (not kind), needed
            # a program of one's own may have functions that are called as the library's inner ones
            own = os.path.join(work, "own.c")
            with open(own, "w") as stream:
                stream.write("#include <ouro/ouro.h>\nint list_new(void);\nint list_new(void) { return 1; }\n"
                             "int dict_set(void);\nint dict_set(void) { return 2; }\nint main(void)\n{\n"
                             "    ouro_runtime *rt = ouro_open(NULL);\n"
                             "    return ouro_run_text(rt, \"x = {1: [2]}\", \"x\") + (ouro_close(rt) != 0) "
                             "+ list_new() + dict_set() - 3;\n}\n")
            run("cc", "-Wall", "-Wextra", "-Werror", own, "-o", os.path.join(work, "own"), *flags)
            run(os.path.join(work, "own"), env=environment)
    finally:
        shutil.rmtree(work)
    command = find(root, "ouro")
    assert run(command, "-c", "print(sum(range(4)))", env=environment) == "6\n"
    manual = [n for folder, _, names in os.walk(root) for n in names if n in ("ouro.1", "ouro.1.gz")]
    assert len(manual) == 1, manual


def main(build):
    root = tempfile.mkdtemp(prefix="ouro-installed-")
    try:
        run("meson", "install", "-C", build, "--no-rebuild", "--quiet", "--destdir", root)
        check_tree(root)
    finally:
        shutil.rmtree(root)


if __name__ == "__main__":
    main(sys.argv[1])
