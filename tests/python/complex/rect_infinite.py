"""cmath.rect of a zero angle keeps its sign, with infinite and other sizes."""
import cmath
inf, nan = float("inf"), float("nan")
for r in inf, -inf, nan, 2.0, -2.0, 0.0:
    for phi in 0.0, -0.0:
        z = cmath.rect(r, phi)
        print(r, phi, z.real, z.imag if r == r else abs(z.imag))
