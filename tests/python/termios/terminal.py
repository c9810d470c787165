# A pseudo-terminal: its settings, its size, and what it does with them.
import fcntl
import os
import struct
import termios
import tty


def fails(f, *args):
    try:
        print("no error", f(*args))
    except Exception as e:
        print(type(e).__name__, e)


master = os.open("/dev/ptmx", os.O_RDWR | os.O_NOCTTY)
fcntl.ioctl(master, 0x40045431, struct.pack("i", 0))
number, = struct.unpack("i", fcntl.ioctl(master, 0x80045430, bytes(4)))
slave = os.open("/dev/pts/%d" % number, os.O_RDWR | os.O_NOCTTY)
print(os.isatty(slave))

before = termios.tcgetattr(slave)
print(len(before), len(before[6]), before[6][termios.VINTR], before[3] & termios.ICANON != 0, before[4] == termios.B38400)
mode = termios.tcgetattr(slave)
mode[3] &= ~(termios.ECHO | termios.ICANON)
mode[4] = mode[5] = termios.B9600
mode[6][termios.VMIN] = 3
mode[6][termios.VINTR] = b"\x07"
termios.tcsetattr(slave, termios.TCSANOW, mode)
after = termios.tcgetattr(slave)
print(after == mode, after[6][termios.VMIN], after[6][termios.VTIME], after[6][termios.VINTR], after[5] == termios.B9600)
os.write(master, b"abc")
print(os.read(slave, 10))
termios.tcsetattr(slave, termios.TCSAFLUSH, before)
print(termios.tcgetattr(slave) == before)
os.write(master, b"line\n")
print(os.read(slave, 10), os.read(master, 100))
tty.setraw(slave)
os.write(slave, b"out\n")
print(os.read(master, 100))

termios.tcsetwinsize(slave, (25, 90))
print(termios.tcgetwinsize(master), os.get_terminal_size(slave))
os.write(master, b"dropped")
print(termios.tcflush(slave, termios.TCIFLUSH), termios.tcdrain(slave), termios.tcflow(slave, termios.TCOON),
      termios.tcsendbreak(slave, 0))

r, w = os.pipe()
fails(termios.tcgetattr, r)
fails(termios.tcgetwinsize, r)
fails(termios.tcgetattr, "x")
fails(termios.tcsetattr, slave, 0, [])
fails(termios.tcsetattr, slave, 0, before[:6] + [[]])
fails(termios.tcsetattr, slave, 0, before[:6] + [[None] * len(before[6])])
fails(termios.tcsetattr, slave, 0, tuple(before))
fails(termios.tcsetattr, slave, 99, before)
fails(termios.tcsetwinsize, slave, (1,))
fails(termios.tcsetwinsize, slave, (1, 70000))
print(termios.error.__base__, termios.TCSANOW, termios.NCCS)
