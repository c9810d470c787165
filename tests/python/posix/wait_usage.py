# wait3 and wait4: a child, its status, and what it used.
import os
import resource

pid = os.fork()
if pid == 0:
    big = bytearray(b"x") * 40_000_000
    os._exit(len(big) // 10_000_000)
found, status, used = os.wait4(pid, 0)
print(found == pid, os.waitstatus_to_exitcode(status), type(used) is resource.struct_rusage, len(used))
print(40_000 <= used.ru_maxrss < 400_000, used[2] == used.ru_maxrss, used.ru_utime >= 0, used.ru_minflt > 0)
pid = os.fork()
if pid == 0:
    os._exit(5)
found, status, used = os.wait3(0)
print(found == pid, status == 5 << 8, used.ru_maxrss > 0)
reader, writer = os.pipe()
pid = os.fork()
if pid == 0:
    os.read(reader, 1)
    os._exit(0)
print(os.wait4(pid, os.WNOHANG) == (0, 0, resource.struct_rusage([0] * 16)), os.wait3(os.WNOHANG)[:2])
os.write(writer, b"x")
print(os.wait4(pid=pid, options=0)[0] == pid)
for wait in lambda: os.wait4(pid, 0), lambda: os.wait3(0), lambda: os.wait3(options="x"), lambda: os.wait4(pid):
    try:
        wait()
    except Exception as e:
        print(type(e).__name__)
