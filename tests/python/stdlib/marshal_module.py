# The module marshal: values and code there and back; damaged data is refused.
import marshal
def f(a, *b, c=1, **d):
    "doc"
    try:
        x = [i*a for i in range(3)]
        def g(): return x, a
        return g(), b, c, d
    except Exception as e:
        raise
    finally:
        pass
v=[None,True,False,...,1,-1,2**31,-2**70,2**15,2**200+7,1.5,1j,"a","é"*300,"x"*300,b"abc",(),(1,2),[1,[2]],{1:2,"a":(3,)},{1},frozenset([2]),StopIteration,bytearray(b"q")]
print(marshal.loads(marshal.dumps(v))==[bytes(x) if isinstance(x,bytearray) else x for x in v])
c=marshal.loads(marshal.dumps(f.__code__))
f.__code__=c
print(f(2,3,k=4))
for bad in (b"", b"(", b"\xff", b"i\0", b"l\x01\0\0\0\0\0", marshal.dumps(c)[:-3], b"r\0\0\0\0", b"[" + b"\1\0\0\0["*3000):
    try: print(marshal.loads(bad))
    except Exception as e: print(type(e).__name__, e)
import sys
if sys.implementation.name == "ouro": # (CPython lets SystemError out)
    d = marshal.dumps(c)
    for i in range(len(d)):
        b = bytearray(d)
        b[i] ^= 0xff
        try:
            marshal.loads(bytes(b))
        except (ValueError, EOFError, TypeError, MemoryError, OverflowError):
            pass
try: marshal.dumps(object())
except ValueError as e: print(e)
