"""What pickling costs the objects themselves, what the memory tools see of it, and what it gives back."""
import gc
import io
import pickle
import sys


class Point:
    def __init__(self, x, y):
        self.x = x
        self.y = y


# instances keep their attributes where they are: no __dict__ is made, neither of what is written nor of what is read
points = [Point(i, str(i)) for i in range(1000)]
size = sys.getsizeof(points[0])
dicts = len([o for o in gc.get_objects() if type(o) is dict])
data = pickle.dumps(points)
again = pickle.loads(data)
print(size == sys.getsizeof(points[0]) == sys.getsizeof(again[-1]), len([o for o in gc.get_objects() if type(o) is dict]) - dicts < 10)
print(vars(again[7]), vars(points[7]), again[7].x)
by_python = pickle._loads(data)
print(vars(by_python[7]), pickle._dumps(points) == data)

# names of attributes are shared, as those that the program's own code has
print(all(a is b for a, b in zip(vars(again[1]), vars(points[2]))))

# picklers and unpicklers are seen, with what they hold
f = io.BytesIO()
p = pickle.Pickler(f)
before = sys.getsizeof(p)
p.dump(points)
print(sys.getsizeof(p) > before + 8 * 3000, points[3] in gc.get_referents(p), any(p is o for o in gc.get_referrers(points)))
p.clear_memo()
print(sys.getsizeof(p) == before, points[3] in gc.get_referents(p))
f.seek(0)
u = pickle.Unpickler(f)
before = sys.getsizeof(u)
again = u.load()
print(sys.getsizeof(u) > before + 8 * 3000, again[3] in gc.get_referents(u), any(u is o for o in gc.get_referrers(again)))
u.memo.clear()
print(again[3] in gc.get_referents(u))

# a memo of one's own keeps its numbers
w = pickle.Unpickler(io.BytesIO())
w.memo = {0: "a", 5: "b", 10**6: "c", 2**40: "d"}
x = pickle.Unpickler(io.BytesIO())
x.memo = w.memo
print(x.memo.copy() == w.memo.copy() == {0: "a", 5: "b", 10**6: "c", 2**40: "d"})
try:
    x.memo = {1: 2, "a": 3}
except TypeError:
    print(len(x.memo.copy()))
f = io.BytesIO()
p = pickle.Pickler(f, 5)
p.dump(points[:3])
q = pickle.Pickler(f, 5)
q.memo = p.memo.copy() # a number was used up for each instance's attributes
q.dump(points[:4])
f.seek(0)
u = pickle.Unpickler(f)
first, second = u.load(), u.load()
print([a is b for a, b in zip(first, second)], second[3].y)

# buffers are held as long as they are needed, and no longer
b = bytearray(b"abc")
pb = pickle.PickleBuffer(b)
try:
    b.append(1)
except BufferError:
    print("held")
view = pb.raw()
pb.release()
try:
    b.append(1)
except BufferError:
    print("held")
view.release()
b.append(1)
data = bytearray(pickle.dumps([1, 2]))
print(pickle.loads(data))
data.clear()
