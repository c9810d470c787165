# The module readline: its history, its settings, and input() at a terminal with editing, history and completion.
import fcntl
import os
import struct
import subprocess
import sys
import tempfile

try:
    import readline
except ImportError:
    readline = None

CHILD = r'''
import readline, sys
readline.set_auto_history(True)
words = ["alpha", "alphabet", "beta"]
def complete(text, state):
    found = [w for w in words if w.startswith(text)]
    return found[state] if state < len(found) else None
readline.set_completer(complete)
readline.parse_and_bind("tab: complete")
print("GOT", repr(input("one> ")))
print("GOT", repr(input("two> ")))
print("GOT", repr(input("three> ")))
readline.set_pre_input_hook(lambda: readline.insert_text("given "))
print("GOT", repr(input("four> ")))
readline.set_pre_input_hook()
print("GOT", [readline.get_history_item(i) for i in range(readline.get_current_history_length() + 2)])
readline.set_auto_history(False)
print("GOT", repr(input("five> ")), readline.get_current_history_length(), readline.get_begidx(), readline.get_endidx())
try:
    input("six> ")
except EOFError:
    print("GOT EOFError")
import signal
signal.signal(signal.SIGALRM, lambda *args: 1 / 0)
signal.setitimer(signal.ITIMER_REAL, 0.05)
try:
    input("seven> ")
except ZeroDivisionError:
    print("GOT a signal")
readline.set_startup_hook(lambda: 1 / 0)  # nobody could get it
print("GOT", repr(input("eight> ")))
print("GOT DONE")
'''


def converse(steps):
    """What the child prints of "GOT", while it is answered after each text that is waited for."""
    fd = os.open("/dev/ptmx", os.O_RDWR | os.O_NOCTTY)
    fcntl.ioctl(fd, 0x40045431, struct.pack("i", 0))  # TIOCSPTLCK
    number, = struct.unpack("I", fcntl.ioctl(fd, 0x80045430, bytes(4)))  # TIOCGPTN
    slave = os.open("/dev/pts/%d" % number, os.O_RDWR | os.O_NOCTTY)
    child = subprocess.Popen([sys.executable, "-c", CHILD], stdin=slave, stdout=slave, stderr=slave, start_new_session=True,
                             env={**os.environ, "TERM": "xterm"})
    os.close(slave)
    seen, start = b"", 0
    for wait, answer in steps:
        while (at := seen.find(wait, start)) < 0:
            try:
                seen += os.read(fd, 1000)
            except OSError:
                return seen.decode()
        start = at + len(wait)
        os.write(fd, answer)
    child.wait()
    os.close(fd)
    return [line[line.index("GOT"):].strip() for line in seen.decode().split("\n") if "GOT" in line]


def fails(f, *args):
    try:
        print("no error", f(*args))
    except Exception as e:
        print(type(e).__name__, e)


if readline is None:
    print("no readline")
else:
    print("libedit" in readline.__doc__, readline.get_history_length(), readline.get_completer(), repr(readline.get_line_buffer()))
    for line in ("one", "two", "thrée"):
        readline.add_history(line)
    print(readline.get_current_history_length(), [readline.get_history_item(i) for i in range(-1, 6)])
    readline.replace_history_item(1, "second")
    readline.remove_history_item(0)
    print([readline.get_history_item(i) for i in (1, 2, 3)])
    fails(readline.remove_history_item, -1)
    fails(readline.remove_history_item, 7)
    fails(readline.replace_history_item, 7, "x")
    fails(readline.replace_history_item, 0, 3)
    fails(readline.add_history, 3)
    fails(readline.add_history, "a\0b")
    fails(readline.set_completer, 3)
    fails(readline.set_startup_hook, "x")
    fails(readline.read_history_file, "/no/such/file")
    fails(readline.append_history_file, -1, "x")
    with tempfile.TemporaryDirectory() as folder:
        name = os.path.join(folder, "history")
        readline.write_history_file(name)
        readline.clear_history()
        print(readline.get_current_history_length())
        readline.read_history_file(name)
        print([readline.get_history_item(i) for i in (1, 2, 3)])
        readline.add_history("more")
        readline.append_history_file(1, name)
        readline.clear_history()
        readline.read_history_file(name)
        print([readline.get_history_item(i) for i in (1, 2, 3, 4)])
    readline.set_completer(len)
    print(readline.get_completer() is len, readline.set_completer(), readline.get_completer())
    print(repr(readline.get_completer_delims()), readline.set_completer_delims(" \t"), repr(readline.get_completer_delims()))
    print(readline.set_history_length(5), readline.get_history_length(), readline.clear_history())
    print(*converse([(b"one> ", b"hello\r"), (b"two> ", b"be\t\r"), (b"three> ", b"\x1b[A\r"), (b"given ", b"text\r"),
                     (b"five> ", b"y \xc3\xa9\x7fal\t\r"), (b"six> ", b"\x04"), (b"eight> ", b"end\r"), (b"GOT DONE", b"")]), sep="\n")
    readline.set_completer(lambda text, state: readline)  # what is set at the end goes with the program
