# An attribute that is computed and not there is asked of __getattr__, however often the place has been passed.
class Asked:
    fails = True

    @property
    def computed(self):
        if self.fails:
            raise AttributeError("not now")
        return "computed"

    @property
    def broken(self):
        raise ValueError("broken")

    def __getattr__(self, name):
        return "asked for " + name


class Slotted:
    __slots__ = "filled", "empty"

    def __getattr__(self, name):
        return "asked for " + name


class Late:
    @property
    def computed(self):
        raise AttributeError("never")


asked, slotted, late = Asked(), Slotted(), Late()
slotted.filled = 1
seen = []
for i in range(40):
    if i == 20:
        Asked.fails = False
        Late.__getattr__ = lambda self, name: "asked late for " + name
    try:
        computed_late = late.computed
    except AttributeError as e:
        computed_late = str(e)
    try:
        broken = asked.broken
    except ValueError as e:
        broken = str(e)
    now = asked.computed, asked.absent, broken, slotted.filled, slotted.empty, slotted.__class__.__name__, computed_late
    if not seen or seen[-1] != now:
        seen.append(now)
        print(i, now)
