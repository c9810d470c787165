"""Which line allocated which memory: the interface of CPython 3.11's tracemalloc.

A snapshot here holds groups: a trace (domain, size, traceback, total_nframe) and how many living blocks have it.
All questions but `traces` itself are answered from the groups, so their cost does not grow with the number of
blocks.
"""

from _tracemalloc import (
    _get_groups, _get_object_traceback, _get_traces, clear_traces, get_traceback_limit, get_traced_memory,
    get_tracemalloc_memory, is_tracing, reset_peak, start, stop)
from sys import modules

try:
    from _collections_abc import Iterable, Sequence
except ImportError:  # no standard library: what this module needs of the two

    class _IterableType(type):
        def __instancecheck__(cls, instance):
            return hasattr(type(instance), "__iter__")

    class Iterable(metaclass=_IterableType):
        __slots__ = ()

    class Sequence:
        __slots__ = ()

        def __iter__(self):
            for i in range(len(self)):
                yield self[i]

        def __reversed__(self):
            for i in range(len(self) - 1, -1, -1):
                yield self[i]

        def index(self, value, start=0, stop=None):
            for i in range(*slice(start, stop).indices(len(self))):
                if self[i] is value or self[i] == value:
                    return i
            raise ValueError

        def count(self, value):
            return sum(1 for v in self if v is value or v == value)


_own_get_traces = _get_traces


def _format_size(size, sign):
    plus = "+" if sign else ""
    for unit in ("B", "KiB", "MiB", "GiB", "TiB"):
        if unit != "B" and abs(size) < 100:
            return f"{size:{plus}.1f} {unit}"  # three digits
        if abs(size) < 10 * 1024 or unit == "TiB":
            return f"{size:{plus}.0f} {unit}"
        size /= 1024


class Statistic:
    """How much memory the blocks of one traceback take in a snapshot."""

    __slots__ = ("traceback", "size", "count")

    def __init__(self, traceback, size, count):
        self.traceback = traceback
        self.size = size
        self.count = count

    def __hash__(self):
        return hash((self.traceback, self.size, self.count))

    def __eq__(self, other):
        if not isinstance(other, Statistic):
            return NotImplemented
        return self.traceback == other.traceback and self.size == other.size and self.count == other.count

    def __str__(self):
        text = f"{self.traceback}: size={_format_size(self.size, False)}, count={self.count:d}"
        if self.count:
            text += f", average={_format_size(self.size / self.count, False)}"
        return text

    def __repr__(self):
        return f"<Statistic traceback={self.traceback!r} size={self.size:d} count={self.count:d}>"

    def _sort_key(self):
        return (self.size, self.count, self.traceback)


class StatisticDiff:
    """How much more memory the blocks of one traceback take in a snapshot than in an older one."""

    __slots__ = ("traceback", "size", "size_diff", "count", "count_diff")

    def __init__(self, traceback, size, size_diff, count, count_diff):
        self.traceback = traceback
        self.size = size
        self.size_diff = size_diff
        self.count = count
        self.count_diff = count_diff

    def __hash__(self):
        return hash((self.traceback, self.size, self.size_diff, self.count, self.count_diff))

    def __eq__(self, other):
        if not isinstance(other, StatisticDiff):
            return NotImplemented
        return (self.traceback == other.traceback and self.size == other.size and self.size_diff == other.size_diff
                and self.count == other.count and self.count_diff == other.count_diff)

    def __str__(self):
        text = (f"{self.traceback}: size={_format_size(self.size, False)} ({_format_size(self.size_diff, True)}), "
                f"count={self.count:d} ({self.count_diff:+d})")
        if self.count:
            text += f", average={_format_size(self.size / self.count, False)}"
        return text

    def __repr__(self):
        return (f"<StatisticDiff traceback={self.traceback!r} size={self.size:d} ({self.size_diff:+d}) "
                f"count={self.count:d} ({self.count_diff:+d})>")

    def _sort_key(self):
        return (abs(self.size_diff), self.size, abs(self.count_diff), self.count, self.traceback)


class Frame:
    """A frame of a traceback."""

    __slots__ = ("_frame",)

    def __init__(self, frame):
        self._frame = frame  # (filename, lineno)

    @property
    def filename(self):
        return self._frame[0]

    @property
    def lineno(self):
        return self._frame[1]

    def __eq__(self, other):
        if not isinstance(other, Frame):
            return NotImplemented
        return self._frame == other._frame

    def __lt__(self, other):
        if not isinstance(other, Frame):
            return NotImplemented
        return self._frame < other._frame

    def __le__(self, other):
        if not isinstance(other, Frame):
            return NotImplemented
        return self._frame <= other._frame

    def __gt__(self, other):
        if not isinstance(other, Frame):
            return NotImplemented
        return self._frame > other._frame

    def __ge__(self, other):
        if not isinstance(other, Frame):
            return NotImplemented
        return self._frame >= other._frame

    def __hash__(self):
        return hash(self._frame)

    def __str__(self):
        return f"{self.filename}:{self.lineno}"

    def __repr__(self):
        return f"<Frame filename={self.filename!r} lineno={self.lineno!r}>"


