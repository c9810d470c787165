"""Records the memory of the process while a program runs: a measurement at each call of a function that is watched."""
import gc
import sys

from pympler.process import ProcessMemoryInfo

__all__ = ["MProfiler", "Profile"]


class MProfiler:
    """Writes (place, bytes) at each call, return and exception in the code objects that are watched.

    `codepoints`: names of functions, None: all.  `events`: of "call", "return", "exception".
    """

    def __init__(self, codepoints=None, events=None):
        self.codepoints, self.events, self.memories = codepoints, events, {}
        self._old = None

    def codepoint_included(self, codepoint):
        """Is this place watched?"""
        return self.codepoints is None or codepoint[2] in self.codepoints or codepoint in self.codepoints

    def profile(self, frame, event, arg):
        """The function for sys.setprofile."""
        if self.events is None or event in self.events:
            code = frame.f_code
            codepoint = (code.co_filename, frame.f_lineno, code.co_name)
            if self.codepoint_included(codepoint):
                self.memories.setdefault(codepoint, []).append(ProcessMemoryInfo().rss)

    def run(self, cmd):
        """Executes a text while measuring."""
        import __main__
        self._old = sys.getprofile()
        sys.setprofile(self.profile)
        try:
            exec(cmd, __main__.__dict__, __main__.__dict__)
        finally:
            sys.setprofile(self._old)
        return self


Profile = MProfiler
