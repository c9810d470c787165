import array
import asyncio
import errno
import os
import signal
import socket
import sys
import tempfile
import threading
import time
import warnings
import weakref


def fails(f, *args, **kwargs):
    try:
        print("no error", f(*args, **kwargs))
    except Exception as e:
        print(type(e).__name__, e)


# A pair, in both directions; what is received is as long as it is.
a, b = socket.socketpair()
print(a.family == socket.AF_UNIX, a.type == socket.SOCK_STREAM, a.proto, os.get_inheritable(a.fileno()))
a.sendall(b"hello")
print(b.recv(2), b.recv(100, socket.MSG_PEEK), b.recvfrom(100))
room = bytearray(b"--------")
a.send(b"abcd")
print(b.recv_into(memoryview(room)[2:], 3), room, b.recvfrom_into(room), room)
fails(b.recv_into, room, 9)
fails(b.recv_into, b"readonly")
fails(b.recv, -1)
fails(b.recv, "x")
fails(a.send, "text")

# Timeouts
b.settimeout(0.05)
start = time.monotonic()
fails(b.recv, 1)
print(time.monotonic() - start >= 0.05, b.gettimeout(), b.timeout, b.getblocking())
b.settimeout(0)
try:
    b.recv(1)
except BlockingIOError as e:
    print("would block", e.errno == errno.EAGAIN, b.getblocking())
b.setblocking(True)
print(b.gettimeout())
fails(b.settimeout, -1)
fails(b.settimeout, "x")
a.settimeout(0.1)
start = time.monotonic()
fails(a.sendall, bytes(10 ** 7))   # more than the system buffers, and nobody reads
print(0.1 <= time.monotonic() - start < 60)
a.close()
b.close()
fails(b.recv, 1)
print(b.fileno(), b)

# Several megabytes, while another thread reads.
a, b = socket.socketpair()
got = []


def reader():
    while chunk := b.recv(65536):
        got.append(len(chunk))


thread = threading.Thread(target=reader)
thread.start()
a.sendall(bytes(3000000))
a.shutdown(socket.SHUT_WR)
thread.join()
print(sum(got))
a.close()
b.close()

# A signal that is handled does not end the wait; one that raises does.
a, b = socket.socketpair()
caught = []
signal.signal(signal.SIGALRM, lambda *_: (caught.append(1), a.send(b"late")))
signal.setitimer(signal.ITIMER_REAL, 0.03)
print(b.recv(10), caught)


def raises(*_):
    raise KeyError("woken")


signal.signal(signal.SIGALRM, raises)
for timeout in None, 20:
    b.settimeout(timeout)
    signal.setitimer(signal.ITIMER_REAL, 0.03)
    fails(b.recv, 1)
a.close()
b.close()

# Servers: TCP over both protocols, UDP, paths, abstract names.
with socket.create_server(("127.0.0.1", 0)) as server:
    address = server.getsockname()
    client = socket.create_connection(address)
    peer, name = server.accept()
    print(address[0], name == client.getsockname(), peer.getpeername() == name)
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    print(client.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) != 0,
          len(client.getsockopt(socket.SOL_SOCKET, socket.SO_LINGER, 8)))
    fails(client.getsockopt, socket.SOL_SOCKET, socket.SO_LINGER, 5000)
    fails(client.setsockopt, socket.SOL_SOCKET, socket.SO_REUSEADDR, None)
    with client.makefile("rw") as f:
        peer.sendall(b"line one\nline two\n")
        peer.close()
        print(f.readlines())
    client.close()
    server.settimeout(0.02)
    fails(server.accept)
# Nobody listens there any more.
with socket.socket() as client:
    try:
        client.connect(address)
    except ConnectionRefusedError as e:
        print("refused", e.errno == errno.ECONNREFUSED)
    print(client.connect_ex(address) == errno.ECONNREFUSED)
    client.settimeout(60)
    print(client.connect_ex(address) == errno.ECONNREFUSED)
    for wrong in "text", ("127.0.0.1",), ("127.0.0.1", 70000), ("127.0.0.1", "80"), ("127.0.0.1", -1), (5, 80):
        try:
            client.connect(wrong)
        except (TypeError, OverflowError) as e:
            print(type(e).__name__)
with socket.socket(type=socket.SOCK_DGRAM) as one, socket.socket(type=socket.SOCK_DGRAM) as two:
    one.bind(("", 0))
    two.sendto(b"datagram", ("localhost", one.getsockname()[1]))
    data, sender = one.recvfrom(100)
    print(data, sender[1] == two.getsockname()[1])
    two.sendto(b"flags", 0, ("127.0.0.1", one.getsockname()[1]))
    print(one.recv(3))
with tempfile.TemporaryDirectory() as directory:
    path = os.path.join(directory, "s\u00e9")
    with socket.socket(socket.AF_UNIX) as server, socket.socket(socket.AF_UNIX) as client:
        server.bind(path)
        server.listen()
        client.connect(path)
        peer, name = server.accept()
        print(server.getsockname() == path, repr(name), client.getpeername() == path)
        peer.close()
        fails(client.connect, "x" * 200)
    with socket.socket(socket.AF_UNIX) as client:
        fails(client.connect, os.path.join(directory, "nothing"))
        client.bind(b"\0ouro-%d" % os.getpid())
        print(client.getsockname() == b"\0ouro-%d" % os.getpid())