_Frame = Frame


def __getattr__(name):
    if name == "linecache":  # CPython's has it as an attribute
        import linecache
        return linecache
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def _source_line(filename, lineno):
    linecache = modules.get("linecache")
    if linecache is not None:
        return linecache.getline(filename, lineno)
    # linecache would bring in a hundred kilobytes of modules, here between two snapshots.
    try:
        with open(filename, encoding="utf-8", errors="replace") as f:
            for number, line in enumerate(f, 1):
                if number == lineno:
                    return line
    except OSError:
        pass
    return ""


class Traceback(Sequence):
    """The frames that led to an allocation, the oldest first."""

    __slots__ = ("_frames", "_total_nframe")

    def __init__(self, frames, total_nframe=None):
        Sequence.__init__(self)
        # The tracer tells the most recent frame first.
        self._frames = tuple(reversed(frames))
        self._total_nframe = total_nframe

    @classmethod
    def _of_oldest_first(cls, frames):
        self = cls.__new__(cls)
        self._frames = frames
        self._total_nframe = None
        return self

    @property
    def total_nframe(self):
        return self._total_nframe

    def __len__(self):
        return len(self._frames)

    def __getitem__(self, index):
        if isinstance(index, slice):
            return tuple(Frame(frame) for frame in self._frames[index])
        return Frame(self._frames[index])

    def __contains__(self, frame):
        return frame._frame in self._frames

    def __hash__(self):
        return hash(self._frames)

    def __eq__(self, other):
        if not isinstance(other, Traceback):
            return NotImplemented
        return self._frames == other._frames

    def __lt__(self, other):
        if not isinstance(other, Traceback):
            return NotImplemented
        return self._frames < other._frames

    def __le__(self, other):
        if not isinstance(other, Traceback):
            return NotImplemented
        return self._frames <= other._frames

    def __gt__(self, other):
        if not isinstance(other, Traceback):
            return NotImplemented
        return self._frames > other._frames

    def __ge__(self, other):
        if not isinstance(other, Traceback):
            return NotImplemented
        return self._frames >= other._frames

    def __str__(self):
        return str(self[0])

    def __repr__(self):
        total = "" if self._total_nframe is None else f" total_nframe={self._total_nframe}"
        return f"<Traceback {tuple(self)}{total}>"

    def format(self, limit=None, most_recent_first=False):
        """The frames as lines of text, as a traceback prints them: `limit` of the most recent ones, or with a
        negative limit all but so many of them."""
        frames = self
        if limit is not None:
            frames = self[-limit:] if limit > 0 else self[:limit]
        lines = []
        for frame in reversed(frames) if most_recent_first else frames:
            lines.append(f'  File "{frame.filename}", line {frame.lineno}')
            source = _source_line(frame.filename, frame.lineno).strip()
            if source:
                lines.append("    " + source)
        return lines


def get_object_traceback(obj):
    """
    Get the traceback where the Python object *obj* was allocated.
    Return a Traceback instance.

    Return None if the tracemalloc module is not tracing memory allocations or
    did not trace the allocation of the object.
    """
    frames = _get_object_traceback(obj)
    return None if frames is None else Traceback(frames)


class Trace:
    """What is known of one block of memory."""

    __slots__ = ("_trace",)

    def __init__(self, trace):
        self._trace = trace  # (domain, size, traceback, total_nframe)

    @property
    def domain(self):
        return self._trace[0]

    @property
    def size(self):
        return self._trace[1]

    @property
    def traceback(self):
        return Traceback(*self._trace[2:])

    def __eq__(self, other):
        if not isinstance(other, Trace):
            return NotImplemented
        return self._trace == other._trace

    def __hash__(self):
        return hash(self._trace)

    def __str__(self):
        return f"{self.traceback}: {_format_size(self.size, False)}"

    def __repr__(self):
        return f"<Trace domain={self.domain} size={_format_size(self.size, False)}, traceback={self.traceback!r}>"


