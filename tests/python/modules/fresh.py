# A native module that is imported anew is another module, with the types and exceptions that its functions know.
import sys

for name, attribute in [("_struct", "error"), ("_struct", "Struct"), ("array", "array"), ("_socket", "socket"),
                        ("_contextvars", "Token"), ("binascii", "Error"), ("posix", "stat_result"), ("select", "epoll")]:
    first = __import__(name)
    del sys.modules[name]
    second = __import__(name)
    print(name, first is not second, getattr(first, attribute).__name__ == getattr(second, attribute).__name__)

import _struct
import struct
try:
    struct.unpack("i", b"")
except _struct.error as e:
    print(e)
try:
    _struct.unpack("i", b"")
except struct.error as e:
    print(e)

import contextvars
v = contextvars.ContextVar("v")
print(v.set(1).old_value, contextvars.Token.MISSING)

import array
import collections.abc
print(isinstance(array.array("b"), collections.abc.MutableSequence))
try:
    struct.pack_into("<I", bytearray(10), sys.maxsize, 1)
except struct.error as e:
    print(e)

import _imp
print(_imp._override_frozen_modules_for_tests(-1))
import tracemalloc
print(tracemalloc.linecache.__name__, iter([]).__next__.__doc__)
