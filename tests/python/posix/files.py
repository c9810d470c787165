# posix: files, directories, descriptors, links, status, errors.
import posix as os
import errno
def show(f, *args, **kw):
    try:
        print(repr(f(*args, **kw))[:200])
    except Exception as e:
        print((type(e).__name__ + ': ' + str(e)[:200]).replace(base, 'BASE'), repr(getattr(e, 'filename', None)).replace(base, 'BASE'), getattr(e, 'errno', None))
base = os.environ.get(b'TMPDIR', b'/tmp').decode() + '/ouro-posix-%d' % os.getpid()
os.mkdir(base)
print(os.error is OSError, os.stat_result, os.terminal_size, os.uname_result, os.DirEntry)
for f in [lambda: os.stat([]), lambda: os.stat('a\0b'), lambda: os.stat(b'a\0'), lambda: os.lstat(1), lambda: os.stat('/nope'), lambda: os.stat(-1), lambda: os.open('/nope', 0), lambda: os.open(1, 0), lambda: os.listdir('/nope'), lambda: os.listdir(1.5), lambda: os.scandir('/nope'), lambda: os.mkdir(base), lambda: os.rename('/nope', '/nope2'), lambda: os.rename('/nope', 5), lambda: os.link('/nope', '/x'), lambda: os.symlink('/a', base), lambda: os.readlink(base), lambda: os.unlink('/nope'), lambda: os.rmdir('/nope'), lambda: os.chdir('/nope'), lambda: os.close(9999), lambda: os.read(9999, 1), lambda: os.read(0, -1), lambda: os.write(9999, b''), lambda: os.write(1, 'x'), lambda: os.fstat(9999), lambda: os.lseek(9999, 0, 0), lambda: os.strerror(2), lambda: os.strerror(9999), lambda: os.fspath(5), lambda: os.fspath('x'), lambda: os.fspath(b'x'), lambda: os.sysconf('x'), lambda: os.sysconf('SC_PAGESIZE'), lambda: os.get_terminal_size(9999), lambda: os.putenv('a=b', 'c'), lambda: os.putenv('', 'c'), lambda: os.unsetenv('a=b'), lambda: os.stat(1, dir_fd=2), lambda: os.stat(1, follow_symlinks=False), lambda: os.stat('x', dir_fd='x'), lambda: os.access(base, 0), lambda: os.access('/nope', 0), lambda: os.utime('/nope'), lambda: os.utime(base, (1,)), lambda: os.utime(base, 5), lambda: os.utime(base, (1, 2), ns=(1, 2)), lambda: os.truncate('/nope', 1), lambda: os.dup2(9999, 1000), lambda: os.isatty(9999), lambda: os.chmod('/nope', 0), lambda: os.remove(base), lambda: os.replace('/nope', '/y'), lambda: os.execv('/nope', []), lambda: os.execv('/nope', ['a']), lambda: os.execve('/nope', ['a'], 5), lambda: os.execve('/nope', ['a'], {}), lambda: os.stat(2**70), lambda: os.statvfs('/nope'), lambda: os.close('x'), lambda: os.open('/nope', 0, dir_fd=-5), lambda: os.urandom(-1), lambda: len(os.urandom(5)), lambda: os.umask('x'), lambda: os.kill(2**22 + 1, 0), lambda: os.waitpid(-1, 0), lambda: os.waitstatus_to_exitcode(256), lambda: os.waitstatus_to_exitcode(9), lambda: os.waitstatus_to_exitcode(0x137f), lambda: os.WEXITSTATUS(512), lambda: os.WIFSIGNALED(9), lambda: os.stat(), lambda: os.mkdir(), lambda: os.getcwd(1)]:
    show(f)
class P:
    def __init__(self, p): self.p = p
    def __fspath__(self): return self.p
