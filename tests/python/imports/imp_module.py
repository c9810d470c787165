# The old module imp, which the library builds on _imp.
import os
import sys
import tempfile
import warnings
warnings.simplefilter("ignore")
import imp

print(imp.is_builtin("sys") != 0, imp.is_frozen("os") in (True, False), imp.lock_held() in (True, False))
module = imp.new_module("made")
print(type(module).__name__, module.__name__)
with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "by_path.py")
    with open(path, "w") as f:
        f.write("value = 42\n")
    loaded = imp.load_source("by_path", path)
    print(loaded.value, sys.modules["by_path"] is loaded)
    file, found, (suffix, mode, kind) = imp.find_module("by_path", [folder])
    with file:
        print(found == path, suffix, mode, kind == imp.PY_SOURCE)
    try:
        imp.find_module("by_path", ["/nowhere"])
    except ImportError as e:
        print(e)
    with open(path, "w") as f:
        f.write("value = 'reloaded'\n")
    sys.path.insert(0, folder)
    print(imp.reload(loaded).value)
