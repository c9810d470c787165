# The end of the modules: those that refer to each other are garbage together, and their finalizers run before anything of
# them is cleared.  A module that something else keeps alive has its names set to None, private ones first.
import codecs
import os
import sys
import types


def make_module(name, source):
    module = types.ModuleType(name)
    sys.modules[name] = module
    exec(source, module.__dict__)
    return module


SOURCE = """
import os, sys, time

class Last:
    def __init__(self, where):
        self.where = where

    def __del__(self):
        seen.append((name, self.where, other.name, os.path.basename("/a/b"), time.time() > 0, len(seen) >= 0,
                     helper(), sys.is_finalizing(), dict(sys.modules)))
        if len(seen) == 6:
            for line in sorted(seen):
                print(*line)

def helper():
    return _private

_private = "private"
in_public, _in_private = Last("public"), Last("private")
held = {"list": [Last("in a list")]}
"""

seen = []
one = make_module("one", SOURCE)
two = make_module("two", SOURCE)
one.other, two.other = two, one
one.seen = two.seen = seen
one.name, two.name = "one", "two"
del one, two

HELD = """
_first = "first"

class Held:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("held:", self.name, value, _first, len("three"))

value = "value"
public, _private = Held("public"), Held("private")
"""

held = make_module("held", HELD)


def search(name, held=held):
    return None


codecs.register(search)
print("end")
