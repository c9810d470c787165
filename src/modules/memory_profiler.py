"""Memory of a program line by line, and over time.

The interface is that of the package memory_profiler (0.61), so that programs written for it run unchanged; who has
installed the package gets the package.  Where it guesses from the size of the process, the default backend here counts:
the bytes that live in the heap, exact after each line, so an increment is what the line kept.  The backends 'psutil',
'psutil_pss', 'psutil_uss' and 'posix' ask the system as they do there; 'tracemalloc' asks that module.
"""
import builtins
import functools
import os
import sys
import time

import ouro as _ouro

__version__ = "0.61.0"
_MIB = float(2 ** 20)
_BACKENDS = ("ouro", "psutil", "psutil_pss", "psutil_uss", "posix", "tracemalloc")
_GENERATOR, _COROUTINE = 0x20, 0x80  # in co_flags


def _has_flag(func, flag):
    code = getattr(func, "__code__", None)
    return code is not None and bool(code.co_flags & flag)


class MemitResult:
    """What a repeated measurement found: the most, the baseline, and all runs."""

    def __init__(self, mem_usage, baseline, repeat, timeout, interval, include_children):
        self.mem_usage, self.baseline, self.repeat = mem_usage, baseline, repeat
        self.timeout, self.interval, self.include_children = timeout, interval, include_children

    def __str__(self):
        most = max(self.mem_usage) if self.mem_usage else self.baseline
        return "peak memory: %.2f MiB, increment: %.2f MiB" % (most, most - self.baseline)

    __repr__ = __str__


def choose_backend(new_backend=None):
    """The backend that will be used: the one asked for if there is such, else the heap's own count."""
    if new_backend is None or new_backend in _BACKENDS:
        return new_backend or "ouro"
    raise KeyError("no such backend: %r" % (new_backend,))


def _status(pid, *names):
    """Sums fields of /proc/PID/smaps_rollup, in KiB; None: there is no such process any more."""
    try:
        with open("/proc/%d/smaps_rollup" % pid) as f:
            return sum(int(line.split()[1]) for line in f if line.partition(":")[0] in names)
    except OSError:
        return None


def _resident(pid):
    try:
        with open("/proc/%d/statm" % pid) as f:
            return int(f.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError, ValueError):
        return None


def _children(pid):
    """The processes that this one has started, and theirs."""
    parents = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open("/proc/%s/stat" % name) as f:
                    parents.setdefault(int(f.read().rpartition(")")[2].split()[1]), []).append(int(name))
            except OSError:
                continue
    found, todo = [], [pid]
    while todo:
        children = parents.get(todo.pop(), [])
        found += children
        todo += children
    return found


def _get_memory(pid, backend, timestamps=False, include_children=False, filename=None):
    """MiB in use by the process; with timestamps, (MiB, seconds since 1970).  -1: it is gone."""
    if pid == -1:
        pid = os.getpid()
    if backend == "tracemalloc" or (backend == "ouro" and pid == os.getpid()):
        if backend == "tracemalloc":
            import tracemalloc
            size = tracemalloc.get_traced_memory()[0]
        else:
            size = _ouro.live_bytes()
    elif backend == "psutil_pss":
        size = _status(pid, "Pss")
        size = None if size is None else size * 1024
    elif backend == "psutil_uss":
        size = _status(pid, "Private_Clean", "Private_Dirty")
        size = None if size is None else size * 1024
    else:
        size = _resident(pid)
    if size is not None and include_children:
        size += sum(_resident(child) or 0 for child in _children(pid))
    mib = -1 if size is None else size / _MIB
    return (mib, time.time()) if timestamps else mib


# ---- over time ----

def _sample(pid, backend, interval, deadline, timestamps, include_children, stop, emit):
    """Measures again and again until `stop()` or the deadline (None: none); each measurement goes to `emit`."""
    while True:
        value = _get_memory(pid, backend, timestamps, include_children)
        if (value[0] if timestamps else value) == -1:
            return
        emit(value)
        if stop(interval) or (deadline is not None and time.time() >= deadline):
            return


