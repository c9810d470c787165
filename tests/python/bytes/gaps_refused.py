# A view with gaps is taken item by item where bytes are made of it; who needs its bytes side by side says what it wants instead.
import re

v = memoryview(b"1.2.3.4.")[::2]
print(b"%b|%s|%r" % (v, v, b"x"), b"%6b|%.2s" % (v, v), b"%b" % v[::-1], b"%(a)b" % {b"a": v})
print(b"%b" % memoryview(b"plain"), b"%s" % bytearray(b"array"), int(memoryview(b"12")), float(memoryview(b"1.5")), str(memoryview(b"ab"), "ascii"))
for refused in (lambda: str(v, "ascii"), lambda: float(v), lambda: int(v), lambda: re.match(b"1", v), lambda: compile(v, "name", "eval"),
                lambda: eval(v), lambda: exec(v), lambda: str(v, "ascii", "strict")):
    try:
        print(refused())
    except Exception as e:
        print(type(e).__name__, re.sub("at 0x[0-9a-f]+", "", str(e)))
gone = memoryview(b"1.2.3.4.")[::2]
gone.release()
try:
    b"%b" % gone
except ValueError as e:
    print(e)
