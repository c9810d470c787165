# The bounds of a slice change the sequence while they are asked for: the length that counts is that afterwards.
import array
import mmap


class Changes:
    def __init__(self, change, index):
        self.change, self.index = change, index

    def __index__(self):
        self.change()
        return self.index


def made(kind):
    return kind(range(10)) if kind is not array.array else array.array("b", range(10))


def shrink(s):
    del s[2:]

def empty(s):
    del s[:]

def grow(s):
    s.extend(s)


for kind in (list, bytearray, array.array):
    for change in (shrink, empty, grow):
        for bounds in ("start", "stop", "step"):
            results = []
            for action in ("get", "delete", "set", "stepped"):
                s = made(kind)
                index = {"start": 1, "stop": 9, "step": 2 if action == "stepped" else 1}
                index[bounds] = Changes(lambda: change(s), index[bounds])
                key = slice(index["start"], index["stop"], index["step"])
                try:
                    if action == "get":
                        results.append(list(s[key]))
                    elif action == "delete" or action == "stepped":
                        del s[key]
                    else:
                        s[key] = made(kind)[:3]
                    results.append(list(s))
                except (ValueError, IndexError) as e:
                    results.append(type(e).__name__)
            print(kind.__name__, change.__name__, bounds, results)

m = mmap.mmap(-1, 8192)
m[:4] = b"abcd"
try:
    print(m[0:Changes(lambda: m.resize(4096), 8192):2048])
except (OSError, SystemError, ValueError) as e:
    print("not resized")
