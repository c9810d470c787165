"""Memory of a program line by line, and over time.

The interface is that of the package memory_profiler (0.61), so that programs written for it run unchanged; who has
installed the package gets the package.  Where it guesses from the size of the process, the default backend here counts:
the bytes that live in the heap, exact after each line, so an increment is what the line kept.  The backends 'psutil',
'psutil_pss', 'psutil_uss' and 'posix' ask the system as they do there; 'tracemalloc' asks that module.
"""
import builtins
import errno
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

def _sample(pid, backend, interval, timestamps, include_children, stop, emit):
    """Measures again and again until `stop()`, or the process is gone; each measurement goes to `emit`."""
    while True:
        value = _get_memory(pid, backend, timestamps, include_children)
        if (value[0] if timestamps else value) == -1:
            return
        emit(value)
        if stop(interval):
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
                _sample(pid, backend, interval, timestamps, include_children, stop, emit)
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


def _call_measured(proc, interval, max_iterations, how):
    """Calls the function of `proc`, again with shorter intervals while there are few measurements and `max_iterations` allows."""
    function, args, kw = (tuple(proc) + ((), {})[len(proc) - 1:])[:3] if len(proc) < 3 else proc
    for _ in range(max_iterations or 1):
        values, result = _watch_call(function, args, kw, interval, *how)
        if len(values) > 4 or interval < 1e-6:
            break
        interval /= 10
    return values, result


def _watch_process(proc, interval, rounds, max_usage, multiprocess, stream, how):
    """Measures a process `rounds` times (None: until it has ended); what is measured goes to the stream, if there is one."""
    pid = proc.pid if hasattr(proc, "poll") else proc
    values, children = [], []

    def emit(value):
        children[:] = [(child, mib) for child in _children(os.getpid() if pid == -1 else pid) if multiprocess
                       for mib in [_get_memory(child, how[2])] if mib != -1]
        if stream is None:
            values.append([value, *(mib for _, mib in children)] if multiprocess and not max_usage else value)
            return
        values.append(value)
        stream.write("MEM %.6f %.4f\n" % value)
        for number, (_, mib) in enumerate(children):
            stream.write("CHLD %d %.6f %.4f\n" % (number, mib, time.time()))
        if len(values) % 50 == 0 and hasattr(stream, "flush"):
            stream.flush()

    def stop(seconds):
        if rounds is not None and len(values) >= rounds:
            return True
        time.sleep(seconds)
        return hasattr(proc, "poll") and proc.poll() is not None
    if rounds is None or rounds > 0:
        _sample(pid, how[2], interval, how[0], how[1], stop, emit)
        if not values and not hasattr(proc, "poll"):
            raise ProcessLookupError(errno.ESRCH, "process %d not found" % pid)
    return values


def memory_usage(proc=-1, interval=.1, timeout=None, timestamps=False, include_children=False, multiprocess=False,
                 max_usage=False, retval=False, stream=None, backend=None, max_iterations=None):
    """MiB of a process over time: a list of measurements, one each `interval` seconds.

    `proc` is a process number, -1 for this process, a Popen object, or (function, args, kw), which is then called.
    `timestamps`: pairs (MiB, time).  `max_usage`: only the greatest.  `retval`: also what the function returned.
    `multiprocess`: each measurement of a process is a list, with those of its children.  `stream`: measurements are written there as
    lines of mprof's format instead.  `max_iterations`: a function is called so often if it is too short to be measured.
    """
    backend = choose_backend(backend)
    how = timestamps or stream is not None, include_children, backend
    result = None
    if callable(proc):
        proc = (proc, (), {})
    if isinstance(proc, (list, tuple)):
        values, result = _call_measured(proc, interval, max_iterations, how)
        if stream is not None:
            stream.write("".join("MEM %.6f %.4f\n" % value for value in values))
    else:
        rounds = int(timeout / interval) if timeout is not None else None if hasattr(proc, "poll") else 1
        values = _watch_process(proc, interval, rounds, max_usage, multiprocess, stream, how)
    answer = None if stream is not None else max(values, default=-1) if max_usage else values
    return (answer, result) if retval else answer


# ---- line by line ----

