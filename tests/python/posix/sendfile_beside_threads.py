"""os.sendfile and os.open may block: the other threads go on meanwhile."""
import os
import socket
import tempfile
import threading

a, b = socket.socketpair()
size = 4_000_000
got = []


def reads():
    while data := b.recv(100_000):
        got.append(len(data))


with tempfile.TemporaryFile() as f, a, b:
    f.truncate(size)
    reader = threading.Thread(target=reads)
    reader.start()
    sent = 0
    while sent < size:
        sent += os.sendfile(a.fileno(), f.fileno(), sent, size - sent)
    a.close()
    reader.join()
print(sent == size == sum(got))

with tempfile.TemporaryDirectory() as directory:
    fifo = os.path.join(directory, "fifo")
    os.mkfifo(fifo)
    writer = threading.Thread(target=lambda: os.close(os.open(fifo, os.O_WRONLY)))
    writer.start()
    fd = os.open(fifo, os.O_RDONLY)
    print(os.read(fd, 1))
    writer.join()
    os.close(fd)
