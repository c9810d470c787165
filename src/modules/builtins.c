/* builtins.c: the builtins module: its table of functions, its types and constants, and the functions that reach
 * into the evaluation (compile, eval, exec, globals, import).
 *
 * The functions that need no frame are in builtins_objects.c, builtins_iteration.c and builtins_io.c.
 */
#include "modules/builtins.h"
#include "modules/warnings.h"

#include "types/containers.h"
#include "types/error.h"
#include "types/error_private.h"
#include "types/protocol.h"
#include "types/str.h"
#include "vm/vm.h"

#include <limits.h>

/* ---- the evaluation ------------------------------------------------------------------------------------- */

static ouro_value builtins_globals(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    ouro_value globals = vm_current_globals(rt);
    return ouro_is_null(globals) ? OURO_NONE : value_incref(globals);
}

static ouro_value builtins_locals(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return vm_current_locals(rt);
}

static ouro_value builtins_or_none(const ouro_value *args, size_t nargs, size_t i)
{
    ouro_value v = arg_or_null(args, nargs, i);
    return ouro_is_null(v) ? OURO_NONE : v;
}

/* compile(source, filename, mode, flags=0, dont_inherit=False, optimize=-1, *, _feature_version=-1) */
static ouro_value builtins_compile(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int64_t flags = 0, optimize = -1;
    ouro_value given = arg_or_null(args, nargs, 3);
    if (!ouro_is_null(given) && !object_as_index(rt, given, &flags, false)) {
        return OURO_NULL;
    }
    given = arg_or_null(args, nargs, 4);
    int dont_inherit = ouro_is_null(given) ? 0 : object_truth(rt, given);
    if (dont_inherit < 0) {
        return OURO_NULL;
    }
    given = arg_or_null(args, nargs, 5);
    if (!ouro_is_null(given) && !object_as_index(rt, given, &optimize, false)) {
        return OURO_NULL;
    }
    if (optimize < -1 || optimize > 2) {
        return error_value(rt, "compile(): invalid optimize value");
    }
    int64_t version = -1;
    given = arg_or_null(args, nargs, 6);
    if (!ouro_is_null(given) && !object_as_index(rt, given, &version, false)) {
        return OURO_NULL;
    }
    if (version < INT_MIN || version > INT_MAX) {
        return error_overflow(rt, "Python int too large to convert to C int");
    }
    return vm_builtin_compile(rt, args[0], args[1], args[2], flags, dont_inherit > 0, (int)optimize, (int)version);
}

static ouro_value builtins_eval(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return vm_builtin_eval(rt, args[0], builtins_or_none(args, nargs, 1), builtins_or_none(args, nargs, 2));
}

static ouro_value builtins_exec(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    return vm_builtin_exec(rt, args[0], builtins_or_none(args, nargs, 1), builtins_or_none(args, nargs, 2),
                           builtins_or_none(args, nargs, 3));
}

/* __import__(name, globals=None, locals=None, fromlist=(), level=0) */
static ouro_value builtins_import(ouro_runtime *rt, const ouro_value *args, size_t nargs)
{
    int64_t level = 0;
    ouro_value given = arg_or_null(args, nargs, 4);
    if (!value_is_str(rt, args[0])) {
        return error_type(rt, "module name must be a string");
    }
    if (!ouro_is_null(given) && !object_as_index(rt, given, &level, false)) {
        return OURO_NULL;
    }
    return import_builtin(rt, args[0], builtins_or_none(args, nargs, 1), builtins_or_none(args, nargs, 3), level);
}

static ouro_value builtins_build_class(ouro_runtime *rt, const ouro_value *args, size_t nargs, ouro_value kwnames)
{
    return vm_build_class(rt, args, nargs, kwnames);
}

/* sys.breakpointhook(*args, **kwargs) */
static ouro_value builtins_breakpoint(ouro_runtime *rt, const ouro_value *args, size_t nargs, ouro_value kwnames)
{
    ouro_value name = str_intern_cstring(rt, "breakpointhook");
    if (ouro_is_null(name)) {
        return OURO_NULL;
    }
    ouro_value hook = error_sys_attribute(rt, name);
    value_decref(rt, name);
    if (ouro_is_null(hook)) {
        return error_runtime(rt, "lost sys.breakpointhook");
    }
    ouro_value result = object_call(rt, hook, args, nargs, kwnames);
    value_decref(rt, hook);
    return result;
}

/* ---- the module ----------------------------------------------------------------------------------------- */