class _Traces(Sequence):
    """All traces of a snapshot.  `_traces` is the list of them, made of the groups when first needed."""

    def __init__(self, traces):
        Sequence.__init__(self)
        self._traces = traces

    @classmethod
    def _of_groups(cls, groups):
        self = cls.__new__(cls)
        self._groups = groups
        return self

    def __getattr__(self, name):
        groups = self.__dict__.get("_groups")
        if name != "_traces" or groups is None:
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        traces = []
        for trace, count in groups:
            traces.extend([trace] * count)
        self._traces = traces
        return traces

    def __getstate__(self):
        return {"_traces": self._traces}

    def _counted(self):
        groups = self.__dict__.get("_groups")
        return groups if groups is not None else [(trace, 1) for trace in self._traces]

    def __len__(self):
        groups = self.__dict__.get("_groups")
        return sum([count for trace, count in groups]) if groups is not None else len(self._traces)

    def __iter__(self):
        for trace in self._traces:
            yield Trace(trace)

    def __getitem__(self, index):
        if isinstance(index, slice):
            return tuple(Trace(trace) for trace in self._traces[index])
        return Trace(self._traces[index])

    def __contains__(self, trace):
        return trace._trace in self._traces

    def __eq__(self, other):
        if not isinstance(other, _Traces):
            return NotImplemented
        return self._traces == other._traces

    def __repr__(self):
        return f"<Traces len={len(self)}>"


def _normalize_filename(filename):
    return filename[:-1] if filename.endswith(".pyc") else filename


def _pattern_parts(pattern):
    """A shell pattern as parts that match one character each: a character, None (any), "*", or a set as a pair
    (negated, list of ranges)."""
    parts = []
    at = 0
    while at < len(pattern):
        c = pattern[at]
        at += 1
        if c == "*":
            if not parts or parts[-1] != ("*",):
                parts.append(("*",))
        elif c == "?":
            parts.append(None)
        elif c == "[":
            end = at
            if end < len(pattern) and pattern[end] == "!":
                end += 1
            if end < len(pattern) and pattern[end] == "]":
                end += 1
            while end < len(pattern) and pattern[end] != "]":
                end += 1
            if end >= len(pattern):
                parts.append("[")
                continue
            negated = pattern[at] == "!"
            body = pattern[at + negated:end]
            at = end + 1
            ranges = []
            i = 0
            while i < len(body):
                if i + 2 < len(body) and body[i + 1] == "-":
                    ranges.append((body[i], body[i + 2]))
                    i += 3
                else:
                    ranges.append((body[i], body[i]))
                    i += 1
            parts.append((negated, ranges))
        else:
            parts.append(c)
    return parts


def _pattern_matches(parts, text):
    """In time len(parts) * len(text) at most: only the last star is ever tried again."""
    part = at = 0
    star = mark = -1
    while at < len(text):
        if part < len(parts) and parts[part] == ("*",):
            star, mark = part, at
            part += 1
            continue
        if part < len(parts):
            wanted, c = parts[part], text[at]
            if wanted is None:
                fits = True
            elif isinstance(wanted, str):
                fits = wanted == c
            else:
                fits = wanted[0] != any(first <= c <= last for first, last in wanted[1])
            if fits:
                part += 1
                at += 1
                continue
        if star < 0:
            return False
        mark += 1
        part, at = star + 1, mark
    while part < len(parts) and parts[part] == ("*",):
        part += 1
    return part == len(parts)


class BaseFilter:
    def __init__(self, inclusive):
        self.inclusive = inclusive

    def _match(self, trace):
        raise NotImplementedError


class Filter(BaseFilter):
    def __init__(self, inclusive, filename_pattern, lineno=None, all_frames=False, domain=None):
        super().__init__(inclusive)
        self.inclusive = inclusive
        self._filename_pattern = _normalize_filename(filename_pattern)
        self._parts = _pattern_parts(self._filename_pattern)
        self._known = {}
        self.lineno = lineno
        self.all_frames = all_frames
        self.domain = domain

    @property
    def filename_pattern(self):
        return self._filename_pattern

    def _match_frame_impl(self, filename, lineno):
        matches = self._known.get(filename)
        if matches is None:
            matches = self._known[filename] = _pattern_matches(self._parts, _normalize_filename(filename))
        return matches and (self.lineno is None or lineno == self.lineno)

    def _match_frame(self, filename, lineno):
        return self._match_frame_impl(filename, lineno) ^ (not self.inclusive)

    def _match_traceback(self, traceback):
        if not self.all_frames:
            return self._match_frame(*traceback[0])
        if any(self._match_frame_impl(filename, lineno) for filename, lineno in traceback):
            return self.inclusive
        return not self.inclusive

    def _match(self, trace):
        matches = self._match_traceback(trace[2])
        if self.domain is None:
            return matches
        if self.inclusive:
            return matches and trace[0] == self.domain
        return matches or trace[0] != self.domain


class DomainFilter(BaseFilter):
    def __init__(self, inclusive, domain):
        super().__init__(inclusive)
        self._domain = domain

    @property
    def domain(self):
        return self._domain

    def _match(self, trace):
        return (trace[0] == self.domain) ^ (not self.inclusive)