class CodeMap(dict):
    """For each code object its lines: line -> (increment, most memory, how often)."""

    def __init__(self, include_children, backend):
        super().__init__()
        self.include_children, self.backend = include_children, backend
        self._added = []

    def add(self, code, toplevel_code=None):
        """Lines of `code` and of the code inside it are told from now on."""
        if code in self:
            return
        if toplevel_code is None:
            lines = sorted({line for _, _, line in code.co_lines() if line} | {code.co_firstlineno})
            for inner in self._inner(code):
                lines += [line for _, _, line in inner.co_lines() if line]
            self._added.append((code, sorted(set(lines))))
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

    def trace(self, code, lineno, prev_lineno, times=1):
        """Memory now: what it is more than at the last look belongs to line `lineno`, which ran in between."""
        memory = _get_memory(-1, self.backend, include_children=self.include_children)
        lines = self[code]
        increment = memory - lines["memory"] if "memory" in lines else 0 if lines else memory
        before, most, occurrences = lines.get(lineno, (0, memory, 0))
        lines[lineno] = (before + increment, max(most, memory), occurrences + times)
        lines["memory"] = memory
        return lines.get(prev_lineno)

    def enter(self, code, lineno, running):
        """A call: what was kept before is none of its lines, but of the frame's in `running` that is measured with it, if there is one."""
        for frame in reversed(running):  # recursion, a lambda
            if self[frame.f_code] is self[code]:
                self.trace(code, frame.f_lineno, None, 0)
                break
        else:
            self[code].pop("memory", None)
        self.trace(code, lineno, None)

    def items(self):
        """(file name, [(line, None or (increment, memory, occurrences)), ...]) for each function that has run."""
        for code, lines in self._added:
            if self[code]:
                yield code.co_filename, iter([(line, self[code].get(line)) for line in lines])


class LineProfiler:
    """Measures after each line of the functions added to it."""

    def __init__(self, **kw):
        self.backend = choose_backend(kw.get("backend"))
        self.code_map = CodeMap(kw.get("include_children", False), self.backend)
        self.enable_count = 0
        self.max_mem = kw.get("max_mem", None)
        self.prevlines = []
        self._running = []  # frames that are measured
        self._original = None

    def __call__(self, func=None, precision=1):
        if func is None:
            return functools.partial(self.__call__, precision=precision)
        self.add_function(func)
        return self.wrap_function(func)

    def add_function(self, func):
        """The lines of this function are told.  What has no code, such as a function written in C, has none: that is only warned of."""
        code = getattr(func, "__code__", None)
        if code is None:
            import warnings
            warnings.warn("%r has no code whose lines could be told" % (func,))
            return
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
                fresh = frame.f_lineno == frame.f_code.co_firstlineno
                self.prevlines.append(None if fresh else frame.f_lineno)  # (a generator goes on in the middle of a line)
                if not fresh:
                    self.code_map[frame.f_code]["memory"] = _get_memory(-1, self.backend)
                else:
                    self.code_map.enter(frame.f_code, frame.f_lineno, self._running)
                self._running.append(frame)
            elif event == "line":
                if self.prevlines[-1] is not None:
                    self.code_map.trace(frame.f_code, self.prevlines[-1], None)
                self.prevlines[-1] = frame.f_lineno
            elif event == "return":
                self._running.pop()
                self.code_map.trace(frame.f_code, self.prevlines.pop() or frame.f_lineno, None)
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
        number = "{0:z%d.%df} MiB" % (precision + 4, precision)
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
    elif _has_flag(func, _GENERATOR):
        @functools.wraps(func)
        def wrapper(*args, **kw):
            prof = LineProfiler(backend=chosen)
            try:
                return (yield from prof(func)(*args, **kw))
            finally:  # when it has been exhausted, or is not needed any more
                show_results(prof, stream=stream, precision=precision)
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
        return self.wrap_function(func)

    def wrap_function(self, func):
        """A function whose calls are noted."""
        @functools.wraps(func)
        def run(*args, **kw):
            return self.call_on_stack(func, *args, **kw)
        return run

    def call_on_stack(self, func, *args, **kwds):
        """Calls the function, and notes that."""
        with _Stretch(self, "%s.%s" % (func.__module__, func.__name__)):
            return func(*args, **kwds)

    def add_function(self, func):
        self.functions.setdefault("%s.%s" % (func.__module__, func.__name__), [])

    def timestamp(self, name="<block>"):
        """A context manager whose stretch is noted under that name, behind a point: it is of no module."""
        return _Stretch(self, "." + name)

    def show_results(self, stream=None):
        stream = sys.stdout if stream is None else stream
        for name, stretches in self.functions.items():
            for begin, end, level in stretches:
                end = begin if end is None else end  # it has not ended
                stream.write("FUNC %s %.4f %.4f %.4f %.4f %d\n" % (name, begin[0], begin[1], end[0], end[1], level))


class _Stretch:
    def __init__(self, stamper, name):
        self.stamper, self.name = stamper, name

    def __enter__(self):
        self.stamper.current_stack_level += 1
        self.noted = [self._now(), None, self.stamper.current_stack_level]
        self.stamper.functions.setdefault(self.name, []).append(self.noted)
        return self

    def __exit__(self, *exception):
        self.noted[1] = self._now()
        self.stamper.current_stack_level -= 1

    def _now(self):
        return _get_memory(-1, self.stamper.backend, True, self.stamper.include_children)


