/* denied_test.c: every door that a program could leave by, tried under each denial: files, sockets, processes, mappings,
 * descriptors, what the library in Python makes of them, and each function of the native modules by itself. */
#include "embed_test.h"

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* A program: runs each line of its list, tells which did not raise what a denial raises. */
static const char head[] =
    "def tried(texts):\n"
    "    for text in texts.split('\\n'):\n"
    "        if not text: continue\n"
    "        names = {'__builtins__': __builtins__}\n"
    "        try:\n"
    "            exec(text, names)\n"
    "        except (PermissionError, ImportError):\n"
    "            continue\n"
    "        except AttributeError as e:\n"
    "            if not str(e).startswith(\"module 'os' has no attribute\"):\n"
    "                print(e, '|', text)\n"
    "        except BaseException as e:\n"
    "            print('raised', type(e).__name__, e, '|', text)\n"
    "        else:\n"
    "            print('went through |', text)\n";

/* Not there, or refused: whatever is denied. */
static const char modules[] =
    "for name in ('_socket _posixsubprocess mmap fcntl select _signal resource termios faulthandler pwd grp marshal _imp '\n"
    "             '_tracemalloc tracemalloc _ctypes _multiprocessing _ouro ouro guppy objgraph pympler syslog readline _ssl '\n"
    "             '_posixshmem _crypt spwd ossaudiodev _heapy memory_profiler').split():\n"
    "    tried('import ' + name)\n";

static const char files[] =
    "tried('''\n"
    "open('/etc/passwd')\n"
    "open('/tmp/ouro-denied', 'w')\n"
    "open(1, 'w')\n"
    "open(b'/etc/passwd', 'rb')\n"
    "import io; io.open('/etc/passwd')\n"
    "import io; io.open_code('/etc/passwd')\n"
    "import io; io.FileIO('/etc/passwd')\n"
    "import io; io.FileIO(1, 'w')\n"
    "import io; io.FileIO('x', opener=lambda *a: 1)\n"
    "import _io; _io.FileIO.__new__(_io.FileIO).__init__('/etc/passwd')\n"
    "import _io; type('F', (_io.FileIO,), {})('/etc/passwd')\n"
    "''')\n";

static const char library_files[] =
    "tried('''\n"
    "import os; os.open('/etc/passwd', 0)\n"
    "import os; os.listdir()\n"
    "import os; os.scandir('/')\n"
    "import os; os.stat('/')\n"
    "import os; os.lstat('/')\n"
    "import os; os.fstat(0)\n"
    "import os; os.read(0, 1)\n"
    "import os; os.write(1, b'x')\n"
    "import os; os.close(0)\n"
    "import os; os.dup(0)\n"
    "import os; os.dup2(0, 9)\n"
    "import os; os.pipe()\n"
    "import os; os.remove('/tmp/ouro-denied')\n"
    "import os; os.mkdir('/tmp/ouro-denied')\n"
    "import os; os.rename('/tmp/ouro-denied', '/tmp/x')\n"
    "import os; os.symlink('/', '/tmp/ouro-denied')\n"
    "import os; os.link('/etc/passwd', '/tmp/ouro-denied')\n"
    "import os; os.chdir('/')\n"
    "import os; os.getcwd()\n"
    "import os; os.chmod('/tmp', 0)\n"
    "import os; os.truncate('/tmp/ouro-denied', 0)\n"
    "import os; os.readlink('/proc/self/exe')\n"
    "import os; os.access('/', 0)\n"
    "import os; os.mkfifo('/tmp/ouro-denied')\n"
    "import os; os.utime('/tmp')\n"
    "import os; os.statvfs('/')\n"
    "import os; os.openpty()\n"
    "import os; os.memfd_create('x')\n"
    "import os; os.eventfd(0)\n"
    "import os; os.sendfile(1, 0, 0, 1)\n"
    "import os; os.chroot('/')\n"
    "import os; os.set_inheritable(1, True)\n"
    "import os; os.fdopen(1, 'w')\n"
    "import os; os.listxattr('/')\n"
    "import pathlib; pathlib.Path('/etc/passwd').read_text()\n"
    "import pathlib; pathlib.Path('/tmp/ouro-denied').touch()\n"
    "import shutil; shutil.copy('/etc/passwd', '/tmp/ouro-denied')\n"
    "import tempfile; tempfile.TemporaryFile(dir='/tmp')\n"
    "import codecs; codecs.open('/etc/passwd')\n"
    "import tokenize; tokenize.open('/etc/passwd')\n"
    "import fileinput; list(fileinput.input('/etc/passwd'))\n"
    "import keyword; keyword.__spec__.loader.get_data('/etc/passwd')\n"
    "import importlib.machinery as m; m.SourceFileLoader('x', '/etc/passwd').get_data('/etc/passwd')\n"
    "import zipfile; zipfile.ZipFile('/tmp/ouro-denied', 'w')\n"
    "import logging; logging.FileHandler('/tmp/ouro-denied')\n"
    "import socket; socket.socket()\n"
    "import socket; socket.create_connection(('127.0.0.1', 1))\n"
    "import urllib.request; urllib.request.urlopen('file:///etc/passwd')\n"
    "import mmap; mmap.mmap(-1, 10)\n"
    "import ctypes; ctypes.CDLL(None)\n"
    "''')\n"
    "import linecache\n"
    "assert linecache.getlines('/etc/passwd') == [] and linecache.getline('/etc/passwd', 1) == ''\n"
    "import warnings\n"
    "warnings.warn_explicit('told', UserWarning, '/etc/passwd', 1)\n";

