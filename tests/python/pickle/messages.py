"""What is said of pickles that are wrong, objects that cannot be pickled, and arguments that do not fit."""
import copyreg
import io
import pickle
import re


def tried(function, *arguments, **keywords):
    try:
        result = "%r" % (function(*arguments, **keywords),)
    except Exception as e:
        result = "%s: %s" % (type(e).__name__, str(e).rstrip("\n"))
    return re.sub("0x[0-9a-f]+", "0x", ascii(result))


# pickles
PICKLES = [
    b'K', b'M\x01', b'J\x01', b'X\xff\xff\xff\xffab', b'\x8d\xff\xff\xff\xff\xff\xff\xff\xffab', b'\x8e\xff\xff\xff\xff\xff\xff\xff\xff',
    b'\x96\xff\xff\xff\xff\xff\xff\xff\xff', b'\x95\xff\xff\xff\xff\xff\xff\xff\xff', b'\x80\x06', b'\x80', b'0', b'(0.', b'1', b'2', b'(2.', b't', b'(1.', b'\x85.',
    b'\x86.', b'N\x86.', b'N(\x85.', b'a.', b'Na.', b'NNa.', b'(a.', b'N(a.', b'(Na.', b'e.', b'(e.', b'N(e.', b'(Ne.', b'](Ne.', b'N(Ne.', b's.', b'}Ns.', b'}NNs.',
    b'NNNs.', b'}(NNs.', b'u.', b'}(Nu.', b'}(u.', b'(u.', b'(Nd.', b'(NNd.', b'(]Nd.', b'\x90.', b'\x8f(\x90.', b'\x8f(K\x01\x90.', b'(\x90.', b'N(N\x90.', b'(]\x91.',
    b'(N\x91.', b'\x91.', b'R.', b'NR.', b'N)R.', b'N(R.', b'cbuiltins\nint\nNR.', b'cbuiltins\nint\n)R.', b'b.', b'Nb.', b'NNb.', b'N}b.', b'NNNb.', b'N]b.',
    b'}N\x86b.', b'\x81.', b'N)\x81.', b'cbuiltins\nint\nN\x81.', b'cbuiltins\nint\n)\x81.', b'cbuiltins\nint\n)N\x92.', b'cbuiltins\nint\n)}\x92.', b'\x92.',
    b'cbuiltins\nint\n)}(K\x01K\x02u\x92.', b'o.', b'(o.', b'(cbuiltins\nlist\no.', b'(No.', b'(ibuiltins\nlist\n.', b'ibuiltins\nlist\n.', b'(i\n\n.', b'(ibuiltins\n',
    b'c\n\n.', b'cbuiltins\n\n.', b'cbuiltins\nnope\n.', b'cnope\nx\n.', b'cbuiltins\nint.x\n.', b'\x80\x04cbuiltins\nint.x\n.', b'\x80\x04cbuiltins\nint.real\n.',
    b'\x80\x04cbuiltins\n<locals>\n.', b'cbuiltins\n', b'c\xff\nx\n.', b'\x93.', b'N\x93.', b'NN\x93.', b'\x8c\x01aN\x93.', b'P1\n.', b'NQ.', b'Q.', b'\x82\x00.',
    b'\x82\x01.', b'\x83\x01\x01.', b'\x84\xff\xff\xff\xff.', b'\x84\x01\x00\x00\x00.', b'g1\n.', b'g-1\n.', b'g\n.', b'h\x01.', b'j\x01\x00\x00\x00.', b'p0\n.',
    b'Np-1\n.', b'Np5\ng5\n.', b'q\x00.', b'(q\x00.', b'Nq\x01h\x01.', b'\x94.', b'N\x94h\x00.', b'I01\n.', b'I00\n.', b'I1\n.', b'I010\n.', b'I0x10\n.', b'I\n.',
    b'Iabc\n.', b'I12345678901234567890123\n.', b'I1', b'I 5\n.', b'I5 \n.', b'I01\x00\n.', b'L1\n.', b'L1L\n.', b'L\n.', b'L-5L\n.', b'\x8a\x00.', b'\x8a\x01\xff.',
    b'\x8a\x02\x01.', b'\x8b\xff\xff\xff\xff.', b'\x8b\x02\x00\x00\x00\x01\x01.', b'F1.5\n.', b'F\n.', b'Fa\n.', b'F 1\n.', b'F1e400\n.', b'Finf\n.', b'G12345678.',
    b'G1', b"S'abc'\n.", b'S"abc"\n.', b"S'abc\n.", b"S'\n.", b'S\n.', b"S''\n.", b'Sabc\n.', b"S'a\\x41\\n'\n.", b"S'\\x4'\n.", b"S'\xff'\n.", b'U\x01a.',
    b'U\x01\xff.', b'T\x01\x00\x00\x00a.', b'T\xff\xff\xff\xffa.', b'Vabc\\u1234\n.', b'V\\u12\n.', b'V\xff\n.', b'V\\U99999999\n.', b'V', b'X\x01\x00\x00\x00\xff.',
    b'\x8c\x01\x80.', b'\x97.', b'\x98.', b'N\x98.', b'C\x01a\x98.', b'?', b'\x00', b'\xff', b"'", b'\\', b' ', b'B\x01\x00\x00\x00a.', b'B\xff\xff\xff\xff', b'C\x05a',
    b'\x96\x01\x00\x00\x00\x00\x00\x00\x00a.', b'.', b'(.', b'N(.', b'NN.', b'\x80\x04\x95\x05\x00\x00\x00\x00\x00\x00\x00N.',
    b'\x80\x04\x95\x01\x00\x00\x00\x00\x00\x00\x00N.', b'\x95\x00\x00\x00\x00\x00\x00\x00\x00N.', b'X\x03\x00\x00\x00\xed\xa0\x80K\x01\x86.',
    b'cbuiltins\ngetattr\n(cbuiltins\nint\nX\x04\x00\x00\x00realtR.', b'\x80\x05\x95\x07\x00\x00\x00\x00\x00\x00\x00}\x8c\x01aK\x01s.',
]
for data in PICKLES:
    print(ascii(data), tried(pickle.loads, data))
    for source in (io.BytesIO(data), io.BufferedReader(io.BytesIO(data))):
        assert tried(pickle.load, source) == tried(pickle.loads, data), data

