# The library's platform takes sys.version apart.
import platform
import sys

print(platform.python_version(), platform.python_version_tuple(), platform.python_branch() == "")
print(platform.python_build()[0] != "", platform.python_compiler() in sys.version, sys.version.startswith("3.11.2 ("))
