rows = [[i * j for j in range(3)] for i in range(3)]
print(rows, {x for row in rows for x in row if x}, {i: str(i) for i in range(4)})
print([(y := x + 1) for x in range(3)], y, sorted(x % 3 for x in range(5)))
