/* limits_test.c: what keeps a program within bounds: stop, interrupt, time and memory limits, denials. */
#include "embed_test.h"

#include <pthread.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static ouro_runtime *target;
static volatile bool use_stop;
static int ready[2]; /* a pipe */

/* The program is where it is to be disturbed; %d: the pipe. */
#define READY "__import__('posix').write(%d, b'.')\n"

static void *from_outside(void *unused)
{
    char byte;
    EXPECT(read(ready[0], &byte, 1) == 1);
    usleep(50000);
    if (use_stop) {
        ouro_stop(target);
    } else {
        ouro_interrupt(target);
    }
    return NULL;
}

static void in_handler(int number)
{
    ouro_interrupt(target);
}

/* Runs a text with READY in it while another thread stops or interrupts it. */
static int run_disturbed(ouro_runtime *rt, const char *format, bool stop)
{
    pthread_t thread;
    char text[400];
    target = rt;
    use_stop = stop;
    EXPECT(pipe(ready) == 0);
    snprintf(text, sizeof text, format, ready[1]);
    pthread_create(&thread, NULL, from_outside, NULL);
    int status = ouro_run_text(rt, text, "<disturbed>");
    pthread_join(thread, NULL);
    close(ready[0]);
    close(ready[1]);
    return status;
}

static void test_interrupt(void)
{
    caught c = {0};
    ouro_config config = caught_config(&c);
    ouro_runtime *rt = ouro_open(&config);
    EXPECT(run_disturbed(rt, READY "while True: pass", false) == 130);
    EXPECT(strstr(c.error, "KeyboardInterrupt") != NULL);
    caught_reset(&c);
    /* it can be caught, and goes on */
    EXPECT(run_disturbed(rt,
                         "try:\n    " READY "    while True: pass\nexcept KeyboardInterrupt:\n    print('caught')\n"
                         "print('goes on')",
                         false) == 0);
    EXPECT(strcmp(c.output, "caught\ngoes on\n") == 0);
    if (embed_failures) {
        printf("%s%s", c.output, c.error);
    }
    /* a sleep ends */
    double start = now();
    EXPECT(run_disturbed(rt, "import time\n" READY "time.sleep(1000)", false) == 130);
    EXPECT(now() - start < 100);
    /* from a signal handler */
    struct sigaction action = {.sa_handler = in_handler}, before;
    sigaction(SIGALRM, &action, &before);
    alarm(1);
    start = now();
    EXPECT(ouro_run_text(rt, "import time\ntime.sleep(1000)", "<signal>") == 130);
    EXPECT(now() - start < 100);
    sigaction(SIGALRM, &before, NULL);
    EXPECT(ouro_close(rt) == 0 && c.misuses == 0);
}

/* Programs that will not end, some of them unwilling to. */
static const char *const endless[] = {
    "while True: pass",
    "def f():\n    f2()\ndef f2():\n    pass\nwhile True: f()",
    "while True:\n    try:\n        while True: pass\n    except BaseException:\n        pass",
    "def f():\n    try:\n        while True: pass\n    finally:\n        f()\nf()",
    "import itertools\nsum(itertools.repeat(0))",
    "import itertools\nfor x in itertools.repeat(0): pass",
    "import itertools\nany(itertools.repeat(0))",
    "import time\ntime.sleep(1000)",
    "class C:\n    def __del__(self):\n        while True: pass\nC()\nwhile True: pass",
    "[x for x in iter(int, 1)]",
    "x = None\nwhile x is None: pass",
    "x = 1\nwhile x is not None: pass",
    "x = 1\nwhile x == 1: pass",
    "x = 1\nwhile not x > 2: pass",
    "def f(x):\n    while x is None: pass\nf(None)",
    "def f(x):\n    while x < 3: pass\nf(1)",
    "x = 1\nwhile x in (1, 2) or x: pass",
    ("def g():\n    while True:\n        try:\n            yield\n        except BaseException:\n            pass\n"
     "for x in g(): pass"),
};