class Snapshot:
    """The traces of all living blocks at one moment."""

    def __init__(self, traces, traceback_limit):
        self.traces = _Traces(traces)
        self.traceback_limit = traceback_limit

    @classmethod
    def _of_groups(cls, groups, traceback_limit):
        self = cls((), traceback_limit)
        self.traces = _Traces._of_groups(groups)
        return self

    def dump(self, filename):
        """
        Write the snapshot into a file.
        """
        import pickle
        with open(filename, "wb") as f:
            pickle.dump(self, f, pickle.HIGHEST_PROTOCOL)

    @staticmethod
    def load(filename):
        """
        Load a snapshot from a file.
        """
        import pickle
        with open(filename, "rb") as f:
            return pickle.load(f)

    def _filter_trace(self, include_filters, exclude_filters, trace):
        if include_filters and not any(f._match(trace) for f in include_filters):
            return False
        return all(f._match(trace) for f in exclude_filters)

    def filter_traces(self, filters):
        """
        Create a new Snapshot instance with a filtered traces sequence, filters
        is a list of Filter or DomainFilter instances.  If filters is an empty
        list, return a new Snapshot instance with a copy of the traces.
        """
        if not isinstance(filters, Iterable):
            raise TypeError(f"filters must be a list of filters, not {type(filters).__name__}")
        groups = self.traces._counted()
        if filters:
            included = []
            excluded = []
            for f in filters:
                (included if f.inclusive else excluded).append(f)
            groups = [group for group in groups if self._filter_trace(included, excluded, group[0])]
        else:
            groups = list(groups)
        return Snapshot._of_groups(groups, self.traceback_limit)

    def _sums(self, key_type, cumulative):
        """Size and count by key: the raw frames that a statistic is of, the oldest first."""
        if key_type not in ("traceback", "filename", "lineno"):
            raise ValueError(f"unknown key_type: {key_type!r}")
        if cumulative and key_type not in ("lineno", "filename"):
            raise ValueError(f"cumulative mode cannot by used with key type {key_type!r}")
        sums = {}
        get = sums.get
        if cumulative:
            for (_, size, frames, _), count in self.traces._counted():
                for frame in frames:
                    key = frame[0] if key_type == "filename" else frame
                    found = get(key)
                    if found is None:
                        sums[key] = [size * count, count]
                    else:
                        found[0] += size * count
                        found[1] += count
        else:
            # The usual question, and as many rounds as there are groups: nothing is in the loop that can be outside.
            counted = self.traces._counted()
            if key_type == "lineno":
                counted = [(size, frames[0], count) for (_, size, frames, _), count in counted if frames]
            elif key_type == "filename":
                counted = [(size, frames[0][0], count) for (_, size, frames, _), count in counted if frames]
            else:
                counted = [(size, frames, count) for (_, size, frames, _), count in counted]
            for size, key, count in counted:
                found = get(key)
                if found is None:
                    sums[key] = [size * count, count]
                else:
                    found[0] += size * count
                    found[1] += count
        if key_type == "filename":
            return {((name, 0),): found for name, found in sums.items()}
        if key_type == "lineno":
            return {(frame,): found for frame, found in sums.items()}
        return {frames[::-1]: found for frames, found in sums.items()}

    def statistics(self, key_type, cumulative=False):
        """
        Group statistics by key_type. Return a sorted list of Statistic
        instances.
        """
        rows = [(size, count, frames) for frames, (size, count) in self._sums(key_type, cumulative).items()]
        rows.sort(reverse=True)
        return [Statistic(Traceback._of_oldest_first(frames), size, count) for size, count, frames in rows]

    def compare_to(self, old_snapshot, key_type, cumulative=False):
        """
        Compute the differences with an old snapshot old_snapshot. Get
        statistics as a sorted list of StatisticDiff instances, grouped by
        key_type.
        """
        old = old_snapshot._sums(key_type, cumulative)
        rows = []
        for frames, (size, count) in self._sums(key_type, cumulative).items():
            size_before, count_before = old.pop(frames, (0, 0))
            rows.append((abs(size - size_before), size, abs(count - count_before), count, frames, size - size_before,
                         count - count_before))
        for frames, (size, count) in old.items():
            rows.append((size, 0, count, 0, frames, -size, -count))
        # In the order of StatisticDiff._sort_key, without a call for each comparison.
        rows.sort(reverse=True)
        return [StatisticDiff(Traceback._of_oldest_first(frames), size, size_diff, count, count_diff)
                for _, size, _, count, frames, size_diff, count_diff in rows]


def take_snapshot():
    """
    Take a snapshot of traces of memory blocks allocated by Python.
    """
    if not is_tracing():
        raise RuntimeError("the tracemalloc module must be tracing memory allocations to take a snapshot")
    limit = get_traceback_limit()
    if _get_traces is not _own_get_traces:  # somebody has put another source in its place
        return Snapshot(_get_traces(), limit)
    return Snapshot._of_groups(_get_groups(), limit)
