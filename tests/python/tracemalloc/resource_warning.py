# A ResourceWarning knows its object, and shows where that was allocated.
import os
import tracemalloc
import warnings

def leave_file():
    f = open("/dev/null")

def leave_scandir():
    next(os.scandir("/"))

def show(leave):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        leave()
    for warning in caught:
        print(warning.category.__name__, warning.source is not None)
        text = warnings._formatwarnmsg(warning).split("\n", 1)[1]
        print(text.replace(os.path.dirname(os.path.abspath(__file__)) + "/", "").replace(os.path.dirname(__file__) + "/", ""))

tracemalloc.start(3)
show(leave_scandir)
tracemalloc.stop()
show(leave_scandir)
show(leave_file)
