"""Measures, watches and explains the memory of objects.

The interface is that of the package Pympler (1.0), so that programs written for it run unchanged; who has installed the
package gets the package.  Sizes are those that the heap itself counts.
"""
__version__ = "1.0.1"
