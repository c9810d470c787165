"""A class of the program in a filter of the warnings, or in what was warned of once, goes when the program ends."""
import warnings


class Kept(FutureWarning):
    pass


warnings.filterwarnings("error", category=Kept)
try:
    warnings.warn("one", Kept)
except Kept as e:
    print("raised", e)
warnings.simplefilter("once", Kept)
warnings.showwarning = lambda message, *rest: print("shown", message)
warnings.warn("two", Kept)
warnings.warn("two", Kept)
