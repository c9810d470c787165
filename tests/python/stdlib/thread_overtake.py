"""While one thread waits in the file's buffer for a full pipe, others write lines: the file has them in the order in which
they were written, whoever hands them over first.  (In CPython they overtake each other.)"""
import os
import threading
import time

ROUNDS = 12


def lines(f, *texts):
    for text in texts:
        f.write(text + "\n")


def round():
    source, target = os.pipe()
    with open(target, "w") as f:
        big = "x" * 200000
        first = threading.Thread(target=lambda: (lines(f, big), f.flush()))
        first.start()
        time.sleep(0.01)  # the pipe is full now, the buffer in use
        lines(f, "a1")
        others = []
        for i in range(4):
            t = threading.Thread(target=lambda: (lines(f, "a%d" % (i + 2)), f.flush()))
            t.start()
            others.append(t)
            time.sleep(0.003)
        got = b""
        while not got.endswith(b"a5\n") and got.count(b"\n") < 6:
            got += os.read(source, 1 << 16)
        for t in [first, *others]:
            t.join(20)
    os.close(source)
    return got.decode().split("\n")[1:-1]


results = [round() for i in range(ROUNDS)]
print(all(result == ["a1", "a2", "a3", "a4", "a5"] for result in results), [r for r in results if r != results[0]][:1])
