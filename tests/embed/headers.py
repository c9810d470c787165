#!/usr/bin/env python3
"""headers.py INCLUDE-FOLDER: each public header stands alone, as C11 and as C++, with all warnings as errors; its page at
the head is there; and what ownership in the types is to refuse does not compile, while right use does."""
import os
import subprocess
import sys
import tempfile

WARNINGS = ["-Wall", "-Wextra", "-Werror", "-Wpedantic", "-Wshadow"]
LANGUAGES = [("c", "cc", ["-std=c11", "-Wstrict-prototypes"]), ("c", "cc", ["-std=c2x"]),
             ("c++", "g++", ["-std=c++11"]), ("c++", "g++", ["-std=c++20"]),
             ("c", "clang", ["-std=c11"]), ("c++", "clang++", ["-std=c++17"])]

# What is right compiles, with the types that are told apart and with the one type.
RIGHT = {
    "a result is released": "ouro_decref(rt, ouro_eval(rt, \"1\"));",
    "a result is looked at": "ouro_owned v = ouro_eval(rt, \"1\"); if (ouro_truth(rt, ouro_borrow(v)) < 0) "
                           "ouro_error_clear(rt); ouro_decref(rt, v);",
    "a borrowed reference is kept": "ouro_owned v = ouro_incref(ouro_list_item(rt, x, 0)); ouro_decref(rt, v);",
    "an immediate is returned": "return ouro_own(ouro_int(1));",
    "an exception is put back": "ouro_error_restore(rt, ouro_error_take(rt));",
    "what a field owned is released": "ouro_decref(rt, ouro_own(x));",
    "a raised error is returned": "return ouro_raise(rt, OURO_ERROR_VALUE, \"no\");",
    "a weak reference is asked": "ouro_decref(rt, ouro_weakref_get(x));",
}
# What is wrong does not, where the types are told apart.
WRONG = {
    "what is borrowed is released": "ouro_decref(rt, x);",
    "a borrowed item is released": "ouro_decref(rt, ouro_list_item(rt, x, 0));",
    "a borrowed argument is returned": "return x;",
    "a borrowed item is returned": "return ouro_list_item(rt, x, 0);",
    "an immediate is returned bare": "return ouro_int(1);",
    "a new reference is passed on as an argument and lost": "return ouro_repr(rt, ouro_eval(rt, \"1\"));",
    "a new reference becomes a borrowed one": "ouro_value v = ouro_eval(rt, \"1\"); (void)v;",
    "a borrowed exception is put back": "ouro_error_restore(rt, x);",
    "a reference is taken twice": "ouro_incref(ouro_eval(rt, \"1\"));",
    "a borrowed class is released": "ouro_decref(rt, ouro_error_class(rt, OURO_ERROR_TYPE));",
    "a borrowed type is kept as owned": "ouro_owned t = ouro_type_of(rt, x); ouro_decref(rt, t);",
}
# These do not compile with the one type either: results that must not be ignored.
IGNORED = {
    "a new reference is ignored": "ouro_eval(rt, \"1\");",
    "a failure is ignored": "ouro_list_append(rt, x, x);",
    "a runtime is ignored": "ouro_open(NULL);",
    "a block is ignored": "ouro_mem_alloc(ouro_heap(rt), 8);",
    "a comparison is ignored": "ouro_compare(rt, x, x, OURO_LT);",
}


def compiles(language, compiler, source, folder, options):
    name = os.path.join(folder, "unit." + {"c": "c", "c++": "cc"}[language])
    with open(name, "w", encoding="utf-8") as stream:
        stream.write(source)
    done = subprocess.run([compiler, *options, *WARNINGS, "-c", "-o", os.devnull, name], capture_output=True, text=True)
    return done.returncode == 0, done.stderr


def main(include):
    failures, count = [], 0

    def expect(condition, text):
        nonlocal count
        count += 1
        if not condition:
            failures.append(text)

    headers = sorted(os.listdir(os.path.join(include, "ouro")))
    with tempfile.TemporaryDirectory() as folder:
        for language, compiler, options in LANGUAGES:
            if subprocess.run(["which", compiler], capture_output=True).returncode:
                continue
            for header in headers:
                # twice: the guard; before and after: nothing of the header's own is needed or disturbed
                source = "#include <ouro/%s>\n#include <ouro/%s>\nint main(void) { return 0; }\n" % (header, header)
                fine, said = compiles(language, compiler, source, folder, ["-I", include, *options])
                expect(fine, "%s, %s %s: %s" % (header, compiler, options[0], said))
                fine, said = compiles(language, compiler, source, folder,
                                      ["-I", include, "-DOURO_OWNERSHIP_CHECKED", *options])
                expect(fine, "%s, %s, ownership checked: %s" % (header, compiler, said))
        for header in headers:
            with open(os.path.join(include, "ouro", header), encoding="utf-8") as stream:
                expect(stream.read().startswith("/* %s: " % header), header + " does not begin with its page")
        body = "#include <ouro/ouro.h>\nouro_owned f(ouro_runtime *rt, ouro_value x);\n" \
               "ouro_owned f(ouro_runtime *rt, ouro_value x)\n{\n    (void)rt, (void)x;\n    %s\n    return ouro_own(OURO_NONE);\n}\n"
        checked = ["-I", include, "-DOURO_OWNERSHIP_CHECKED", "-std=c11"]
        plain = ["-I", include, "-std=c11"]
        for name, code in RIGHT.items():
            for options in (checked, plain):
                fine, said = compiles("c", "cc", body % code, folder, options)
                expect(fine, "right, but refused: %s: %s" % (name, said))
            fine, said = compiles("c++", "g++", body % code, folder, checked[:-1] + ["-std=c++17"])
            expect(fine, "right, but refused by C++: %s: %s" % (name, said))
        for name, code in WRONG.items():
            fine, said = compiles("c", "cc", body % code, folder, checked)
            expect(not fine and ("ouro_owned" in said or "invalid initializer" in said), "wrong, but compiles: %s %s" % (name, said))
            fine, said = compiles("c", "cc", body % code, folder, plain)
            expect(fine or "-Werror=unused-result" in said, "the one type refuses it too: %s: %s" % (name, said))
        for name, code in IGNORED.items():
            for options in (checked, plain):
                fine, said = compiles("c", "cc", body % code, folder, options)
                expect(not fine and "unused" in said, "ignored, but compiles: %s: %s" % (name, said))
    for text in failures:
        print("FAIL", text)
    print("%d passed, %d failed" % (count - len(failures), len(failures)))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