def _watch_call(function, args, kw, interval, timestamps, include_children, backend):
    """Calls the function while a child process measures this one from outside.  (measurements, result)."""
    pid = os.getpid()
    stop_read, stop_write = os.pipe()
    data_read, data_write = os.pipe()
    backend = "posix" if backend in ("ouro", "tracemalloc") else backend  # only the process itself can count its heap
    first = _get_memory(pid, backend, timestamps, include_children)
    child = os.fork()
    if child == 0:
        try:
            os.close(stop_write)
            os.close(data_read)
            with os.fdopen(data_write, "w") as out:
                def emit(value):
                    out.write("%r %r\n" % value if timestamps else "%r\n" % value)

                os.set_blocking(stop_read, False)

                def stop(seconds):
                    time.sleep(seconds)
                    try:
                        return os.read(stop_read, 1) == b""  # the other end is closed: the call is over
                    except BlockingIOError:
                        return False
                _sample(pid, backend, interval, None, timestamps, include_children, stop, emit)
        finally:
            os._exit(0)
    os.close(stop_read)
    os.close(data_write)
    try:
        result = function(*args, **kw)
        last = _get_memory(pid, backend, timestamps, include_children)
    finally:
        os.close(stop_write)
        with os.fdopen(data_read) as f:
            lines = f.read().split("\n")
        os.waitpid(child, 0)
    values = [tuple(map(float, line.split())) if timestamps else float(line) for line in lines if line]
    return [first] + values + [last], result


def memory_usage(proc=-1, interval=.1, timeout=None, timestamps=False, include_children=False, multiprocess=False,
                 max_usage=False, retval=False, stream=None, backend=None, max_iterations=None):
    """MiB of a process over time: a list of measurements, one each `interval` seconds.

    `proc` is a process number, -1 for this process, a Popen object, or (function, args, kw), which is then called.
    `timestamps`: pairs (MiB, time).  `max_usage`: only the greatest.  `retval`: also what the function returned.
    `stream`: measurements are written there as lines of mprof's format instead.
    """
    backend = choose_backend(backend)
    stamped = timestamps or stream is not None
    result = None
    if callable(proc):
        proc = (proc, (), {})
    if isinstance(proc, (list, tuple)):
        function, args, kw = (tuple(proc) + ((), {})[len(proc) - 1:])[:3] if len(proc) < 3 else proc
        values, result = _watch_call(function, args, kw, interval, stamped, include_children, backend)
        rounds = 1
        while max_iterations is not None and rounds < max_iterations:
            more, result = _watch_call(function, args, kw, interval, stamped, include_children, backend)
            values += more
            rounds += 1
    else:
        pid = proc.pid if hasattr(proc, "pid") else proc
        finished = proc.poll if hasattr(proc, "poll") else lambda: None
        values = []

        def stop(seconds):
            if timeout is None and not hasattr(proc, "poll"):
                return True
            if finished() is not None or (max_iterations is not None and len(values) >= max_iterations):
                return True
            time.sleep(seconds)
            return False
        deadline = None if timeout is None else time.time() + timeout
        _sample(pid, backend, interval, deadline, stamped, include_children, stop, values.append)
    if stream is not None:
        for mib, when in values:
            stream.write("MEM %.6f %.4f\n" % (mib, when))
        return (None, result) if retval else None
    if max_usage:
        answer = max(values, default=-1)
    else:
        answer = values
    return (answer, result) if retval else answer


# ---- line by line ----

