# Everything that changes a bytearray, exports that forbid it, and models of random operations.
def show(b, name, *args):
    try:
        r = getattr(b, name)(*args)
        print(name, str(args).split(" at 0x")[0], r, b)
    except Exception as e:
        print(name, str(args).split(" at 0x")[0], type(e).__name__, e, b)


class Idx:
    def __init__(self, v): self.v = v
    def __index__(self): return self.v
    def __repr__(self): return "Idx"
for name, rows in {
    "append": [(97,), (256,), (-1,), ("a",), (Idx(98),), (1.5,)],
    "extend": [(b"xy",), ([1, 2],), ("ab",), ([1, "a"],), (5,), ([256],), (range(65, 70),), (bytearray(b"q"),), (memoryview(b"mv"),), (iter(b"it"),)],
    "insert": [(0, 97), (100, 98), (-1, 99), (-100, 100), (1, 300), ("a", 1), (1, "a")],
    "pop": [(), (0,), (-1,), (10,), (-10,), ("a",)],
    "remove": [(108,), (0,), (256,), ("a",)],
    "reverse": [()], "clear": [()], "copy": [()],
    "__setitem__": [(0, 90), (-1, 91), (9, 1), (0, 256), (0, "a"), ("a", 1), (slice(1, 3), b"XYZ"), (slice(1, 3), b""), (slice(None), [1, 2]), (slice(0, 1), 5), (slice(0, 1), "a"),
                    (slice(0, 4, 2), b"12"), (slice(0, 4, 2), b"1"), (slice(2, 2), b"ins"), (slice(None, None, -1), b"abcde"), (slice(3, 1), b"rev"), (slice(0, 100), (7, 8))],
    "__delitem__": [(0,), (-1,), (9,), ("a",), (slice(1, 3),), (slice(None),), (slice(None, None, 2),), (slice(None, None, -2),), (slice(4, 0, -3),), (slice(3, 1),)],
    "__iadd__": [(b"xy",), ("a",), (5,), (bytearray(b"z"),)],
    "__imul__": [(2,), (0,), (-1,), ("a",), (1,)],
}.items():
    for row in rows:
        show(bytearray(b"hello"), name, *row)
show(bytearray(), "pop")
b = bytearray(b"abc")
show(b, "__iadd__", b)
b *= 2
b[1:2] = b
b.extend(b)
print(b)
b = bytearray(b"hello")
m = memoryview(b)
for name, args in (("append", (1,)), ("extend", (b"x",)), ("clear", ()), ("pop", ()), ("__delitem__", (0,)), ("__setitem__", (slice(0, 2), b"x")), ("__setitem__", (slice(0, 2), b"XY")), ("__setitem__", (0, 122)),
                   ("__imul__", (2,)), ("insert", (0, 1)), ("remove", (108,)), ("__iadd__", (b"q",)), ("__iadd__", (b"",)), ("reverse", ()), ("__init__", (b"new",))):
    show(b, name, *args)
m.release()
b.append(33)
print(b, b.__alloc__() >= len(b), bytearray().__alloc__())
class Evil:
    def __init__(self, target): self.target = target
    def __index__(self):
        self.target.clear()
        return 65
t = bytearray(b"abc")
show(t, "__setitem__", 1, Evil(t))
t = bytearray(b"abc")
show(t, "append", Evil(t))
t = bytearray(b"abc")
show(t, "insert", 2, Evil(t))
t = bytearray(b"abc")
show(t, "extend", [1, Evil(t), 2])
print(bytearray(b"abc").__reduce__(), bytearray(b"abc").__reduce_ex__(4))
class B(bytearray):
    pass
x = B(b"q")
x.k = 1
print(x, repr(x), x.__reduce__(), type(x.copy()), type(x + b""), x.upper())
seed = 12345
model, real = [], bytearray()
for step in range(3000):
    seed = (seed * 1103515245 + 12345) % 2147483648
    op, v = seed // 65536 % 9, seed // 7 % 256
    if op < 3:
        model.append(v); real.append(v)
    elif op == 3 and model:
        assert model.pop(0) == real.pop(0)
    elif op == 4 and model:
        i = v % len(model); assert model.pop(i) == real.pop(i)
    elif op == 5:
        i = v % (len(model) + 1); model[i:i] = [v] * 3; real[i:i] = bytes([v]) * 3
    elif op == 6 and model:
        i = v % len(model); del model[i:i + 4]; del real[i:i + 4]
    elif op == 7:
        model.insert(0, v); real.insert(0, v)
    elif op == 8 and len(model) > 40:
        del model[::3]; del real[::3]
    assert list(real) == model, step
print(len(real), sum(real))
q = bytearray()
for i in range(20000):
    q.append(i % 256)
    if i > 100:
        del q[0]
print(len(q), q[:3])
