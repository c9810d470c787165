# What says which Python this is.
import sys
print(sys.implementation.name, sys.version_info[:3], sys.getrefcount(None) == 2 ** 31)