class CodeMap(dict):
    """For each code object its lines: line -> (increment, most memory, how often)."""

    def __init__(self, include_children, backend):
        super().__init__()
        self.include_children, self.backend = include_children, backend
        self._files = {}

    def add(self, code, toplevel_code=None):
        """Lines of `code` and of the code inside it are told from now on."""
        if code in self:
            return
        if toplevel_code is None:
            lines = sorted({line for _, _, line in code.co_lines() if line} | {code.co_firstlineno})
            for inner in self._inner(code):
                lines += [line for _, _, line in inner.co_lines() if line]
            self._files.setdefault(code.co_filename, []).append((code, sorted(set(lines))))
            self[code] = {}
            toplevel_code = code
        else:
            self[code] = self[toplevel_code]
        for constant in code.co_consts:
            if isinstance(constant, type(code)):
                self.add(constant, toplevel_code)

    @staticmethod
    def _inner(code):
        for constant in code.co_consts:
            if isinstance(constant, type(code)):
                yield constant
                yield from CodeMap._inner(constant)

    def trace(self, code, lineno, prev_lineno):
        """Memory now: what it is more than at the last look belongs to the line that ran in between."""
        memory = _get_memory(-1, self.backend, include_children=self.include_children)
        lines = self[code]
        previous = lines.get(prev_lineno)
        latest = lines.get("memory")
        increment = 0 if latest is None else memory - latest
        before = lines.get(lineno)
        if before is None:
            lines[lineno] = (increment if latest is not None else memory, memory, 1)
        else:
            lines[lineno] = (before[0] + increment, max(before[1], memory), before[2] + 1)
        lines["memory"] = memory
        return previous

    def items(self):
        """(file name, [(line, None or (increment, memory, occurrences)), ...]) for each file."""
        for name, codes in self._files.items():
            rows = []
            for code, lines in codes:
                measured = self[code]
                rows += [(line, measured.get(line)) for line in lines]
            yield name, iter(rows)


class LineProfiler:
    """Measures after each line of the functions added to it."""

    def __init__(self, **kw):
        self.backend = choose_backend(kw.get("backend"))
        self.code_map = CodeMap(kw.get("include_children", False), self.backend)
        self.enable_count = 0
        self.max_mem = kw.get("max_mem", None)
        self.prevlines = []
        self._original = None

    def __call__(self, func=None, precision=1):
        if func is None:
            return functools.partial(self.__call__, precision=precision)
        self.add_function(func)
        return self.wrap_function(func)

    def add_function(self, func):
        """The lines of this function are told."""
        code = getattr(func, "__code__", None)
        if code is None:
            raise ValueError("could not extract the code of %r" % (func,))
        self.code_map.add(code)

    def wrap_function(self, func):
        """A function that measures while `func` runs."""
        if _has_flag(func, _COROUTINE):
            async def run(*args, **kw):
                with self._enabled():
                    return await func(*args, **kw)
        elif _has_flag(func, _GENERATOR):
            def run(*args, **kw):
                with self._enabled():
                    yield from func(*args, **kw)
        else:
            def run(*args, **kw):
                with self._enabled():
                    return func(*args, **kw)
        return functools.wraps(func)(run)

    def _enabled(self):
        return _Enabled(self)

    def runctx(self, cmd, globals, locals):
        """Executes a text while measuring."""
        with self._enabled():
            exec(cmd, globals, locals)
        return self

    def enable_by_count(self):
        if self.enable_count == 0:
            self.enable()
        self.enable_count += 1

    def disable_by_count(self):
        if self.enable_count > 0:
            self.enable_count -= 1
            if self.enable_count == 0:
                self.disable()

    def trace_memory_usage(self, frame, event, arg):
        """The trace function."""
        if frame.f_code in self.code_map:
            if event == "call":
                self.prevlines.append(frame.f_lineno)
                if not self.code_map[frame.f_code]:
                    self.code_map.trace(frame.f_code, frame.f_code.co_firstlineno, None)
                else:
                    self.code_map[frame.f_code]["memory"] = _get_memory(-1, self.backend)
            elif event == "line":
                if self.prevlines[-1] != frame.f_code.co_firstlineno or self.prevlines[-1] == frame.f_lineno:
                    self.code_map.trace(frame.f_code, self.prevlines[-1], None)
                self.prevlines[-1] = frame.f_lineno
            elif event == "return":
                self.code_map.trace(frame.f_code, self.prevlines.pop(), None)
        return self.trace_memory_usage

    def trace_max_mem(self, frame, event, arg):
        """The trace function when there is a limit: stops in the debugger beyond it."""
        if event in ("line", "return") and frame.f_code in self.code_map:
            used = _get_memory(-1, self.backend)
            if used >= self.max_mem:
                sys.settrace(None)
                import pdb
                print("Current memory %.2f MiB exceeded the maximum of %.2f MiB" % (used, self.max_mem))
                pdb.Pdb().set_trace(frame)
        return self.trace_max_mem

    def enable(self):
        self._original = sys.gettrace()
        sys.settrace(self.trace_max_mem if self.max_mem is not None else self.trace_memory_usage)

    def disable(self):
        sys.settrace(self._original)

    def __enter__(self):
        self.enable_by_count()
        return self

    def __exit__(self, exc_type, exc_val, exc_tb):
        self.disable_by_count()


