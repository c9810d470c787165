/* startup.c: bench-startup RUNS PROGRAM [ARGUMENT...]: what it costs to start a program and let it end.
 *
 * Prints two numbers: the median of its processor time in milliseconds (user and system), and its peak of
 * resident memory in KiB.  A program of its own, because the peak that the kernel reports for a child begins
 * with the size of the process that made it: the parent must be smaller than what it measures.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Runs the program once, its output thrown away.  False: it could not be run, or failed. */
static int run(char **arguments, double *milliseconds, long *peak)
{
    pid_t child = fork();
    if (child < 0) {
        return 0;
    }
    if (child == 0) {
        int null = open("/dev/null", O_RDWR);
        if (null >= 0) {
            dup2(null, 0);
            dup2(null, 1);
        }
        execv(arguments[0], arguments);
        _exit(127);
    }
    int status;
    struct rusage usage;
    if (wait4(child, &status, 0, &usage) != child || status != 0) {
        return 0;
    }
    *milliseconds = (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e3 +
                    (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e3;
    *peak = usage.ru_maxrss > *peak ? usage.ru_maxrss : *peak;
    return 1;
}

int main(int argc, char **argv)
{
    int runs = argc > 2 ? atoi(argv[1]) : 0;
    if (runs < 1) {
        fprintf(stderr, "usage: bench-startup RUNS PROGRAM [ARGUMENT...]\n");
        return 2;
    }
    double *times = malloc((size_t)runs * sizeof *times);
    long peak = 0;
    int result = 1;
    if (times == NULL) {
        return 1;
    }
    for (int i = 0; i < runs; i++) {
        if (!run(argv + 2, &times[i], &peak)) {
            fprintf(stderr, "bench-startup: %s could not be run, or failed\n", argv[2]);
            goto end;
        }
    }
    qsort(times, (size_t)runs, sizeof *times, compare);
    printf("%.3f %ld\n", times[runs / 2], peak);
    result = 0;
end:
    free(times);
    return result;
}
