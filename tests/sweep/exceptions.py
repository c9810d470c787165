class Mine(Exception):
    pass


def fail(n):
    try:
        if n:
            fail(n - 1)
        else:
            raise Mine('deep', n)
    except Mine as e:
        raise ValueError(str(n)) from e


try:
    fail(3)
except ValueError as e:
    e.add_note('noted')
    print(repr(e), repr(e.__cause__), e.__notes__)
finally:
    n = 0
