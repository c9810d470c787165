# Code that is loaded from another place than it was compiled in gets the new file name, with the code among its constants;
# code that came from another file keeps its own.
import _imp

source = """
here = "here"
def function():
    here = "here"
    def inner():
        here = "here"
        return lambda: "here"
    return inner
"""
foreign = compile("lambda: 0", "foreign.py", "eval")
code = compile(source, "old.py", "exec")


def with_foreign(code):
    return code.replace(co_consts=tuple(
        foreign if c == "here" else with_foreign(c) if hasattr(c, "co_consts") else c for c in code.co_consts))


def show(code, depth=0):
    print("  " * depth + code.co_name, code.co_filename)
    inside = [constant for constant in code.co_consts if hasattr(constant, "co_consts")]
    for constant in sorted(inside, key=lambda constant: constant.co_name):
        show(constant, depth + 1)


code = with_foreign(code)
_imp._fix_co_filename(code, "new.py")
show(code)
_imp._fix_co_filename(code, "new.py")
_imp._fix_co_filename(foreign, "third.py")
show(code)
for wrong in (1, "x"), (code, 1), (code,):
    try:
        _imp._fix_co_filename(*wrong)
    except TypeError as e:
        print("TypeError")
