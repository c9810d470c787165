/* run_directory.c: see run_directory.h.
 *
 * The folder is used only when it is a folder of this user that nobody else can write to, so that no other user can
 * have ours read a file of their choice.  A number is used again by the system for other processes: so the time at which
 * the process began has to fit.
 */
#include "cli/run_directory.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool run_folder(char folder[PATH_MAX])
{
    const char *runtime = getenv("XDG_RUNTIME_DIR"), *temporary = getenv("TMPDIR");
    struct stat st;
    int n = runtime && *runtime == '/' && access(runtime, W_OK) == 0
                ? snprintf(folder, PATH_MAX, "%s/ouro", runtime)
                : snprintf(folder, PATH_MAX, "%s/ouro-%ld", temporary && *temporary == '/' ? temporary : "/tmp", (long)getuid());
    if (n < 0 || n >= PATH_MAX - 32 || (mkdir(folder, 0700) != 0 && errno != EEXIST)) {
        return false;
    }
    return lstat(folder, &st) == 0 && S_ISDIR(st.st_mode) && st.st_uid == getuid() && !(st.st_mode & 022);
}

/* When a process began, in ticks since the system's start; 0: it is no more (or the system does not tell: then any number
 * fits). */
static unsigned long long run_began(pid_t pid)
{
    char name[64], text[1024];
    snprintf(name, sizeof name, "/proc/%ld/stat", (long)pid);
    FILE *file = fopen(name, "r");
    size_t n = file ? fread(text, 1, sizeof text - 1, file) : 0;
    if (file) {
        fclose(file);
    }
    text[n] = 0;
    char *at = strrchr(text, ')'); /* the name of the program may have blanks and brackets */
    for (int field = 2; at && field < 22; field++) {
        at = strchr(at + 1, ' ');
    }
    return at ? strtoull(at + 1, NULL, 10) : 0;
}

static char run_file[PATH_MAX]; /* of this process; "": not published */

bool run_publish(const char *file)
{
    char folder[PATH_MAX], path[PATH_MAX];
    if (!realpath(file, path) || !run_folder(folder)) {
        return false;
    }
    snprintf(run_file, sizeof run_file, "%.*s/%ld", PATH_MAX - 32, folder, (long)getpid());
    (void)unlink(run_file);
    int fd = open(run_file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0) {
        run_file[0] = 0;
        return false;
    }
    bool ok = dprintf(fd, "%llu\n%s\n", run_began(getpid()), path) > 0;
    ok = close(fd) == 0 && ok;
    if (!ok) {
        run_withdraw();
    }
    return ok;
}

void run_withdraw(void)
{
    if (run_file[0]) {
        (void)unlink(run_file);
        run_file[0] = 0;
    }
}

/* Reads the file of a process; false: it does not tell of one that lives. */
static bool run_read(const char *name, pid_t pid, char file[PATH_MAX])
{
    char text[PATH_MAX + 64];
    int fd = open(name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof text - 1);
    if (fd >= 0) {
        close(fd);
    }
    if (n <= 0 || text[n - 1] != '\n') {
        return false;
    }
    text[n - 1] = 0;
    char *end;
    unsigned long long began = strtoull(text, &end, 10);
    if (*end != '\n' || strlen(end + 1) >= PATH_MAX || began != run_began(pid)) {
        return false;
    }
    strcpy(file, end + 1);
    return true;
}

bool run_find(pid_t pid, char file[PATH_MAX])
{
    char folder[PATH_MAX], name[PATH_MAX];
    if (!run_folder(folder)) {
        return false;
    }
    snprintf(name, sizeof name, "%.*s/%ld", PATH_MAX - 32, folder, (long)pid);
    return run_read(name, pid, file);
}

void run_list(void (*each)(void *context, pid_t pid, const char *file), void *context)
{
    char folder[PATH_MAX], name[PATH_MAX], file[PATH_MAX];
    DIR *entries = run_folder(folder) ? opendir(folder) : NULL;
    const struct dirent *entry;
    while (entries && (entry = readdir(entries))) {
        char *end;
        long pid = strtol(entry->d_name, &end, 10);
        bool temporary = strcmp(end, ".ouro") == 0; /* of a view that a signal ended */
        if (!isdigit((unsigned char)entry->d_name[0]) || (*end && !temporary) || pid <= 0) {
            continue;
        }
        if (temporary) {
            snprintf(name, sizeof name, "%.*s/%ld.ouro", PATH_MAX - 32, folder, pid);
            if (run_began((pid_t)pid) == 0) {
                (void)unlink(name);
            }
            continue;
        }
        snprintf(name, sizeof name, "%.*s/%ld", PATH_MAX - 32, folder, pid);
        if (run_read(name, (pid_t)pid, file)) {
            each(context, (pid_t)pid, file);
        } else if (run_began((pid_t)pid) == 0) {
            (void)unlink(name);
        }
    }
    if (entries) {
        closedir(entries);
    }
}

bool run_temporary(char file[PATH_MAX])
{
    char folder[PATH_MAX];
    if (!run_folder(folder)) {
        return false;
    }
    snprintf(file, PATH_MAX, "%.*s/%ld.ouro", PATH_MAX - 32, folder, (long)getpid());
    return true;
}