show(lambda: os.fspath(P('x'))); show(lambda: os.fspath(P(5))); show(lambda: os.stat(P('/nope')))
os.chdir(base)
print(os.getcwd() == base, os.getcwdb() == base.encode())
fd = os.open('file', os.O_RDWR | os.O_CREAT, 0o644)
print(os.write(fd, b'hello world'), os.lseek(fd, 0, 0), os.read(fd, 5), os.read(fd, 100), os.read(fd, 1), os.pread(fd, 5, 6), os.pwrite(fd, b'W', 6), os.lseek(fd, -5, 2), os.read(fd, 9), os.get_inheritable(fd), os.get_blocking(fd), os.isatty(fd))
os.set_inheritable(fd, True); print(os.get_inheritable(fd)); os.set_blocking(fd, True); os.fsync(fd); os.fdatasync(fd); os.ftruncate(fd, 5)
st = os.fstat(fd)
print(st.st_size, st[6], oct(st.st_mode), st.st_nlink, st.st_uid == os.getuid(), type(st.st_mtime), type(st[8]), type(st.st_mtime_ns), len(st), st.st_blksize > 0, st == os.stat('file'), st == os.stat(fd), st.st_mtime_ns // 10**9 == st[8])
d = os.dup(fd); os.close(d); print(os.dup2(fd, 50)); os.close(50); os.close(fd)
os.chmod('file', 0o600); print(oct(os.stat('file').st_mode & 0o777)); os.utime('file', (1000000000, 1234567890.5)); st = os.stat('file'); print(st.st_atime, st.st_mtime, st.st_mtime_ns, st[7]); os.utime('file', ns=(5, 1500000000123456789)); print(os.stat('file').st_atime_ns, os.stat('file').st_mtime_ns)
os.link('file', 'hard'); os.symlink('file', 'soft'); os.symlink('nowhere', b'broken'); os.mkdir('dir', 0o700); os.mkfifo('fifo')
print(os.readlink('soft'), os.readlink(b'soft'), os.stat('file').st_nlink, os.stat('soft').st_ino == os.stat('file').st_ino, os.lstat('soft').st_ino == os.stat('file').st_ino, os.stat('soft', follow_symlinks=False) == os.lstat('soft'))
show(os.stat, 'broken')
print(sorted(os.listdir()), sorted(os.listdir(b'.')), sorted(os.listdir(base)) == sorted(os.listdir('.')))
dfd = os.open('.', os.O_RDONLY)
print(sorted(os.listdir(dfd)), os.stat('file', dir_fd=dfd).st_size, os.access('file', os.R_OK | os.W_OK, dir_fd=dfd)); os.mkdir('sub', dir_fd=dfd); os.rename('sub', 'sub2', src_dir_fd=dfd, dst_dir_fd=dfd); os.rmdir('sub2', dir_fd=dfd)
for name in sorted(e.name for e in os.scandir(dfd)): print(name, end=' ')
print()
os.close(dfd)
entries = sorted(os.scandir(), key=lambda e: e.name)
for e in entries:
    print(e, e.name, e.path, e.is_dir(), e.is_file(), e.is_symlink(), e.is_dir(follow_symlinks=False), e.is_file(follow_symlinks=False), e.inode() == os.lstat(e.path).st_ino, os.fspath(e), e.stat(follow_symlinks=False).st_ino == e.inode(), type(e).__name__)
show(entries[0].stat); show(lambda: e.name.x); show(type(entries[0]))
with os.scandir(base) as it:
    e = next(it); print(e.path == base + '/' + e.name)
show(next, it)
print([type(e.name) for e in os.scandir(b'dir/..')][:1], [e.path for e in os.scandir(b'.') if e.name == b'dir'], [e.path for e in os.scandir('dir/..') if e.name == 'dir'], list(os.scandir('dir')))
os.rename('file', 'moved'); os.replace('moved', 'dir/file'); os.unlink('hard'); os.remove('soft'); os.unlink('broken'); os.unlink('fifo')
show(os.rmdir, 'dir')
os.truncate('dir/file', 3); print(os.stat('dir/file').st_size); os.unlink('dir/file'); os.rmdir('dir')
weird = b'\xff\xfe'
os.close(os.open(weird, os.O_CREAT | os.O_WRONLY)); print(os.listdir(), os.listdir(b'.')); os.unlink(os.listdir()[0])
r, w = os.pipe(); os.write(w, b'ping'); print(os.read(r, 10)); os.close(w); print(os.read(r, 10)); os.close(r)
os.chdir('/'); os.rmdir(base)
old = os.umask(0o22); print(oct(os.umask(old)))
print(os.stat_result(range(10)), os.stat_result(range(19)).st_atime, os.stat_result(range(10)).st_atime)
show(os.stat_result, (1,)); show(os.stat_result, range(30)); show(os.terminal_size, (80, 25)); show(os.terminal_size, (80,))
u = os.uname(); print(u.sysname, u[0], len(u), type(os.times()).__name__, len(os.times()), os.cpu_count() > 0, os.getpid() > 0, os.getppid() > 0, isinstance(os.sched_getaffinity(0), set), isinstance(os.getloadavg()[0], float), os.getpgrp() == os.getpgid(0), os.nice(0) == os.getpriority(0, 0))
pid = os.fork()
if pid == 0: os._exit(7)
print(os.waitpid(pid, 0) == (pid, 7 << 8), os.system('exit 3') >> 8)
pid = os.fork()
if pid == 0: os.execv('/bin/sh', ['sh', '-c', 'exit 5'])
print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
pid = os.fork()
if pid == 0: os.execve('/bin/sh', ['sh', '-c', 'exit $CODE'], {'CODE': '6'})
print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
os.putenv('OURO_TEST', 'x'); print(os.system('test "$OURO_TEST" = x')); os.unsetenv(b'OURO_TEST'); print(os.system('test "$OURO_TEST" = x') >> 8)
print(errno.ENOENT, errno.errorcode[2], errno.errorcode[errno.EAGAIN], errno.errorcode[errno.EDEADLK], len(errno.errorcode), type(os.environ), all(type(k) is bytes for k in os.environ))
