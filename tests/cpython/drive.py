"""drive.py [--path DIRECTORY] [--skip FILE] [--after ID] [--only SUBSTRING] MODULE

Runs inside the interpreter under test, started by run.py: loads the unittest cases of one module of CPython's own test
suite and runs them one by one.  Prints what became of each on one line:

    start ID | ok ID | fail ID | skip ID REASON

with the traceback of a failure indented below.  FILE names cases that are not tried, also by patterns with * (run.py makes
it); --after ID leaves out everything up to ID, the case that took the process down before.
"""
import sys


def options(arguments):
    chosen = {"--path": "", "--skip": "", "--after": "", "--only": ""}
    while arguments and arguments[0] in chosen:
        chosen[arguments[0]] = arguments[1]
        arguments = arguments[2:]
    return chosen, arguments[0]


chosen, name = options(sys.argv[1:])
sys.argv = [name]
if chosen["--path"]:
    sys.path.insert(0, chosen["--path"])

import fnmatch
import traceback
import unittest

# What a test prints must not be mixed with the answers.
answers = open(1, "w", encoding="utf-8", errors="backslashreplace", closefd=False)


def say(*words):
    print(*words, file=answers, flush=True)


def one_line(text):
    return " ".join(str(text).split())


class Result(unittest.TestResult):
    def __init__(self):
        super().__init__()
        self.bad = []

    def startTest(self, test):
        super().startTest(test)
        self.bad = []
        self.skip = None
        say("start", one_line(test.id()))

    def addError(self, test, error):
        self.bad.append("".join(traceback.format_exception(*error)))
        if not hasattr(test, "_testMethodName"):
            self.tell(test)
    addFailure = addError

    def addSubTest(self, test, subtest, error):
        if error is not None:
            self.bad.append(one_line(subtest) + "\n" + "".join(traceback.format_exception(*error)))

    def addSkip(self, test, reason):
        self.skip = reason
        if not hasattr(test, "_testMethodName"):
            self.tell(test)

    def addUnexpectedSuccess(self, test):
        self.bad.append("unexpected success")

    def tell(self, test):
        case = one_line(test.id())
        if self.bad:
            say("fail", case)
            for text in self.bad:
                for line in text[-6000:].split("\n"):
                    say("    " + line)
        elif self.skip is not None:
            say("skip", case, one_line(self.skip))
        else:
            say("ok", case)
        self.bad, self.skip = [], None

    def stopTest(self, test):
        super().stopTest(test)
        self.tell(test)


def cases(suite):
    for test in suite:
        if isinstance(test, unittest.TestSuite):
            yield from cases(test)
        else:
            yield test


class Chosen:
    """Takes the cases that are not to be tried out of a suite, and keeps the suites as they are: setUpClass and setUpModule are theirs."""

    def __init__(self):
        self.skipped = {}
        if chosen["--skip"]:
            with open(chosen["--skip"], encoding="utf-8") as f:
                for line in f:
                    case, _, reason = line.rstrip("\n").partition(" ")
                    self.skipped[case] = reason
        self.waiting = bool(chosen["--after"])

    def reason(self, case):
        """Why the case is not tried; None: it is."""
        if case in self.skipped:
            return self.skipped[case]
        return next((why for pattern, why in self.skipped.items() if "*" in pattern and fnmatch.fnmatchcase(case, pattern)), None)

    def sift(self, suite):
        kept = []
        for test in suite:
            if isinstance(test, unittest.TestSuite):
                kept.append(self.sift(test))
                continue
            case = one_line(test.id())
            reason = self.reason(case)
            if self.waiting:
                self.waiting = case != chosen["--after"]
            elif chosen["--only"] not in case:
                pass
            elif reason is not None:
                say("skip", case, reason)
            else:
                kept.append(test)
        return type(suite)(kept)


def at_depth(n, f):
    """CPython's own runner is so many calls deep, and test_tracemalloc counts them."""
    return at_depth(n - 1, f) if n else f()


def main():
    try:
        from test import support
        support.verbose = 0
    except ImportError:
        pass
    try:
        module = getattr(__import__("test." + name), name)
    except unittest.SkipTest as e:
        say("skip", name, one_line(e))
        return
    if name == "test_xml_etree":  # its test_main() says which implementation is tested
        module.ET = module.pyET = __import__("xml.etree.ElementTree").etree.ElementTree
    suite = unittest.defaultTestLoader.loadTestsFromModule(module)
    at_depth(20, lambda: Chosen().sift(suite).run(Result()))
    say("end", name)


main()
