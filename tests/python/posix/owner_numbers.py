"""Numbers of users and groups that do not fit are refused: 2**32 is not user 0; errors name the path that was given."""
import os
import tempfile
import warnings

for function in os.setuid, os.setgid:
    for wrong in 1 << 32, (1 << 32) + 5, -2, 1 << 80, "0", 1.0:
        try:
            print(function(wrong))
        except (OverflowError, TypeError) as e:
            print(function.__name__, type(e).__name__, e if isinstance(e, TypeError) else "")
with tempfile.NamedTemporaryFile() as f:
    os.chown(f.name, -1, -1)
    os.fchown(f.fileno(), -1, -1)
    for ids in (1 << 32, -1), (-1, 1 << 32), (-2, 0), (0, "root"):
        for function, what in (os.chown, f.name), (os.lchown, f.name), (os.fchown, f.fileno()):
            try:
                print(function(what, *ids))
            except (OverflowError, TypeError) as e:
                print(function.__name__, type(e).__name__, e if isinstance(e, TypeError) else "")

warnings.simplefilter("ignore")
for path in bytearray(b"no such file"), memoryview(b"no such file"), b"no such file", "no such file":
    for function in os.chdir, os.stat, os.unlink:
        try:
            function(path)
        except OSError as e:
            print(function.__name__, e.filename is path)
