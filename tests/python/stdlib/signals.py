# Signals: handlers in Python, at safe points, in blocking calls, and in a long match; timers, masks, waiting.
import os, signal, time, threading, re
got = []
def handler(number, frame):
    got.append((number, frame is None, frame.f_code.co_name))
print(signal.signal(signal.SIGUSR1, handler) is signal.SIG_DFL, signal.getsignal(signal.SIGUSR1) is handler)
def f():
    os.kill(os.getpid(), signal.SIGUSR1)
    for i in range(1000):
        pass
f()
print(got)
signal.raise_signal(signal.SIGUSR1)
print(len(got))
class Stop(Exception):
    pass
def stop(number, frame):
    raise Stop(signal.Signals(number).name)
signal.signal(signal.SIGALRM, stop)
try:
    signal.setitimer(signal.ITIMER_REAL, 0.02)
    while True:
        pass
except Stop as e:
    print("loop", e)
try:
    signal.setitimer(signal.ITIMER_REAL, 0.02)
    time.sleep(10)
except Stop as e:
    print("sleep", e)
try:
    signal.setitimer(signal.ITIMER_REAL, 0.05)
    re.match(r"(a*)*b", "a" * 40)
except Stop as e:
    print("match", e)
r, w = os.pipe()
try:
    signal.setitimer(signal.ITIMER_REAL, 0.02)
    os.read(r, 1)
except Stop as e:
    print("read", e)
lock = threading.Lock()
lock.acquire()
try:
    signal.setitimer(signal.ITIMER_REAL, 0.02)
    lock.acquire()
except Stop as e:
    print("lock", e)
# a handler that returns does not shorten what was interrupted
signal.signal(signal.SIGALRM, lambda n, f: None)
signal.setitimer(signal.ITIMER_REAL, 0.01)
start = time.monotonic()
time.sleep(0.05)
print(time.monotonic() - start >= 0.05, signal.getitimer(signal.ITIMER_REAL)[0] == 0.0, signal.alarm(0))
print(signal.default_int_handler is signal.getsignal(signal.SIGINT))
try:
    signal.raise_signal(signal.SIGINT)
except KeyboardInterrupt:
    print("interrupted")
old = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])
got.clear()
os.kill(os.getpid(), signal.SIGUSR1)
print(got, signal.sigpending() == {signal.SIGUSR1}, signal.SIGUSR1 in old)
print(signal.sigwait([signal.SIGUSR1]))
os.kill(os.getpid(), signal.SIGUSR1)
info = signal.sigwaitinfo([signal.SIGUSR1])
print(info.si_signo == signal.SIGUSR1, info.si_pid == os.getpid(), signal.sigtimedwait([signal.SIGUSR1], 0.01))
signal.pthread_sigmask(signal.SIG_SETMASK, old)
os.set_blocking(w, False)
print(signal.set_wakeup_fd(w))
signal.raise_signal(signal.SIGUSR1)
print(os.read(r, 10) == bytes([signal.SIGUSR1]), signal.set_wakeup_fd(-1) == w)
for call in (lambda: signal.signal(0, handler), lambda: signal.signal(signal.SIGUSR1, 7),
             lambda: signal.signal(signal.SIGKILL, handler), lambda: signal.set_wakeup_fd(10000),
             lambda: signal.setitimer(99, 1), lambda: signal.pthread_sigmask(signal.SIG_BLOCK, [1000]),
             lambda: signal.sigtimedwait([1], -1)):
    try:
        call()
    except Exception as e:
        print(type(e).__name__, e)
print(signal.strsignal(signal.SIGSEGV), signal.strsignal(40), len(signal.valid_signals()) > 60)
def in_thread():
    try:
        signal.signal(signal.SIGUSR1, handler)
    except ValueError as e:
        print(e)
t = threading.Thread(target=in_thread)
t.start()
t.join()
# a signal is handled on the main thread while another one computes
got.clear()
flag = []
def spin():
    while not flag:
        pass
t = threading.Thread(target=spin)
t.start()
os.kill(os.getpid(), signal.SIGUSR1)
time.sleep(0.02)
flag.append(1)
t.join()
print(len(got))