class _Enabled:
    def __init__(self, profiler):
        self.profiler = profiler

    def __enter__(self):
        self.profiler.enable_by_count()

    def __exit__(self, *exception):
        self.profiler.disable_by_count()


def show_results(prof, stream=None, precision=1):
    """Writes the table: memory at the end of each line, and by how much it changed there."""
    import linecache
    stream = sys.stdout if stream is None else stream
    row = "{0:>6} {1:>12} {2:>12}  {3:>10}   {4:<}"
    for filename, lines in prof.code_map.items():
        header = row.format("Line #", "Mem usage", "Increment", "Occurrences", "Line Contents")
        stream.write("Filename: " + filename + "\n\n")
        stream.write(header + "\n")
        stream.write("=" * len(header) + "\n")
        source = linecache.getlines(filename)
        number = "{0:%d.%df} MiB" % (precision + 4, precision)
        last = None
        for line, measured in lines:
            for between in range((last or line) + 1, line):  # lines that hold no code: comments, the rest of a statement
                if source[between - 1:between] and last is not None:
                    stream.write(row.format(between, "", "", "", source[between - 1].rstrip("\n")) + "\n")
            last = line
            if measured:
                increment, memory, occurrences = measured
                cells = number.format(memory), number.format(increment), occurrences
            else:
                cells = "", "", ""
            text = source[line - 1] if line <= len(source) else "\n"
            stream.write(row.format(line, *cells, text.rstrip("\n")) + "\n")
        stream.write("\n\n")


def profile(func=None, stream=None, precision=1, backend="psutil"):
    """Decorator: each call of the function measures its lines and then prints the table.

    The heap's own count is used unless a backend other than the default is asked for.
    """
    chosen = "ouro" if backend == "psutil" else choose_backend(backend)
    if backend == "tracemalloc":
        import tracemalloc
        if not tracemalloc.is_tracing():
            tracemalloc.start()
    if func is None:
        return lambda f: profile(f, stream=stream, precision=precision, backend=backend)
    if _has_flag(func, _COROUTINE):
        @functools.wraps(func)
        async def wrapper(*args, **kw):
            prof = LineProfiler(backend=chosen)
            result = await prof(func)(*args, **kw)
            show_results(prof, stream=stream, precision=precision)
            return result
    else:
        @functools.wraps(func)
        def wrapper(*args, **kw):
            prof = LineProfiler(backend=chosen)
            result = prof(func)(*args, **kw)
            show_results(prof, stream=stream, precision=precision)
            return result
    return wrapper


# ---- named stretches of time, for mprof ----

