"""A unit-test suite, as a library has one: fixtures on three levels, subtests, doubles, skips, expected failures, tests that
fail and err on purpose, a loader with patterns, and doctests; the runner's report is compared too."""
import contextlib
import doctest
import functools
import io
import logging
import os
import re
import sys
import tempfile
import types
import unittest
import warnings


class Account:
    """Money that cannot be lost.

    >>> a = Account("ada", 10)
    >>> a.deposit(5)
    15
    >>> a.withdraw(20)
    Traceback (most recent call last):
        ...
    ValueError: ada has only 15
    >>> a
    Account('ada', 15)
    >>> sorted({'b': 1, 'a': 2})  # doctest: +NORMALIZE_WHITESPACE
    ['a',
     'b']
    """

    def __init__(self, owner, balance=0, *, bank=None):
        self.owner, self.balance, self.bank = owner, balance, bank

    def __repr__(self):
        return f"Account({self.owner!r}, {self.balance})"

    def deposit(self, amount):
        if amount <= 0:
            raise ValueError("amount must be positive")
        self.balance += amount
        if self.bank:
            self.bank.record(self.owner, amount=amount)
        return self.balance

    def withdraw(self, amount):
        """
        >>> Account("eve", 3).withdraw(1)
        3
        """
        if amount > self.balance:
            raise ValueError(f"{self.owner} has only {self.balance}")
        self.balance -= amount
        return self.balance

    def old(self):
        warnings.warn("old() is deprecated", DeprecationWarning, stacklevel=2)
        logging.getLogger("bank").warning("old was called by %s", self.owner)


journal = []


def setUpModule():
    journal.append("module begins")


def tearDownModule():
    journal.append("module ends")


