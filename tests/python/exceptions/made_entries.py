# Entries of tracebacks that a program makes: any number as tb_lasti, also of a frame that passes the exception on.
import sys
import types

def entry(frame, number):
    return types.TracebackType(None, frame, number, 1)

for number in 0, 1, 7, 10**6, 2**31 - 1, -1, -2, -7, -2**31:
    print(entry(sys._getframe(), number).tb_lasti)

def in_finally(number):
    try:
        1 / 0
    finally:
        sys.exc_info()[1].__traceback__ = entry(sys._getframe(), number)

def in_except(number):
    try:
        1 / 0
    except ZeroDivisionError as e:
        e.__traceback__ = entry(sys._getframe(), number)
        raise

def generator(number):
    try:
        yield 1
    finally:
        sys.exc_info()[1].__traceback__ = entry(sys._getframe(), number)

def in_generator(number):
    g = generator(number)
    next(g)
    g.throw(ZeroDivisionError)

for f in in_finally, in_except, in_generator:
    for number in 10**6, 2**31 - 2, -2, -2**31, 2**28:
        try:
            f(number)
        except ZeroDivisionError as e:
            tb = e.__traceback__
            while tb.tb_next:
                tb = tb.tb_next
            print(f.__name__, tb.tb_lasti, tb.tb_lineno, type(tb.tb_frame.f_lineno).__name__ in ("int", "NoneType"))
