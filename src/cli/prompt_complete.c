/* prompt_complete.c: what the prompt does in Python: completion of names, and telling linecache what was typed.
 *
 * The rules of completion are rlcompleter's: names are completed from the keywords, __main__ and the builtins; behind a
 * dot, the attributes that dir() tells of the object before it, which is evaluated (so a property in `a.b.` is called);
 * the attribute itself is never fetched: whether it can be called is looked up in dicts.  After `import` and `from`, modules
 * are found by looking into directories: nothing is imported.  Whatever goes wrong, Tab does nothing.
 */
#include "cli/prompt.h"

#include "types/containers.h"
#include "types/error.h"
#include "types/exception.h"
#include "types/module.h"
#include "types/protocol.h"
#include "types/str.h"
#include "vm/vm.h"

#include <stdlib.h>
#include <string.h>

static const char complete_source[] =
    "import builtins, posix, sys\n"
    "\n"
    "keywords = '''False None True and as assert async await break class continue def del elif else except\n"
    "    finally for from global if import in is lambda nonlocal not or pass raise return try while with yield\n"
    "    _ case match'''.split()\n"
    "\n"
    "def can_be_called(obj, name):\n"
    "    places = [obj.__dict__] if type(obj) is type(sys) else []\n"
    "    places += [c.__dict__ for c in (type.mro(obj) if isinstance(obj, type) and obj is not type else ())]\n"
    "    places += [c.__dict__ for c in type.mro(type(obj))]\n"
    "    for place in places:\n"
    "        if name in place:\n"
    "            found = place[name]\n"
    "            if isinstance(found, (staticmethod, classmethod)):\n"
    "                return True\n"
    "            return not isinstance(found, property) and callable(found)\n"
    "    return False\n"
    "\n"
    "def attributes(word, namespace):\n"
    "    head, _, start = word.rpartition('.')\n"
    "    if not all(part.isidentifier() for part in head.split('.')):\n"
    "        return 0, []\n"
    "    obj = eval(head, namespace)\n"
    "    names = sorted({n for n in dir(obj) if isinstance(n, str) and n.startswith(start)})\n"
    "    for hidden in ('_', '__', None) if not start else ('__', None) if start == '_' else (None,):\n"
    "        found = [n for n in names if not (hidden and n.startswith(hidden))]\n"
    "        if found:\n"
    "            break\n"
    "    return len(start), [n + '(' if can_be_called(obj, n) else n for n in found]\n"
    "\n"
    "def names(word, namespace):\n"
    "    found = {}\n"
    "    for k in keywords:\n"
    "        if k.startswith(word):\n"
    "            colon = k in ('finally', 'try', 'else')\n"
    "            bare = k in ('False', 'None', 'True', 'break', 'continue', 'pass', '_')\n"
    "            found[k] = k + (':' if colon else '' if bare else ' ')\n"
    "    for space in (namespace, builtins.__dict__):\n"
    "        for n, value in list(space.items()):\n"
    "            if isinstance(n, str) and n.startswith(word) and n not in found and (word or n[0] != '_'):\n"
    "                found[n] = n + '(' if callable(value) else n\n"
    "    return len(word), sorted(found.values())\n"
    "\n"
    "def folders(package):\n"
    "    module = sys.modules.get(package)\n"
    "    if module is not None:\n"
    "        return list(getattr(module, '__path__', ()))\n"
    "    return [p + '/' + package.replace('.', '/') for p in sys.path if isinstance(p, str)]\n"
    "\n"
    "def modules_in(places):\n"
    "    found = set()\n"
    "    for place in places:\n"
    "        try:\n"
    "            entries = posix.listdir(place or '.')\n"
    "        except OSError:\n"
    "            continue\n"
    "        for entry in entries:\n"
    "            name = entry[:-3] if entry.endswith('.py') else entry\n"
    "            if not name.isidentifier() or name in ('__init__', '__main__', '__pycache__'):\n"
    "                continue\n"
    "            if name is entry:\n"
    "                try:\n"
    "                    if posix.stat((place or '.') + '/' + entry).st_mode & 0o170000 != 0o040000:\n"
    "                        continue\n"
    "                except OSError:\n"
    "                    continue\n"
    "            found.add(name)\n"
    "    return found\n"
    "\n"
    "def modules(word):\n"
    "    package, _, start = word.rpartition('.')\n"
    "    found = modules_in(folders(package)) if package else modules_in(sys.path) | set(sys.builtin_module_names)\n"
    "    names = sorted(n for n in found if n.startswith(start) and (start or n[0] != '_'))\n"
    "    return len(start), names\n"
    "\n"
    "def members(package, word):\n"
    "    found = set(dir(sys.modules[package])) if package in sys.modules else set()\n"
    "    found |= modules_in(folders(package))\n"
    "    return len(word), sorted(n for n in found if n.startswith(word) and (word or n[0] != '_'))\n"
    "\n"
    "def matches(before, namespace):\n"
    "    at = len(before)\n"
    "    while at and (before[at - 1].isalnum() or before[at - 1] in '_.'):\n"
    "        at -= 1\n"
    "    word = before[at:]\n"
    "    said = before[:at].replace(',', ' , ').replace('(', ' ').split()\n"
    "    if said and said[0] == 'from' and 'import' in said[2:]:\n"
    "        return members(said[1], word)\n"
    "    if said and (said[0] == 'import' and said[-1] in ('import', ',') or said == ['from']):\n"
    "        return modules(word)\n"
    "    if said and said[0] == 'from' and len(said) == 2:\n"
    "        return len(word), ['import '] if 'import'.startswith(word) else []\n"
    "    return attributes(word, namespace) if '.' in word else names(word, namespace)\n"
    "\n"
    "def in_columns(found, columns):\n"
    "    width = max(map(len, found)) + 2\n"
    "    across = max(1, columns // width)\n"
    "    down = -(-len(found) // across)\n"
    "    rows = [found[i::down] for i in range(down)]\n"
    "    return ''.join(''.join(n.ljust(width) for n in row).rstrip() + '\\n' for row in rows)\n"
    "\n"
    "def complete(before, namespace, columns):\n"
    "    if not before.strip():\n"
    "        return ' ' * (4 - len(before) % 4), ''\n"
    "    said, found = matches(before, namespace)\n"
    "    if not found:\n"
    "        return '', ''\n"
    "    first, last = found[0], found[-1]\n"
    "    common = 0\n"
    "    while common < min(len(first), len(last)) and first[common] == last[common]:\n"
    "        common += 1\n"
    "    insert = first[said:common]\n"
    "    return insert, '' if insert or len(found) == 1 else in_columns(found, columns)\n"
    "\n"
    "def tell(typed):\n"
    "    cache = sys.modules['linecache'].cache\n"
    "    for name, text in list(typed.items()):\n"
    "        if name not in cache:\n"
    "            cache[name] = len(text), None, text.splitlines(True), name\n";