static const char library_processes[] =
    "tried('''\n"
    "import os; os.fork()\n"
    "import os; os.forkpty()\n"
    "import os; os.execv('/bin/true', ['true'])\n"
    "import os; os.execve('/bin/true', ['true'], {})\n"
    "import os; os.execlp('true', 'true')\n"
    "import os; os.spawnv(os.P_WAIT, '/bin/true', ['true'])\n"
    "import os; os.posix_spawn('/bin/true', ['true'], {})\n"
    "import os; os.posix_spawnp('true', ['true'], {})\n"
    "import os; os.system('true')\n"
    "import os; os.popen('true')\n"
    "import os; os.kill(os.getpid(), 0)\n"
    "import os; os.killpg(0, 0)\n"
    "import os; os.abort()\n"
    "import os; os._exit(3)\n"
    "import os; os.wait()\n"
    "import os; os.waitpid(-1, 1)\n"
    "import os; os.nice(0)\n"
    "import os; os.umask(0)\n"
    "import os; os.setsid()\n"
    "import os; os.setuid(os.getuid())\n"
    "import os; os.sched_setaffinity(0, {0})\n"
    "import os; os.setpgid(0, 0)\n"
    "import os; os.pidfd_open(os.getpid())\n"
    "import os; os.setpriority(0, 0, 0)\n"
    "import subprocess; subprocess.run(['true'])\n"
    "import subprocess; subprocess.check_output('true', shell=True)\n"
    "import signal; signal.raise_signal(0)\n"
    "import signal; signal.alarm(0)\n"
    "import pty; pty.spawn('true')\n"
    "import multiprocessing; multiprocessing.Process(target=print).start()\n"
    "import resource; resource.setrlimit(0, (0, 0))\n"
    "import faulthandler; faulthandler._sigsegv()\n"
    "import time; time.clock_settime(0, -1)\n"
    "import time; time.clock_settime_ns(0, -1)\n"
    "''')\n";

/* Each function of posix under each kind: what is neither denied nor known to be harmless is a hole. */
static const char each[] =
    "import posix\n"
    "known = set('''WCOREDUMP WEXITSTATUS WIFCONTINUED WIFEXITED WIFSIGNALED WIFSTOPPED WSTOPSIG WTERMSIG cpu_count ctermid\n"
    "  device_encoding fspath get_terminal_size getegid geteuid getgid getgroups getloadavg getpgrp getpid getppid getrandom getuid\n"
    "  isatty major makedev minor register_at_fork sched_yield strerror sysconf times uname urandom waitstatus_to_exitcode'''.split())\n"
    "denied = [n for n in dir(posix) if getattr(posix, n).__class__ is len.__class__ and getattr(posix, n).__name__ == 'denied']\n"
    "open_ = [n for n in dir(posix) if getattr(posix, n).__class__ is len.__class__ and n not in denied]\n"
    "print(*sorted(set(open_) - known))\n";

static void try(uint32_t deny, const char *const *parts, const char *expected, const char *error)
{
    caught c = {0};
    ouro_config config = caught_config(&c);
    config.deny = deny;
    ouro_runtime *rt = ouro_open(&config);
    EXPECT(rt != NULL);
    for (size_t i = 0; parts[i] != NULL; i++) {
        EXPECT(ouro_run_text(rt, parts[i], "<denied>") == 0);
    }
    if (strcmp(c.output, expected) != 0 || (error != NULL && strcmp(c.error, error) != 0)) {
        printf("deny %u:\n%s%s", deny, c.output, c.error);
        EXPECT(!"as expected");
    }
    EXPECT(ouro_close(rt) == 0 && c.leaks == 0 && c.misuses == 0);
}

int main(void)
{
    static const char warning[] = "/etc/passwd:1: UserWarning: told\n";
    const char *all[] = {head, modules, files, each, NULL};
    try(OURO_DENY_ALL, all, "\n", "");
    const char *only_files[] = {head, modules, files, library_files, NULL};
    try(OURO_DENY_FILES, only_files, "", warning);
    const char *only_processes[] = {head, modules, library_processes, NULL};
    try(OURO_DENY_PROCESSES, only_processes, "", "");
    const char *both[] = {head, modules, files, library_files, library_processes, each, NULL};
    try(OURO_DENY_FILES | OURO_DENY_PROCESSES, both, "putenv unsetenv\n", warning); /* what OURO_DENY_ENVIRONMENT is for */
    EXPECT(access("/tmp/ouro-denied", F_OK) != 0);
    EXPECT(waitpid(-1, NULL, WNOHANG) < 0); /* no child was made */
    struct stat s;
    EXPECT(fstat(0, &s) == 0 && fstat(1, &s) == 0 && fstat(2, &s) == 0); /* and nothing of the host's closed */
    return embed_result();
}
