# Paths of the kind of bytes, device numbers that are none, a file that would be too large, fields of stat_result.
import os
import resource
import signal
import subprocess
import sys
import tempfile
import warnings

with warnings.catch_warnings(record=True) as told:
    warnings.simplefilter("always")
    for kind in bytearray, memoryview:
        print(os.stat(kind(b".")) == os.stat(b"."), type(os.listdir(kind(b"/"))[0]).__name__)
        try:
            os.rmdir(kind(b"a\0b"))
        except ValueError as e:
            print(e)
    for w in told:
        print(w.category.__name__, w.message)
with warnings.catch_warnings():
    warnings.simplefilter("error")
    try:
        os.stat(bytearray(b"."))
    except DeprecationWarning as e:
        print(e)

print(os.major(os.makedev(7, 300)), os.minor(os.makedev(7, 300)))
for f in os.major, os.minor:
    for number in -1, 1 << 64:
        try:
            f(number)
        except OverflowError as e:
            print(e)

print(os.stat_result.n_fields >= 19, os.stat_result.n_sequence_fields, os.stat_result.n_unnamed_fields)
print(os.stat_result.__match_args__)

# in a child: the limit stays with it
child = """
import resource, sys
with open(sys.argv[1], "wb", buffering=0) as f:
    resource.setrlimit(resource.RLIMIT_FSIZE, (1024, resource.RLIM_INFINITY))
    try:
        f.write(bytes(1024))
        f.write(b"x")
    except OSError as e:
        print(type(e).__name__, e.errno)
"""
with tempfile.TemporaryDirectory() as directory:
    print(subprocess.run([sys.executable, "-c", child, directory + "/x"], capture_output=True).stdout)
# what the interpreter ignores, its children do not
for restore in True, False:
    done = subprocess.run(["/bin/sh", "-c", "kill -XFSZ $$; echo on"], capture_output=True, restore_signals=restore)
    print(done.returncode == -signal.SIGXFSZ, done.stdout)
