#!/usr/bin/env python3
"""ouro top and ouro --live on a pseudo-terminal: live_test.py OURO.

What is drawn (each picture begins at the upper left corner), what keys and a new size do, that the terminal is as it was after
q, after the end, after a signal; and what is printed where there is no terminal.
"""
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time

PROGRAM = '''
import os, sys, time
class Row:
    pass
KEPT = []
def grow():
    for j in range(2000):
        r = Row()
        r.text = "v%d" % len(KEPT)
        KEPT.append(r)
end = time.monotonic() + 600
step = 0
while not os.path.exists(sys.argv[1]) and time.monotonic() < end:
    grow()
    print("step", step, flush=True)
    step += 1
    time.sleep(0.05)
print("the last line")
sys.exit(7)
'''
failures = 0


def stop(name):
    """Ends the program that was started with this argument."""
    with open(name, "w"):
        pass


def check(ok, what):
    global failures
    if not ok:
        failures += 1
        print("FAIL", what, flush=True)


class Terminal:
    """A command on a terminal of its own."""

    def __init__(self, command, rows=30, columns=100):
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.environ["LC_ALL"] = "C.UTF-8"
            os.environ["TERM"] = "xterm"
            time.sleep(0.2)  # until the size and the settings have been taken
            os.execv(command[0], command)
        self.resize(rows, columns)
        self.before = termios.tcgetattr(self.fd)
        self.seen, self.status = "", None

    def resize(self, rows, columns):
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def read(self, seconds):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            ready, _, _ = select.select([self.fd], [], [], 0.05)
            if ready:
                try:
                    data = os.read(self.fd, 65536)
                except OSError:
                    data = b""
                if not data:
                    return False
                self.seen += data.decode("utf-8", "replace")
        return True

    def until(self, condition, what, seconds=120):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if condition(self.picture()):
                return True
            if not self.read(0.1):
                break
        check(condition(self.picture()), "%s; the picture:\n%s" % (what, self.picture()))
        return False

    def picture(self):
        """The last whole picture, without styles."""
        parts = self.seen.split("\033[H")
        whole = [p for p in parts if p.rstrip().endswith("\033[J")] or [""]
        return re.sub(r"\033\[[0-9;?]*[A-Za-z]", "", whole[-1]).replace("\r", "")

    def key(self, text):
        os.write(self.fd, text.encode())

    def end(self, seconds=120):
        """Waits; the status.  The settings of the terminal are compared while it is still there."""
        last = time.monotonic() + seconds
        while time.monotonic() < last:
            self.read(0.05)
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.status = status
                break
        else:
            os.kill(self.pid, signal.SIGKILL)
            check(False, "it did not end")
            os.waitpid(self.pid, 0)
        try:
            check(termios.tcgetattr(self.fd) == self.before, "the terminal is not as it was")
        except termios.error:
            pass
        self.read(0.1)
        os.close(self.fd)
        return self.status

    def plain_again(self):
        enter, leave = self.seen.rfind("\033[?1049h"), self.seen.rfind("\033[?1049l")
        return 0 <= enter < leave and self.seen.rfind("\033[?25h") > enter


def test_live(ouro):
    t = Terminal([ouro, "--live", "program.py", "live.stop"])
    t.until(lambda p: "program.py:11" in p or "program.py:9" in p, "the lines of the program are shown")
    t.until(lambda p: "step 3" in p, "the output of the program is shown")
    picture = t.picture()
    check(all(word in picture for word in ("live ", "peak ", "resident ", "collections ", "growth/s", "q quit")), "the head:\n" + picture)
    check(re.search("[▁▂▃▄▅▆▇█]{20}", picture), "a curve over time")
    rows = picture.split("\n")
    check(len(rows) <= 30 and max(len(r) for r in rows) <= 100, "the picture is larger than the terminal: %d rows" % len(rows))
    live = [float(m[1]) for m in re.finditer(r"^ +([0-9.]+) (?:MB|KB) +[+-]", picture, re.M)]
    check(len(live) >= 3, "rows of the table: %s" % live)
    t.key("t")
    t.until(lambda p: re.search(r"[0-9.]+ k? *Row$", p, re.M) and "by live" in p, "the types, Row among them")
    t.key("tg")
    t.until(lambda p: "by growth" in p and "allocated/s" in p, "sorted by growth")
    t.resize(16, 60)
    t.until(lambda p: p.count("\n") <= 15 and p and max(map(len, p.split("\n"))) <= 60 and "q quit" in p, "smaller")
    stop("live.stop")
    t.until(lambda p: "ended with status 7" in p, "the end of the program is told")
    t.key("q")
    status = t.end()
    check(os.WIFEXITED(status) and os.WEXITSTATUS(status) == 7, "the status is the program's: %s" % status)
    check(t.plain_again(), "the screen was not given back")
    after = t.seen[t.seen.rfind("\033[?1049l"):]
    check("step 0" in after and "the last line" in after, "the program's output follows the view: %r" % after[-300:])


