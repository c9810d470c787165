"""The directories of installed packages at the start of the command: sys.path, .pth files, sitecustomize, -S -s -E -I.

    python3 tests/prompt/site.py OURO

The command is copied to PREFIX/bin, so that PREFIX/lib/ouro/site-packages is its directory.
"""
import os
import shutil
import subprocess
import sys
import tempfile

CASES = []
PATH = "import sys; print(*sys.path, sep='\\n')"


class Failure(Exception):
    pass


def case(f):
    CASES.append(f)
    return f


class Place:
    """PREFIX, a home, and a folder to work in."""

    def __init__(self, ouro, root):
        self.root = root
        self.prefix, self.home, self.work = (os.path.join(root, name) for name in ("prefix", "home", "work"))
        self.all = os.path.join(self.prefix, "lib", "ouro", "site-packages")
        self.user = os.path.join(self.home, ".local", "lib", "python3.11", "site-packages")
        for directory in self.home, self.work, os.path.join(self.prefix, "bin"):
            os.makedirs(directory)
        self.ouro = os.path.join(self.prefix, "bin", "ouro")
        try:
            os.link(ouro, self.ouro)
        except OSError:  # another file system
            shutil.copy2(ouro, self.ouro)

    def write(self, directory, name, text=""):
        os.makedirs(directory, exist_ok=True)
        path = os.path.join(directory, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as f:
            f.write(text if isinstance(text, bytes) else text.encode())
        return path

    def run(self, *arguments, env=None, code=0, errors="", user=None):
        environment = {"PATH": os.environ["PATH"], "HOME": self.home, **(env or {})}
        for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS"):
            if name in os.environ:
                environment[name] = os.environ[name]
        p = subprocess.run([self.ouro, *arguments], cwd=self.work, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                           stdin=subprocess.DEVNULL, timeout=300, user=user)
        told = p.stderr.decode()
        if p.returncode != code or (told if errors == "" else errors not in told):
            raise Failure(f"status {p.returncode}: {told}")
        return p.stdout.decode("utf-8", "surrogateescape")

    def path(self, *options, env=None, errors="", user=None):
        """What of sys.path lies in this place."""
        lines = self.run(*options, "-c", PATH, env=env, errors=errors, user=user).splitlines()
        if lines[:1] != [""] and not "".join(options).startswith("-I"):
            raise Failure(f"sys.path begins with {lines[:1]}")
        return [line for line in lines if line.startswith(self.root)]


def same(got, want):
    if got != want:
        raise Failure(f"{got!r} instead of {want!r}")


@case
def nothing_installed(p):
    same(p.path(), [])
    same(p.run("-c", "import sys; print('site' in sys.modules)"), "False\n")


@case
def both_directories(p):
    p.write(p.all, "everybodys.py", "where = 'all'\n")
    p.write(p.all, "both.py", "where = 'all'\n")
    p.write(p.user, "both.py", "where = 'user'\n")
    p.write(p.user, "part/__init__.py", "where = 'package'\n")
    same(p.path(), [p.user, p.all])
    same(p.run("-c", "import everybodys, both, part, sys; print(everybodys.where, both.where, part.where, 'site' in sys.modules)"),
         "all user package False\n")
    for options, want in [(["-s"], [p.all]), (["-S"], []), (["-I"], [p.all]), (["-E"], [p.user, p.all]), (["-Ss"], []), (["-IS"], [])]:
        same((options, p.path(*options)), (options, want))
    same(p.path(env={"PYTHONNOUSERSITE": "1"}), [p.all])
    same(p.path("-E", env={"PYTHONNOUSERSITE": "1"}), [p.user, p.all])
    same(p.path(env={"HOME": os.path.join(p.root, "elsewhere")}), [p.all])
    same(p.path(env={"PYTHONPATH": p.all}), [p.all, p.user])
    same(p.run("-m", "both"), "")
    p.write(p.work, "script.py", "import sys, both\nprint(sys.path[0] == %r, sys.path[-2:] == %r)\n" % (p.work, [p.user, p.all]))
    same(p.run("script.py"), "True True\n")


@case
def user_base(p):
    other = os.path.join(p.root, "other")
    directory = os.path.join(other, "lib", "python3.11", "site-packages")
    p.write(directory, "module.py")
    p.write(p.user, "module.py")
    same(p.path(env={"PYTHONUSERBASE": other}), [directory])
    same(p.path("-E", env={"PYTHONUSERBASE": other}), [p.user])
    same(p.path("-s", env={"PYTHONUSERBASE": other}), [])
    same(p.path(env={"PYTHONUSERBASE": ""}), [p.user])
    p.write(directory, "a.pth", "deeper\n")
    p.write(directory, "deeper/x.py")
    same(p.path(env={"PYTHONUSERBASE": other}), [directory, os.path.join(directory, "deeper")])
    same(p.path("-E", env={"PYTHONUSERBASE": other}), [p.user])


@case
def path_files(p):
    outside = os.path.join(p.root, "outside")
    for name in "one", "two", "three \u20ac":
        p.write(os.path.join(p.all, name), "x.py")
    p.write(outside, "y.py")
    p.write(p.all, "b.pth", "# a comment\n\n   \ntwo\nnot there\n%s\nthree \u20ac  \none\n" % outside)
    p.write(p.all, "a.pth", "\ufeffone\r\n../site-packages/one\n.")
    p.write(p.all, "c.path", "no\n")
    p.write(p.all, ".pth/inner", "")
    inner = [p.all, os.path.join(p.all, "one"), os.path.join(p.all, "two"), outside, os.path.join(p.all, "three \u20ac")]
    same(p.path(), inner)
    same(p.path("-S"), [])
    p.write(p.user, "c.pth", outside)
    same(p.path(), [p.user, outside] + inner[:3] + inner[4:])
    same(p.path("-s"), inner)


@case
def import_lines(p):
    p.write(p.all, "helper.py", "import sys\nsys.told = [sys.path[0] != '']\n")
    p.write(p.all, "a.pth", "import helper; helper.sys.told.append('space')\nimport\tsys; sys.told.append('tab')\nimporters\n  import sys; 1/0\n")
    p.write(p.all, "importers/x.py")
    same(p.run("-c", "import sys; print(sys.told, sys.path[0], *sys.path[-1:])"), "[True, 'space', 'tab']  %s\n" % os.path.join(p.all, "importers"))
    p.write(p.all, "b.pth", "one\nimport sys; 1/0\ntwo\n")
    p.write(p.all, "c.pth", "import sys; sys.told.append('c')\n")
    for name in "one", "two":
        p.write(os.path.join(p.all, name), "x.py")
    lines = p.run("-c", "import sys; print(sys.told, *sys.path[-1:])", errors="\nRemainder of file ignored\n")
    same(lines, "[True, 'space', 'tab', 'c'] %s\n" % os.path.join(p.all, "one"))
    p.run("-c", "pass", errors="Error processing line 2 of %s:\n\n  Traceback (most recent call last):\n" % os.path.join(p.all, "b.pth"))
    p.run("-c", "pass", errors="\n  ZeroDivisionError: division by zero\n")
    p.write(p.all, "b.pth", "import not_there\n")
    p.run("-c", "pass", errors="\n  ModuleNotFoundError: No module named 'not_there'\n")
    p.write(p.all, "b.pth", "import sys; sys.exit(7)\n")
    p.run("-c", "print('not run')", code=7)


@case
def broken_files(p):
    p.write(p.all, "a.pth", b"name \xff\nbad \xfe\nimport sys; x = '\xff'\n")
    os.makedirs(os.path.join(os.fsencode(p.all), b"name \xff"))
    p.write(p.all, "b.pth", "one\0two\nlast")
    p.write(p.all, "last/x.py")
    os.mkdir(os.path.join(p.all, "c.pth"))
    os.symlink("nowhere", os.path.join(p.all, "d.pth"))
    p.write(p.all, "e.pth", "last")
    told = p.run("-c", "import sys; print(*map(ascii, sys.path[-2:]))", errors="Error processing line ")
    same(told, "%s %s\n" % (ascii(os.path.join(p.all, "name \udcff")), ascii(os.path.join(p.all, "last"))))


@case
def unreadable(p):
    user = 65534 if os.geteuid() == 0 else None  # root may read everything
    os.chmod(p.root, 0o755)
    for name in "one", "two":
        p.write(os.path.join(p.all, name), "x.py")
    os.chmod(p.write(p.all, "a.pth", "one"), 0)
    p.write(p.all, "b.pth", "two")
    same(p.path(user=user), [p.all, os.path.join(p.all, "two")])
    os.chmod(p.all, 0o111)
    same(p.path(user=user), [p.all])
    os.chmod(p.all, 0o755)


@case
def customize(p):
    p.write(p.all, "sitecustomize.py", "import sys\nsys.told = ['site', __name__, __file__, sys.path[0] != '']\n")
    p.write(p.user, "usercustomize/__init__.py", "import sys\nsys.told.append('user')\n")
    show = "import sys; print(getattr(sys, 'told', None)); import sitecustomize; print(sitecustomize.__file__)"
    file = os.path.join(p.all, "sitecustomize.py")
    same(p.run("-c", show), "%r\n%s\n" % (["site", "sitecustomize", file, True, "user"], file))
    same(p.run("-s", "-c", show.partition(";")[0] + "; print(sys.told)"), "%r\n" % (["site", "sitecustomize", file, True],))
    same(p.run("-S", "-c", "import sys; print(hasattr(sys, 'told'))"), "False\n")
    p.write(p.work, "sitecustomize.py", "import sys\nsys.told = ['work']\n")
    same(p.run("-c", "import sys; print(sys.told[0])"), "site\n")
    same(p.run("-c", "import sys; print(sys.told[0])", env={"PYTHONPATH": p.work}), "work\n")
    same(p.run("-E", "-c", "import sys; print(sys.told[0])", env={"PYTHONPATH": p.work}), "site\n")
    p.write(p.all, "sitecustomize.py", "1/0\n")
    os.unlink(os.path.join(p.work, "sitecustomize.py"))
    p.write(p.user, "usercustomize/__init__.py", "import sys\nsys.told = 'user'\n")
    told = p.run("-c", "import sys; print(sys.told, 'sitecustomize' in sys.modules)",
                 errors="Error in sitecustomize; set PYTHONVERBOSE for traceback:\nZeroDivisionError: division by zero\n")
    same(told, "user False\n")
    p.run("-v", "-c", "pass", errors="Traceback (most recent call last):\n")
    p.write(p.all, "sitecustomize.py", "import not_there\n")
    p.run("-c", "pass", errors="ModuleNotFoundError: No module named 'not_there'\n")


@case
def customize_from_environment(p):
    p.write(p.work, "sitecustomize.py", "print('customized')\n")
    same(p.run("-c", "print('program')", env={"PYTHONPATH": p.work}), "customized\nprogram\n")
    same(p.run("-c", "print('program')"), "program\n")


@case
def the_module(p):
    show = "import sys; before = sys.path[:]; import site; print(sys.path == before, site.getsitepackages(), site.getusersitepackages(), site.getuserbase(), " \
           "site.USER_SITE, site.USER_BASE, site.ENABLE_USER_SITE)"
    base = os.path.join(p.home, ".local")
    for options, enabled in ([], True), (["-s"], False), (["-S"], True), (["-I"], False):
        same(p.run(*options, "-c", show), "True %r %s %s %s %s %s\n" % ([p.all], p.user, base, p.user, base, enabled))
    p.write(p.user, "a.pth", "one\n")
    p.write(p.user, "one/x.py")
    same(p.run("-S", "-c", "import site, sys; site.main(); print(*sys.path[-2:]); site.main(); print(*sys.path[-2:])"),
         "%s %s\n" % (p.user, os.path.join(p.user, "one")) * 2)
    extra = os.path.join(p.root, "extra")
    p.write(extra, "b.pth", "deeper\nimport sys; sys.told = 1\n")
    p.write(extra, "deeper/y.py")
    same(p.run("-c", "import site, sys; site.addsitedir(%r); print(*sys.path[-2:], sys.told)" % extra), "%s %s 1\n" % (extra, os.path.join(extra, "deeper")))
    same(p.run("-m", "site", "--user-site"), p.user + "\n")
    same(p.run("-m", "site", "--user-base", "--user-site"), "%s:%s\n" % (base, p.user))
    p.run("-s", "-m", "site", "--user-base", code=1)
    p.run("-m", "site", "--else", code=10)
    if "\nENABLE_USER_SITE: True\n" not in p.run("-m", "site") or "    %r,\n" % p.user not in p.run("-m", "site"):
        raise Failure("-m site")


@case
def no_library(p):
    p.write(p.all, "module.py", "print('module')\n")
    p.write(p.user, "module.py", "print('module')\n")
    same(p.run("--stdlib", p.work, "-c", "import module"), "module\n")


@case
def sysconfig_names_them(p):
    """Where packages are installed to is where they are looked for; the library's own places are the library's."""
    ask = "import sysconfig; print(*map(sysconfig.get_path, ('purelib', 'platlib', 'scripts', 'data')), sep='\\n')"
    places = [p.all, p.all, os.path.join(p.prefix, "bin"), p.prefix]
    same(p.run("-c", ask).splitlines(), places)
    same(p.run("-S", "-c", ask).splitlines(), places)
    same(p.run("-c", "import sysconfig as s\nprint(s.get_paths() == s.get_paths(s.get_default_scheme()) == s.get_paths('ouro'))\n"
               "print(s.get_default_scheme() == s.get_preferred_scheme('prefix'), s.get_path('purelib', s.get_preferred_scheme('user')))\n"
               "print(s.get_path('stdlib') == s.get_path('platstdlib') == s.os.path.dirname(s.os.__file__))"),
         "True\nTrue %s\nTrue\n" % p.user)
    # as `pip install --prefix` asks
    same(p.run("-c", "import sysconfig as s\nfor key in 'purelib', 'scripts', 'data': print(s.get_path(key, vars={'base': '/x'}))"),
         "/x/lib/ouro/site-packages\n/x/bin\n/x\n")
    # the schemes of the library are there as it has them, and the module is the library's
    same(p.run("-c", "import sysconfig as s\nprint(s.get_path('purelib', 'posix_venv', {'base': '/x'}), s.__name__, s.get_path.__module__)\n"
               "print(s.__file__.endswith('/sysconfig.py'), s.__doc__ == __import__('ast').get_docstring(__import__('ast').parse(open(s.__file__).read())))"),
         "/x/lib/python3.11/site-packages sysconfig sysconfig\nTrue True\n")
    lines = p.run("-m", "sysconfig").splitlines()
    same([line for line in lines if "purelib" in line or "scheme" in line],
         ['Current installation scheme: "ouro"', '\tpurelib = "%s"' % p.all])


def main():
    ouro = os.path.abspath(sys.argv[1])
    failed = 0
    for f in CASES:
        # beside the command: it is linked, not copied; but root's own folders are closed to others
        beside = None if f is unreadable else os.path.dirname(ouro)
        with tempfile.TemporaryDirectory(prefix=".site-", dir=beside) as root:
            try:
                f(Place(ouro, os.path.realpath(root)))
            except Failure as e:
                failed += 1
                print(f"FAIL {f.__name__}: {e}")
    print(f"{len(CASES) - failed} passed, {failed} failed")
    return failed > 0


sys.exit(main())
