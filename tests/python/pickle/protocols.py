"""The bytes that every protocol has for values of all kinds, from memory and in pieces to a file; and back."""
import collections
import copyreg
import decimal
import enum
import fractions
import functools
import hashlib
import io
import pickle

import _pickle

assert pickle.dumps is _pickle.dumps and pickle.Unpickler is _pickle.Unpickler and pickle.PickleBuffer is _pickle.PickleBuffer


class A:
    def __init__(self):
        self.x = 1
        self.y = [1, 2, "a"]
        self.z = self


class Slots:
    __slots__ = ("a", "b")

    def __init__(self):
        self.a = 1


class SlotsAndDict(Slots):
    def __init__(self):
        super().__init__()
        self.c = 2


class L(list): pass
class D(dict): pass
class Text(str): pass
class I(int): pass
class F(float): pass
class T(tuple): pass
class S(set): pass
class E(enum.Enum):
    X = 1


class N:
    class M:
        class K: pass

        def f(self): pass


P = collections.namedtuple("P", "a b")


class WithArguments:
    def __init__(self, v):
        self.v = v

    def __getnewargs_ex__(self):
        return (self.v,), {"k": 3}

    def __new__(cls, *a, **k):
        return object.__new__(cls)


class Reduced:
    def __reduce__(self):
        return list, ((1, 2),), None, iter([3, 4]), None


class Six:
    def __reduce__(self):
        return Six, (), {"a": 1}, None, None, set_six


def set_six(v, state):
    v.__dict__.update(state, six=True)


class Named:
    def __reduce__(self):
        return "NAMED"


NAMED = Named()


class WithState:
    def __getstate__(self):
        return 1, 2

    def __setstate__(self, v):
        self.v = v


class Empty: pass


class Many:
    def __init__(self, n):
        for i in range(n):
            setattr(self, "a%d" % i, i)


class Late:
    """Its attributes lie in a dict."""
    def __init__(self):
        self.__dict__["b"] = 2
        self.a = 1


def f(): pass


l = []; l.append(l)
d = {}; d[1] = d
t = ([],); t[0].append(t)
t5 = ([], 1, 2, 3, 4); t5[0].append(t5)
li = L([1, 2]); li.attr = li
di = D(a=1); di.q = di
a = A()
ring = A(); ring.z = frozenset([ring])
gone = A(); del gone.y

objects = dict(
    a=a, aa=[a, a, A()], s=Slots(), sd=SlotsAndDict(), li=li, di=di, text=Text("q"), i=I(5), f_=F(1.5), t_=T((1, 2)), set_=S([1]), e=E.X, n=N, m=N.M, k=N.M.K, k2=N.M.K(), nf=N.M.f, p=P(1, 2),
    w=WithArguments(1), r=Reduced(), named=NAMED, state=WithState(), empty=Empty(), f=f, l=l, d=d, t=t, t5=t5, ring=ring, gone=gone, six=Six(),
    many1=Many(1), many8=Many(8), many9=Many(9), many60=Many(60), late=Late(), both=[Late(), Late(), A(), Empty(), A()],
    dec=decimal.Decimal("1.5"), fr=fractions.Fraction(1, 3), dq=collections.deque([1, 2]), od=collections.OrderedDict(a=1), dd=collections.defaultdict(list, {1: [2]}),
    ct=collections.Counter("abca"), part=functools.partial(f, 1), exc=ValueError("x", 1), ex2=KeyError("k"), rng=range(3), sl=slice(1, 2), cx=1j, ba=bytearray(b"abc"), ba0=bytearray(), by=b"ab" * 200, by0=b"",
    big=[str(i) for i in range(12000)], bigs="x" * 70000, bigb=b"y" * 70000, bigba=bytearray(b"z" * 70000), mix=["x" * 70000, 1, b"y" * 70000, "\xe9" * 40000],
    ints=[0, 1, 255, 256, 65535, 65536, -1, -128, 2**31 - 1, 2**31, -2**31, -2**31 - 1, 2**62, 2**64, -2**63, -2**64, 10**300, -255, -256, -32768, 127, 128, 1 << 2039, -1 << 2039, 1 << 2040, -1 << 2047, 1 << 9999],
    fl=[0.0, -0.0, 1e300, 1e-300, float("inf"), float("-inf"), 1.5, 0.1], sts=["", "a", "\x80", "\xff", "\u1234", "\U00012345", "\\", "\n\r\0\x1a", "\ud800"],
    l1000=list(range(1000)), l1001=list(range(1001)), l2000=list(range(2000)), d999={i: i for i in range(999)}, d1000={i: i for i in range(1000)}, d1001={i: i for i in range(1001)}, L1000=L(range(1000)), L1001=L(range(1001)),
    L1=L([1]), L0=L(), D1=D(a=1), D1000=D({i: i for i in range(1000)}), s1000=set(range(1000)), s1=set([1]), s0=set(), fs2=frozenset([1, 2]), fs0=frozenset(),
    e2=[..., NotImplemented, None, True, False, type(None), type(...), type(NotImplemented)], nest=[[[[()], {}], {(1, 2): [3]}], (((),),)], memo=["aaa", "aaa", (1, 2)] * 3, pairs=[(i, str(i)) for i in range(300)] * 2)


class Writer:
    def __init__(self):
        self.pieces = []

    def write(self, data):
        self.pieces.append(bytes(data))


for name, o in objects.items():
    shown = []
    for protocol in range(6):
        try:
            s = pickle.dumps(o, protocol)
        except TypeError as e:
            shown.append(str(e))
            continue
        w = Writer()
        pickle.dump(o, w, protocol)
        assert b"".join(w.pieces) == s
        small = len(s) < 3000 # the half in Python is slow
        for data in (s, pickle._dumps(o, protocol)) if small else (s,):
            for again in (pickle.loads(data), pickle.load(io.BytesIO(data)), pickle._loads(data)) if small else (pickle.loads(data),):
                assert type(again) is type(o) or name == "r", name
                if type(o).__eq__ is not object.__eq__ and name not in ("l", "d", "t", "t5", "di", "li"):
                    assert again == o or name == "r" or name in ("aa", "both"), name
        shown.append("%d %s %s" % (len(s), hashlib.md5(s).hexdigest()[:12], [len(piece) for piece in w.pieces] if len(w.pieces) > 1 else ""))
    print(name, *shown, sep="\n    ")

x = pickle.loads(pickle.dumps(objects["gone"]))
print(sorted(vars(x)))
x = pickle.loads(pickle.dumps(objects["both"]))
print([sorted(vars(i)) for i in x], pickle.loads(pickle.dumps(Six())).__dict__, pickle.loads(pickle.dumps(WithArguments(7))).v, vars(pickle.loads(pickle.dumps(objects["sd"]))))
