# A stream that the program has put in sys dies with the program's objects: its finalizer and theirs still print.  What is
# kept by builtins dies last of all: an error in its finalizer is reported nowhere, and ends nothing.
import builtins
import sys


class Object:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print(self.name, sys.stdout is sys.__stdout__, kept)


class Stream:
    def write(self, text):
        sys.__stdout__.write(text.replace("end", "the end"))

    def flush(self):
        pass

    def __del__(self):
        sys.__stdout__.write("stream dies\n")


sys.stdout = Stream()
kept = "kept"
sys.modules["an object"] = Object("in sys.modules")
held = Object("in the program")
builtins.last = type("Last", (), {"__del__": eval("lambda self: no_such_name", {})})()
print("end")
