# Code comes and goes, and the memory of its instructions is used again: births are told the file of the code that runs, and not
# that of code which lay there before.
import tracemalloc

ROUNDS = 300


def wrong(frames):
    tracemalloc.start(frames)
    kept = []
    for i in range(ROUNDS):
        space = {"keep": kept.append}
        exec(compile("keep([1, 2, 3])\nkeep((0, []))", "made%d.py" % i, "exec"), space)
        exec(compile("def f():\n  return [0]\nkeep(f())", "function%d.py" % i, "exec"), space)
        del space
    found = [tracemalloc.get_object_traceback(thing) for thing in kept]
    tracemalloc.stop()
    expected = []
    for i in range(ROUNDS):
        expected += [("made%d.py" % i, 1), ("made%d.py" % i, 2), ("function%d.py" % i, 2)]
    return [(at and (at[-1].filename, at[-1].lineno), is_at) for at, is_at in zip(found, expected)
            if at is None or (at[-1].filename, at[-1].lineno) != is_at]


for frames in 1, 5, 65535:
    print(frames, wrong(frames)[:3])
