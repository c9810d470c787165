# A signal that cuts a write short has its handler run before the next write, which may block for ever.
import io, os, signal, threading
def stop(*args): 1 / 0
signal.signal(signal.SIGALRM, stop)
def t(item, first, **how):
    r, w = os.pipe()
    got = []
    reader = threading.Thread(target=lambda: got.append(os.read(r, 1)), daemon=True)
    data = item * (4 * 1024 * 1024 // len(item) + 1)
    out = io.open(w, closefd=False, **how)
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGALRM])
    reader.start()
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGALRM])
    signal.setitimer(signal.ITIMER_REAL, 0.3)
    try:
        try: out.write(*(data,)); print("wrote it")
        except ZeroDivisionError: print("handled")
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0); reader.join()
    got.append(os.read(r, 1))
    print(got == [first[:1], first[1:2]])
    os.close(w); os.close(r)
    try: out.close()
    except OSError as e: print("close", e.errno)
t(b"xy", b"xy", mode="wb", buffering=0)
t(b"xy", b"xy", mode="wb")
t("xy", b"xy", mode="w", encoding="ascii")
# handlers run after any kind of call
seen = []
signal.signal(signal.SIGUSR1, lambda *a: seen.append(len(seen)))
def raises(f, *args, **kwargs):
    f(*args, **kwargs)
    return list(seen)
print(raises(signal.raise_signal, signal.SIGUSR1), raises(signal.raise_signal, signal.SIGUSR1))