static const method_def builtins_functions[] = {
    {"__build_class__", NULL, NULL, builtins_build_class, 0,
     "__build_class__(func, name, /, *bases, [metaclass], **kwds) -> class\n\nInternal helper function used by the "
     "class statement."},
    {"__import__", "?name, globals=None, locals=None, fromlist=(), level=0", builtins_import, NULL, 0,
     "Import a module.\n\nBecause this function is meant for use by the Python\ninterpreter and not for general use, it "
     "is better to use\nimportlib.import_module() to programmatically import a module."},
    {"abs", "x, /", builtins_abs, NULL, 0, "Return the absolute value of the argument."},
    {"aiter", "async_iterable, /", builtins_aiter, NULL, 0,
     "Return an AsyncIterator for an AsyncIterable object."},
    {"all", "iterable, /", builtins_all, NULL, 0,
     "Return True if bool(x) is True for all values x in the iterable.\n\nIf the iterable is empty, return True."},
    {"anext", "?aiterator, default=None, /", builtins_anext, NULL, 0,
     "Return the next item from the async iterator.\n\nIf default is given and the async iterator is exhausted,\nit is "
     "returned instead of raising StopAsyncIteration."},
    {"any", "iterable, /", builtins_any, NULL, 0,
     "Return True if bool(x) is True for any x in the iterable.\n\nIf the iterable is empty, return False."},
    {"ascii", "obj, /", builtins_ascii, NULL, 0, "Return an ASCII-only representation of an object."},
    {"bin", "number, /", builtins_bin, NULL, 0, "Return the binary representation of an integer."},
    {"breakpoint", NULL, NULL, builtins_breakpoint, 0,
     "breakpoint(*args, **kws)\n\nCall sys.breakpointhook(*args, **kws).  sys.breakpointhook() must accept\nwhatever "
     "arguments are passed."},
    {"callable", "obj, /", builtins_callable, NULL, 0,
     "Return whether the object is callable (i.e., some kind of function).\n\nNote that classes are callable, as are "
     "instances of classes with a\n__call__() method."},
    {"chr", "i, /", builtins_chr, NULL, 0,
     "Return a Unicode string of one character with ordinal i; 0 <= i <= 0x10ffff."},
    {"compile",
     "source, filename, mode, flags=0, dont_inherit=False, optimize=-1, *, _feature_version=-1", builtins_compile,
     NULL, 0, "Compile source into a code object that can be executed by exec() or eval()."},
    {"delattr", "obj, name, /", builtins_delattr, NULL, 0,
     "Deletes the named attribute from the given object.\n\ndelattr(x, 'y') is equivalent to ``del x.y``"},
    {"dir", "?object=None, /", builtins_dir, NULL, 0, "dir([object]) -> list of strings"},
    {"divmod", "x, y, /", builtins_divmod, NULL, 0,
     "Return the tuple (x//y, x%y).  Invariant: div*y + mod == x."},
    {"eval", "source, globals=None, locals=None, /", builtins_eval, NULL, 0,
     "Evaluate the given source in the context of globals and locals."},
    {"exec", "source, globals=None, locals=None, /, *, closure=None", builtins_exec, NULL, 0,
     "Execute the given source in the context of globals and locals."},
    {"format", "value, format_spec='', /", builtins_format, NULL, 0,
     "Return value.__format__(format_spec)"},
    {"getattr", "?object, name, default=None, /", builtins_getattr, NULL, 0,
     "getattr(object, name[, default]) -> value\n\nGet a named attribute from an object; getattr(x, 'y') is equivalent "
     "to x.y."},
    {"globals", "", builtins_globals, NULL, 0,
     "Return the dictionary containing the current scope's global variables."},
    {"hasattr", "obj, name, /", builtins_hasattr, NULL, 0,
     "Return whether the object has an attribute with the given name.\n\nThis is done by calling getattr(obj, name) and "
     "catching AttributeError."},
    {"hash", "obj, /", builtins_hash, NULL, 0, "Return the hash value for the given object."},
    {"hex", "number, /", builtins_hex, NULL, 0, "Return the hexadecimal representation of an integer."},
    {"id", "obj, /", builtins_id, NULL, 0, "Return the identity of an object."},
    {"input", "prompt='', /", builtins_input, NULL, 0,
     "Read a string from standard input.  The trailing newline is stripped."},
    {"isinstance", "obj, class_or_tuple, /", builtins_isinstance, NULL, 0,
     "Return whether an object is an instance of a class or of a subclass thereof."},
    {"issubclass", "cls, class_or_tuple, /", builtins_issubclass, NULL, 0,
     "Return whether 'cls' is derived from another class or is the same class."},
    {"iter", "?object, sentinel=None, /", builtins_iter, NULL, 0,
     "iter(iterable) -> iterator\niter(callable, sentinel) -> iterator\n\nGet an iterator from an object."},
    {"len", "obj, /", builtins_len, NULL, 0, "Return the number of items in a container."},
    {"locals", "", builtins_locals, NULL, 0,
     "Return a dictionary containing the current scope's local variables."},
    {"max", NULL, NULL, builtins_max, 0,
     "max(iterable, *[, default=obj, key=func]) -> value\nmax(arg1, arg2, *args, *[, key=func]) -> value"},
    {"min", NULL, NULL, builtins_min, 0,
     "min(iterable, *[, default=obj, key=func]) -> value\nmin(arg1, arg2, *args, *[, key=func]) -> value"},
    {"next", "?iterator, default=None, /", builtins_next, NULL, 0,
     "next(iterator[, default])\n\nReturn the next item from the iterator."},
    {"oct", "number, /", builtins_oct, NULL, 0, "Return the octal representation of an integer."},
    {"open", NULL, NULL, builtins_open, 0, "Open file and return a stream.  Raise OSError upon failure."},
    {"ord", "c, /", builtins_ord, NULL, 0, "Return the Unicode code point for a one-character string."},
    {"pow", "base, exp, mod=None", builtins_pow, NULL, 0,
     "Equivalent to base**exp with 2 arguments or base**exp % mod with 3 arguments."},
    {"print", "*args, sep=' ', end='\\n', file=None, flush=False", builtins_print, NULL, 0,
     "Prints the values to a stream, or to sys.stdout by default."},
    {"repr", "obj, /", builtins_repr, NULL, 0,
     "Return the canonical string representation of the object."},
    {"round", "number, ndigits=None", builtins_round, NULL, 0,
     "Round a number to a given precision in decimal digits."},
    {"setattr", "obj, name, value, /", builtins_setattr, NULL, 0,
     "Sets the named attribute on the given object to the specified value."},
    {"sorted", NULL, NULL, builtins_sorted, 0,
     "Return a new list containing all items from the iterable in ascending order."},
    {"sum", "iterable, /, start=0", builtins_sum, NULL, 0,
     "Return the sum of a 'start' value (default: 0) plus an iterable of numbers"},
    {"vars", "?object=None, /", builtins_vars, NULL, 0, "vars([object]) -> dictionary"},
    {0},
};

