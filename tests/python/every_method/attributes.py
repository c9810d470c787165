# Attributes that only certain objects in certain states have: generators, coroutines, frames, code, and the constants of
# modules.
import array, collections, functools, io, mmap, operator, struct, sys, time, weakref
import _weakref, _collections


def attempt(function, *arguments, **keywords):
    try:
        return function(*arguments, **keywords)
    except Exception as e:
        return type(e).__name__ + ": " + str(e)


# generators and coroutines
def inner():
    yield 1


def generator():
    yield from delegate
    yield running.gi_running, running.gi_suspended


delegate = inner()
running = generator()
print(running.gi_code.co_name, running.gi_frame.f_lineno > 0, running.gi_running, running.gi_suspended, running.gi_yieldfrom)
print(next(running), running.gi_yieldfrom is delegate, running.gi_suspended, next(running))
print(list(running), running.gi_frame, running.gi_suspended)


class Wait:
    def __await__(self):
        yield "wait"


async def coroutine():
    await Wait()
    return "end"


c = coroutine()
print(c.cr_code.co_name, c.cr_frame is not None, c.cr_running, c.cr_suspended, c.cr_await, c.cr_origin)
print(c.send(None), type(c.cr_await).__name__, c.cr_suspended)
print(attempt(c.send, None), c.cr_frame)
w = coroutine()
a = w.__await__()
print(next(a), attempt(a.throw, KeyError("thrown")), a.close())


async def numbers():
    try:
        yield 1
        yield 2
    except ValueError:
        yield "caught"


n = numbers()
print(n.ag_code.co_name, n.ag_frame is not None, n.ag_running, n.ag_await)
print(attempt(n.__anext__().send, None), attempt(n.asend(None).__await__().send, None))
print(attempt(n.athrow(ValueError).__await__().send, None), attempt(n.aclose().send, None), attempt(n.__anext__().send, None))


# frames and code
def frame():
    local = 1
    f = sys._getframe()
    return (f.f_back is not None, "print" in f.f_builtins if isinstance(f.f_builtins, dict) else True, f.f_globals is globals(),
            f.f_lasti > 0, f.f_locals["local"], f.f_trace, f.f_trace_lines, f.f_trace_opcodes)


print(frame())
code = frame.__code__
print(type(code.co_exceptiontable).__name__, type(code.co_linetable).__name__, type(code.co_lnotab).__name__)
print(super(bool, True).__thisclass__, super(bool, True).__self_class__)
print(object.__basicsize__ >= 8, tuple.__itemsize__ >= 8, int.__dictoffset__, int.__weakrefoffset__)

# time
t = time.gmtime(86400 * 365 + 3723)
print(t.tm_year, t.tm_mon, t.tm_mday, t.tm_hour, t.tm_min, t.tm_sec, t.tm_wday, t.tm_yday, t.tm_isdst)
print(time.strptime("2020-02-29 12:13:14", "%Y-%m-%d %H:%M:%S")[:6])
print([name for name in ("CLOCK_BOOTTIME", "CLOCK_MONOTONIC_RAW", "CLOCK_PROCESS_CPUTIME_ID", "CLOCK_TAI", "CLOCK_THREAD_CPUTIME_ID")
       if getattr(time, name) < 0])

# constants of mmap and io
print(mmap.ACCESS_DEFAULT, mmap.MAP_ANON, mmap.MAP_ANONYMOUS, mmap.MAP_DENYWRITE, mmap.MAP_EXECUTABLE, mmap.MAP_POPULATE, mmap.MAP_STACK,
      mmap.PROT_EXEC, mmap.PROT_WRITE, mmap.MADV_DODUMP, mmap.MADV_DOFORK, mmap.MADV_DONTDUMP, mmap.MADV_DONTFORK, mmap.MADV_DONTNEED,
      mmap.MADV_FREE, mmap.MADV_HUGEPAGE, mmap.MADV_HWPOISON, mmap.MADV_MERGEABLE, mmap.MADV_NOHUGEPAGE, mmap.MADV_RANDOM, mmap.MADV_REMOVE,
      mmap.MADV_SEQUENTIAL, mmap.MADV_UNMERGEABLE, mmap.MADV_WILLNEED)
print(io.SEEK_SET, io.SEEK_CUR, io.SEEK_END, io.open_code(__file__).read(2))
with io.open(__file__, "rb") as f:
    print(f._finalizing, f.raw._finalizing, f.raw._blksize > 0, type(f.raw).__name__)
with io.open(__file__) as f:
    print(f._finalizing)

# functools, collections, weakref
print(functools.WRAPPER_ASSIGNMENTS, functools.WRAPPER_UPDATES, functools.update_wrapper(lambda: 0, frame).__name__)
print(type(functools.RLock()).__name__, functools.recursive_repr.__name__, functools.GenericAlias.__name__)


