# __new__ of a base must not make instances of a built-in type that has its own, or none.
import sys, os, time
def t(f, *a):
    try: print(f(*a))
    except Exception as e: print(type(e).__name__, e)
F = type(sys.flags)
t(F, (1,)); t(F.__new__, F, (1,)); t(tuple.__new__, F, (1,)); t(tuple.__new__, os.stat_result, (1,)); t(tuple.__new__, time.struct_time, (1,))
V = type(sys.version_info); t(V, (1,)); t(V.__new__, V, (1,)); t(V.__new__, V, sys.version_info)
class T(tuple): pass
t(tuple.__new__, T, (1,))
t(list.__new__, int); t(object.__new__, tuple); t(object.__new__, F); t(object.__new__, int);t(int.__new__, bool, 1); t(dict.__new__, type(os.environ))
t(tuple.__new__, int)
t(object.__new__, type(sys._getframe()))
t(object.__new__, type(lambda: 0))
t(object.__new__, type(iter([])))
t(object.__new__, type)
t(type.__new__, type); t(str.__new__, bytes, "a")
t(BaseException.__new__, OSError)
t(OSError.__new__, SyntaxError)
t(Exception.__new__, UnicodeDecodeError)
from collections import OrderedDict, deque, defaultdict
t(dict.__new__, OrderedDict); t(dict.__new__, defaultdict); t(object.__new__, deque); t(object.__new__, OrderedDict)
t(object.__new__, property); t(object.__new__, super); t(object.__new__, classmethod); t(object.__new__, memoryview); t(object.__new__, range); t(object.__new__, slice)
t(object.__new__, type(None)); t(object.__new__, type(...)); t(object.__new__, float)
t(object.__new__, set); t(set.__new__, frozenset); t(frozenset.__new__, set)
