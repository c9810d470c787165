# What takes a descriptor or an object with fileno() refuses a negative one, and anything else, before the system is asked.
import fcntl
import os
import select
import termios


class File:
    def __init__(self, number):
        self.number = number

    def fileno(self):
        return self.number


class Index:
    def __index__(self):
        return 0


def show(call, *args):
    try:
        print(call.__name__, call(*args))
    except (OSError, OverflowError, TypeError, ValueError) as e:
        print(call.__name__, type(e).__name__, e)


def select_one(fd):
    return select.select([fd], [], [], 0)


for bad in (-1, File(-1), "spam", File("spam"), 2 ** 31, File(-2 ** 31 - 1), 2 ** 70, 1.5, None, Index()):
    print("-", bad if isinstance(bad, int) else type(bad).__name__)
    show(fcntl.fcntl, bad, fcntl.F_GETFD)
    show(fcntl.ioctl, bad, 0)
    show(fcntl.flock, bad, fcntl.LOCK_SH)
    show(fcntl.lockf, bad, fcntl.LOCK_SH)
    show(termios.tcgetattr, bad)
    show(select_one, bad)
    show(select.poll().register, bad)
    show(os.fsync, bad)
    show(os.fchdir, bad)
show(fcntl.flock, 9999, fcntl.LOCK_SH)
show(os.close, -1)
