# The first standard library at work: classes, text, files, numbers, tests.
import dataclasses, enum, typing, inspect, contextlib, traceback, tokenize, io, json, argparse, logging, textwrap, copy, pprint, datetime, calendar, tempfile, shutil, pathlib, glob, fnmatch, pickle, unittest, doctest, string, heapq, bisect, re, os, sys, warnings, linecache, ast
@dataclasses.dataclass(order=True, frozen=True)
class P:
    x: int
    y: int = 2
    z: list = dataclasses.field(default_factory=list, compare=False)
print(P(1), P(1)<P(2), dataclasses.asdict(P(3)), dataclasses.replace(P(1), y=5), inspect.signature(P))
class C(enum.Enum):
    A=1; B=2
class F(enum.Flag):
    R=1; W=2
print(C.A, C(2), list(C), F.R|F.W, C['A'])
class N(typing.NamedTuple):
    a: int; b: str='x'
print(N(1), typing.get_type_hints(N), typing.Optional[int], typing.List[int], typing.get_args(typing.Dict[str,int]))
print(json.dumps({"a":[1,2.5,None,True,"é"]}), json.loads('{"a": [1, 2.5, null, "\\u00e9"]}'), json.dumps([1,{"b":2}], indent=1))
p=argparse.ArgumentParser(prog="x"); p.add_argument("-v",action="store_true"); p.add_argument("n",type=int,nargs="+")
print(p.parse_args(["-v","1","2"]), p.format_help())
print(pickle.loads(pickle.dumps({"a":(1,P(1),C.A)})), copy.deepcopy([P(1)]))
print(datetime.datetime(2020,2,29,12)+datetime.timedelta(days=366), calendar.month(2024,2))
with tempfile.TemporaryDirectory() as d:
    q=pathlib.Path(d)/"a.txt"; q.write_text("hi"); print(q.read_text(), [x.name for x in pathlib.Path(d).iterdir()], len(glob.glob(d+"/*")))
    shutil.copy(q, q.with_suffix(".bak")); print(sorted(os.listdir(d)))
print([t.string for t in tokenize.generate_tokens(io.StringIO("a = 1 + b").readline)])
class T(unittest.TestCase):
    def test_a(self): self.assertEqual(1,1)
    def test_b(self):
        with self.assertRaises(ValueError): int("x")
    def test_c(self): self.assertEqual([1,2],[1,3])
r=unittest.TextTestRunner(stream=io.StringIO()).run(unittest.defaultTestLoader.loadTestsFromTestCase(T)); print(r)
def f():
    """
    >>> 1+1
    2
    >>> 1/0
    Traceback (most recent call last):
    ZeroDivisionError: division by zero
    """
print(doctest.testmod())
s=io.StringIO(); logging.basicConfig(stream=s); logging.warning("w %d",1); print(s.getvalue())
try: 1/0
except ZeroDivisionError: print(traceback.format_exc().splitlines()[-1])
print(textwrap.fill("the quick brown fox "*4, 30), string.Template("$a").substitute(a=1))
pprint.pprint({"k%d"%i: list(range(i)) for i in range(12)})
print(inspect.getsource(f)[:10], ast.literal_eval("{1:2}"))
