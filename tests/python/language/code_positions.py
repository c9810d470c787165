"""co_linetable and co_lnotab have CPython 3.11's formats; replace() takes a table; compile() takes any file name."""
import random
import sys
import traceback
import warnings


def read_number(table):
    number = shift = 0
    while True:
        byte = next(table)
        number |= (byte & 63) << shift
        shift += 6
        if not byte & 64:
            return number


def read_signed(table):
    number = read_number(table)
    return -(number >> 1) if number & 1 else number >> 1


def read_positions(code):
    """What Objects/locations.md says, read anew."""
    table = iter(code.co_linetable)
    line = code.co_firstlineno
    for head in table:
        assert head & 128
        form, units = head >> 3 & 15, (head & 7) + 1
        place = (None, None, None, None)
        if form < 10:
            rest = next(table)
            column = form * 8 + (rest >> 4)
            place = (line, line, column, column + (rest & 15))
        elif form < 13:
            line += form - 10
            place = (line, line, next(table), next(table))
        elif form == 13:
            line += read_signed(table)
            place = (line, line, None, None)
        elif form == 14:
            line += read_signed(table)
            place = (line, line + read_number(table), read_number(table) - 1, read_number(table) - 1)
        yield from [place] * units


def function(a, b):
    x = a + \
        b
    for i in x:
        print(i,
              a)

    def inner():
        nonlocal x
        return [y
                for y in x]; x                                                                                        ; x
    return lambda: x


def codes(code):
    yield code
    for constant in code.co_consts:
        if hasattr(constant, "co_code"):
            yield from codes(constant)


with open(__file__) as f:
    module = compile(f.read(), __file__, "exec")
for code in codes(module):
    positions = list(code.co_positions())
    assert positions == list(read_positions(code)), code
    lines = [line for start, end, line in code.co_lines() for _ in range(start, end, 2)]
    assert lines == [p[0] for p in positions], code
    # co_lnotab: pairs of steps.
    at, line, steps = 0, code.co_firstlineno, {}
    for i in range(0, len(code.co_lnotab), 2):
        at += code.co_lnotab[i]
        line += code.co_lnotab[i + 1] - (256 if code.co_lnotab[i + 1] > 127 else 0)
        steps[at] = line
    line = code.co_firstlineno
    for i, found in enumerate(lines):
        line = steps.get(2 * i, line)
        assert found in (None, line), code
    copy = code.replace(co_linetable=code.co_linetable)
    assert copy == code and list(copy.co_positions()) == positions and copy.co_linetable == code.co_linetable
    for line, end_line, column, end_column in positions:
        assert line is None or column is None or (line, column) <= (end_line, end_column), code

# Positions move with the first line, and end where the table does.
code = function.__code__
moved = code.replace(co_firstlineno=1000)
assert 1000 in [p[0] for p in moved.co_positions()]
short = code.replace(co_linetable=code.co_linetable[:2])
print(list(short.co_positions()), list(short.co_lines()))
nowhere = code.replace(co_linetable=b"")
print(list(nowhere.co_positions()), list(nowhere.co_lines()), nowhere.co_linetable, nowhere.co_lnotab)

# A traceback believes the table.
def fails():
    1 / 0


n = len(list(fails.__code__.co_positions()))
fails.__code__ = fails.__code__.replace(co_linetable=bytes([0xe8 | 7, 20] + [0xe8 | 7, 0] * n))
try:
    fails()
except ZeroDivisionError as e:
    print(traceback.extract_tb(e.__traceback__)[-1].lineno - fails.__code__.co_firstlineno)
fails.__code__ = fails.__code__.replace(co_linetable=b"\xff" * n)
try:
    fails()
except ZeroDivisionError as e:
    print(traceback.extract_tb(e.__traceback__)[-1].lineno)

# Any bytes are a table (CPython reads behind the end of some).
random.seed(1)
for _ in range(2000 if sys.implementation.name == "ouro" else 0):
    wild = code.replace(co_linetable=random.randbytes(random.randrange(40)))
    positions = list(wild.co_positions())
    assert list(wild.replace(co_linetable=wild.co_linetable).co_positions()) == positions
    list(wild.co_lines()), wild.co_lnotab, hash(wild), wild == code

for arguments in ({"co_linetable": "x"}, {"co_linetable": bytearray()}, {"co_nlocals": 99}, {"co_argcount": 99},
                  {"co_varnames": ("a",) * code.co_nlocals}, {"co_freevars": ()}, {"co_name": 3}, {"nonsense": 3}):
    try:
        print(arguments, "fine", code.replace(**arguments).co_varnames)
    except (TypeError, ValueError) as e:
        print(arguments, type(e).__name__)


class Path:
    def __init__(self, path):
        self.path = path

    def __fspath__(self):
        return self.path


for name in ("a", b"a\xe9", bytearray(b"b"), memoryview(b"c"), Path("d"), Path(b"e"), Path(3), [1], None, "a\0b", b"a\0b"):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            text = ascii(compile("pass", name, "exec").co_filename)
        except Exception as e:
            text = type(e).__name__ + ": " + str(e)
    print(type(name).__name__, text, [str(w.message) for w in caught])
