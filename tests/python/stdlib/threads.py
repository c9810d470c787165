# Threads: locks, conditions, queues, pools, thread-local data, daemons, exceptions, and the module threading over them.
import threading, queue, time, sys, _thread
from concurrent.futures import ThreadPoolExecutor, as_completed

# ten threads under a lock
total = 0
lock = threading.Lock()
def add(n):
    global total
    for i in range(n):
        with lock:
            total += 1
threads = [threading.Thread(target=add, args=(2000,)) for _ in range(10)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(total, threading.active_count(), threads[0].is_alive())

# each runs although nobody blocks
flag = []
def spin():
    while not flag:
        pass
t = threading.Thread(target=spin)
t.start()
time.sleep(0.05)
flag.append(1)
t.join()
print("spun")

# queues
q = queue.Queue(maxsize=3)
out = []
def consume():
    while True:
        item = q.get()
        if item is None:
            break
        out.append(item * item)
        q.task_done()
t = threading.Thread(target=consume)
t.start()
for i in range(20):
    q.put(i)
q.join()
q.put(None)
t.join()
print(out)

# conditions, events, semaphores, barriers, timers
c = threading.Condition()
items = []
def producer():
    for i in range(5):
        with c:
            items.append(i)
            c.notify()
        time.sleep(0.001)
def consumer(result):
    for i in range(5):
        with c:
            c.wait_for(lambda: items)
            result.append(items.pop(0))
result = []
a, b = threading.Thread(target=consumer, args=(result,)), threading.Thread(target=producer)
a.start(); b.start(); a.join(); b.join()
print(result)
e = threading.Event()
threading.Timer(0.01, e.set).start()
print(e.wait(60), e.wait(0))
s = threading.Semaphore(2)
print(s.acquire(), s.acquire(), s.acquire(blocking=False), s.acquire(timeout=0.01))
barrier = threading.Barrier(3)
order = []
def meet():
    order.append("before")
    barrier.wait()
    order.append("after")
ts = [threading.Thread(target=meet) for _ in range(3)]
for t in ts: t.start()
for t in ts: t.join()
print(order)

# locks and their errors
r = threading.RLock()
print(r.acquire(), r.acquire(), r.acquire(False))
def other():
    print("other", r.acquire(blocking=False), r.acquire(timeout=0.01))
    try:
        r.release()
    except RuntimeError as e:
        print(e)
t = threading.Thread(target=other); t.start(); t.join()
r.release(); r.release(); r.release()
try:
    r.release()
except RuntimeError as e:
    print(e)
try:
    lock.release()
except RuntimeError as e:
    print(e)
for args in (dict(blocking=False, timeout=1), dict(timeout=-2), dict(timeout=1e20)):
    try:
        lock.acquire(**args)
    except (ValueError, OverflowError) as e:
        print(type(e).__name__, e)

# thread-local data
class Local(threading.local):
    kind = "class"
    def __init__(self, start):
        self.value = start
local = Local(7)
local.value += 1
seen = []
def look():
    seen.append((local.value, local.kind, sorted(local.__dict__)))
    local.value = "mine"
    local.extra = 1
t = threading.Thread(target=look); t.start(); t.join()
print(local.value, seen, hasattr(local, "extra"))

# a pool
with ThreadPoolExecutor(4) as pool:
    print(list(pool.map(lambda x: x * x, range(10))))
    fs = [pool.submit(divmod, 10, i) for i in range(3)]
    for f in fs:
        try:
            print(f.result())
        except ZeroDivisionError as e:
            print("error", e)

# exceptions in threads
threading.excepthook = lambda args: print("hook", args.exc_type.__name__, args.exc_value, args.thread.name)
t = threading.Thread(target=lambda: 1 / 0, name="failing"); t.start(); t.join()
t = threading.Thread(target=sys.exit); t.start(); t.join()

# recursion is counted for each thread; frames are each thread's own
def deep(n):
    return 0 if n == 0 else 1 + deep(n - 1)
def too_deep():
    try:
        deep(10**6)
    except RecursionError as e:
        print(e)
t = threading.Thread(target=too_deep); t.start(); t.join()
def generator():
    for i in range(3):
        try:
            raise ValueError(i)
        except ValueError:
            yield sys.exc_info()[1]
g = generator()
print(next(g))
t = threading.Thread(target=lambda: print(next(g), sys.exc_info())); t.start(); t.join()
print(next(g))

print(threading.current_thread().name, threading.main_thread() is threading.current_thread(),
      threading.get_ident() == _thread.get_ident())
try:
    _thread.start_new_thread(1, ())
except TypeError as e:
    print(e)
try:
    t.start()
except RuntimeError as e:
    print(e)

# daemons end with the program, without running their finally
def daemon():
    try:
        while True:
            time.sleep(100)
    finally:
        print("never")
def busy_daemon():
    try:
        while True:
            pass
    except BaseException:
        print("never")
threading.Thread(target=daemon, daemon=True).start()
threading.Thread(target=busy_daemon, daemon=True).start()
time.sleep(0.01)
late = threading.Thread(target=lambda: (time.sleep(0.05), print("joined at the end")))
late.start()
print("end")

# the longest timeout that there is, is not over at once
lock = threading.Lock()
lock.acquire()
t = threading.Thread(target=lambda: (time.sleep(0.05), lock.release()))
t.start()
print(lock.acquire(timeout=threading.TIMEOUT_MAX))
t.join()
