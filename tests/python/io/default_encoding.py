"""The encoding of a text file that is given none: -X utf8, -X warn_default_encoding, io.text_encoding; errors of a raw file."""
import io
import os
import subprocess
import sys

PROGRAM = """
import io, sys, os
print(io.text_encoding(None), io.text_encoding("x"), io.TextIOWrapper(io.BytesIO()).encoding)
def helper(encoding=None): return io.text_encoding(encoding)
helper()
os.environ["LC_ALL"] = "C"
with open(os.devnull) as f: print(f.encoding)
with open(os.devnull, encoding="locale") as f: print(f.encoding)
"""
environment = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "LC_", "LANG"))} | {"LC_ALL": "C.UTF-8"}
for options in [], ["-X", "utf8=0"], ["-X", "utf8"], ["-X", "warn_default_encoding"]:
    done = subprocess.run([sys.executable, *options, "-c", PROGRAM], env=environment, capture_output=True, text=True)
    print(options, done.stdout.split(), [line for line in done.stderr.split("\n") if line.startswith("<string>")])

class Raw(io.RawIOBase):
    def readable(self): return True
    def readinto(self, b): return "five"

try:
    io.BufferedReader(Raw()).read1(5)
except OSError as e:
    print(e, "|", repr(e.__cause__))


class Pieces(io.RawIOBase):
    pieces = [b"abc", b"de", b"fgh", b"jkl", b"mn"]
    def readable(self): return True
    def readinto(self, b):
        piece = self.pieces.pop(0)
        b[:len(piece)] = piece
        return len(piece)

f = io.BufferedReader(Pieces(), 10)
room = bytearray(20)
print(f.peek(), f.readinto1(memoryview(room)[:2]), f.readinto1(memoryview(room)[:2]), f.readinto1(memoryview(room)[:2]), bytes(room[:4]))
print(f.peek(), f.readinto1(room), bytes(room[:8]))