def test_quit_early(ouro):
    t = Terminal([ouro, "--live", "program.py", "quit.stop"])
    t.until(lambda p: "step 2" in p, "the output of the program is shown")
    t.key("q")
    for _ in range(600):
        if t.plain_again() or not t.read(0.2):
            break
    check(t.plain_again(), "q gives the screen back")
    check(os.waitpid(t.pid, os.WNOHANG) == (0, 0), "the program goes on after q")
    stop("quit.stop")
    status = t.end()
    after = t.seen[t.seen.rfind("\033[?1049l"):]
    check(os.WIFEXITED(status) and os.WEXITSTATUS(status) == 7, "the program went on after q: %s" % status)
    check("the last line" in after, "its output went on: %r" % after[-300:])


def test_interrupt(ouro):
    t = Terminal([ouro, "--live", "program.py", "never.stop"])
    t.until(lambda p: "step 2" in p, "the output of the program is shown")
    t.key("\x03")
    t.until(lambda p: "ended" in p, "Ctrl-C ends the program, not the view")
    t.key("q")
    t.end()
    check("KeyboardInterrupt" in t.seen, "the program saw Ctrl-C")
    check(t.plain_again(), "the screen was not given back after Ctrl-C")


def test_killed(ouro):
    t = Terminal([ouro, "--live", "program.py", "never.stop"])
    t.until(lambda p: "step 2" in p, "the output of the program is shown")
    os.kill(t.pid, signal.SIGTERM)
    status = t.end()
    check(os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGTERM, "ended by the signal: %s" % status)
    check(t.plain_again(), "the screen was not given back after a signal")


def recorded(ouro, until, name="run.ouro"):
    program = subprocess.Popen([ouro, "record", "-o", name, "program.py", until], stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)
    for _ in range(600):
        if str(program.pid) in subprocess.run([ouro, "top"], capture_output=True, text=True).stdout:
            return program
        time.sleep(0.05)
    check(False, "the process is not listed")
    return program


def test_top(ouro):
    program = recorded(ouro, "top.stop")
    t = Terminal([ouro, "top", str(program.pid)])
    t.until(lambda p: "process %d" % program.pid in p and "program.py:" in p, "a process that runs already")
    t.key("q")
    check(t.end() == 0 and t.plain_again(), "q")
    check(program.poll() is None, "the program goes on")
    t = Terminal([ouro, "top", str(program.pid)])
    t.until(lambda p: "program.py:" in p, "the same again")
    stop("top.stop")
    t.until(lambda p: "has ended" in p, "the end is told")
    t.key("q")
    t.end()
    check(program.wait() == 7, "the program's status")
    done = subprocess.run([ouro, "top", str(program.pid)], capture_output=True, text=True)
    check(done.returncode == 1 and "there is no process" in done.stderr, "a process that is gone: %s" % done.stderr)
    check(str(program.pid) not in subprocess.run([ouro, "top"], capture_output=True, text=True).stdout, "it is still listed")


