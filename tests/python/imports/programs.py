"""What runs as __main__: scripts, -c, -m, packages, directories, archives, standard input; and their exit statuses."""
import os
import sys

FILES = {
    "script.py": "print(__name__, __file__ == 'script.py', __package__, __spec__, type(__loader__).__name__)\n"
                 "import sys; print(sys.argv, sys.path[0] == __import__('os').getcwd())\n",
    "sub/inner.py": "import sys, os; print(sys.argv, os.path.basename(sys.path[0]))\n",
    "pack/__init__.py": "print('package', __name__, __package__, __path__ == [__file__.rpartition('/')[0]])\n",
    "pack/__main__.py": "import sys\nprint('main of package', __name__, repr(__package__), __spec__.name, __spec__.parent)\n"
                        "from . import helper\nprint(sys.argv[1:])\n",
    "pack/helper.py": "print('helper', __name__, __package__)\n",
    "pack/mod.py": "print(__name__, __package__, __spec__.name); from .helper import *\n",
    "nomain/__init__.py": "",
    "folder/__main__.py": "import sys, beside\nprint(__name__, repr(__package__), sys.path[0], sys.argv)\n",
    "folder/beside.py": "print('beside', __name__)\n",
    "empty/readme": "",
    "relative.py": "from . import x\n",
    "beyond/__init__.py": "from .. import x\n",
    "broken.py": "x = (\n",
    "fails.py": "def f():\n    1/0\nf()\n",
    "imports_fails.py": "import fails\n",
    "imports_broken.py": "import broken\n",
    "exits.py": "import sys\nsys.exit(eval(sys.argv[1]))\n",
    "raises.py": "raise eval(__import__('sys').argv[1])\n",
}
for name, text in FILES.items():
    os.makedirs(os.path.dirname(name) or ".", exist_ok=True)
    with open(name, "w") as f:
        f.write(text)


def read(path):
    with open(path) as f:
        return f.read().replace(os.getcwd() + "/", "").replace(os.getcwd(), "CWD").replace(sys.executable, "PYTHON")


def run(arguments, given=""):
    with open("in.txt", "w") as f:
        f.write(given)
    status = os.system(sys.executable + " " + arguments + " <in.txt >out.txt 2>err.txt")
    print("$", arguments.replace(os.getcwd(), "CWD"), "->", status >> 8 if status & 0xff == 0 else "signal")
    print(read("out.txt"), end="")
    print(read("err.txt"), end="")


run("script.py a 'b c'")
run("sub/inner.py")
run("-c 'print(__name__, __package__, __spec__, __import__(\"sys\").argv)' x -y")
run("-m pack one two")
run("-m pack.mod")
run("-m pack.helper")
run("-m nomain")
run("-m nosuch")
run("-m pack.nosuch")
run("folder x")
run("empty")
run("nosuch.py")
run("- a", "import sys; print(__name__, sys.argv)\n")
run("", "print('from stdin', __name__)\n1/0\n")
run("relative.py")
run("-c 'import beyond'")
run("broken.py")
run("imports_broken.py")
run("imports_fails.py")
run("-c 'import os.nosuch'")
run("-c 'from os import nosuch'")
for what in ("None", "0", "3", "True", "256", "-1", "'message'", "''", "1.5", "(1, 2)", "[]", "2**40"):
    run('exits.py "%s"' % what)
for what in ("SystemExit", "SystemExit(4)", "SystemExit('text')", "SystemExit(1, 2)", "KeyboardInterrupt", "GeneratorExit", "ValueError('x')", "3"):
    run('raises.py "%s"' % what)
run("-c 'import sys; sys.exit()'")
run("-c 'import sys; sys.stderr = None; sys.exit(\"lost\")'")
run("-c 'import atexit, sys; atexit.register(print, \"at exit\"); sys.exit(5)'")
run("-c 'try:\n raise SystemExit(7)\nfinally:\n print(\"finally\")'")
run("-c 'raise SystemExit'")
run("-c 'exit(3)'")
run("-c 'quit()'")
