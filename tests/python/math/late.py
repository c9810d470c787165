# The command loads the C library's mathematics with the first computation (src/cli/late_libm.c), and every function of it
# answers as it would anyway.  (A sanitizer has it loaded from the start.)
import cmath
import math
import subprocess
import sys

# (a program without floats: the compiler computes with those that it meets)
look = 'text = open("/proc/self/maps").read(); print("libm.so" in text and "asan" not in text)'
print(subprocess.run([sys.executable, "-c", look], capture_output=True, text=True).stdout, end="")
print(math.sin(0.5))

points = (0.0, 0.25, 0.5, 1.0, 1.5, 3.75)
for name in ("acos acosh asin asinh atan atanh cbrt ceil cos cosh erf erfc exp exp2 expm1 fabs floor gamma lgamma log log10 "
             "log1p log2 sin sinh sqrt tan tanh trunc").split():
    values = []
    for x in points:
        try:
            values.append("%.12g" % getattr(math, name)(x))
        except ValueError:
            values.append("-")
    print(name, *values)
for name in "atan2 copysign fmod hypot nextafter pow remainder".split():
    print(name, *("%.12g" % getattr(math, name)(x, 1.25) for x in points))
print(math.frexp(10.5), math.ldexp(0.5, 5), math.modf(-2.75), round(2.5), round(-3.7), round(2.675, 2))
a, b, z = 7.5, 2.0, 1 + 2j  # (of constants the compiler would compute it, before all)
print(a % b, -a // b, a ** 3.5, divmod(-a, 3.0), abs(3 * z), z ** 2.5)
for name in "acos acosh asin asinh atan atanh cos cosh exp log log10 sin sinh sqrt tan tanh phase".split():
    z = getattr(cmath, name)(0.5 + 0.25j)
    print(name, "%.12g %.12g" % (z.real, z.imag))
