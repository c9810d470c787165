import contextvars
import re
import threading

ContextVar, Context, Token, copy_context = (
    contextvars.ContextVar, contextvars.Context, contextvars.Token, contextvars.copy_context)


def text(v):
    return re.sub("0x[0-9a-f]+", "0x", repr(v))


def fails(f, *args, **kwargs):
    try:
        print("no error", f(*args, **kwargs))
    except Exception as e:
        print(type(e).__name__, re.sub("0x[0-9a-f]+", "0x", str(e)))


a, b = ContextVar("a"), ContextVar("b", default=[1])
print(text(a), text(b), a.name, b.get(), a.get(5), b.get(6))
fails(a.get)
fails(ContextVar)
fails(ContextVar, 1)
fails(setattr, a, "name", "y")
fails(Token)
fails(Context, 1)
fails(type, "T", (Context,), {})

token = a.set(1)
print(text(token), token.var is a, token.old_value, token.old_value is Token.MISSING, Token.MISSING)
second = a.set(2)
print(second.old_value)
fails(b.reset, second)
fails(a.reset, 3)
fails(copy_context().run, a.reset, second)
a.reset(second)
print(a.get(), text(second))
fails(a.reset, second)
a.reset(token)
fails(a.get)

context = copy_context()
fails(context.__getitem__, "a")
fails(context.__getitem__, a)
fails(context.__contains__, 1)
fails(context.get, 1)
fails(context.run)
fails(hash, context)
print(context.get(a), context.get(a, 3), a in context, len(context))


def inside(x, *, y):
    a.set(x)
    fails(context.run, print)
    return copy_context().run(lambda: (a.set(7), a.get())[1]), a.get(), y


print(context.run(inside, 1, y=2), context[a], a.get(None))
try:
    context.run(lambda: 1 / 0)
except ZeroDivisionError as e:
    print("out again", context.run(a.get))

iterator = iter(context)
context.run(b.set, 1)
print(len(list(iterator)), len(context), context == context.copy(), context == 3, context != copy_context())


class Equal:
    def __init__(self, n):
        self.n = n

    def __eq__(self, other):
        if self.n == other.n == "raise":
            raise KeyError("compared")
        return self.n == other.n


one, other = copy_context(), copy_context()
one.run(a.set, Equal(1))
other.run(a.set, Equal(1))
print(one == other)
other.run(a.set, Equal(2))
print(one == other, one != other)
other.run(a.set, Equal("raise"))
one.run(a.set, Equal("raise"))
fails(lambda: one == other)

# A thread begins with an empty context of its own.
a.set("main")
seen = []
thread = threading.Thread(target=lambda: (seen.append(a.get("none")), a.set("thread"), seen.append(a.get())))
thread.start()
thread.join()
print(seen, a.get())

# The default of a variable may lead back to it.
loop = []
c = ContextVar("c", default=loop)
loop.append(c)
print(text(c).startswith("<ContextVar name='c' default=[<ContextVar "))

import decimal
with decimal.localcontext() as limited:
    limited.prec = 5
    print(decimal.Decimal(1) / 3)
print(decimal.Decimal(1) / 3)
