/* sandbox.c: scripts of other people's, within bounds: 16 MB of memory, some seconds, no files, no
 * processes.
 *
 * Each script gets a runtime of its own and one function of the host's, `answer`, to give its result to.
 * Whatever the script does, the host goes on.
 */
#include <ouro/ouro.h>

#include <stdio.h>
#include <string.h>

static const struct script {
    const char *name, *text;
    double seconds;
} scripts[] = {
    {"honest", "answer(sum(x * x for x in range(100)))", 20},
    {"hungry", "def eat():\n    x = []\n    while True: x.append(bytes(10000))\neat()", 20},
    {"endless", "while True:\n    try:\n        while True: pass\n    except BaseException:\n        pass", 0.5},
    {"curious", "answer(open('/etc/passwd').read())", 20},
    {"violent", "import posix\nposix.kill(posix.getpid(), 9)", 20},
    {"deep", "def f(n): return f(n + 1)\nf(0)", 20},
    {"wrong", "answer('no number')", 20},
};

/* The host's side of one script. */
typedef struct job {
    int64_t answer;
    bool answered;
} job;

static ouro_owned host_answer(ouro_runtime *rt, const ouro_value *args, size_t count)
{
    job *j = ouro_user_data(rt);
    if (!ouro_int_get(rt, args[0], &j->answer)) {
        return OURO_NULL;
    }
    j->answered = true;
    return ouro_own(OURO_NONE);
}

/* Of a traceback only the last line is shown here. */
static void show_error(ouro_runtime *rt)
{
    ouro_owned text = ouro_error_text(rt);
    char *copy = ouro_is_null(ouro_borrow(text)) ? NULL : ouro_str_copy(rt, ouro_borrow(text), NULL);
    if (copy == NULL) {
        printf("  failed, and there is no memory to say how\n");
    } else {
        copy[strlen(copy) - 1] = 0;
        const char *line = strrchr(copy, '\n');
        printf("  %s\n", line != NULL ? line + 1 : copy);
    }
    ouro_free(rt, copy);
    ouro_decref(rt, text);
    ouro_error_clear(rt);
}

static bool run_script(const struct script *script)
{
    static const ouro_function_def answer = {"answer", "number, /", host_answer,
                                             "Gives the host the result."};
    ouro_mem_config memory = {.limit = 16 << 20};
    job j = {0};
    ouro_config config = ouro_config_default();
    config.memory = &memory;
    config.isolated = true;
    config.deny = OURO_DENY_ALL;
    config.user = &j;
    ouro_runtime *rt = ouro_open(&config);
    if (rt == NULL) {
        return false;
    }
    printf("%s:\n", script->name);
    ouro_owned function = ouro_function_new(rt, &answer);
    bool ok =
        ouro_dict_set(rt, ouro_main(rt), "answer", ouro_borrow(function)) && ouro_set_time_limit(rt, script->seconds);
    ouro_decref(rt, function);
    ouro_owned result = ouro_own(OURO_NULL);
    if (ok) {
        result = ouro_run(rt, script->text, "<script>", OURO_MODE_FILE, OURO_NULL);
    }
    if (ouro_is_null(ouro_borrow(result))) {
        show_error(rt);
    }
    ouro_decref(rt, result);
    if (j.answered) {
        printf("  answer: %lld\n", (long long)j.answer);
    }
    return ouro_close(rt) == 0;
}

int main(void)
{
    bool ok = true;
    for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++) {
        ok &= run_script(&scripts[i]);
    }
    return ok ? 0 : 1;
}
