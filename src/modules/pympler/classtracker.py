"""Watches the objects of chosen classes over their lives: ClassTracker."""
import functools
import sys
import threading
import time
import weakref

from pympler import asizeof
from pympler.classtracker_stats import ConsoleStats
from pympler.process import ProcessMemoryInfo
from pympler.util.stringutils import safe_repr, trunc

__all__ = ["ClassTracker"]

_begin = time.perf_counter()


def _now():
    """Seconds since this module was loaded."""
    return time.perf_counter() - _begin



class Snapshot:
    """What was measured at one moment."""

    def __init__(self, timestamp, description):
        self.timestamp, self.desc = timestamp, description
        self.tracked_total = self.overhead = 0
        self.asizeof_total = 0
        self.system_total = ProcessMemoryInfo()
        self.classes = None

    @property
    def total(self):
        """Bytes of all tracked objects, or of all there are if that was asked for."""
        return self.asizeof_total or self.tracked_total

    @property
    def label(self):
        """The description, or the time."""
        return self.desc or "%.3fs" % self.timestamp


class TrackedObject:
    """One object's life: birth, death, and its sizes in between.  It is referred to weakly unless `keep` is set."""

    def __init__(self, instance, birth=None, resolution_level=0, trace=False, on_delete=None, keep=False, name=None):
        self.ref = weakref.ref(instance, self.finalize)
        self.id = id(instance)
        self.repr = ""
        self.name = name or type(instance).__name__
        self.birth, self.death = birth or _now(), None
        self.trace = None
        self.footprint = []
        self._resolution_level, self._on_delete = resolution_level, on_delete
        self._strong = instance if keep else None
        if trace:
            self._save_trace()
        self.footprint.append((self.birth, asizeof.Asized(asizeof.flatsize(instance), asizeof.flatsize(instance))))

    def _save_trace(self):
        import traceback
        frame = sys._getframe()
        while frame is not None and frame.f_code.co_filename == _FILE:
            frame = frame.f_back
        self.trace = [tuple(entry)[:3] for entry in traceback.extract_stack(frame)]

    def __getstate__(self):
        state = dict(self.__dict__)
        for name in ("ref", "_strong", "_on_delete"):
            state.pop(name, None)
        return state

    def track_size(self, ts, sizer):
        """Measures the object now."""
        obj = self.ref()
        if obj is not None:
            self.repr = trunc(safe_repr(obj), 128)
            self.footprint.append((ts, sizer.asized(obj, detail=self._resolution_level)))

    def get_max_size(self):
        """The most bytes it had."""
        return max(size.size for _, size in self.footprint)

    def get_size_at_time(self, timestamp):
        """Bytes at the last measurement that was not after that time."""
        size = 0
        for when, measured in self.footprint:
            if when <= timestamp:
                size = measured.size
        return size

    def set_resolution_level(self, resolution_level):
        """How deep sizes are told from now on."""
        self._resolution_level = resolution_level

    def finalize(self, ref):
        """The object has died."""
        if _now is None:  # at the end of the program: this module has been taken apart
            return
        self.death = _now()
        if self._on_delete is not None:
            self._on_delete(self)


class _ClassObserver:
    """How a class is watched, and its own __init__."""

    def __init__(self, init, had_own, name, detail, keep, trace):
        self.init, self.had_own, self.name, self.detail, self.keep, self.trace = init, had_own, name, detail, keep, trace
        self.modified = None


class PeriodicThread(threading.Thread):
    """Takes a snapshot each `interval` seconds."""

    def __init__(self, tracker, interval, *args, **kwargs):
        self.interval, self.tracker = interval, tracker
        self._stopped = threading.Event()
        super().__init__(*args, **kwargs)

    def stop(self):
        """Ends it."""
        self._stopped.set()

    def run(self):
        while not self._stopped.is_set():
            self.tracker.create_snapshot()
            self._stopped.wait(self.interval)


_FILE = PeriodicThread.run.__code__.co_filename