print(tried(pickle.loads, b"U\1\xff.", encoding="bytes"), tried(pickle.loads, b"U\1\xff.", encoding="latin1"), tried(pickle.loads, b"U\1\xff.", errors="replace"))
print(tried(pickle.loads, b"U\1\xff.", encoding="nope"), tried(pickle.loads, b"U\1a.", encoding="rot13"), tried(pickle.loads, b"U\1\xff.", errors="nope"))


# reductions
class X: pass


def reduced(reduction):
    class Q:
        def __reduce__(self):
            return reduction
    Q.__qualname__ = "Q"
    return Q()


for reduction in [1, (), (1,), (1, 2), (list, 1), (list, ()), (list, (), None, 1), (list, (), None, None, 1), (list, (), None, None, None, 1), (list, (), None, None, None, None, None), "nope", "int",
                  (list, (), None, None, iter([1])), (copyreg.__newobj__, ()), (copyreg.__newobj__, (1,)), (copyreg.__newobj__, (X,)), (copyreg.__newobj_ex__, (1,)), (copyreg.__newobj_ex__, (1, 2, 3)),
                  (copyreg.__newobj_ex__, (X, 2, 3)), (copyreg.__newobj_ex__, (X, (), 3))]:
    for protocol in (0, 2, 4):
        print(tried(pickle.dumps, reduced(reduction), protocol))


# globals
def outer():
    def inner(): pass
    class Local: pass
    return inner, Local


inner, Local = outer()
for v in (inner, Local, Local(), lambda: 0, re, (x for x in []), open("/dev/null")):
    print(tried(pickle.dumps, v))
Y = X
del X
print(tried(pickle.dumps, Y), tried(pickle.dumps, Y()))
class X: pass
print(tried(pickle.dumps, Y))
Y.__module__ = "nomod"
print(tried(pickle.dumps, Y))
Y.__module__ = 1
print(tried(pickle.dumps, Y))
class É: pass
for protocol in range(6):
    print(tried(pickle.dumps, É, protocol))

