# What atexit was told is done although the module is no longer among those imported.
import sys
import atexit as first
del sys.modules["atexit"]
import atexit as second
del sys.modules["atexit"]
first.register(print, "first")
second.register(print, "second")
