# A process that waits becomes thin, whatever it waits for: its memory is looked at from outside in the middle of each wait.
import os
import select
import subprocess
import threading
import time

LOOK = "sleep %s; grep VmRSS /proc/" + str(os.getpid()) + "/status"


def resident():
    with open("/proc/self/status") as f:
        return next(int(line.split()[1]) for line in f if line.startswith("VmRSS"))


MOST = resident() + 50_000  # KiB


def fatten():
    held = [bytes(1000) + b"%d" % i for i in range(100_000)]
    assert resident() > MOST + 30_000, (resident(), MOST)
    del held


def looked(wait):
    """What another process saw while `wait`, given its Popen, waited for it."""
    least = None
    for seconds in (0.5, 2, 6):  # a busy machine gives the helper no processor
        fatten()
        look = subprocess.Popen(["sh", "-c", LOOK % seconds], stdout=subprocess.PIPE)
        wait(look)
        seen = int(look.communicate()[0].split()[1])
        least = seen if least is None else min(least, seen)
        if least < MOST:
            break
    return least < MOST or least


def by_thread(look):
    lock = threading.Lock()
    lock.acquire()

    def release():
        look.wait()
        lock.release()
    thread = threading.Thread(target=release)
    thread.start()
    lock.acquire()
    thread.join()


print("wait", looked(lambda look: look.wait()))
print("select", looked(lambda look: select.select([look.stdout], [], [])))
print("read", looked(lambda look: None))
print("lock", looked(by_thread))
print("sleep", looked(lambda look: [time.sleep(0.05) for _ in iter(look.poll, 0)]))


def child_of_thread():
    """A child forked by a thread ends when that thread does, though it had memory to give back while it waited."""
    if os.fork() == 0:
        fatten()
        time.sleep(0.2)
        threading.Lock().acquire(timeout=0.2)
        return
    print("child", os.wait()[1])


thread = threading.Thread(target=child_of_thread)
parent = os.getpid()
thread.start()
thread.join()
