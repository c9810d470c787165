"""The README's sample of `ouro --memory` is what the command prints today: the same words, in the same columns."""
import os
import re
import sys

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..")
with open(os.path.join(ROOT, "README.md"), encoding="utf-8") as f:
    block = next(part for part in f.read().split("```") if "$ build/ouro --memory" in part)
command, *sample = block.strip("\n").split("\n")
script = command.split()[-1]
status = os.system("cd '%s' && '%s' --memory %s >'%s/shown' 2>&1" % (ROOT, sys.executable, script, os.getcwd()))
with open("shown", encoding="utf-8") as f:
    shown = f.read().split("\n")


def words(line):
    """Without its numbers, whose digits depend on the build."""
    return re.sub(r"[\d.,]+( [KMG]?B)?", "N", " ".join(line.split()))


def column(line):
    """Where the first amount of bytes ends, if it is in a column of amounts."""
    found = re.search(r"(^|  +)[\d.,]+ [KMG]?B", line)
    return found and found.end()


known = {words(line): column(line) for line in shown}
wrong = [line for line in sample if line.strip() != "..." and (line != line.rstrip() or known.get(words(line), -1) != column(line))]
print(status, len(sample) > 10, wrong)
