# What only a registration keeps alive (a function for fork, for a signal, a codec, an error handler) dies at the end
# while its finalizers, and files that are still open, can do what they do.
import codecs
import os
import signal


class Last:
    def __init__(self, name):
        self.name, self.file = name, open(os.devnull)
        self.ring = self  # the collector's

    def __del__(self, write=os.write):
        write(1, b"gone\n")


os.register_at_fork(before=lambda last=Last(b"fork"): last, after_in_child=lambda last=Last(b"child"): last)
codecs.register(lambda name, last=Last(b"codec"): None)
codecs.register_error("mine", lambda error, last=Last(b"error handler"): ("", 0))
signal.signal(signal.SIGUSR1, lambda number, frame, last=Last(b"signal"): None)
os.write(1, b"end\n")
