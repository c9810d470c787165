"""What the system says of this process."""
import os
import resource
import sys

__all__ = ["ProcessMemoryInfo", "get_current_threads", "get_current_thread_id", "is_available"]

_PAGE = resource.getpagesize()


class _ProcessMemoryInfo:
    """Bytes: rss (in memory), vsz (address space), data_segment, code_segment, shared_segment, stack_segment;
    pagefaults (that went to disk); pid; os_specific: (name, text) pairs of /proc."""

    pagesize = _PAGE

    def __init__(self):
        self.pid = os.getpid()
        self.rss = self.vsz = self.pagefaults = 0
        self.data_segment = self.code_segment = self.shared_segment = self.stack_segment = 0
        self.os_specific = []
        self.update()

    def __repr__(self):
        return "<%s vsz=%d rss=%d>" % (type(self).__name__, self.vsz, self.rss)

    def __sub__(self, other):
        """What is more than in `other`: [(name, difference), ...] of the system's own numbers, as texts."""
        before = dict(other.os_specific)
        return [(name, text if before.get(name) is None else _difference(before[name], text))
                for name, text in self.os_specific if before.get(name) != text]

    def update(self):
        """Asks again; True."""
        names = {"VmPeak": None, "VmSize": "vsz", "VmRSS": "rss", "VmData": "data_segment", "VmExe": "code_segment",
                 "VmLib": "shared_segment", "VmStk": "stack_segment"}
        with open("/proc/self/status", encoding="ascii", errors="replace") as f:
            self.os_specific = []
            for line in f:
                name, _, text = line.partition(":")
                text = text.strip()
                if name.startswith("Vm"):
                    self.os_specific.append((name, text))
                if names.get(name):
                    setattr(self, names[name], int(text.split()[0]) * 1024)
        self.pagefaults = resource.getrusage(resource.RUSAGE_SELF).ru_majflt
        return True


def _difference(before, after):
    try:
        return "%+d %s" % (int(after.split()[0]) - int(before.split()[0]), after.partition(" ")[2])
    except ValueError:
        return after


ProcessMemoryInfo = _ProcessMemoryInfo


def is_available():
    """Does the system tell?"""
    return ProcessMemoryInfo().rss > 0


def get_current_thread_id():
    """The number of this thread."""
    import threading
    return threading.get_ident()


class ThreadInfo:
    """A thread: ident, name, daemon."""
    __slots__ = ("ident", "name", "daemon")

    def __init__(self, thread):
        self.ident, self.name, self.daemon = thread.ident, thread.name, thread.daemon


def get_current_threads():
    """ThreadInfo for each thread."""
    import threading
    return [ThreadInfo(thread) for thread in threading.enumerate()]