class TimeStamper:
    """Notes when the functions it decorates begin and end, and the memory then; `show_results` writes that for mprof."""

    def __init__(self, backend, include_children=False):
        self.functions, self.stack = {}, []
        self.backend, self.include_children = choose_backend(backend), include_children
        self.current_stack_level = -1

    def __call__(self, func=None, precision=None):
        if func is None:
            return self.__call__
        self.add_function(func)
        name = "%s.%s" % (func.__module__, func.__name__)

        @functools.wraps(func)
        def run(*args, **kw):
            with self.timestamp(name):
                return func(*args, **kw)
        return run

    def add_function(self, func):
        self.functions.setdefault("%s.%s" % (func.__module__, func.__name__), [])

    def timestamp(self, name="<block>"):
        """A context manager whose stretch is noted under that name."""
        return _Stretch(self, name)

    def show_results(self, stream=None):
        stream = sys.stdout if stream is None else stream
        for name, stretches in self.functions.items():
            for begin, end, level in stretches:
                stream.write("FUNC %s %.4f %.4f %.4f %.4f %d\n" % (name, begin[0], begin[1], end[0], end[1], level))


class _Stretch:
    def __init__(self, stamper, name):
        self.stamper, self.name = stamper, name

    def __enter__(self):
        self.stamper.current_stack_level += 1
        self.begin = _get_memory(-1, self.stamper.backend, True, self.stamper.include_children)
        return self

    def __exit__(self, *exception):
        end = _get_memory(-1, self.stamper.backend, True, self.stamper.include_children)
        stretches = self.stamper.functions.setdefault(self.name, [])
        stretches.append((self.begin, end, self.stamper.current_stack_level))
        self.stamper.current_stack_level -= 1


class LogFile:
    """A stream that hands lines to the logger of that name: for the `stream` of profile()."""

    def __init__(self, name=None, reportIncrementFlag=False):
        import logging
        self.logger = logging.getLogger(name)
        self.reportIncrementFlag = reportIncrementFlag

    def write(self, text):
        for line in text.rstrip().splitlines():
            if not self.reportIncrementFlag or "MiB" not in line or float(line.split("MiB")[1].split()[0]) > 0:
                self.logger.info("%s", line)

    def flush(self):
        for handler in self.logger.handlers:
            handler.flush()


# ---- as a program ----

def _run_script(path, arguments, namespace):
    with open(path, "rb") as f:
        code = compile(f.read(), path, "exec")
    sys.argv[:] = [path] + arguments
    sys.path[0:1] = [os.path.dirname(os.path.abspath(path))]
    import types
    main = types.ModuleType("__main__")
    main.__file__ = path
    main.__builtins__ = builtins
    main.__dict__.update(namespace)
    sys.modules["__main__"] = main
    exec(code, main.__dict__)


def main(arguments=None):
    """python -m memory_profiler [-o FILE] [--precision N] [--backend NAME] [--timestamp] script.py [argument ...]"""
    import argparse
    parser = argparse.ArgumentParser(prog="memory_profiler", description="Memory of a program line by line.")
    parser.add_argument("--version", action="version", version=__version__)
    parser.add_argument("-o", dest="out_filename", default=None, help="write the tables to this file")
    parser.add_argument("--precision", type=int, default=3, help="digits after the point")
    parser.add_argument("--pdb-mmem", dest="max_mem", type=float, default=None, metavar="MAXMEM",
                        help="stop in the debugger when more MiB than that are in use")
    parser.add_argument("--timestamp", action="store_true", help="note when decorated functions begin and end, for mprof")
    parser.add_argument("--backend", default="ouro", choices=_BACKENDS)
    parser.add_argument("program", nargs=argparse.REMAINDER, help="script.py and its arguments")
    options = parser.parse_args(arguments)
    if not options.program:
        parser.error("a program to run is needed")
    if options.timestamp:
        prof = TimeStamper(options.backend)
    else:
        prof = LineProfiler(max_mem=options.max_mem, backend=options.backend)
    builtins.profile = prof
    try:
        _run_script(options.program[0], options.program[1:], {"profile": prof})
    finally:
        out = open(options.out_filename, "a") if options.out_filename else sys.stdout
        if options.timestamp:
            prof.show_results(stream=out)
        else:
            show_results(prof, precision=options.precision, stream=out)
        if options.out_filename:
            out.close()


if __name__ == "__main__":
    main()
