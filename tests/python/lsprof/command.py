# python -m cProfile, cProfile.run, and pstats on what they leave.
import cProfile
import io
import os
import pstats
import re
import subprocess
import sys
import tempfile

work = tempfile.mkdtemp()
script = os.path.join(work, "script.py")
with open(script, "w") as f:
    f.write('''
import sys

def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)

class Table:
    def add(self, n):
        self.rows.append(fib(n))
    def __init__(self):
        self.rows = []

if __name__ == "__main__":
    table = Table()
    for n in range(8):
        table.add(n)
    print(sys.argv[1:], table.rows)
    if "fail" in sys.argv:
        raise SystemExit(3)
''')


def shown(text):
    """Without times, paths and the order that depends on them."""
    text = re.sub(r"\d+\.\d{3}", "T", text.replace(work, "DIR"))
    text = re.sub(r"(?m)^\w{3} \w{3} .*:\d\d \d{4} ", "DATE ", text)
    return "\n".join(line.rstrip() for line in text.split("\n"))


def run(*arguments, only=""):
    done = subprocess.run([sys.executable, *arguments], capture_output=True, text=True, cwd=work)
    text = "\n".join(line for line in done.stdout.split("\n") if only in line)
    print(done.returncode, shown(text), done.stderr.strip().split("\n")[-1].replace(work, "DIR"))


run("-m", "cProfile", "-s", "stdname", "script.py", "a", "b")
run("-m", "cProfile", "-o", "saved", "script.py", "fail")
run("-m", "cProfile", "-s", "stdname", "-m", "script", "c", only="script.py")
run("-m", "cProfile", "-s", "nothing", "script.py")
run("-m", "cProfile", "missing.py")

out = io.StringIO()
stats = pstats.Stats(os.path.join(work, "saved"), stream=out)
stats.strip_dirs().sort_stats("stdname")
stats.print_stats("script.py")
stats.print_callers("fib|append")
stats.print_callees("add")
print(shown(out.getvalue()))
profile = stats.get_stats_profile()
print(profile.func_profiles["fib"].ncalls, profile.func_profiles["add"].ncalls)


def square(n):
    return n * n


def total(n):
    return sum(square(i) for i in range(n))


with cProfile.Profile() as profiler:
    total(10)
out = io.StringIO()
stats = pstats.Stats(profiler, stream=out).sort_stats("name")
print(sorted((name, counts[0], counts[1]) for (file, line, name), counts in stats.stats.items()))
profiler = cProfile.Profile(builtins=False)
print(profiler.runcall(total, 4))
profiler.create_stats()
print(sorted((name, counts[0], counts[1]) for (file, line, name), counts in profiler.stats.items()))
again = pstats.Stats(profiler)
again.add(profiler)
print(again.total_calls, again.prim_calls)
saved = os.path.join(work, "total")
sys.stdout = out = io.StringIO()
try:
    cProfile.run("total(3)", sort="stdname")
finally:
    sys.stdout = sys.__stdout__
print(shown(out.getvalue()).replace(os.path.abspath(__file__), "FILE").replace(__file__, "FILE"))
cProfile.runctx("f(5)", {"f": total}, {}, saved)
print(sorted(name for file, line, name in pstats.Stats(saved).stats))