# arguments
for call in [(pickle.dumps,), (pickle.dumps, 1, 6), (pickle.dumps, 1, "a"), (pickle.dumps, 1, -1), (pickle.dumps, 1, None), (pickle.dump, 1), (pickle.dump, 1, 2), (pickle.load, 1), (pickle.loads, "a"), (pickle.loads, 1),
             (pickle.loads, b""), (pickle.loads, b"."), (pickle.loads, b"N"), (pickle.loads,), (pickle.loads, b"N.", 1), (pickle.Pickler,), (pickle.Unpickler,), (pickle.Pickler, 1), (pickle.Unpickler, 1),
             (pickle.Unpickler, io.BytesIO(), 1), (pickle.PickleBuffer,), (pickle.PickleBuffer, 1)]:
    print(tried(*call))
print(tried(pickle.dumps, 1, buffer_callback=1), tried(pickle.dumps, 1, 0, fix_imports=0), tried(pickle.dumps, 1, nope=1), tried(pickle.PickleBuffer, b"", a=1), tried(pickle.PickleBuffer, a=1))
print(tried(pickle.loads, b"N.", encoding=1), tried(pickle.loads, b"N.", errors=None), tried(pickle.loads, b"N.", buffers=1))
p = pickle.Pickler.__new__(pickle.Pickler)
u = pickle.Unpickler.__new__(pickle.Unpickler)
print(tried(p.dump, 1), tried(u.load))

# attributes
p = pickle.Pickler(io.BytesIO())
u = pickle.Unpickler(io.BytesIO())
for v, name, values in [(p, "memo", [1, {1: 2}, {1: ("a", 2)}]), (p, "bin", ["a", 1.5]), (p, "fast", ["a"]), (p, "persistent_id", [1]), (p, "foo", [1]), (u, "memo", [1, {"a": 2}, {-1: 2}]), (u, "persistent_load", [1])]:
    for value in values:
        print(name, tried(setattr, v, name, value))
for v, name in [(p, "memo"), (p, "persistent_id"), (p, "dispatch_table"), (p, "bin"), (u, "memo"), (u, "persistent_load")]:
    print(name, tried(delattr, v, name))
for v, name in [(p, "persistent_id"), (p, "dispatch_table"), (u, "persistent_load")]:
    print(name, tried(getattr, v, name))
print(p.bin, p.fast, p.memo.copy(), u.memo.copy(), tried(type(p.memo)), tried(hash, p.memo), pickle.dumps(u.memo))
print(tried(u.find_class, 1, "a"), tried(u.find_class, "a", 1), tried(u.find_class, "sys", 1), tried(u.find_class, "builtins", "int"))
for f in (pickle.dump, pickle.dumps, pickle.load, pickle.loads, pickle.Pickler, pickle.Unpickler, pickle.Pickler.dump, pickle.Unpickler.find_class):
    print(repr(f.__text_signature__))

# buffers
B = pickle.PickleBuffer
b = B(bytearray(b"abcd"))
print(tried(pickle.dumps, b, 4), tried(pickle.dumps, b, 5), bytes(b.raw()), memoryview(b).obj)
b.release()
print(tried(b.raw), tried(pickle.dumps, b, 5), tried(memoryview, b), b.release())
gaps = B(memoryview(b"abcdef")[::2])
print(tried(pickle.dumps, gaps, 5), tried(gaps.raw))
for answer in (None, 0, 1, [], [0]):
    print(pickle.dumps(B(b"ab"), 5, buffer_callback=lambda x: answer), pickle.dumps(B(bytearray(b"ab")), 5, buffer_callback=lambda x: answer))
print(tried(pickle.dumps, [B(b""), B(bytearray())], 5), tried(pickle.dumps, B(b"ab"), 5, buffer_callback=lambda x: 1 / 0))
outside = pickle.dumps(B(b"ab"), 5, buffer_callback=lambda x: 0)
print(pickle.loads(outside, buffers=[b"xy"]))
m = pickle.loads(outside, buffers=[bytearray(b"xy")])
print(m.readonly, bytes(m), tried(pickle.loads, outside, buffers=[]), tried(pickle.loads, outside), tried(pickle.loads, outside, buffers=()), tried(pickle.loads, outside, buffers=[1]))
