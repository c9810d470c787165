# What patterns take a class for: the first sequence or mapping of its bases decides.
import collections, collections.abc, array
def k(x):
    match x:
        case [*_]: return "seq"
        case {}: return "map"
        case _: return "none"
class M1(collections.UserDict, collections.abc.Sequence): pass
class M2(collections.UserDict, list): pass
class M3(collections.abc.Mapping, list): 
    pass
class A(collections.abc.Mapping): pass
class M5(A, list): pass
class S1(list, collections.abc.Mapping): pass
class S2(collections.UserList, dict): pass
class S3(collections.abc.Sequence, dict): pass
for c in M1,M2,M3,M5,S1,S2,S3:
    c.__abstractmethods__ = frozenset()
    print(c.__name__, k(c()), c.__mro__[1].__name__)