class AccountTest(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        journal.append("class begins")
        cls.addClassCleanup(journal.append, "class cleaned")

    def setUp(self):
        self.bank = Recorder()
        self.account = Account("ada", 100, bank=self.bank)
        self.addCleanup(functools.partial(setattr, self, "account", None))

    def test_deposit(self):
        self.assertEqual(self.account.deposit(5), 105)
        self.assertEqual(self.bank.calls, [(("ada",), {"amount": 5})])

    def test_amounts(self):
        for amount in (1, 0, -1, 2):
            with self.subTest(amount=amount):
                self.assertGreater(self.account.deposit(amount), 100)

    def test_withdraw(self):
        with self.assertRaisesRegex(ValueError, r"^ada has only \d+$") as caught:
            self.account.withdraw(1000)
        self.assertIsInstance(caught.exception, ValueError)

    def test_old(self):
        with self.assertWarns(DeprecationWarning) as warned, self.assertLogs("bank", "WARNING") as logs:
            self.account.old()
        self.assertTrue(warned.filename.endswith("suite.py"))
        self.assertEqual(logs.output, ["WARNING:bank:old was called by ada"])

    def test_no_logs(self):
        with self.assertNoLogs("bank"):
            self.account.old()

    @unittest.skip("not today")
    def test_skipped(self):
        self.fail("runs")

    @unittest.skipUnless(sys.platform == "linux", "needs Linux")
    def test_linux(self):
        if not os.path.exists("/nonexistent"):
            self.skipTest("there is no /nonexistent")

    @unittest.expectedFailure
    def test_known_bug(self):
        self.assertAlmostEqual(0.1 + 0.2, 0.31, places=2)

    @unittest.expectedFailure
    def test_fixed_bug(self):
        self.assertAlmostEqual(0.1 + 0.2, 0.3)


class FailureTest(unittest.TestCase):
    longMessage = True

    def test_containers(self):
        self.assertCountEqual([3, 1, 2, 2], [1, 2, 3])

    def test_dicts(self):
        self.assertDictEqual({"a": 1, "b": [2, 3]}, {"a": 1, "b": [2, 4], "c": None}, "dicts")

    def test_text(self):
        self.assertMultiLineEqual("one\ntwo\nthree\n", "one\n2\nthree\n")

    def test_lists(self):
        self.assertListEqual([1, 2, 3], [1, 5])

    def test_error(self):
        {}["missing"]

    def test_chain(self):
        try:
            int("x")
        except ValueError as error:
            raise RuntimeError("wrapped") from error


class Recorder:
    """Stands in for a bank: remembers its calls, and can raise."""

    def __init__(self, *answers):
        self.calls, self.answers = [], iter(answers)

    def record(self, *args, **kwargs):
        self.calls.append((args, kwargs))
        answer = next(self.answers, None)
        if isinstance(answer, Exception):
            raise answer
        return answer


@contextlib.contextmanager
def replaced(owner, name, value):
    saved = getattr(owner, name)
    setattr(owner, name, value)
    try:
        yield saved
    finally:
        setattr(owner, name, saved)


class DoubleTest(unittest.TestCase):
    def test_replaced(self):
        with replaced(os, "getcwd", lambda: "/elsewhere") as real:
            self.assertEqual(os.getcwd(), "/elsewhere")
            self.assertNotEqual(real(), "/elsewhere")
        self.assertIs(os.getcwd, real)

    def test_side_effects(self):
        bank = Recorder(None, OSError("closed"))
        account = self.enterContext(contextlib.nullcontext(Account("x", bank=bank)))
        self.assertEqual(account.deposit(3), 3)
        self.assertRaises(OSError, account.deposit, 4)
        self.assertEqual(bank.calls, [(("x",), {"amount": 3}), (("x",), {"amount": 4})])
        self.assertLess(account.balance, 8)


class Files(contextlib.ExitStack):
    def __init__(self, case):
        super().__init__()
        case.addCleanup(self.close)
        self.folder = self.enter_context(tempfile.TemporaryDirectory())


class FileTest(unittest.TestCase):
    def test_files(self):
        files = Files(self)
        name = os.path.join(files.folder, "x")
        with open(name, "w") as stream:
            stream.write("x" * 10)
        self.assertEqual(os.stat(name).st_size, 10)
        self.assertRaises(FileExistsError, open, name, "x")


class AsyncFree(unittest.TestCase):
    """Ids, sorting and equality of cases."""

    def runTest(self):
        "a test without a name"
        self.assertEqual(self.id().rpartition(".")[2], "runTest")
        self.assertEqual(self.shortDescription(), "a test without a name")
        self.assertEqual(AccountTest("test_old"), AccountTest("test_old"))
        self.assertNotEqual(AccountTest("test_old"), AccountTest("test_amounts"))


def report(suite, **options):
    stream = io.StringIO()
    result = unittest.TextTestRunner(stream=stream, **options).run(suite)
    text = re.sub(r"in \d+\.\d+s", "in N s", stream.getvalue())
    text = re.sub(r'File "[^"]*?([^/"]+)"', r'File "\1"', text)
    text = re.sub(r", line \d+, in (?!test)", ", line N, in ", text)
    print(re.sub(r"0x[0-9a-f]+", "0xN", text))
    return result


if __name__ == "__main__":
    loader = unittest.TestLoader()
    suite = loader.loadTestsFromModule(sys.modules["__main__"])
    print(suite.countTestCases(), [type(s).__name__ for s in suite])
    result = report(suite, verbosity=2)
    print(result, result.wasSuccessful(), len(result.skipped), len(result.unexpectedSuccesses))
    print(journal)
    loader.testNamePatterns = ["*Double*side*", "*deposit"]
    report(loader.loadTestsFromName("__main__"), failfast=True)
    print(loader.getTestCaseNames(AccountTest), loader.errors)
    failed = loader.loadTestsFromName("__main__.Nothing")
    print([str(error).splitlines()[-1] for error in loader.errors])
    loader.testNamePatterns = None
    report(unittest.TestSuite([FailureTest("test_error"), FailureTest("test_lists")]), failfast=True, buffer=True)
    finder = doctest.DocTestFinder()
    runner = doctest.DocTestRunner(verbose=False)
    out = io.StringIO()
    for test in finder.find(Account, "Account", globs={"Account": Account}):
        runner.run(test, out=out.write)
    print(runner.summarize(verbose=False))
    print(re.sub(r'File "[^"]*", line \d+', 'File "F", line N', out.getvalue()))
    program = types.ModuleType("program")
    program.T = type("T", (unittest.TestCase,), {"test_ok": lambda self: None, "__module__": "program"})
    caught = io.StringIO()
    with contextlib.redirect_stderr(caught):
        try:
            unittest.main(module=program, argv=["program", "-v", "T.test_ok"])
        except SystemExit as stop:
            print("exit", stop.code)
    print(re.sub(r"in \S+s", "in N s", caught.getvalue()))
