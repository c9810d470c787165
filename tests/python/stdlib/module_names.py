"""sys.stdlib_module_names is that of CPython 3.11, whatever of it is written in C here."""
import sys

print("stdlib_module_names" in dir(sys))
names = sys.stdlib_module_names
print(type(names).__name__, len(names), names is sys.stdlib_module_names, "stdlib_module_names" in vars(sys))
print(*sorted(names))
print(all(name in names for name in ("json", "_json", "winreg", "__future__")), "test" in names, "ouro" in names)
sys.stdlib_module_names = ()
print(sys.stdlib_module_names)