static void test_time_limit(void)
{
    for (size_t i = 0; i < sizeof endless / sizeof *endless; i++) {
        caught c = {0};
        ouro_config config = caught_config(&c);
        ouro_runtime *rt = ouro_open(&config);
        EXPECT(ouro_set_time_limit(rt, 0.1));
        double start = now();
        EXPECT(ouro_run_text(rt, endless[i], "<endless>") == 1);
        EXPECT(ouro_is_stopped(rt));
        EXPECT(now() - start < 100);
        if (strstr(c.error, "ouro.Stopped: the time limit of 0.1 seconds is over") == NULL) {
            printf("program %zu: %s\n", i, c.error);
            EXPECT(!"a message");
        }
        /* what runs at the end is stopped too */
        EXPECT(ouro_close(rt) == 0);
        EXPECT(c.leaks == 0 && c.misuses == 0);
    }
    caught c = {0};
    ouro_config config = caught_config(&c);
    ouro_runtime *rt = ouro_open(&config);
    EXPECT(ouro_set_time_limit(rt, 60));
    EXPECT(ouro_set_time_limit(rt, 0.05));
    EXPECT(ouro_is_null(ouro_run(rt, "while True: pass", "<x>", OURO_MODE_FILE, OURO_NULL)));
    EXPECT(ouro_failed_with(rt, OURO_ERROR_STOPPED) && ouro_failed_with(rt, OURO_ERROR_BASE) &&
           !ouro_failed_with(rt, OURO_ERROR_ANY));
    ouro_error_clear(rt);
    EXPECT(ouro_is_null(ouro_run(rt, "def f(): pass\nf()", "<x>", OURO_MODE_FILE, OURO_NULL)));
    ouro_error_clear(rt);
    /* and then it can go on */
    ouro_resume(rt);
    EXPECT(!ouro_is_stopped(rt));
    EXPECT(ouro_set_time_limit(rt, 60));
    EXPECT(ouro_run_text(rt, "print(sum(range(10)))", "<x>") == 0);
    EXPECT(ouro_set_time_limit(rt, 0));
    EXPECT(ouro_close(rt) == 0);
    /* an exit function and a finalizer that do not end */
    caught_reset(&c);
    rt = ouro_open(&config);
    EXPECT(
        ouro_run_text(rt,
                      "import atexit\nclass C:\n    def __del__(self):\n        while True: pass\nx = C()\n"
                      "@atexit.register\ndef f():\n    while True: pass\n",
                      "<x>") == 0);
    EXPECT(ouro_set_time_limit(rt, 0.1));
    double start = now();
    EXPECT(ouro_close(rt) == 0);
    EXPECT(now() - start < 100);
    /* stop from outside */
    rt = ouro_open(&config);
    caught_reset(&c);
    char text[300];
    snprintf(text, sizeof text, "%s%s", READY, endless[2]);
    EXPECT(run_disturbed(rt, text, true) == 1);
    EXPECT(strstr(c.error, "ouro.Stopped: stopped by the host") != NULL);
    EXPECT(ouro_close(rt) == 0);
}

static void test_memory_limit(void)
{
    caught c = {0};
    ouro_config config = caught_config(&c);
    ouro_mem_config memory = {.limit = 8 << 20, .decay_ms = -1};
    config.memory = &memory;
    ouro_runtime *rt = ouro_open(&config);
    EXPECT(rt != NULL);
    EXPECT(ouro_run_text(rt, "def f():\n    x = []\n    while True: x.append(bytes(1000))\nf()", "<big>") ==
           1);
    EXPECT(strstr(c.error, "MemoryError") != NULL || strstr(c.error, "no memory") != NULL);
    EXPECT(ouro_run_text(rt, "print('still here', len(bytes(1000000)))", "<big>") == 0);
    EXPECT(strstr(c.output, "still here 1000000") != NULL);
    EXPECT(ouro_close(rt) == 0 && c.leaks == 0);
    memory.limit = 100000; /* too little to open at all */
    EXPECT(ouro_open(&config) == NULL);
}

/* Each expression must raise PermissionError (or ImportError). */
static const char *const denied[] = {
    "open('/etc/passwd')",
    "open(0)",
    "open('/tmp/ouro-sandbox', 'w')",
    "__import__('_io').FileIO('/etc/passwd')",
    "__import__('_io').FileIO.__new__(__import__('_io').FileIO).__init__('/etc/passwd')",
    "__import__('_io').open_code('/etc/passwd')",
    "__import__('posix').open('/etc/passwd', 0)",
    "__import__('posix').listdir('/')",
    "__import__('posix').read(0, 10)",
    "__import__('posix').stat('/')",
    "__import__('posix').unlink('/tmp/ouro-sandbox')",
    "__import__('posix').scandir('/')",
    "__import__('posix').fork()",
    "__import__('posix').system('true')",
    "__import__('posix').execv('/bin/true', ['true'])",
    "__import__('posix').kill(1, 0)",
    "__import__('posix')._exit(1)",
    "__import__('posix').abort()",
    "__import__('posix').putenv('a', 'b')",
    "__import__('mmap')",
    "__import__('resource')",
    "__import__('_ouro')",
    "__import__('os')",
    "__import__('sys').stdin.fileno()",
};

