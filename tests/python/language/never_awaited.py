"""The warning about a coroutine that never ran tells where it was made, by the module warnings."""
import gc
import sys
import warnings


async def forgotten(): pass
def makes(): return forgotten()
def calls(): return makes()


def shown(depth):
    sys.set_coroutine_origin_tracking_depth(depth)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        calls()
        gc.collect()
    sys.set_coroutine_origin_tracking_depth(0)
    return [str(w.message).replace(__file__, "FILE") for w in caught]


for depth in 0, 1, 2:
    print(*shown(depth), sep="\n")

# the function of the module fails: that is told, and the plain warning is shown
told = []
sys.unraisablehook = lambda u: told.append((u.exc_type.__name__, type(u.object).__name__))
original = warnings._warn_unawaited_coroutine
warnings._warn_unawaited_coroutine = lambda coroutine: 1 / 0
print(shown(0), told)
told.clear()
del warnings._warn_unawaited_coroutine
print(shown(0), told)
warnings._warn_unawaited_coroutine = original
# the warning is an error: told as well
with warnings.catch_warnings():
    warnings.simplefilter("error")
    calls()
    gc.collect()
print(told)

coroutine = makes()
print([vars(type(g))[n].__doc__ for g in ((x for x in ()), coroutine) for n in ("__name__", "__qualname__")])
coroutine.close()