class Dispatch:
    @functools.singledispatchmethod
    def what(self, x):
        return "other"

    @what.register
    def _(self, x: int):
        return "int"


print(Dispatch().what(1), Dispatch().what("x"))
print(collections.UserString("ab").upper(), _collections._deque_iterator.__name__, _collections._deque_reverse_iterator.__name__)
chain = collections.ChainMap({1: 2}).new_child({3: 4})
count = collections.Counter("aab")
count.subtract("ab")
print(chain[1], chain.parents, count)


class Referent:
    def __ifloordiv__(self, o): return ("ifloordiv", o)
    def __ilshift__(self, o): return ("ilshift", o)
    def __imod__(self, o): return ("imod", o)
    def __irshift__(self, o): return ("irshift", o)
    def __itruediv__(self, o): return ("itruediv", o)
    def __rmatmul__(self, o): return ("rmatmul", o)
    def __call__(self): return "called"


r = Referent()
for name in ("__ifloordiv__", "__ilshift__", "__imod__", "__irshift__", "__itruediv__", "__rmatmul__"):
    print(getattr(weakref.CallableProxyType, name)(weakref.proxy(r), 5))
print(weakref.ProxyTypes, weakref.ReferenceType, weakref.CallableProxyType, weakref.KeyedRef.__name__, _weakref.ReferenceType is weakref.ref)
d = {"k": weakref.ref(Referent())}
_weakref._remove_dead_weakref(d, "k")
print(d, list(weakref.WeakValueDictionary({1: r}).itervaluerefs())[0]() is r)

# pickling of an array's iterator
it = iter(array.array("i", [1, 2, 3]))
next(it)
print(it.__reduce__()[1:], it.__setstate__(0), list(it), it.__reduce__()[1:])

# ** wants a mapping
print(attempt(lambda: {**[("a", 1)]}), attempt(lambda: {**iter([])}), attempt(lambda: {**{"a": 1}}))
print(attempt(operator.delitem, range(3), slice(1)), attempt(operator.delitem, (1,), 0), attempt(operator.delitem, 5, 0))

# every exception of the built-in module
for name in ("BrokenPipeError BufferError BytesWarning ChildProcessError ConnectionAbortedError ConnectionError ConnectionRefusedError "
             "ConnectionResetError EOFError EncodingWarning FileExistsError FloatingPointError FutureWarning GeneratorExit ImportWarning "
             "InterruptedError IsADirectoryError NotADirectoryError NotImplementedError PermissionError ProcessLookupError ResourceWarning "
             "SyntaxWarning SystemError TimeoutError UnicodeWarning").split():
    kind = getattr(__builtins__, name)
    e = kind(2, "text")
    print(name, [base.__name__ for base in kind.__mro__[1:-1]], e.args, str(e), repr(e), e.__cause__, attempt(kind, 1, x=2))

# sys: of what kind each is
for name in ("_base_executable _clear_type_cache _debugmallocstats _framework _xoptions abiflags addaudithook argv audit "
             "base_exec_prefix base_prefix breakpointhook builtin_module_names displayhook dont_write_bytecode excepthook exec_prefix "
             "float_repr_style get_asyncgen_hooks get_coroutine_origin_tracking_depth getallocatedblocks getdefaultencoding "
             "getfilesystemencodeerrors getfilesystemencoding getprofile getrecursionlimit getswitchinterval gettrace hash_info hexversion "
             "int_info intern is_finalizing maxunicode meta_path orig_argv path_hooks path_importer_cache platform platlibdir prefix "
             "set_asyncgen_hooks set_coroutine_origin_tracking_depth setprofile setrecursionlimit setswitchinterval settrace stdin "
             "stdlib_module_names thread_info version_info warnoptions").split():
    print(name, type(getattr(sys, name)).__name__)
print(sys.getdefaultencoding(), sys.getfilesystemencoding(), sys.getprofile(), sys.gettrace(), sys.maxunicode, sys.hash_info[:3], sys.float_repr_style)
print(sys.get_asyncgen_hooks(), sys.get_coroutine_origin_tracking_depth(), sys.is_finalizing(), sys.platform, callable(breakpoint))

import _thread
print(list(sys._current_frames()) == [_thread.get_ident()], list(sys._current_exceptions().values()), sys.call_tracing(divmod, (7, 3)))
try:
    raise KeyError(1)
except KeyError:
    print([value[:2] for value in sys._current_exceptions().values()])
print(type(n)[int, str].__args__, attempt(sys.call_tracing, len, [1]))
print(attempt(time.clock_settime, 99999, 1.0), attempt(time.clock_settime_ns, time.CLOCK_MONOTONIC, 1), attempt(time.clock_settime, 0, "x"))
