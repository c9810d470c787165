"""The directories of installed packages, for sys.path.

The command runs main() at its start (not with -S) where there is something for it to do: a directory of packages that has a
.pth file, or a sitecustomize or usercustomize module.  Where there is only a directory, it is put on sys.path without this
module.  To import it changes nothing.

Directories, in this order, each if it is there:

    USER_BASE/lib/python3.11/site-packages  USER_BASE is $PYTHONUSERBASE, or ~/.local: where "pip install --user" of
                                            python3.11 puts packages; not with -s, -I or PYTHONNOUSERSITE
    PREFIX/lib/ouro/site-packages           PREFIX is the directory above the one that the command lies in

A .pth file in one of them names further directories, one in each line, relative to the one it is in; lines that begin with
"import " or "import<tab>" are run, blank ones and those that begin with "#" are not looked at.
"""
import io
import os
import sys

# bin/ouro lies in here
PREFIXES = [os.path.dirname(os.path.dirname(sys.executable))]
# True: used; False: the user does not want it; None: not safe, the process runs in the name of somebody else
ENABLE_USER_SITE = None
USER_SITE = None
USER_BASE = None


def _tell(*words):
    if sys.flags.verbose:
        print(*words, file=sys.stderr)


def makepath(*parts):
    """The absolute path, twice: as it is shown, and as it is compared."""
    path = os.path.join(*parts)
    try:
        path = os.path.abspath(path)
    except OSError:  # the current directory is gone
        pass
    return path, os.path.normcase(path)


def _known():
    return {makepath(entry)[1] for entry in sys.path if isinstance(entry, str) and os.path.exists(entry)}


def removeduppaths():
    """Makes sys.path absolute and takes out what is there twice; returns the set of what is there."""
    found = {}
    for entry in sys.path:
        path, key = makepath(entry)
        found.setdefault(key, path)
    sys.path[:] = found.values()
    return set(found)


def _add(path, known):
    if path[1] not in known:
        known.add(path[1])
        sys.path.append(path[0])


def _complain(number, file):
    import traceback
    print("Error processing line %d of %s:\n" % (number, file), file=sys.stderr)
    for line in traceback.format_exc().splitlines():
        print("  " + line, file=sys.stderr)
    print("\nRemainder of file ignored", file=sys.stderr)


def addpackage(sitedir, name, known_paths):
    """Does what the .pth file `name` in `sitedir` says."""
    known = _known() if known_paths is None else known_paths
    file = os.path.join(sitedir, name)
    _tell("Processing .pth file: %r" % file)
    try:
        # names of files are bytes that need not be text: what is no UTF-8 comes through as os.fsdecode has it
        with io.TextIOWrapper(io.open_code(file), "utf-8", "surrogateescape") as f:
            lines = f.read().removeprefix("\ufeff").split("\n")
    except OSError:
        return None
    for number, line in enumerate(lines, 1):
        try:
            if line.startswith(("import ", "import\t")):
                exec(line)
            elif line.strip() and not line.startswith("#"):
                path = makepath(sitedir, line.rstrip())
                if os.path.exists(path[0]):
                    _add(path, known)
        except Exception:
            _complain(number, file)
            break
    return known_paths


def addsitedir(sitedir, known_paths=None):
    """Puts the directory on sys.path, unless it is there, and does what the .pth files in it say."""
    _tell("Adding directory: %r" % (sitedir,))
    known = _known() if known_paths is None else known_paths
    path = makepath(sitedir)
    _add(path, known)
    try:
        names = os.listdir(path[0])
    except OSError:
        return None
    for name in sorted(names):
        if name.endswith(".pth"):
            addpackage(path[0], name, known)
    return known_paths


def check_enableusersite():
    """May the user's own directory be used?  None: not safe; False: the user does not want it."""
    if sys.flags.no_user_site:
        return False
    return True if (os.getuid(), os.getgid()) == (os.geteuid(), os.getegid()) else None


