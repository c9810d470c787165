# The library's own tracemalloc.py runs on our _tracemalloc and says what ours says.
import os
import sys
import types

def library_module():
    for folder in sys.path + ["/usr/lib/python3.11"]:
        path = os.path.join(folder, "tracemalloc.py")
        if os.path.exists(path):
            module = types.ModuleType("library_tracemalloc")
            module.__file__ = path
            with open(path) as f:
                exec(compile(f.read(), path, "exec"), module.__dict__)
            return module

import tracemalloc as ours
library = library_module()
print(library is not None, library is not ours)

def build():
    return [bytes(1000 + i % 3) for i in range(300)], {i: str(i) * 3 for i in range(500)}

for limit in 1, 4:
    library.start(limit)
    print(ours.is_tracing(), ours.get_traceback_limit())
    old = library.take_snapshot(), ours.take_snapshot()
    kept = build()
    new = ours.take_snapshot(), library.take_snapshot()
    mine = [filters.Filter(True, __file__) for filters in (library, ours)]
    for key in "lineno", "filename", "traceback":
        for cumulative in (False, True) if key != "traceback" else (False,):
            texts = []
            for module, before, after in (library, old[0], new[1]), (ours, old[1], new[0]):
                here = [module.Filter(True, __file__)]
                changes = after.filter_traces(here).compare_to(before.filter_traces(here), key, cumulative)
                big = [c for c in changes if c.size_diff > 20000]
                texts.append([(str(c.traceback).rsplit("/", 1)[-1], c.size_diff // 1024, len(c.traceback)) for c in big])
            print(key, cumulative, texts[0] == texts[1], len(texts[0]) > 0)
    for module in library, ours:
        traceback = module.get_object_traceback(kept[0][0])
        print([frame.lineno for frame in traceback], traceback.format()[1])
    library.stop()
    print(ours.is_tracing())
