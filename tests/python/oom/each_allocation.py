# sweep(work): each allocation of a function fails in turn, once and for good, and its result or MemoryError is all that
# comes of it.  Without a heap that can fail the function runs once.
try:
    import _ouro
except ImportError:
    _ouro = None


def sweep(work):
    expected = work()
    if _ouro:
        for forever in False, True:
            n = 0
            while True:
                n += 1
                _ouro.fail_at(n, forever)
                try:
                    result = work()
                except MemoryError:
                    result = None
                except ExceptionGroup as group:  # what a clause of except* raises comes out in a group
                    _ouro.fail_at(0)
                    if group.split(MemoryError)[1] is not None:
                        raise
                    result = None
                _ouro.fail_at(0)
                if result is not None and result != expected:
                    print(work.__name__, n, forever, result)
                if n % 8 == 0:
                    faults = _ouro.heap_check()
                    if faults:
                        print(work.__name__, n, forever, faults)
                        break
                if _ouro.fail_seen() < n:
                    break
    print(work.__name__, expected)
