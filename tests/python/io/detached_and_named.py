# A detached text stream still knows its encoding; a FileIO's name is set as a subclass wants; float() of a str subclass.
import io, os
t = io.TextIOWrapper(io.BufferedWriter(io.BytesIO()), "ascii", write_through=True)
t.detach()
print(t.encoding, t.errors, t.line_buffering, t.write_through, repr(t)[:20])
for name in "buffer", "name", "closed", "newlines":
    try: getattr(t, name); print("has", name)
    except (ValueError, AttributeError) as e: print(type(e).__name__, e)
class Refuses(io.FileIO):
    def __setattr__(self, name, value):
        if name == "name":
            raise KeyError("no name")
        super().__setattr__(name, value)
fd = os.open(os.devnull, os.O_RDONLY)
try: Refuses(fd)
except KeyError as e: print("KeyError", e)
os.close(fd)
try: Refuses(os.devnull)
except KeyError as e: print("KeyError", e)
class Shouts(io.FileIO):
    def __setattr__(self, name, value):
        print("set", name)
        super().__setattr__(name, value)
f = Shouts(os.devnull); print(f.name == os.devnull); f.close()
class S(str):
    def __float__(self): return float(str(self)) + 1
class Plain(str): pass
class Bad(str):
    def __float__(self): return "x"
print(float(S("8")), float(Plain("8")), float("8"))
try: float(Bad("1"))
except TypeError as e: print(e)
