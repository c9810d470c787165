# str() of what ouro.fragmentation() gives is a table; a program may make such a tuple of anything.
import ouro

now = ouro.fragmentation(3)
lines = str(now).split("\n")
print(lines[0].split()[2:4], lines[1].split())
print(len(lines) - 2 == min(10, len(now.classes)) + len(now.pins), lines[-1] == now.pins[-1].text)
print(repr(now).startswith("ouro.Fragmentation(live="), "\n" in repr(now))
row = ouro.SizeClass((64, "leaf", 3, 1000, 500, 2 / 3))
print(ouro.Fragmentation((2_000_000, 5_000_000, 1000, 2.5, 2, 257, 173, [row, 1, None])))
print(ouro.Fragmentation((-1, 1e300, None, "x", {}, [], 2**70, [ouro.SizeClass(range(-6, 0))])))
print(ouro.Fragmentation(range(8)))
