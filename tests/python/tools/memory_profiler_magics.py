"""memory_profiler in IPython: %mprun and %memit, in a shell that has what they use of one."""
import builtins
import contextlib
import io
import os
import re

import memory_profiler


class Shell:
    def __init__(self):
        self.user_ns, self.magics = {"__name__": "__main__"}, {}

    def register_magic_function(self, func, magic_kind="line", magic_name=None):
        self.magics[magic_name or func.__name__] = magic_kind, func

    def run(self, name, line, *cell):
        """What the magic answers, and what it prints, without the sizes."""
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            try:
                answer = self.magics[name][1](line, *cell)
            except Exception as e:
                answer = "%s: %s" % (type(e).__name__, e)
        return answer, re.sub(r" *-?\d+\.\d+ MiB", " N MiB", out.getvalue())


shell = Shell()
memory_profiler.load_ipython_extension(shell)
print({name: kind for name, (kind, _) in shell.magics.items()}, all(func.__doc__ for _, func in shell.magics.values()))

# ---- %memit ----
ns = shell.user_ns
print(shell.run("memit", "kept = [0] * 10"), ns["kept"] == [0] * 10)
result, text = shell.run("memit", "-r3 -i 0.01 -o x = 1; y = '-r 5  -o'")
print(text.split(",")[0], type(result).__name__, len(result.mem_usage), result.repeat, result.interval, result.timeout, ns["y"])
result, text = shell.run("memit", "-oq big = bytearray(30_000_000); big[::4096] = b'x' * len(big[::4096])")
print(repr(text), 25 < max(result.mem_usage) - result.baseline < 40, str(result).startswith("peak memory: "))
print(shell.run("memit", "n = 5", "m = n + 1\nm += 1"), ns["m"])
print(shell.run("memit", "-c -t 2 -- -ns", ""), shell.run("memit", "-q pass"), shell.run("memit", ""))
ns["ns"] = 1
print(shell.run("memit", "-t 2 -- -ns"))
for wrong in "-z pass", "-r", "-r x pass", "-r 0 pass", "syntax error", "1 / 0":
    print(shell.run("memit", wrong)[0])

# ---- %mprun ----
with open("measured.py", "w") as f:
    f.write("def f(n):\n    kept = [0] * n\n    return kept\n\n\ndef g():\n    return f(3)\n\n\nclass C:\n    def method(self):\n        return 1\n")
import sys
sys.path.insert(0, os.getcwd())
import measured
ns["measured"] = measured
answer, text = shell.run("mprun", "-f measured.f answer = measured.f(1000)")
print(answer, len(ns["answer"]), re.sub(r"/\S*/", "", text))
answer, text = shell.run("mprun", "-r -f measured.f -fmeasured.g -f measured.C.method -T table.txt measured.g()", "measured.C().method(); measured.g()")
print(type(answer).__name__, re.findall(r"(\d+)   (    \S.*)", text), text.split("\n")[-2], open("table.txt").read() != "")
print(shell.run("mprun", "-f measured.f raise SystemExit")[1])
print(shell.run("mprun", "-f nowhere pass")[0], shell.run("mprun", "-f len pass"))
print(shell.run("mprun", "@profile\ndef later():\n    return 1\nlater()")[0], hasattr(builtins, "profile"))
answer, text = shell.run("mprun", "-c -r", "@profile\ndef later():\n    return 1\nlater()")
print(len(answer.code_map), answer.code_map.include_children, hasattr(builtins, "profile"))