# Messages: several buffers, and descriptors beside them.
a, b = socket.socketpair()
print(a.sendmsg([b"one ", bytearray(b"two"), b""]), b.recvmsg(100))
r, w = os.pipe()
a.sendmsg([b"x"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [w]))])
parts = [bytearray(1), bytearray(5)]
n, control, flags, sender = b.recvmsg_into(parts, socket.CMSG_SPACE(4))
passed = array.array("i", control[0][2])[0]
os.write(passed, b"through")
print(n, bytes(parts[0]), control[0][:2] == (socket.SOL_SOCKET, socket.SCM_RIGHTS), sender, os.read(r, 10))
for fd in (r, w, passed):
    os.close(fd)
fails(a.sendmsg, 1)
fails(a.sendmsg, ["text"])
fails(a.sendmsg, [b"x"], [(1, 2)])
fails(b.recvmsg, -1)
fails(b.recvmsg, 1, -1)
copy = a.dup()
fd = a.detach()
print(a.fileno(), copy.fileno() != fd, socket.socket(fileno=fd).family == socket.AF_UNIX)
copy.close()
b.close()
fails(socket.socket, fileno=-1)
fails(socket.socket, fileno=12345)
fails(socket.socket, 12345)

# One that was not closed
with warnings.catch_warnings(record=True) as seen:
    warnings.simplefilter("always")
    lost = socket.socket()
    dead = weakref.ref(lost)
    del lost
    print(dead(), seen[0].category.__name__, str(seen[0].message)[:26])

# Defaults
socket.setdefaulttimeout(3.5)
with socket.socket() as s:
    print(socket.getdefaulttimeout(), s.gettimeout(), os.get_blocking(s.fileno()))
socket.setdefaulttimeout(None)

# Names and numbers
print([info[:3] for info in socket.getaddrinfo("127.0.0.1", 80, type=socket.SOCK_STREAM)][0][0] == socket.AF_INET)
print(socket.getaddrinfo("::1", "443", type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)[0][4])
print(socket.getnameinfo(("127.0.0.1", 80), socket.NI_NUMERICHOST | socket.NI_NUMERICSERV))
fails(socket.getaddrinfo, "not a host", 1, flags=socket.AI_NUMERICHOST)
fails(socket.getaddrinfo, 1, 1)
fails(socket.getaddrinfo, "localhost", 1.5)
fails(socket.getnameinfo, "x", 0)
fails(socket.getnameinfo, ("127.0.0.1", 1, 2), 0)
print(socket.gethostbyname("127.0.0.1"), socket.gethostbyname(""), len(socket.gethostname()) > 0)
print(socket.inet_aton("1.2.3.4"), socket.inet_ntoa(b"\1\2\3\4"), socket.inet_pton(socket.AF_INET6, "::1"),
      socket.inet_ntop(socket.AF_INET6, b"\xfe\x80" + bytes(13) + b"\1"))
for f, args in [(socket.inet_aton, ("x",)), (socket.inet_ntoa, (b"x",)), (socket.inet_pton, (socket.AF_INET, "x")),
                (socket.inet_pton, (99, "x")), (socket.inet_ntop, (99, b"x")), (socket.inet_ntop, (socket.AF_INET6, b"x")),
                (socket.htons, (-1,)), (socket.ntohs, (65536,)), (socket.htonl, (2 ** 32,)), (socket.htonl, (-1,)),
                (socket.if_nametoindex, ("no such interface",)), (socket.getservbyname, ("no such service",)),
                (socket.getprotobyname, ("no such protocol",)), (socket.getservbyport, (-1,))]:
    fails(f, *args)
print(socket.ntohs(socket.htons(258)), socket.ntohl(socket.htonl(16909060)), socket.CMSG_LEN(4) < socket.CMSG_SPACE(4))


# asyncio: sockets, children, timers, contexts.
async def main():
    async def serve(reader, writer):
        while line := await reader.readline():
            writer.write(line.upper())
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]

    async def ask(n):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for i in range(3):
            writer.write(b"client %d.%d\n" % (n, i))
            assert await reader.readline() == b"CLIENT %d.%d\n" % (n, i)
        writer.close()
        return n
    print(await asyncio.gather(*[ask(n) for n in range(8)]))
    server.close()
    await server.wait_closed()
    child = await asyncio.create_subprocess_exec("cat", stdin=-1, stdout=-1)
    print((await child.communicate(b"through a child"))[0], child.returncode)
    try:
        async with asyncio.timeout(0.05):
            await asyncio.sleep(60)
    except TimeoutError:
        print("timed out")
    print(await asyncio.to_thread(lambda: threading.current_thread() is threading.main_thread()))
    print(await asyncio.get_running_loop().run_in_executor(None, sum, range(10)))


asyncio.run(main())