static bool builtins_add_type(ouro_runtime *rt, module_object *module, const char *name, type_object *type)
{
    return module_add(rt, module, name, value_incref(type_value(type)));
}

#define BUILTINS_TYPE(name) {#name, offsetof(struct types_state, type_##name)}
#define EXCEPTION_TYPE(field, base, spec) {#field, offsetof(struct types_state, field)},

/* Where types_state holds the types that have a name here. */
static const struct {
    const char *name;
    size_t offset;
} builtins_types[] = {
    BUILTINS_TYPE(bool),     BUILTINS_TYPE(bytearray),   BUILTINS_TYPE(bytes),     BUILTINS_TYPE(classmethod),
    BUILTINS_TYPE(complex),  BUILTINS_TYPE(dict),        BUILTINS_TYPE(enumerate), BUILTINS_TYPE(filter),
    BUILTINS_TYPE(float),    BUILTINS_TYPE(frozenset),   BUILTINS_TYPE(int),       BUILTINS_TYPE(list),
    BUILTINS_TYPE(map),      BUILTINS_TYPE(memoryview),  BUILTINS_TYPE(object),    BUILTINS_TYPE(property),
    BUILTINS_TYPE(range),    BUILTINS_TYPE(reversed),    BUILTINS_TYPE(set),       BUILTINS_TYPE(slice),
    BUILTINS_TYPE(staticmethod), BUILTINS_TYPE(str),     BUILTINS_TYPE(super),     BUILTINS_TYPE(tuple),
    BUILTINS_TYPE(type),     BUILTINS_TYPE(zip),
}, builtins_exceptions[] = {EXCEPTION_TYPES(EXCEPTION_TYPE)};

#undef BUILTINS_TYPE
#undef EXCEPTION_TYPE

enum { BUILTINS_EXCEPTION_PREFIX = sizeof "exc_" - 1 };

static type_object *builtins_type_at(ouro_runtime *rt, size_t offset)
{
    return *(type_object **)(void *)((char *)rt->types + offset);
}

static bool builtins_start(ouro_runtime *rt, module_object *module)
{
    bool ok = true;
    rt->types->frame_context = warnings_frame_context;
    for (size_t i = 0; ok && i < sizeof builtins_types / sizeof builtins_types[0]; i++) {
        ok = builtins_add_type(rt, module, builtins_types[i].name, builtins_type_at(rt, builtins_types[i].offset));
    }
    for (size_t i = 0; ok && i < sizeof builtins_exceptions / sizeof builtins_exceptions[0]; i++) {
        ok = builtins_add_type(rt, module, builtins_exceptions[i].name + BUILTINS_EXCEPTION_PREFIX,
                               builtins_type_at(rt, builtins_exceptions[i].offset));
    }
    return ok && builtins_add_type(rt, module, "EnvironmentError", EXC(rt, OSError)) &&
           builtins_add_type(rt, module, "IOError", EXC(rt, OSError)) && module_add(rt, module, "None", OURO_NONE) &&
           module_add(rt, module, "True", OURO_TRUE) && module_add(rt, module, "False", OURO_FALSE) &&
           module_add(rt, module, "Ellipsis", OURO_ELLIPSIS) &&
           module_add(rt, module, "NotImplemented", OURO_NOT_IMPLEMENTED) &&
           builtins_add_site(rt, module) && module_add(rt, module, "__debug__", ouro_bool(rt->vm->optimize == 0));
}

const module_def builtins_module = {
    .name = "builtins",
    .doc = "Built-in functions, exceptions, and other objects.\n\nNoteworthy: None is the `nil' object; Ellipsis "
           "represents `...' in slices.",
    .functions = builtins_functions,
    .start = builtins_start,
};
