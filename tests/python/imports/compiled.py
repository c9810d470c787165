# Compiled files without source, what py_compile writes, and packages in archives.
import os
import sys
import tempfile

work = tempfile.mkdtemp()
os.chdir(work)
sys.path.insert(0, work)
sys.dont_write_bytecode = True


def t(f, *args):
    try:
        print(f(*args))
    except Exception as e:
        print(type(e).__name__, str(e).replace(work, "WORK"))


def write(name, text):
    os.makedirs(os.path.dirname(name) or ".", exist_ok=True)
    with open(name, "w") as f:
        f.write(text)


# Before importlib is there: a compiled file is found behind all sources, one that is wrong is an error.
write("wrong.pyc", "no code")
write("wrong_package/__init__.pyc", "no code")
write("space/inside.py", "name = __name__")
t(lambda: __import__("wrong"))
t(lambda: __import__("wrong_package"))
t(lambda: __import__("space.inside").inside.name)
t(lambda: __import__("absent"))

import importlib.util
import py_compile
import compileall
import marshal

write("module.py", "import sys\ndef f():\n    return sys._getframe().f_code.co_filename\nvalue = 1\n")
cached = py_compile.compile("module.py", doraise=True)
tag = sys.implementation.cache_tag
print(cached.replace(tag, "TAG"), importlib.util.source_from_cache(cached), importlib.util.cache_from_source("a/b.py").replace(tag, "TAG"))
print(len(importlib.util.MAGIC_NUMBER), importlib.util.MAGIC_NUMBER[2:])
with open(cached, "rb") as f:
    data = f.read()
print(data[:4] == importlib.util.MAGIC_NUMBER, data[4:8], marshal.loads(data[16:]).co_name)
os.rename(cached, "alone.pyc")
import alone
print(alone.value, alone.f(), os.path.basename(alone.__file__), type(alone.__loader__).__name__, alone.__spec__.has_location)
import module
print(module.value, module.__cached__ == os.path.join(work, cached), module.__spec__.cached == module.__cached__)

# Another interpreter's.
write("foreign.py", "value = 2\n")
py_compile.compile("foreign.py", cfile="foreign.pyc", doraise=True)
os.remove("foreign.py")
with open("foreign.pyc", "r+b") as f:
    f.write(b"\x00\x01")
t(lambda: __import__("foreign"))
with open("cut.pyc", "wb") as f:
    f.write(data[:40])
t(lambda: __import__("cut"))

# By hash (PEP 552), and a whole folder.
write("folder/one.py", "value = 'one'\n")
write("folder/sub/two.py", "value = 'two'\n")
write("folder/bad.py", "def\n")
print(compileall.compile_dir("folder", quiet=2), sorted(os.listdir("folder")), len(os.listdir("folder/__pycache__")))
for mode in py_compile.PycInvalidationMode:
    path = py_compile.compile("folder/one.py", cfile="%s.pyc" % mode.name.lower(), invalidation_mode=mode, doraise=True)
    print(path, __import__(path[:-4]).value)
try:
    py_compile.compile("folder/bad.py", doraise=True)
except py_compile.PyCompileError as e:
    print(e.exc_type_name, e.file)

# A package in an archive, with what lies below it.
import zipfile
with zipfile.ZipFile("archive.zip", "w") as z:
    z.writestr("packed/__init__.py", "value = 'packed'")
    z.writestr("packed/inner/__init__.py", "value = 'inner'")
    z.writestr("packed/inner/leaf.py", "value = 'leaf'")
    z.write("timestamp.pyc", "packed/code.pyc")
sys.path.insert(0, os.path.join(work, "archive.zip"))
import packed.inner.leaf
import packed.code
print(packed.value, packed.inner.value, packed.inner.leaf.value, packed.code.value)
print(packed.inner.leaf.__file__.replace(work, "WORK"), type(packed.inner.leaf.__loader__).__name__)
t(lambda: __import__("packed.missing"))
t(lambda: __import__("packed.inner.missing"))

# Names that are no UTF-8.
strange = os.fsdecode(b"d\xff")
os.mkdir(strange)
write(strange + "/below.py", "value = ascii(__file__[-12:])\n")
sys.path.insert(0, strange)
import below
print(below.value)