class LogFile:
    """A stream that hands lines to the logger of that name: for the `stream` of profile()."""

    def __init__(self, name=None, reportIncrementFlag=False):
        import logging
        self.logger = logging.getLogger(name)
        self.reportIncrementFlag = reportIncrementFlag

    def write(self, msg, level=20):
        """With `reportIncrementFlag` only the heads of tables and the lines where something was added."""
        for line in msg.rstrip().splitlines():
            numbers = line.split("MiB")
            grew = len(numbers) > 2 and float(numbers[1]) > 0
            if not self.reportIncrementFlag or grew or "Filename:" in line or "Line Contents" in line:
                self.logger.log(level, "%s", line)

    def flush(self):
        for handler in self.logger.handlers:
            handler.flush()


# ---- in IPython ----

def _usage_error(text):
    """What IPython shows without a traceback; where it is not there, a ValueError."""
    if "IPython" in sys.modules:
        from IPython.core.error import UsageError
        return UsageError(text)
    return ValueError(text)


def _magic_options(line, flags, valued):
    """The options at the beginning of a magic's line, by letter a list of values, and the rest of it as it is."""
    found = {}
    while True:
        line = line.lstrip()
        word = line.split(None, 1)[0] if line else ""
        if word == "--":
            return found, line[2:].lstrip()
        if len(word) < 2 or word[0] != "-":
            return found, line
        line = line[len(word):]
        while word := word[1:]:
            letter = word[0]
            if letter in flags:
                found.setdefault(letter, []).append(True)
                continue
            if letter not in valued:
                raise _usage_error("option -%s not recognized" % letter)
            value = word[1:]
            if not value:
                value, line = (line.split(None, 1) + ["", ""])[:2]
            if not value:
                raise _usage_error("option -%s requires argument" % letter)
            found.setdefault(letter, []).append(value)
            break


def _number(options, letter, kind, default):
    value = options.get(letter, [default])[-1]
    try:
        return value if value is None else kind(value)
    except ValueError:
        raise _usage_error("option -%s needs a number, not %r" % (letter, value)) from None


def _run_statement(code, namespace):
    exec(code, namespace)


class MemoryProfilerMagics:
    """%mprun and %memit of a shell."""

    def __init__(self, shell=None):
        self.shell = shell

    @classmethod
    def register_magics(cls, ip):
        """Gives the shell both."""
        magics = cls(ip)
        for name in "mprun", "memit":
            ip.register_magic_function(getattr(magics, name), "line_cell", name)

    def mprun(self, parameter_s="", cell=None):
        """Runs a statement and shows the memory of the lines of some functions.

        %mprun [-r] [-c] [-T FILE] -f FUNCTION [-f FUNCTION ...] STATEMENT
        -f: a function, as an expression.  -T: the table goes to that file, too.  -c: with what child processes have.
        -r: the result is the LineProfiler.  %%mprun: the lines of the cell follow the statement.
        """
        options, statement = _magic_options(parameter_s, "rc", "fT")
        namespace = self.shell.user_ns
        profiler = LineProfiler(include_children="c" in options)
        for name in options.get("f", ()):
            try:
                profiler.add_function(eval(name, namespace))
            except Exception as e:
                raise _usage_error("Could not find function %r.\n%s: %s" % (name, type(e).__name__, e)) from e
        if cell is not None:
            statement += "\n" + cell
        marker = object()
        before = getattr(builtins, "profile", marker)
        builtins.profile = profiler
        message = ""
        try:
            profiler.runctx(statement, namespace, namespace)
        except SystemExit:
            message = "*** SystemExit exception caught in code being profiled."
        except KeyboardInterrupt:
            message = "*** KeyboardInterrupt exception caught in code being profiled."
        finally:
            if before is marker:
                del builtins.profile
            else:
                builtins.profile = before
        self._show(profiler, message, options.get("T", [None])[-1])
        return profiler if "r" in options else None

    @staticmethod
    def _show(profiler, message, filename):
        """The table, in the shell's pager where it has one, and in a file if there is to be one."""
        import io
        text = io.StringIO()
        show_results(profiler, stream=text)
        text = text.getvalue().rstrip()
        text += "\n" if text else ""
        if "IPython" in sys.modules:
            from IPython.core.page import page
            page(text)
        else:
            print(text)
        if message:
            print(message)
        if filename is not None:
            with open(filename, "w", encoding="utf-8") as f:
                f.write(text)
            print("\n*** Profile printout saved to text file %s. %s" % (filename, message))

    def memit(self, line="", cell=None):
        """Tells the most memory that the process has while a statement runs, and how much more that is than before.

        %memit [-r N] [-t SECONDS] [-i SECONDS] [-c] [-o] [-q] STATEMENT
        -r: runs it N times.  -t, -i: when to stop measuring, and how often to measure (0.1).  -c: with what child processes have.
        -o: the result is a MemitResult.  -q: nothing is printed.  %%memit: what is measured is the cell; its line runs before.
        """
        options, statement = _magic_options(line, "coq", "rti")
        repeat = _number(options, "r", int, 1)
        if repeat < 1:
            raise _usage_error("option -r needs a positive number, not %d" % repeat)
        timeout, interval = _number(options, "t", float, None), _number(options, "i", float, 0.1)
        children, namespace = "c" in options, self.shell.user_ns
        if cell is not None:
            exec(compile(statement, "<memit setup>", "exec"), namespace)
            statement = cell
        code = compile(statement, "<memit>", "exec")
        baseline = _get_memory(-1, "posix", include_children=children)
        most = [memory_usage((_run_statement, (code, namespace)), interval=interval, timeout=timeout, max_usage=True,
                             max_iterations=1, include_children=children) for _ in range(repeat)]
        result = MemitResult(most, baseline, repeat, timeout, interval, children)
        if "q" not in options:
            print(result)
        return result if "o" in options else None


