# Finalizers that run while the interpreter ends make further cycles with finalizers, kept by sys or by nobody; some never end.
import sys


class Again:
    def __init__(self, left, keep):
        self.me = self
        self.left = left
        self.keep = keep

    def __del__(self, sys=sys):
        if self.left:
            again = self.__class__(self.left - 1, self.keep)
            if self.keep:
                sys.kept = again


for left in 3, 1000000:
    for keep in True, False:
        Again(left, keep)
sys.kept = Again(3, True)
print("end")
