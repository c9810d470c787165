#!/usr/bin/env python3
"""expect.py PROGRAM FILE: runs the program; its output must be the file's and its exit status 0."""
import subprocess
import sys

program, expected = sys.argv[1:]
done = subprocess.run([program], stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True)
wanted = open(expected, encoding="utf-8").read()
if done.returncode != 0 or done.stdout != wanted or done.stderr:
    print("exit status", done.returncode)
    print("--- expected\n%s--- got\n%s--- on stderr\n%s" % (wanted, done.stdout, done.stderr))
    sys.exit(1)
