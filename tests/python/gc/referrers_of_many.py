# get_referrers of one, a few and many targets finds each holder once, in whatever way it holds: an item, an attribute in
# the instance or in its dict, a cell, the class of an instance, a dict's value.
import gc


class Thing:
    pass


class Slots:
    __slots__ = ("held",)


def holders(target):
    a_list, a_tuple, a_set, a_dict = [target], (0, target), {target}, {"key": target}
    plain, by_dict, slotted = Thing(), Thing(), Slots()
    plain.attribute = target
    by_dict.__dict__ = {"attribute": target}
    slotted.held = target

    def closure():
        return target
    return [a_list, a_tuple, a_set, a_dict, plain, by_dict.__dict__, slotted, closure.__closure__[0]]


def found(targets, wanted):
    referrers = gc.get_referrers(*targets)
    numbers = [id(r) for r in referrers]
    return all(numbers.count(id(w)) == 1 for w in wanted)


for count in (1, 2, 8, 9, 200):
    targets = [frozenset([object(), n]) for n in range(count)]
    wanted = [h for t in targets for h in holders(t)]
    gc.collect()
    print(count, found(targets, wanted), len(wanted))
    del wanted
    left = [r for r in gc.get_referrers(*targets) if r is not targets and r is not globals()]
    print(len(left) <= 1)  # the tuple of arguments, while it is there

instance, other = Thing(), Slots()
print([type(r).__name__ for r in gc.get_referrers(Slots) if r is other], instance in gc.get_referrers(Thing))