/* A function of the source above: new reference, or OURO_NULL. */
static ouro_value complete_function(ouro_runtime *rt, const char *name)
{
    struct vm_state *vm = rt->vm;
    if (ouro_is_null(vm->prompt_helper)) {
        vm->prompt_helper = dict_new(rt, 0);
        ouro_value result = ouro_is_null(vm->prompt_helper)
                                ? OURO_NULL
                                : vm_run_source(rt, complete_source, sizeof complete_source - 1, "<prompt>", 0,
                                                AST_MODE_FILE, vm->prompt_helper, vm->prompt_helper);
        if (ouro_is_null(result)) {
            value_clear(rt, &vm->prompt_helper);
            return OURO_NULL;
        }
        value_decref(rt, result);
    }
    ouro_value key = str_intern_cstring(rt, name);
    ouro_value function = ouro_is_null(key) ? key : dict_get_str(rt, as_dict(vm->prompt_helper), key);
    value_decref(rt, key);
    return value_incref(function);
}

/* A copy of malloc; NULL: empty, or no memory. */
static char *complete_text(ouro_runtime *rt, ouro_value v)
{
    size_t length;
    char *text = value_is_str(rt, v) && str_length(as_str(v)) ? str_to_utf8(rt, v, &length, true) : NULL;
    char *copy = text ? strndup(text, length) : NULL;
    ouro_mem_free(rt->mem, text);
    return copy;
}

line_completion prompt_complete(ouro_runtime *rt, const char *before, size_t length, int columns)
{
    line_completion c = {0};
    ouro_value pending = error_take(rt);
    ouro_value function = complete_function(rt, "complete");
    ouro_value text = ouro_is_null(function) ? function : str_from_utf8(rt, before, length);
    ouro_value result = OURO_NULL;
    if (!ouro_is_null(text)) {
        ouro_value args[3] = {text, ouro_from_object(as_module(rt->vm->main)->dict), ouro_int(columns)};
        result = object_call(rt, function, args, 3, OURO_NULL);
    }
    if (!ouro_is_null(result) && value_is_tuple(rt, result) && as_tuple(result)->size == 2) {
        c.insert = complete_text(rt, as_tuple(result)->items[0]);
        c.list = complete_text(rt, as_tuple(result)->items[1]);
    }
    value_decref(rt, result);
    value_decref(rt, text);
    value_decref(rt, function);
    error_clear(rt);
    error_restore(rt, pending);
    return c;
}

void prompt_tell_linecache(ouro_runtime *rt)
{
    ouro_value name = str_intern_cstring(rt, "linecache");
    ouro_value loaded = ouro_is_null(name) ? name : import_get_loaded(rt, name);
    value_decref(rt, name);
    if (!ouro_is_null(loaded) && !ouro_is_none(loaded)) {
        ouro_value function = complete_function(rt, "tell");
        ouro_value done = ouro_is_null(function) ? function : object_call1(rt, function, rt->vm->typed);
        value_decref(rt, done);
        value_decref(rt, function);
    }
    error_clear(rt);
}
