#!/usr/bin/env python3
"""packaged.py [DIRECTORY]: builds the Debian packages (into DIRECTORY, or takes those that are there), asks lintian,
unpacks them, and looks at the tree as at any other that is installed.  The last line is "N passed, M failed"."""
import glob
import os
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, HERE)
import installed


def build(folder):
    if not glob.glob(os.path.join(folder, "*.deb")):
        done = subprocess.run([os.path.join(TOP, "tools/build-package"), folder], stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True)
        assert done.returncode == 0, done.stdout[-3000:]
    return {os.path.basename(path).split("_")[0]: path for path in glob.glob(os.path.join(folder, "*.deb"))
            if "-dbgsym" not in path}


def check_lintian(packages):
    done = subprocess.run(["lintian", "--fail-on", "error", "--tag-display-limit", "0", *packages.values()],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert done.returncode == 0, done.stdout
    print(done.stdout, end="")


def check_dependencies(packages):
    def field(package, name):
        return installed.run("dpkg-deb", "--field", packages[package], name).strip()
    version = field("libouro0", "Version")
    assert "libouro0 (= %s)" % version in field("libouro-dev", "Depends")
    assert "libc6" in field("libouro0", "Depends") and "libzstd1" in field("libouro0", "Depends")
    assert "libpython3.11-stdlib" in field("ouro", "Depends")


def check_unpacked(packages):
    root = tempfile.mkdtemp(prefix="ouro-packaged-")
    try:
        for package in packages.values():
            installed.run("dpkg-deb", "-x", package, root)
        installed.check_tree(root)
    finally:
        shutil.rmtree(root)


def main(folder=None):
    scratch = None if folder else tempfile.mkdtemp(prefix="ouro-packages-")
    failed = 0
    try:
        packages = build(folder or scratch)
        assert set(packages) == {"ouro", "libouro0", "libouro-dev"}, packages
        for check in (check_lintian, check_dependencies, check_unpacked):
            try:
                check(packages)
            except AssertionError as error:
                failed += 1
                print("FAIL packages: %s: %s" % (check.__name__, error))
    finally:
        if scratch:
            shutil.rmtree(scratch)
    print("%d passed, %d failed" % (3 - failed, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
