/* uuid.c: the _uuid module: identifiers by time and machine from the library libuuid, the one file that knows it. */
#include "modules/late_library.h"

#ifdef OURO_UUID

#include "types/bytes.h"
#include "types/containers.h"

#include <uuid/uuid.h>

#define UUID_FUNCTIONS(X) X(uuid_generate_time_safe, int, (unsigned char *))

struct uuid_library {
    late_library library;
    UUID_FUNCTIONS(LATE_POINTER)
};

static ouro_value uuid_make_safe(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    const struct uuid_library *library = (const struct uuid_library *)(void *)rt->modules->libraries[LATE_UUID];
    uuid_t made;
    int is_safe = library->uuid_generate_time_safe(made);
    ouro_value items[2] = {bytes_new(rt, made, sizeof made), ouro_int(is_safe)};
    return tuple_new_made(rt, items, 2);
}

static const method_def uuid_functions[] = {
    {"generate_time_safe", "?", uuid_make_safe, .doc = "(16 bytes, 0 if no two processes can have got the same ones)"},
    {0},
};

static bool uuid_start(ouro_runtime *rt, module_object *module)
{
    static const char *const files[] = {"libuuid.so.1", NULL}, *const names[] = {UUID_FUNCTIONS(LATE_NAME) NULL};
    return late_library_load(rt, LATE_UUID, files, names, sizeof(struct uuid_library)) &&
           module_add_int(rt, module, "has_uuid_generate_time_safe", 1);
}

const module_def uuid_module_def = {
    .name = "_uuid",
    .doc = "Identifiers by time and machine, for the module uuid.",
    .functions = uuid_functions,
    .start = uuid_start,
};

#endif
