"""The cache of compiled modules: where it is, when it counts, and that nothing which is wrong with it is seen.

    python3 tests/prompt/cache.py OURO
"""
import concurrent.futures
import os
import stat
import subprocess
import sys
import tempfile

CASES = []


class Failure(Exception):
    pass


def case(f):
    CASES.append(f)
    return f


class Place:
    """A folder with a module, and a home with caches."""

    def __init__(self, ouro, root):
        self.ouro = ouro
        self.home = os.path.join(root, "home")
        self.work = os.path.join(root, "work")
        os.mkdir(self.home)
        os.mkdir(self.work)
        self.module = os.path.join(self.work, "module.py")
        self.write("print('value', 1)\n")

    def write(self, text, path=None):
        with open(path or self.module, "w") as f:
            f.write(text)

    def run(self, *arguments, env=None, user=None, code=0):
        environment = {"PATH": os.environ["PATH"], "HOME": self.home, **(env or {})}
        for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS"):
            if name in os.environ:
                environment[name] = os.environ[name]
        p = subprocess.run([self.ouro, *(arguments or ("-c", "import module"))], cwd=self.work, env=environment, user=user,
                           stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, timeout=300)
        if p.returncode != code or p.stderr:
            raise Failure(f"status {p.returncode}: {p.stderr.decode()}")
        return p.stdout.decode()

    def files(self, root=None):
        found = []
        for folder, _, names in os.walk(root or self.work):
            found += [os.path.relpath(os.path.join(folder, n), root or self.work) for n in names if not n.endswith(".py")]
        return sorted(found)


def same(got, want):
    if got != want:
        raise Failure(f"{got!r} instead of {want!r}")


NAME = "__pycache__/module.ouro-311.pyc"


@case
def written_and_read(p):
    same(p.run(), "value 1\n")
    same(p.files(), [NAME])
    same(p.files(p.home), [])
    # that it is read: the code of another source of the same size and time
    st = os.stat(p.module)
    p.write("print('other', 1)\n")
    os.utime(p.module, ns=(st.st_atime_ns, st.st_mtime_ns))
    same(p.run(), "value 1\n")
    os.utime(p.module, ns=(st.st_atime_ns, st.st_mtime_ns + 1))
    same(p.run(), "other 1\n")
    p.write("print('longer', 1)\n")
    os.utime(p.module, ns=(st.st_atime_ns, st.st_mtime_ns + 1))
    same(p.run(), "longer 1\n")
    same(p.run("-c", "import importlib, module"), "longer 1\n")
    same(p.files(), [NAME])


@case
def file_names(p):
    """Code has the file name under which it is imported, wherever its cache was made."""
    p.write("def f():\n    def g(): pass\n    return g\nprint(f.__code__.co_filename, f().__code__.co_filename)\n")
    first = p.run()
    elsewhere = p.run("-c", f"import sys; sys.path.insert(0, {p.work!r}); import module")
    same(elsewhere, f"{p.module} {p.module}\n")
    same(p.run(), first)


@case
def by_importlib(p):
    """What importlib finds is cached as well."""
    same(p.run("-c", "import importlib; importlib.import_module('module')"), "value 1\n")
    same(p.files(), [NAME])
    st = os.stat(p.module)
    p.write("print('other', 1)\n")
    os.utime(p.module, ns=(st.st_atime_ns, st.st_mtime_ns))
    same(p.run("-c", "import importlib; importlib.import_module('module')"), "value 1\n")
    same(p.run(), "value 1\n")


@case
def not_written(p):
    p.run("-B", "-c", "import module")
    p.run(env={"PYTHONDONTWRITEBYTECODE": "1"})
    p.run("-c", "import sys; sys.dont_write_bytecode = True; import module")
    p.write("1 +\n", os.path.join(p.work, "wrong.py"))
    p.run("-c", "try: import wrong\nexcept SyntaxError: pass\n")
    same(p.files(), [])
    p.run()
    # ... but read
    st = os.stat(p.module)
    p.write("print('other', 1)\n")
    os.utime(p.module, ns=(st.st_atime_ns, st.st_mtime_ns))
    same(p.run("-B", "-c", "import module"), "value 1\n")


@case
def optimized(p):
    p.write("'doc'\nassert print('asserted') is None\nprint(__doc__)\n")
    same(p.run(), "asserted\ndoc\n")
    same(p.run("-O", "-c", "import module"), "doc\n")
    same(p.run("-OO", "-c", "import module"), "None\n")
    same(p.run(), "asserted\ndoc\n")
    same(p.files(), ["__pycache__/module.ouro-311.opt-1.pyc", "__pycache__/module.ouro-311.opt-2.pyc", NAME])