def load_ipython_extension(ip):
    """What `%load_ext memory_profiler` calls: gives the shell %mprun and %memit."""
    MemoryProfilerMagics.register_magics(ip)


# ---- as a program ----

def _begin(profiler, backend, arguments):
    builtins.profile = profiler
    sys.argv[:] = arguments
    if choose_backend(backend) == "tracemalloc":
        import tracemalloc
        tracemalloc.start()


def exec_with_profiler(filename, profiler, backend, passed_args=[]):
    """Runs the script as __main__, with `profile` in it."""
    import types
    _begin(profiler, backend, [filename, *passed_args])
    sys.path[0:1] = [os.path.dirname(os.path.abspath(filename))]
    main = types.ModuleType("__main__")
    main.__dict__.update(__file__=filename, __builtins__=builtins, profile=profiler)
    sys.modules["__main__"] = main
    with open(filename, "rb") as f:
        code = compile(f.read(), filename, "exec")
    exec(code, main.__dict__)


def run_module_with_profiler(module, profiler, backend, passed_args=[]):
    """Runs the module as `python -m` does, with `profile` in it."""
    import runpy
    _begin(profiler, backend, [module, *passed_args])
    runpy.run_module(module, run_name="__main__", init_globals={"profile": profiler}, alter_sys=True)


def _find_script(name):
    """The file of that name: here, or on PATH."""
    for directory in ["", *os.environ.get("PATH", os.defpath).split(os.pathsep)]:
        path = os.path.join(directory, name)
        if os.path.isfile(path):
            return path
    sys.stderr.write("Could not find script %s\n" % name)
    sys.exit(1)


def main(arguments=None):
    """python -m memory_profiler [option ...] script.py or module [argument ...]"""
    import argparse
    parser = argparse.ArgumentParser(usage="python -m memory_profiler script_file.py", description="Memory of a program line by line.")
    parser.add_argument("--version", action="version", version=__version__)
    parser.add_argument("--pdb-mmem", dest="max_mem", type=float, metavar="MAXMEM",
                        help="stop in the debugger when more MiB than that are in use")
    parser.add_argument("--precision", type=int, default=3, help="digits after the point")
    parser.add_argument("-o", dest="out_filename", help="write the tables to this file")
    parser.add_argument("--timestamp", action="store_true", help="note when decorated functions begin and end, for mprof")
    parser.add_argument("--include-children", action="store_true", help="also count what child processes have")
    parser.add_argument("--backend", default="ouro", choices=_BACKENDS, help="who is asked for the memory in use: %(choices)s")
    parser.add_argument("program", nargs=argparse.REMAINDER, help="script.py, or a module, and its arguments")
    options = parser.parse_args(arguments)
    if not options.program:
        print("A program to run must be provided. Use -h for help")
        sys.exit(1)
    if options.timestamp:
        prof = TimeStamper(options.backend, include_children=options.include_children)
    else:
        prof = LineProfiler(max_mem=options.max_mem, backend=options.backend, include_children=options.include_children)
    program, *rest = options.program
    run = exec_with_profiler if program.endswith(".py") else run_module_with_profiler
    if run is exec_with_profiler:
        program = _find_script(program)
    try:
        run(program, prof, options.backend, rest)
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