class ClassTracker:
    """Objects that are watched, by class name (`index`), and snapshots of their sizes."""

    def __init__(self, stream=None):
        self.index, self.objects = {}, {}
        self.snapshots = []
        self._keepalive, self._observers, self._lock = [], {}, threading.RLock()
        self._periodic = None
        self._stream = stream

    @property
    def stats(self):
        """Tables of what was watched."""
        return ConsoleStats(tracker=self, stream=self._stream)

    # what is watched

    def _is_tracked(self, instance):
        tobj = self.objects.get(id(instance))
        return tobj is not None and tobj.ref() is instance

    def track_object(self, instance, name=None, resolution_level=0, keep=False, trace=False):
        """Watches one object.  `keep`: it stays alive; `trace`: remembers where it was given."""
        if self._is_tracked(instance):
            return
        with self._lock:
            tobj = TrackedObject(instance, resolution_level=resolution_level, trace=trace, keep=keep, name=name)
            self.index.setdefault(tobj.name, []).append(tobj)
            self.objects[id(instance)] = tobj
            if keep:
                self._keepalive.append(instance)

    def track_change(self, instance, resolution_level=0):
        """How deep the sizes of a watched object are told from now on."""
        self.objects[id(instance)].set_resolution_level(resolution_level)

    def track_class(self, cls, name=None, resolution_level=0, keep=False, trace=False):
        """Watches all objects of the class that are made from now on: its constructor tells of them."""
        if not isinstance(cls, type):
            raise TypeError("only classes can be tracked, not %r" % (cls,))
        if cls in self._observers:
            observer = self._observers[cls]
            observer.name, observer.detail, observer.keep, observer.trace = name, resolution_level, keep, trace
            return
        original = cls.__init__
        observer = _ClassObserver(original, "__init__" in cls.__dict__, name, resolution_level, keep, trace)

        @functools.wraps(original)
        def __init__(instance, *args, **kwds):
            self.track_object(instance, name=observer.name or "%s.%s" % (cls.__module__, cls.__name__),
                              resolution_level=observer.detail, keep=observer.keep, trace=observer.trace)
            if original is object.__init__:
                return None  # what __new__ took is none of its business
            return original(instance, *args, **kwds)
        observer.modified = __init__
        cls.__init__ = __init__
        self._observers[cls] = observer

    def detach_class(self, cls):
        """Ends watching the class; what is watched already stays so."""
        observer = self._observers.pop(cls)
        if cls.__dict__.get("__init__") is observer.modified:
            if observer.had_own:
                cls.__init__ = observer.init
            else:
                del cls.__init__

    def detach_all_classes(self):
        """Ends watching all classes."""
        for cls in list(self._observers):
            self.detach_class(cls)

    def detach_all(self):
        """Ends watching, and forgets all objects."""
        self.detach_all_classes()
        self.objects.clear()
        self.index.clear()
        self._keepalive.clear()

    # snapshots

    def create_snapshot(self, description="", compute_total=False):
        """Measures all watched objects.  `compute_total`: also all there are."""
        with self._lock:
            now = _now()
            snapshot = Snapshot(now, str(description))
            sizer = asizeof.Asizer()
            objects = [tobj.ref() for tobj in self.objects.values()]
            sizer.exclude_refs(*[o for o in objects if o is not None])
            for tobj, o in zip(list(self.objects.values()), objects):
                if o is not None:  # each counts for itself, not for who refers to it
                    sizer._excluded_ids.pop(id(o), None)
                    tobj.track_size(now, sizer)
            objects = None
            snapshot.tracked_total = sizer.total
            if compute_total:
                snapshot.asizeof_total = asizeof.asizeof(all=True, code=True)
                snapshot.overhead = snapshot.tracked_total and asizeof.asizeof(self, code=False)
            self.snapshots.append(snapshot)

    def start_periodic_snapshots(self, interval=1.0):
        """Takes snapshots from a thread."""
        if not self._periodic:
            self._periodic = PeriodicThread(self, interval, name="ClassTracker")
            self._periodic.daemon = True
            self._periodic.start()

    def stop_periodic_snapshots(self):
        """Ends the thread."""
        if self._periodic and self._periodic.is_alive():
            self._periodic.stop()
            self._periodic.join()
            self._periodic = None

    def clear(self):
        """Forgets objects and snapshots."""
        self.detach_all()
        self.snapshots[:] = []

    def close(self):
        """Ends everything."""
        self.detach_all_classes()
        self.stop_periodic_snapshots()
        self.clear()