@case
def prefix(p):
    where = os.path.join(p.home, "tree")
    p.run("-X", f"pycache_prefix={where}", "-c", "import module")
    same(p.files(), [])
    same(p.files(where), [os.path.relpath(p.module, "/")[:-3] + ".ouro-311.pyc"])
    where = os.path.join(p.home, "tree2")
    p.run(env={"PYTHONPYCACHEPREFIX": where})
    same(len(p.files(where)), 1)
    same(stat.S_IMODE(os.stat(where).st_mode), 0o700)


@case
def library(p):
    """Nothing is written into the folders of the standard library."""
    caches = os.path.join(p.home, "caches")
    before = subprocess.run(["find", "/usr/lib/python3.11", "-name", "*ouro*"], stdout=subprocess.PIPE).stdout
    p.run("-c", "import colorsys", env={"XDG_CACHE_HOME": caches})
    same(p.files(caches), ["ouro/usr/lib/python3.11/colorsys.ouro-311.pyc"])
    p.run("-c", "import colorsys")
    same(p.files(p.home)[0], ".cache/ouro/usr/lib/python3.11/colorsys.ouro-311.pyc")
    after = subprocess.run(["find", "/usr/lib/python3.11", "-name", "*ouro*"], stdout=subprocess.PIPE).stdout
    same(after, before)


@case
def refused(p):
    """A folder that cannot be made, a full disk, a cache that is a folder: no cache, and no word of it."""
    for where in ("/dev/full/x", "/proc/nowhere", "/dev/null", p.module):
        same(p.run("-X", f"pycache_prefix={where}", "-c", "import module"), "value 1\n")
    os.makedirs(os.path.join(p.work, NAME, "inner"))
    same(p.run(), "value 1\n")
    same(p.files(), [])
    os.rmdir(os.path.join(p.work, NAME, "inner"))
    os.rmdir(os.path.join(p.work, NAME))
    os.mkfifo(os.path.join(p.work, NAME))
    same(p.run(), "value 1\n")


@case
def unwritable(p):
    """Where the folder of the source cannot be written, the user's own is used."""
    if os.geteuid() == 0:
        os.chmod(os.path.dirname(p.home), 0o755)
        os.chown(p.home, 65534, -1)
        try:
            p.run(user=65534)
        except (Failure, OSError):
            return  # the command itself is out of that user's reach
        user = 65534
    else:
        os.chmod(p.work, 0o555)
        user = None
        p.run()
    same(p.files(), [])
    same([os.path.basename(f) for f in p.files(p.home)], ["module.ouro-311.pyc"])
    same(p.run(user=user), "value 1\n")
    os.chmod(p.work, 0o755)


@case
def owner(p):
    """A file that belongs to somebody else is none."""
    if os.geteuid() != 0:
        return
    p.run()
    st = os.stat(p.module)
    p.write("print('other', 1)\n")
    os.utime(p.module, ns=(st.st_atime_ns, st.st_mtime_ns))
    same(p.run("-B", "-c", "import module"), "value 1\n")
    os.chown(os.path.join(p.work, NAME), 65533, 65533)
    same(p.run("-B", "-c", "import module"), "other 1\n")


SAMPLE = '''
"""about"""
import functools
VALUE = 12345678901234567890, -7, 2.5, -0.0, 1j, b'bytes', "text", "\\u20ac\\ud800", None, ..., (1, (2, "x")), True
SET = {1, 2, 3}.__class__
def f(a, b=1, /, c=2, *rest, d: int = 3, **more):
    "doc of f"
    x = a in {"p", "q", (1, 2)}
    def inner():
        nonlocal x
        x = lambda: (yield)
        return [i for i in a] if a else {**more}
    try:
        with open(b) as g:
            return g
    except* ValueError as e:
        raise
    finally:
        print(c)
class C(metaclass=type):
    y: int = 1
    def __init__(self): self.p = self.q = __class__
async def co():
    async with f as z: await z, [i async for i in z]
    match z:
        case [1, *others, {"k": v}] | C(p=others, q=v): return v
RESULT = f"{VALUE[0]!r:>30}" + str(C().p is C)
'''

