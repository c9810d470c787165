"""Weak references: claims 55 to 57."""
import gc
import weakref

from claims import Thing, equal, raises, report, ring


def claim_055():
    """weakref.ref(obj) holds an object without keeping it alive; calling it gives the object, or None once it is dead.

    In fact: callbacks run at its death; lists, dicts, ints and strs cannot be referred to weakly.
    """
    called = []
    thing = Thing()
    r = weakref.ref(thing, called.append)
    assert r() is thing
    equal((weakref.getweakrefcount(thing), called), (1, []))
    del thing
    equal((r(), called), (None, [r]))
    gc.disable()
    r = weakref.ref(ring(2)(), called.append)
    assert r() is not None
    gc.collect()
    equal((r(), called[1:]), (None, [r]))
    for value in [], {}, (), 1, "text", 1.5, None:
        equal(raises(TypeError, weakref.ref, value), "cannot create weak reference to '%s' object" % type(value).__name__)


def claim_056():
    """Weak references prevent leaks in caches."""
    strong, weak = {}, weakref.WeakValueDictionary()

    def load(cache, key):
        thing = cache.get(key)
        if thing is None:
            thing = cache[key] = Thing()
        return thing

    used = load(weak, "used")
    assert load(weak, "used") is used
    for key in range(100):
        load(strong, key)
        load(weak, key)
    equal((len(strong), list(weak)), (100, ["used"]))
    del used
    equal(len(weak), 0)
    by_key = weakref.WeakKeyDictionary({Thing(): "gone"})
    thing = Thing()
    by_key[thing] = "kept"
    equal((len(by_key), by_key[thing]), (1, "kept"))


def claim_057():
    """Weak references prevent leaks in observers.

    In fact: a plain weak reference to a bound method is dead at once; WeakMethod is for that.
    """
    class Observer:
        def __init__(self):
            self.told = []

        def notice(self, what):
            self.told.append(what)

    class Subject:
        def __init__(self):
            self.observers = []

        def attach(self, method):
            self.observers.append(weakref.WeakMethod(method, self.observers.remove))

        def tell(self, what):
            for observer in list(self.observers):
                observer()(what)

    subject, one, two = Subject(), Observer(), Observer()
    equal(weakref.ref(one.notice)(), None)
    subject.attach(one.notice)
    subject.attach(two.notice)
    subject.tell("first")
    seen = weakref.ref(two)
    del two
    equal((seen(), len(subject.observers)), (None, 1))
    subject.tell("second")
    equal(one.told, ["first", "second"])
    ended = []
    finalizer = weakref.finalize(one, ended.append, "one")
    proxy = weakref.proxy(one)
    equal((proxy.told, finalizer.alive), (["first", "second"], True))
    del one
    equal((ended, finalizer.alive, subject.observers), (["one"], False, []))
    equal(raises(ReferenceError, lambda: proxy.told), "weakly-referenced object no longer exists")


report(globals())