def test_without_terminal(ouro):
    program = recorded(ouro, "other.stop", "other.ouro")
    top = subprocess.Popen([ouro, "top", str(program.pid)], stdout=subprocess.PIPE, text=True)
    lines = [top.stdout.readline() for _ in range(2)]
    stop("other.stop")
    lines += top.communicate()[0].splitlines()
    check(top.returncode == 0 and lines[1], "a line a second: %r" % lines)
    check(all(re.match(r"[0-9.:]+ ?s?  live .* peak .* resident .* collections \d+", line) for line in lines), "lines: %r" % lines)
    check("\033" not in "".join(lines), "escape sequences where there is no terminal")
    program.wait()
    with open("out", "w") as out:
        live = subprocess.Popen([ouro, "--live", "program.py", "piped.stop"], stdout=out, stderr=subprocess.PIPE, text=True,
                                stdin=subprocess.DEVNULL)
    said = live.stderr.readline()
    for _ in range(1200):
        with open("out") as f:
            if "step 0" in f.read() or live.poll() is not None:
                break
        time.sleep(0.1)
    stop("piped.stop")
    said += live.communicate()[1]
    with open("out") as f:
        out = f.read()
    check(live.returncode == 7, "the status of --live without a terminal: %d" % live.returncode)
    check(out.startswith("step 0\n") and out.endswith("the last line\n"), "the program's output is its own: %r" % out[:50])
    check(" live " in said and "recorded to" not in said, "lines on standard error: %r" % said)
    for arguments, said in ((["top", "nobody"], "usage"), (["top", "0"], "usage"), (["top", "1"], "is another user's" if os.geteuid() else "is not recorded")):
        done = subprocess.run([ouro] + arguments, capture_output=True, text=True)
        check(done.returncode != 0 and said in done.stderr, "%s: %r" % (arguments, done.stderr))


def test_killed_program(ouro):
    program = recorded(ouro, "never.stop", "killed.ouro")
    program.kill()
    program.wait()
    done = subprocess.run([ouro, "report", "killed.ouro"], capture_output=True, text=True)
    check(done.returncode == 0 and "breaks off" in done.stdout, "the recording of a killed program: %r" % done.stdout)
    check(str(program.pid) not in subprocess.run([ouro, "top"], capture_output=True, text=True).stdout, "a dead process is listed")


def test_report_on_terminals(ouro):
    """The table of ouro report fits the terminal: of a long place the end stays, and counts go first."""
    name = "a_file_of_a_long_name_in_which_an_é_stands_before_the_end_of_its_name.py"
    with open(name, "w", encoding="utf-8") as f:
        f.write("KEPT = [bytearray(100) for i in range(1000)]\n")
    subprocess.run([ouro, "record", "-o", "wide.ouro", name], capture_output=True, check=True)
    for columns in (60, 80, 120):
        terminal = Terminal([ouro, "report", "--lines", "3", "wide.ouro"], 20, columns)
        terminal.read(1.5)
        rows = terminal.seen.replace("\r", "").split("\n")
        start = next(i for i, row in enumerate(rows) if row.split()[:2] == ["live", "growth"])
        check(all(len(row) <= columns for row in rows[start:]), "rows on %d columns: %r" % (columns, rows[start:]))
        check(rows[start + 1].endswith(".py:1 (<module>)") or columns == 60, "the end of a place: %r" % rows[start + 1])
        check(("blocks" in rows[start]) == (columns == 120), "counts on %d columns: %r" % (columns, rows[start]))
        os.waitpid(terminal.pid, 0)
        os.close(terminal.fd)
    said = subprocess.run([ouro, "report", "wide.ouro"], capture_output=True, text=True, env=dict(os.environ, COLUMNS="40"))
    check(name + ":1" in said.stdout, "whole in a pipe: %r" % said.stdout)


def main(argv):
    signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored in a background job, and so in its children
    ouro = os.path.abspath(argv[0])
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        os.mkdir("run", 0o700)
        os.environ["XDG_RUNTIME_DIR"] = os.path.join(folder, "run")
        with open("program.py", "w", encoding="utf-8") as f:
            f.write(PROGRAM)
        for test in (test_live, test_quit_early, test_interrupt, test_killed, test_top, test_without_terminal, test_killed_program, test_report_on_terminals):
            test(ouro)
        check(os.listdir("run/ouro") == [], "left behind: %s" % os.listdir("run/ouro"))
        os.chdir("/")
    print("live: %s" % ("ok" if not failures else "%d failures" % failures))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
