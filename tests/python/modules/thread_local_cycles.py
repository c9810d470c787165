# Thread-local objects: their attributes are theirs, also for the collector; a thread's go with the thread.
import gc, threading, weakref, _thread
class X: pass
x = X(); x.local = threading.local(); x.local.x = x
w = weakref.ref(x); del x
gc.collect(); print("cycle", w())
class L(threading.local):
    def __init__(self, n): self.n = n; self.me = self
l = L(3); w = weakref.ref(l); del l; gc.collect(); print("self", w())
# what a thread kept dies with the thread
l = threading.local(); l.v = "main"
refs = []
def work(i):
    l.v = X(); refs.append(weakref.ref(l.v)); refs[-1]().n = i
ts = [threading.Thread(target=work, args=(i,)) for i in range(20)]
for t in ts: t.start()
for t in ts: t.join()
print([r() for r in refs] == [None] * 20, l.v)
# many threads at once, each sees its own
barrier = threading.Barrier(16); out = []
def work2(i):
    l.v = i
    for _ in range(50):
        barrier.wait()
        assert l.v == i
    out.append(l.__dict__)
ts = [threading.Thread(target=work2, args=(i,)) for i in range(16)]
for t in ts: t.start()
for t in ts: t.join()
print(sorted(d["v"] for d in out), l.__dict__)
# a local that dies while threads have something in it
l2 = threading.local(); started = threading.Event(); go = threading.Event(); held = []
def work3():
    global l2
    l2.v = X(); held.append(weakref.ref(l2.v)); started.set(); go.wait(); held.append("end")
t = threading.Thread(target=work3); t.start(); started.wait()
print(held[0]() is not None); del l2; print(held[0]()); go.set(); t.join()
# a failing __init__ is called again
class F(threading.local):
    tries = 0
    def __init__(self):
        F.tries += 1
        if F.tries == 2: raise ValueError("second")
        self.n = F.tries
f = F()
def work4():
    try: print(f.n)
    except ValueError as e: print("ValueError", e)
    print(f.n)
t = threading.Thread(target=work4); t.start(); t.join(); print(f.n)
# a finalizer that uses the local when the thread ends
class D:
    def __del__(self): l.again = 1; log.append(getattr(l, "v", None) is not None)
log = []
def work5(): l.d = D()
t = threading.Thread(target=work5); t.start(); t.join(); print(log)
x = X(); x.l = L(5); t = threading.Thread(target=lambda: setattr(x.l, "x", x)); t.start(); t.join(); w = weakref.ref(x); del x, t; gc.collect(); print(w())
e = threading.Event(); e2 = threading.Event(); x = X(); x.l = threading.local()
def work6(r):
    y = r.pop(); y.l.y = y; del y; e.set(); e2.wait()
t = threading.Thread(target=work6, args=([x],)); t.start(); e.wait(); w = weakref.ref(x); del x; gc.collect(); print("other thread's cycle", w()); e2.set(); t.join()
