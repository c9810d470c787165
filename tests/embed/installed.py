#!/usr/bin/env python3
"""installed.py BUILD: installs the build into a folder of its own, looks at what the libraries export, and compiles and
runs an example with nothing but pkg-config, against the shared and the static library."""
import os
import shutil
import subprocess
import sys
import tempfile

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def run(*command, **options):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, **options).stdout


def main(build):
    root = tempfile.mkdtemp(prefix="ouro-installed-")
    try:
        run("meson", "install", "-C", build, "--no-rebuild", "--quiet", "--destdir", root)
        pc = run("find", root, "-name", "ouro.pc").strip()
        library = os.path.dirname(os.path.dirname(pc))
        prefix = run("sed", "-n", "s/^prefix=//p", pc).strip()
        shared, static = os.path.join(library, "libouro.so"), os.path.join(library, "libouro.a")
        for command in (["nm", "-D", "--defined-only", shared], ["nm", "-g", "--defined-only", static]):
            names = [line.split()[-1] for line in run(*command).splitlines() if len(line.split()) == 3]
            wrong = [n for n in names if not n.split("@")[0].startswith("ouro_") and n != "OURO_0"]
            assert len(names) > 100 and not wrong, (command, wrong)
        environment = dict(os.environ, PKG_CONFIG_PATH=os.path.dirname(pc), LD_LIBRARY_PATH=library)
        for kind in ([], ["--static"]):
            flags = run("pkg-config", "--define-variable=prefix=" + root + prefix, *kind, "--cflags", "--libs", "ouro",
                        env=environment).split()
            if kind:
                flags = [static if f == "-louro" else f for f in flags]
            program = os.path.join(root, "start")
            run("cc", os.path.join(TOP, "examples/embed/start.c"), "-o", program, *flags)
            assert run(program, env=environment) == "hello from __main__ 45\n"
    finally:
        shutil.rmtree(root)


if __name__ == "__main__":
    main(sys.argv[1])
