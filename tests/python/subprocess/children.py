# Real children: pipes, exit statuses, environment, directory, descriptors, sessions, and what goes wrong.
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time

PIPE, DEVNULL, STDOUT = subprocess.PIPE, subprocess.DEVNULL, subprocess.STDOUT


def sh(text, **kwargs):
    return subprocess.run(["/bin/sh", "-c", text], capture_output=True, text=True, **kwargs)


print(subprocess.run(["echo", "a b", "c"], capture_output=True))
print(sh("echo out; echo err >&2; exit 3"))
print(sh("cat", input="through").stdout, sh("kill -9 $$").returncode)
print(subprocess.run("echo $FOO; pwd", shell=True, env={"FOO": "bar"}, cwd="/", stdout=PIPE).stdout)
print(subprocess.run(["/bin/sh", "-c", "echo 1; echo 2 >&2"], stdout=PIPE, stderr=STDOUT).stdout)
print(subprocess.call(["false"]), subprocess.getoutput("echo got"), subprocess.getstatusoutput("exit 2"))


def fails(f, *args, **kwargs):
    try:
        print("no error", f(*args, **kwargs))
    except Exception as e:
        print(type(e).__name__, e, getattr(e, "filename", None))


fails(subprocess.run, ["/no/such/program"])
fails(subprocess.run, ["no-such-program-anywhere"])
fails(subprocess.run, ["true"], cwd="/no/such/directory")
fails(subprocess.run, ["/etc/passwd"])
fails(subprocess.run, ["echo", "nul\0"])
fails(subprocess.run, ["true"], env={"a=b": "c"})
fails(subprocess.run, ["true"], preexec_fn=lambda: 1 / 0)
fails(subprocess.check_call, ["false"])
fails(subprocess.run, ["true"], pass_fds=(-1,))
try:
    subprocess.run(["sleep", "60"], timeout=0.1)
except subprocess.TimeoutExpired as e:
    print(type(e).__name__, e.cmd)

# More than a pipe holds, both ways.
child = subprocess.Popen(["cat"], stdin=PIPE, stdout=PIPE)
out, err = child.communicate(b"x" * 300000)
print(len(out), err, child.returncode)

# Descriptors: all closed but those that are passed.
r, w = os.pipe()
os.set_inheritable(w, True)
print(sh("echo x >&%d" % w, close_fds=True).returncode != 0)
print(sh("echo passed >&%d" % w, pass_fds=[w]).returncode, os.read(r, 100))
print(sh("echo left >&%d" % w, close_fds=False).returncode, os.read(r, 100))
high = os.dup2(w, 300, False)
print(sh("ls /proc/self/fd | wc -l").stdout.strip())
for fd in (r, w, high):
    os.close(fd)

# The standard streams in the wrong order: 0 and 1 swapped, 2 in the place of 1.
with tempfile.TemporaryFile() as a, tempfile.TemporaryFile() as b:
    subprocess.run(["/bin/sh", "-c", "echo to a; echo to b >&2"], stdout=a, stderr=b, stdin=DEVNULL)
    a.seek(0), b.seek(0)
    print(a.read(), b.read())

print(sh("ps -o sid= -p $$ | tr -d ' ' ; echo $$", start_new_session=True).stdout.split()[0].isdigit())
child = subprocess.Popen(["sleep", "60"], start_new_session=True)
print(os.getsid(child.pid) == child.pid, os.getpgid(child.pid) == child.pid)
child.terminate()
print(child.wait())
child = subprocess.Popen(["sleep", "60"], process_group=0)
print(os.getsid(child.pid) == os.getsid(0), os.getpgid(child.pid) == child.pid, child.poll())
child.kill()
print(child.wait() == -signal.SIGKILL)
print(sh("umask", umask=0o027).stdout)

# preexec_fn runs in the child alone.
seen = []
print(sh("echo $$", preexec_fn=lambda: (seen.append(1), os.chdir("/")), umask=0o077).returncode, seen)
print(sh("pwd", preexec_fn=lambda: os.chdir("/")).stdout)

# Signals: what Python ignores is default in the child; what the program handles, too.
signal.signal(signal.SIGUSR1, lambda *_: print("not here"))
print(sh("kill -USR1 $$; echo still").returncode == -signal.SIGUSR1)

# Children from many threads at once.
counts = []
threads = [threading.Thread(target=lambda: counts.append(sum(int(sh("echo 1").stdout) for _ in range(4))))
           for _ in range(4)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(counts)

# A timeout ends the wait, not the child.
child = subprocess.Popen(["/bin/sh", "-c", "read x; exit 7"], stdin=PIPE)
fails(child.wait, timeout=0.05)
child.stdin.close()
print(child.wait(timeout=20))

# An exhausted table of processes or descriptors is an error like another.
import _posixsubprocess
fails(_posixsubprocess.fork_exec, ["x"], [b"/bin/true"], True, (3, 3), None, None, -1, -1, -1, -1, -1, -1, 10, 11, True,
      False, -1, None, None, None, -1, None, False)
fails(_posixsubprocess.fork_exec, ["x"], [b"/bin/true"], True, (), None, None, -1, -1, -1, -1, -1, -1, 10, 2, True,
      False, -1, None, None, None, -1, None, False)