static void test_sandbox(void)
{
    caught c = {.input = "line\n"};
    ouro_config config = caught_config(&c);
    config.deny = OURO_DENY_ALL;
    ouro_runtime *rt = ouro_open(&config);
    for (size_t i = 0; i < sizeof denied / sizeof *denied; i++) {
        ouro_owned v = ouro_eval(rt, denied[i]);
        if (!ouro_is_null(v) ||
            !(ouro_failed_with(rt, OURO_ERROR_PERMISSION) || ouro_failed_with(rt, OURO_ERROR_IMPORT) ||
              ouro_failed_with(rt, OURO_ERROR_OS))) {
            printf("not denied: %s\n", denied[i]);
            ouro_error_print(rt);
            printf("%s", c.error);
            EXPECT(!"denied");
        }
        ouro_error_clear(rt);
        embed_checks++;
    }
    EXPECT(access("/tmp/ouro-sandbox", F_OK) != 0);
    caught_reset(&c);
    EXPECT(ouro_run_text(rt,
                         "import posix, sys, math, itertools, gc\n"
                         "print(posix.environ, posix.getpid() > 0, posix.strerror(1), posix.fspath('x'))\n"
                         "print(input(), math.pi > 3)\n"
                         "1/0",
                         "/etc/passwd") == 1);
    EXPECT(strcmp(c.output, "{} True Operation not permitted x\nline True\n") == 0);
    /* the traceback shows no line of the file that the program says it is */
    EXPECT(strstr(c.error, "root") == NULL &&
           strstr(c.error, "line 4, in <module>\nZeroDivisionError") != NULL);
    EXPECT(ouro_close(rt) == 0 && c.leaks == 0);

    /* each denial alone leaves the rest */
    config.deny = OURO_DENY_PROCESSES;
    config.read_input = NULL;
    rt = ouro_open(&config);
    EXPECT(ouro_run_text(rt, "import posix\nposix.stat('/')\nopen('/dev/null').close()\nimport keyword",
                         "<x>") == 0);
    EXPECT(ouro_is_null(ouro_eval(rt, "posix.fork()")) && ouro_failed_with(rt, OURO_ERROR_PERMISSION));
    EXPECT(ouro_close(rt) == 0);
    config.deny = OURO_DENY_FILES;
    rt = ouro_open(&config);
    EXPECT(ouro_run_text(
               rt,
               "import os, sys, keyword\nassert sys.stdin is None\nos.getpgid(0)\n"
               "assert os.environ\ntry:\n    os.listdir('/')\nexcept PermissionError:\n    print('no')",
               "<x>") == 0);
    EXPECT(ouro_close(rt) == 0);
    config.deny = OURO_DENY_IMPORTS;
    rt = ouro_open(&config);
    EXPECT(ouro_run_text(rt,
                         "open('/dev/null').close()\nimport math\ntry:\n    import keyword\n"
                         "except ImportError:\n    print('no')",
                         "<x>") == 0);
    EXPECT(ouro_close(rt) == 0);
    EXPECT(c.misuses == 0);
}

static void test_module_path(void)
{
    char directory[] = "/tmp/ouro-embed-XXXXXX", path[64];
    EXPECT(mkdtemp(directory) != NULL);
    snprintf(path, sizeof path, "%s/mine.py", directory);
    FILE *f = fopen(path, "w");
    fputs("value = 5\n", f);
    fclose(f);
    caught c = {0};
    ouro_config config = caught_config(&c);
    const char *const module_path[] = {directory, NULL};
    config.module_path = module_path;
    config.deny = OURO_DENY_FILES;
    ouro_runtime *rt = ouro_open(&config);
    EXPECT(ouro_run_text(rt, "import mine\nprint(mine.value)", "<x>") == 0);
    EXPECT(strcmp(c.output, "5\n") == 0);
    EXPECT(ouro_close(rt) == 0);
    unlink(path);
    rmdir(directory);
}

int main(void)
{
    test_interrupt();
    test_time_limit();
    test_memory_limit();
    test_sandbox();
    test_module_path();
    return embed_result();
}
