# A class whose doc begins as those of classes written in C do has a __text_signature__, which inspect goes by.
import inspect


class A:
    "A(x, y=1)\n--\n\ndoc"
class B:
    "B(x)\n--\ndoc"
class C:
    "C(x)\n\nfoo)\n--\n\ndoc"
class D:
    "A(x)\n--\n\n"
class E(A): pass
class F:
    "F()\n--\n\n"
class G:
    "G(a\n b)\n--\n\nx"
class H:
    "H.x(a)\n--\n\nx"
class I:
    "I(a)\n--\n\n)\n--\n\nx"
class J:
    __doc__ = 3
class K:
    "K(\xe9=')\n--\n\n')\n--\n\n"


for c in A, B, C, D, E, F, G, H, I, J, K:
    print(c.__name__, ascii(c.__text_signature__), ascii(c.__doc__))
print(inspect.signature(A), inspect.signature(E), inspect.signature(F))
A.__name__ = "Z"
print(A.__text_signature__)
