"""Slices whose step is as large as an index can be: what lies behind the last item is never computed."""
import array
import sys

huge = sys.maxsize
for step in huge, -huge, huge - 1, -huge - 1:
    for text in "abc", "a\xe4\u20ac", b"abc", bytearray(b"abc"), [1, 2, 3], (1, 2, 3), array.array("l", [1, 2, 3]), range(3):
        print(text[::step], text[1::step], end=" ")
    print(memoryview(b"abc")[::step].tolist(), memoryview(array.array("l", [1, 2, 3]))[1::step].tolist())
    for make in list, bytearray, lambda items: array.array("b", items):
        target = make([1, 2, 3])
        target[1::step] = make([9])
        print(target, end=" ")
        del target[1::step]
        print(target, end=" ")
        view = memoryview(bytearray(b"abc"))
        view[2::step] = b"z"
        print(view.tobytes())
