# Int literals: the digits limit is for decimal ones, and constants are told apart.
import sys
sys.set_int_max_str_digits(4000)
for src in "x = " + "3" * 4001, "x = " + "3" * 4000, "x = 0x" + "f" * 5000, "x = (1,\n  " + "1_0" * 3000 + ")":
    for mode in "exec",:
        try: compile(src, "<f>", mode); print("fine")
        except (SyntaxError, ValueError) as e: print(type(e).__name__, e.msg if isinstance(e, SyntaxError) else e, getattr(e, "lineno", None), getattr(e, "offset", None), getattr(e, "end_offset", None))
sys.set_int_max_str_digits(0)
compile("x = " + "3" * 5000, "<f>", "exec"); print("fine")
import ast
for s in ast.Try([ast.Pass()], [], [], []), ast.TryStar([ast.Pass()], [], [], []):
    try: compile(ast.fix_missing_locations(ast.Module([s], [])), "<f>", "exec")
    except ValueError as e: print(e)
sys.set_int_max_str_digits(4300)
x = compile("x = 0x" + "f" * 5000, "<f>", "exec")
print(x.co_consts[0].bit_length())
n={}
exec(x, n); print(n["x"].bit_length())
print(compile("0x" + "f" * 5000, "<f>", "eval").co_consts[0].bit_length())
c = compile("x = (0x1" + "f" * 5000 + ", 1, True, 1.0)\ny = (0x1" + "f" * 5000 + ", True, 1)\nz = 0x1" + "f" * 5000 + " + 0", "<f>", "exec")
n = {}; exec(c, n)
print(n["x"][0] == n["y"][0] == n["z"], n["x"][1:], n["y"][1:])
n = {}
exec("a = 1 << 70; b = 1180591620717411303424; c = 1180591620717411303424.0; d = 1; e = True; f = 1.0; g = -0.0; h = 0.0; i = 0", n)
print([n[k] for k in "abcdefghi"])
