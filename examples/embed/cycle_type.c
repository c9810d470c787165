/* cycle_type.c: a type written in C whose objects take part in cycles, and are found by Python's gc.
 *
 * An Account has an owner and a list of watchers: any Python objects, which may refer back to it.  The type
 * only says where its references lie (account_fields); the collector does the rest.
 */
#include <ouro/ouro.h>

#include <stdio.h>
#include <string.h>

typedef struct account {
    ouro_object object;
    ouro_value owner;    /* owned; OURO_NULL: none */
    ouro_value watchers; /* owned: a list */
    int64_t balance;     /* cents */
} account;

static const ouro_field account_fields[] = {
    {OURO_FIELD_VALUE, offsetof(account, owner), 0, "owner"},
    {OURO_FIELD_VALUE, offsetof(account, watchers), 0, "watchers"},
};

static ouro_type *account_type;

static account *account_of(ouro_runtime *rt, ouro_value v)
{
    return ouro_instance_get(rt, v, account_type);
}

/* Account(owner, balance=0) */
static ouro_owned account_init(ouro_runtime *rt, const ouro_value *args, size_t count)
{
    account *a = account_of(rt, args[0]);
    if (a == NULL || (!ouro_is_null(args[2]) && !ouro_int_get(rt, args[2], &a->balance))) {
        return OURO_NULL;
    }
    ouro_value old_owner = a->owner, old_watchers = a->watchers;
    ouro_owned watchers = ouro_list_new(rt, NULL, 0);
    if (ouro_is_null(watchers)) {
        return OURO_NULL;
    }
    a->owner = ouro_incref(args[1]);
    a->watchers = watchers;
    ouro_decref(rt, old_owner); /* __init__ may be called again */
    ouro_decref(rt, old_watchers);
    return OURO_NONE;
}

static ouro_owned account_pay(ouro_runtime *rt, const ouro_value *args, size_t count)
{
    account *a = account_of(rt, args[0]);
    int64_t cents;
    if (a == NULL || !ouro_int_get(rt, args[1], &cents)) {
        return OURO_NULL;
    }
    if (a->balance + cents < 0) {
        return ouro_raise(rt, OURO_ERROR_VALUE, "only %lld cents are there", (long long)a->balance);
    }
    a->balance += cents;
    /* a watcher may change the list: so the list is owned while it is walked, and looked at anew each time */
    ouro_owned watchers = ouro_incref(a->watchers);
    for (size_t i = 0; (int64_t)i < ouro_length(rt, watchers); i++) {
        ouro_owned watcher = ouro_incref(ouro_list_item(rt, watchers, i));
        ouro_owned done = ouro_call(rt, watcher, (ouro_value[]){args[0], ouro_int(cents)}, 2);
        ouro_decref(rt, watcher);
        if (ouro_is_null(done)) {
            ouro_decref(rt, watchers);
            return OURO_NULL;
        }
        ouro_decref(rt, done);
    }
    ouro_decref(rt, watchers);
    return OURO_NONE;
}

static ouro_owned account_repr(ouro_runtime *rt, const ouro_value *args, size_t count)
{
    account *a = account_of(rt, args[0]);
    return a == NULL ? OURO_NULL
                     : ouro_str_format(rt, "<Account %lld.%02lld>", (long long)a->balance / 100,
                                       (long long)a->balance % 100);
}

static ouro_owned account_owner(ouro_runtime *rt, ouro_value self)
{
    return ouro_incref(account_of(rt, self)->owner);
}

static ouro_owned account_watchers(ouro_runtime *rt, ouro_value self)
{
    return ouro_incref(account_of(rt, self)->watchers);
}

static void account_finalize(ouro_runtime *rt, ouro_object *self)
{
    printf("an account of %lld cents is closed\n", (long long)((account *)(void *)self)->balance);
}

static const ouro_function_def account_methods[] = {
    {"__init__", "self, owner, balance=0", account_init, NULL},
    {"__repr__", "self, /", account_repr, NULL},
    {"pay", "self, cents, /", account_pay, "Adds to the balance and tells the watchers."},
    {0},
};

static const ouro_attribute_def account_attributes[] = {
    {"owner", account_owner, NULL, "Whose it is."},
    {"watchers", account_watchers, NULL, "Who is told: called with the account and the cents."},
    {0},
};

static const ouro_class_def account_class = {
    .name = "bank.Account",
    .doc = "Money that belongs to somebody.",
    .size = sizeof(account),
    .flags = OURO_TYPE_WEAKREF | OURO_CLASS_BASE,
    .fields = account_fields,
    .field_count = sizeof account_fields / sizeof *account_fields,
    .finalize = account_finalize,
    .methods = account_methods,
    .attributes = account_attributes,
};

static bool bank_start(ouro_runtime *rt, ouro_value module)
{
    account_type = ouro_class_create(rt, &account_class);
    return account_type != NULL && ouro_attribute_set(rt, module, "Account", ouro_from_object(account_type));
}

static const ouro_module_def bank = {"bank", "Accounts.", NULL, bank_start};

static const char program[] =
    "import bank, gc, weakref\n"
    "class Person:\n"
    "    def __init__(self, name):\n"
    "        self.name = name\n"
    "        self.account = bank.Account(self, 500)     # a cycle: person, account, person\n"
    "        self.account.watchers.append(self.told)    # and another\n"
    "    def told(self, account, cents):\n"
    "        print(self.name, 'sees', cents, 'and has', account, flush=True)\n"
    "gc.disable()\n"
    "ada = Person('Ada')\n"
    "ada.account.pay(250)\n"
    "try:\n"
    "    ada.account.pay(-10000)\n"
    "except ValueError as e:\n"
    "    print('ValueError:', e, flush=True)\n"
    "gone = weakref.ref(ada.account)\n"
    "del ada\n"
    "print('still there:', gone() is not None, flush=True)\n"
    "gc.collect()\n"
    "print('and now:', gone(), flush=True)\n";

static void show_cycle(void *context, const ouro_gc_cycle *cycle)
{
    if (strstr(cycle->text, "Account") != NULL) {
        printf("found %llu times: %s\n", (unsigned long long)cycle->count, cycle->text);
    }
}

int main(void)
{
    ouro_runtime *rt = ouro_open(NULL);
    if (rt == NULL || !ouro_module_register(rt, &bank) || !ouro_gc_explain(rt, true)) {
        return 1;
    }
    setvbuf(stdout, NULL, _IONBF, 0);
    int status = ouro_run_text(rt, program, "<bank>");
    if (!ouro_gc_cycles(rt, show_cycle, NULL)) {
        status = 1;
    }
    return ouro_close(rt) == 0 ? status : 1;
}
