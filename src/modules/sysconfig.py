"""The library's sysconfig, with ouro's own directories for installed packages.

The library's file says where the CPython that it came with installs: a distribution's places, into which nothing is to be put
from here, and which are not on sys.path.  It is run as it is; then the scheme "ouro" is added and becomes the preferred one:
PREFIX/lib/ouro/site-packages, as in site.py, with PREFIX/bin for scripts.  What belongs to the library itself (stdlib, include)
stays where it is.  A `base` that is given, as by `pip install --prefix`, takes the place of PREFIX.

In a program that embeds ouro there is no such directory, and the library's schemes are all there are.
"""
import sys


def _run_library(name):
    """Runs the library's file in this module."""
    from importlib.machinery import PathFinder
    library = getattr(sys, "_stdlib_dir", None)
    spec = PathFinder.find_spec(name, [library]) if library else None
    if spec is None:
        raise ModuleNotFoundError("No module named %r" % name, name=name)
    names = globals()
    names.update(__doc__=None, __file__=spec.origin, __cached__=spec.cached, __loader__=spec.loader, __name__=name)
    exec(spec.loader.get_code(name), names)


def _add_scheme():
    """The scheme "ouro", and that it is preferred."""
    import os
    import site
    prefix = next(iter(site.PREFIXES), "")
    if not sys.executable or not prefix:
        return
    names = globals()
    below = {"purelib": "lib/ouro/site-packages", "platlib": "lib/ouro/site-packages", "scripts": "bin", "data": ""}
    names["_INSTALL_SCHEMES"]["ouro"] = names["_INSTALL_SCHEMES"]["posix_prefix"] | {
        "platstdlib": "{installed_platbase}/{platlibdir}/python{py_version_short}"} | {
            key: os.path.join(prefix.replace("{", "{{").replace("}", "}}"), path) for key, path in below.items()}
    before, library_schemes, library_expand = names["get_default_scheme"](), names["_get_preferred_schemes"], names["_expand_vars"]

    def _get_preferred_schemes():
        return library_schemes() | {"prefix": "ouro"}

    def _expand_vars(scheme, vars):
        base = vars.get("base") if vars and scheme == "ouro" else None
        paths = library_expand(scheme, vars)
        if base is not None:
            paths.update((key, os.path.normpath(os.path.join(base, path))) for key, path in below.items())
        return paths

    names["_get_preferred_schemes"], names["_expand_vars"] = _get_preferred_schemes, _expand_vars
    for asks in names["get_path"], names["get_paths"]:  # (the scheme that they take by default was found when they were made)
        asks.__defaults__ = tuple("ouro" if value == before else value for value in asks.__defaults__)


_main_asked = __name__ == "__main__"
_run_library("sysconfig")
_add_scheme()
if _main_asked:
    __name__ = "__main__"
    globals()["_main"]()