DAMAGE = r'''
import sys, os, module
path = sys.argv[1]
good = open(path, "rb").read()
text = module.RESULT
importer = __import__("importlib").import_module if sys.argv[2] == "importlib" else __import__
def again():
    del sys.modules["module"]
    importer("module")
    m = sys.modules["module"]
    assert m.RESULT == text and m.f.__doc__ == "doc of f" and m.VALUE[6] == "text", m
def put(data):
    with open(path, "wb") as f:
        f.write(data)
    again()
    assert open(path, "rb").read() == (data if sys.dont_write_bytecode else good)
for sys.dont_write_bytecode in True, False:
    step = 3 if not sys.dont_write_bytecode and len(sys.argv) < 4 else 17
    for length in range(0, len(good), step):
        put(good[:length])
    for at in range(0, len(good), step):
        data = bytearray(good)
        data[at] ^= 1 << at % 8
        put(bytes(data))
    put(good + b"\0")
    put(b"\0" * len(good))
    put(good[len(good) // 2:] + good[:len(good) // 2])
print("done")
'''

FORGED = r'''
import sys, os, random, _imp, module
path, source = sys.argv[1:3]
good = open(path, "rb").read()
HEAD = 64
def total(start, data):
    M = (1 << 64) - 1
    whole = len(data) // 8 * 8
    for i in range(0, whole, 8):
        start = (start ^ int.from_bytes(data[i:i + 8], "little")) * 0x9e3779b97f4a7c15 & M
        start ^= start >> 29
    rest = len(data) - whole
    for b in data[whole:]:
        rest = rest << 8 | b
    start = (start ^ rest & M) * 0xbf58476d1ce4e5b9 & M
    return start ^ start >> 32
def seal(payload):
    head = bytearray(good[:HEAD])
    head[48:56] = len(payload).to_bytes(8, "little")
    head[56:64] = bytes(8)
    head[56:64] = total(total(0, bytes(head)), bytes(payload)).to_bytes(8, "little")
    return bytes(head) + bytes(payload)
assert seal(good[HEAD:]) == good, "the test does not know the form of the file"
sys.dont_write_bytecode = True
code_type = type(seal.__code__)
rng = random.Random(5)
taken = 0
def try_it(payload):
    global taken
    with open(path, "wb") as f:
        f.write(seal(payload))
    code = _imp._cached_code(source)  # read, and not run
    assert type(code) is code_type
    taken += code.co_consts != module.f.__code__.co_consts
    del code
payload = good[HEAD:]
for length in range(0, len(payload), 7):
    try_it(payload[:length])
for at in range(0, len(payload), 3):
    data = bytearray(payload)
    data[at] = rng.choice([0, 1, 0x7f, 0x80, 0xff, data[at] ^ 1 << rng.randrange(8)])
    try_it(data)
for _ in range(300):
    data = bytearray(payload)
    for _ in range(rng.randrange(1, 9)):
        at = rng.randrange(len(data))
        data[at:at + 4] = rng.choice([b"\xff\xff\xff\xff", b"\0\0\0\0", b"\xff\xff\xff\x7f", rng.randbytes(4)])
    try_it(data)
print("done")
'''


@case
def damaged(p):
    """Every truncation and a flipped bit in every byte: the module is compiled again."""
    p.write(SAMPLE)
    p.run()
    for how in ("import", "importlib"):
        same(p.run("-c", DAMAGE, os.path.join(p.work, NAME), how, *(["few"] if how == "importlib" else [])), "done\n")


@case
def forged(p):
    """Damage behind a checksum that is right: the reader goes by what is there."""
    p.write(SAMPLE)
    p.run()
    source = p.run("-c", "import module; print(module.__file__, end='')")
    same(p.run("-c", FORGED, os.path.join(p.work, NAME), source), "done\n")


@case
def at_once(p):
    """Several commands that write the same file leave a whole one."""
    p.write(SAMPLE)
    environment = {"PATH": os.environ["PATH"], "HOME": p.home}
    running = [subprocess.Popen([p.ouro, "-c", "import module; print(module.RESULT)"], cwd=p.work, env=environment,
                                stdout=subprocess.PIPE) for _ in range(6)]
    results = {r.communicate()[0] for r in running}
    same(len(results), 1)
    same(p.files(), [NAME])
    same(p.run("-B", "-c", "import module; print(module.RESULT)").encode(), results.pop())


def judge(ouro, f):
    """What is wrong with the case, or None."""
    with tempfile.TemporaryDirectory() as root:
        try:
            f(Place(ouro, root))
        except Failure as e:
            return str(e)
    return None


def main():
    ouro = os.path.abspath(sys.argv[1])
    cases = [f for f in CASES if not sys.argv[2:] or f.__name__ in sys.argv[2:]]
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for f, wrong in zip(cases, pool.map(lambda f: judge(ouro, f), cases)):
            if wrong is not None:
                failed += 1
                print(f"FAIL {f.__name__}: {wrong}")
    print(f"{len(cases) - failed} passed, {failed} failed")
    return failed != 0


sys.exit(main())
