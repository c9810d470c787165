import errno
import fcntl
import os
import select
import selectors
import signal
import struct
import tempfile
import threading
import time


def fails(f, *args, **kwargs):
    try:
        print("no error", f(*args, **kwargs))
    except Exception as e:
        print(type(e).__name__, e)


r, w = os.pipe()
print(select.select([r], [w], [], 0) == ([], [w], []))
start = time.monotonic()
print(select.select([r], [], [], 0.05), time.monotonic() - start >= 0.05)
os.write(w, b"x")


class Wrapped:
    def __init__(self, fd):
        self.fd = fd

    def fileno(self):
        return self.fd


wrapped = Wrapped(r)
print(select.select((wrapped,), [], [wrapped], 10)[0] == [wrapped], select.select([], [], [], 0))
fails(select.select, [1.5], [], [], 0)
fails(select.select, [Wrapped("x")], [], [], 0)
fails(select.select, [-1], [], [], 0)
fails(select.select, 1, [], [], 0)
fails(select.select, [], [], [], "x")
fails(select.select, [], [], [], -1)
fails(select.select, [], [], [], float("nan"))
closed = os.dup(r)
os.close(closed)
fails(select.select, [closed], [], [], 0)
# No largest descriptor: CPython's raises ValueError here.
wide = fcntl.fcntl(r, fcntl.F_DUPFD, 900)
print(select.select([wide], [], [], 0) == ([wide], [], []))
os.close(wide)


class Shrinks:
    def fileno(self):
        del items[-1]
        return r


items = [Shrinks(), Shrinks(), Shrinks(), Shrinks()]
print(len(select.select(items, [], [], 0)[0]), len(items))

poll = select.poll()
print(poll.poll(0), poll.register(r), poll.register(w, select.POLLOUT))
print(sorted(poll.poll(1000)) == [(r, select.POLLIN), (w, select.POLLOUT)])
poll.modify(w, 0)
print(poll.poll(0) == [(r, select.POLLIN)])
poll.unregister(w)
fails(poll.unregister, 12345)
fails(poll.modify, 12345, 1)
fails(poll.register, r, -1)
fails(poll.register, r, 65536)
fails(poll.poll, "x")
os.read(r, 1)
start = time.monotonic()
print(poll.poll(30), time.monotonic() - start >= 0.03, poll.poll(0.0))

# A signal that is handled does not end the wait; one that raises does.
caught = []
signal.signal(signal.SIGALRM, lambda *_: caught.append(1))
signal.setitimer(signal.ITIMER_REAL, 0.02)
start = time.monotonic()
print(select.select([r], [], [], 0.1), caught, time.monotonic() - start >= 0.1)


def raises(*_):
    raise KeyError("woken")


signal.signal(signal.SIGALRM, raises)
for wait in (lambda: select.select([r], [], [], 20), lambda: poll.poll(20000)):
    fails(lambda: (signal.setitimer(signal.ITIMER_REAL, 0.02), wait()))

# Another thread runs meanwhile.
thread = threading.Thread(target=lambda: (time.sleep(0.05), os.write(w, b"y")))
thread.start()
print(select.select([r], [], [], 20)[0] == [r], os.read(r, 1))
thread.join()

with select.epoll() as epoll:
    epoll.register(r, select.EPOLLIN)
    epoll.register(w)
    fails(epoll.register, w)
    print(epoll.poll(0) == [(w, select.EPOLLOUT)], epoll.closed, epoll.fileno() > 2)
    epoll.modify(w, 0)
    print(epoll.poll(0.01), epoll.poll(timeout=0, maxevents=1))
    fails(epoll.poll, 0, 0)
    fails(epoll.poll, 0, -2)
    os.write(w, b"z")
    print(epoll.poll() == [(r, select.EPOLLIN)], os.read(r, 1))
    epoll.unregister(r)
    fails(epoll.unregister, r)
    fails(epoll.register, -1)
    signal.setitimer(signal.ITIMER_REAL, 0.02)
    fails(epoll.poll, 20)
print(epoll.closed)
fails(epoll.fileno)
fails(epoll.poll)
fails(epoll.__enter__)
epoll.close()
fails(select.epoll, -2)
fails(select.epoll, flags=1)

for kind in (selectors.SelectSelector, selectors.PollSelector, selectors.EpollSelector):
    with kind() as selector:
        selector.register(r, selectors.EVENT_READ, "data")
        selector.register(w, selectors.EVENT_WRITE)
        print([(key.fd == w, mask) for key, mask in selector.select(0)])

# fcntl
flags = fcntl.fcntl(r, fcntl.F_GETFD)
print(flags == fcntl.FD_CLOEXEC, fcntl.fcntl(r, fcntl.F_SETFD, 0), fcntl.fcntl(r, fcntl.F_GETFD))
fails(fcntl.fcntl, closed, fcntl.F_GETFD)
fails(fcntl.fcntl, r, fcntl.F_GETFD, b"x" * 1025)
os.write(w, b"12345")
room = bytearray(4)
FIONREAD = 0x541b
print(fcntl.ioctl(r, FIONREAD, room), struct.unpack("i", room), struct.unpack("i", fcntl.ioctl(r, FIONREAD, b"\0" * 4)))
fails(fcntl.ioctl, r, FIONREAD, "x" * 1025)
with tempfile.NamedTemporaryFile() as f, open(f.name, "r+b") as g:
    fcntl.flock(f, fcntl.LOCK_EX)
    try:
        fcntl.flock(g, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as e:
        print("locked", e.errno == errno.EAGAIN)
    fcntl.flock(f, fcntl.LOCK_UN)
    fcntl.flock(g, fcntl.LOCK_SH)
    fcntl.lockf(f, fcntl.LOCK_EX | fcntl.LOCK_NB, 10, 0)
    fcntl.lockf(f, fcntl.LOCK_UN)
    fails(fcntl.lockf, f, 0)