def getuserbase():
    """The directory below which the user's own packages lie."""
    global USER_BASE
    if USER_BASE is None:
        told = None if sys.flags.ignore_environment else os.environ.get("PYTHONUSERBASE")
        USER_BASE = told or os.path.join(os.path.expanduser("~"), ".local")
    return USER_BASE


def getusersitepackages():
    """The directory of the user's own packages, whether it is there or not."""
    global USER_SITE
    if USER_SITE is None:
        USER_SITE = os.path.join(getuserbase(), "lib", "python%d.%d" % sys.version_info[:2], "site-packages")
    return USER_SITE


def getsitepackages(prefixes=None):
    """The directories of packages for all users, whether they are there or not."""
    return [os.path.join(prefix, "lib", "ouro", "site-packages")
            for prefix in dict.fromkeys(PREFIXES if prefixes is None else prefixes) if prefix]


def addusersitepackages(known_paths):
    user = getusersitepackages()
    if ENABLE_USER_SITE and os.path.isdir(user):
        addsitedir(user, known_paths)
    return known_paths


def addsitepackages(known_paths, prefixes=None):
    for directory in getsitepackages(prefixes):
        if os.path.isdir(directory):
            addsitedir(directory, known_paths)
    return known_paths


def _customize(name):
    """Imports the module, if somebody has put one on sys.path.

    The standard library's own directory does not count: what distributions have there is for their CPython.
    """
    library = getattr(sys, "_stdlib_dir", None)
    places = [entry for entry in sys.path if entry != library]
    if name in sys.modules or not any(
            os.path.exists(os.path.join(place, part)) for place in places for part in (name + ".py", os.path.join(name, "__init__.py"))):
        return
    from importlib.machinery import PathFinder
    from importlib.util import module_from_spec
    spec = PathFinder.find_spec(name, places)
    if spec is None:
        return
    try:
        module = sys.modules[name] = module_from_spec(spec)
        try:
            spec.loader.exec_module(module)
        except BaseException:
            sys.modules.pop(name, None)
            raise
    except Exception as e:
        if sys.flags.verbose:
            sys.excepthook(*sys.exc_info())
        else:
            sys.stderr.write("Error in %s; set PYTHONVERBOSE for traceback:\n%s: %s\n" % (name, type(e).__name__, e))


def execsitecustomize():
    _customize("sitecustomize")


def execusercustomize():
    _customize("usercustomize")


def main():
    """Puts the directories on sys.path, and runs sitecustomize and usercustomize."""
    global ENABLE_USER_SITE
    known = removeduppaths()
    ENABLE_USER_SITE = check_enableusersite()
    addusersitepackages(known)
    addsitepackages(known)
    execsitecustomize()
    if ENABLE_USER_SITE:
        execusercustomize()


def _start():
    """main() at the start of a program: the current directory, which a program of -c has first, does not count yet."""
    first = sys.path[:1] if sys.path[:1] == [""] else []
    del sys.path[:len(first)]
    try:
        main()
    finally:
        sys.path[:0] = first


def _settle():
    global ENABLE_USER_SITE
    getusersitepackages()
    ENABLE_USER_SITE = check_enableusersite()


def _script():
    """python -m site [--user-base] [--user-site]"""
    asked = sys.argv[1:]
    if not asked:
        print("sys.path = [")
        for entry in sys.path:
            print("    %r," % (entry,))
        print("]")
        for name, path in ("USER_BASE", getuserbase()), ("USER_SITE", getusersitepackages()):
            print("%s: %r (%s)" % (name, path, "exists" if os.path.isdir(path) else "doesn't exist"))
        print("ENABLE_USER_SITE: %r" % ENABLE_USER_SITE)
        sys.exit()
    known = {"--user-base": getuserbase, "--user-site": getusersitepackages}
    if not all(word in known for word in asked):
        print("%s [--user-base] [--user-site]" % sys.argv[0])
        sys.exit(10)
    print(os.pathsep.join(known[word]() for word in known if word in asked))
    sys.exit({True: 0, False: 1, None: 2}[ENABLE_USER_SITE])


_settle()
if __name__ == "__main__":
    _script()
