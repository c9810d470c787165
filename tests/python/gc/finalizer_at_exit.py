"""A finalizer that takes its time while the modules are taken apart: the heap is checked in the program, not there."""
import sys


class Slow:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        total = 0
        for i in range(5000):
            total += i
        print(self.name, total, sys.is_finalizing())


early, late = Slow("early"), Slow("late")
held = {"list": [Slow("in a list")]}
early = None
print("end")
