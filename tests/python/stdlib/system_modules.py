# Semaphores and memory between processes, identifiers, hashes of passwords, the system's log.
import _multiprocessing
import _posixshmem
import copy
import mmap
import multiprocessing
import multiprocessing.shared_memory
import os
import pickle
import syslog
import threading
import time
import uuid
import warnings

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import crypt


def fails(f, *args, **kwargs):
    try:
        print("no error", f(*args, **kwargs))
    except Exception as e:
        print(type(e).__module__, type(e).__name__, e)


SemLock = _multiprocessing.SemLock
RECURSIVE, SEMAPHORE = 0, 1
name = "/ouro-test-%d" % os.getpid()

print("---- semaphores")
lock = SemLock(RECURSIVE, 1, 1, name, True)
print(lock.acquire(), lock.acquire(False), lock.kind, lock.maxvalue, lock.name, type(lock.handle), lock._count(), lock._is_mine(),
      lock._get_value(), lock._is_zero())
print(lock.release(), lock.release(), lock._count(), lock._get_value())
fails(lock.release)
with lock:
    other = []
    t = threading.Thread(target=lambda: other.extend([lock.acquire(False), lock.acquire(True, 0.01), lock.acquire(timeout=-1), lock._is_mine()]))
    t.start()
    t.join()
    print(other, lock._count())
s = SemLock(kind=SEMAPHORE, value=2, maxvalue=3, name=name, unlink=False)
again = SemLock._rebuild(0, SEMAPHORE, 3, name)
print(s.acquire(), again.acquire(), again.acquire(False), s._get_value(), again.name == name, s._count(), again._count())
t = threading.Thread(target=lambda: (time.sleep(0.05), again.release()))
t.start()
print(s.acquire(True, 5), s.acquire(True, 0.01))
t.join()
s.release(), s.release(), s.release()
fails(s.release)
fails(SemLock, SEMAPHORE, 1, 1, name, False)
print(_multiprocessing.sem_unlink(name))
fails(_multiprocessing.sem_unlink, name)
fails(SemLock._rebuild, 0, SEMAPHORE, 1, name)
fails(SemLock, 7, 1, 1, name, True)
fails(SemLock, SEMAPHORE, -1, 1, name, True)
fails(SemLock, SEMAPHORE, 1, 1, 3, True)
fails(SemLock)
fails(s.acquire, True, "x")
fails(s.acquire, 1, 2, 3)
fails(setattr, s, "kind", 1)
fails(setattr, s, "other", 1)
fails(copy.copy, s)
fails(pickle.dumps, s)
print(_multiprocessing.flags, SemLock.SEM_VALUE_MAX > 1000, s.__exit__ and s._after_fork(), s._count())


class Derived(SemLock):
    pass


print(Derived(SEMAPHORE, 1, 1, name, True).acquire())

print("---- processes")
context = multiprocessing.get_context("fork")


def child(lock, counter, queue, pipe):
    for _ in range(100):
        with lock:
            counter[0] = counter[0] + 1 & 255
    queue.put(os.getpid() != parent)
    pipe.send("done")


parent = os.getpid()
lock, counter, queue = context.Lock(), mmap.mmap(-1, 4096), context.Queue()
ours, theirs = context.Pipe()
processes = [context.Process(target=child, args=(lock, counter, queue, theirs)) for _ in range(3)]
for p in processes:
    p.start()
print([queue.get() for _ in processes], [ours.recv() for _ in processes])
for p in processes:
    p.join()
print(counter[0], [p.exitcode for p in processes])
with context.Pool(2) as pool:
    print(pool.map(abs, range(-5, 5)))

print("---- shared memory")
fd = _posixshmem.shm_open(name, os.O_CREAT | os.O_EXCL | os.O_RDWR, mode=0o600)
print(os.get_inheritable(fd), oct(os.fstat(fd).st_mode & 0o777), _posixshmem.shm_unlink(name))
os.close(fd)
fails(_posixshmem.shm_open, "/no-such-one", os.O_RDWR)
fails(_posixshmem.shm_unlink, "/no-such-one")
fails(_posixshmem.shm_open, 3, 0)
fails(_posixshmem.shm_open, "/x", "y")
m = multiprocessing.shared_memory.SharedMemory(create=True, size=100)
other = multiprocessing.shared_memory.SharedMemory(m.name)
m.buf[:5] = b"bytes"
print(bytes(other.buf[:5]), other.size >= 100)
other.close()
m.close()
m.unlink()

print("---- others")
a, b = uuid.uuid1(), uuid.uuid1()
print(a != b, a.version, a.is_safe in uuid.SafeUUID, b.time >= a.time)
print(crypt.crypt("word", "$6$salt$"), crypt.crypt("word", "$5$salt$"))
hashed = crypt.crypt("word")
print(crypt.crypt("word", hashed) == hashed != crypt.crypt("other", hashed))
fails(crypt._crypt.crypt, 3, "ab")
fails(crypt._crypt.crypt, "a", "\0")
fails(crypt._crypt.crypt, "a")
print(syslog.setlogmask(syslog.LOG_UPTO(syslog.LOG_EMERG)), syslog.LOG_MASK(syslog.LOG_ERR), syslog.LOG_UPTO(syslog.LOG_ERR))
print(syslog.openlog("ouro-test", syslog.LOG_PID, syslog.LOG_LOCAL7), syslog.syslog("text"), syslog.syslog(syslog.LOG_DEBUG, "é"), syslog.closelog())
print(syslog.openlog(logoption=0), syslog.closelog(), syslog.closelog())
for arguments in ((), (1, 2), (1, "x", 3), ("x", "y")):
    fails(syslog.syslog, *arguments)
fails(syslog.openlog, 3)
fails(syslog.setlogmask, "x")
