"""sys lacks two names: __interactivehook__ is set by the site module, which is not run, and _getquickenedcount counts what only
CPython's loop does.  Compiled files have a cache_tag of their own; the modules of importlib are source, not frozen."""
import sys

print([name for name in ("__interactivehook__", "_getquickenedcount", "_git", "_home", "call_tracing", "getdlopenflags",
                         "meta_path", "path_hooks", "_current_frames") if name not in dir(sys)])
print(sys.implementation.name, sys.implementation.cache_tag)
