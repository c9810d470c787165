# Contexts against a model: dicts that are copied.  Old copies keep what they had.
import contextvars
import random

random.seed(5)
variables = [contextvars.ContextVar("v%d" % i) for i in range(3000)]


def work():
    model, kept, tokens = {}, [], []
    for step in range(8000):
        v = random.choice(variables)
        what = random.random()
        if what < 0.6 or not tokens:
            value = [step]
            tokens.append((v, v.set(value), model.get(v)))
            model[v] = value
        elif what < 0.98:
            # the newest first: a reset brings back what was there
            v, token, old = tokens.pop()
            v.reset(token)
            if old is None:
                model.pop(v, None)
                assert token.old_value is contextvars.Token.MISSING
            else:
                model[v] = old
        else:
            kept.append((contextvars.copy_context(), dict(model)))
    for v in variables:
        assert v.get(None) is model.get(v)
    kept.append((contextvars.copy_context(), model))
    # down to nothing
    while tokens:
        v, token, old = tokens.pop()
        v.reset(token)
    assert len(contextvars.copy_context()) == 0 and list(contextvars.copy_context()) == []
    for context, snapshot in kept:
        assert len(context) == len(snapshot)
        assert dict(context.items()) == snapshot
        assert set(context) == set(context.keys()) == set(snapshot)
        assert sorted(map(id, context.values())) == sorted(map(id, snapshot.values()))
        for v in random.sample(variables, 100):
            assert (v in context) == (v in snapshot)
            assert context.get(v) is snapshot.get(v)
    first, last = kept[0][0], kept[-1][0]
    assert first != last and last == last.copy() and first.copy() == first
    return len(kept)


print(contextvars.Context().run(work) > 20)

# A copy costs the same however much is in it: 200,000 copies of a context of 3,000 variables would take minutes else.
context = contextvars.Context()
context.run(lambda: [v.set(1) for v in variables])
copies = [context.copy() for i in range(20000)]
copies[3].run(variables[0].set, 2)
print(len(copies[3]), context[variables[0]], copies[3][variables[0]], copies[4][variables[0]])

# A cycle through a context's values is garbage like any other.
import gc
import weakref


class Held:
    pass


v = contextvars.ContextVar("v")
context = contextvars.Context()
held = Held()
held.context = context
context.run(v.set, held)
dead = weakref.ref(held)
del held, context
gc.collect()
print(dead())
