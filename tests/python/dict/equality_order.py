"""Which side's __eq__ is asked when dicts are compared, and comparisons whose method is a descriptor that raises."""


class Tells:
    def __init__(self, name): self.name = name
    def __eq__(self, other):
        print("  ", self.name, "== something")
        return self.name == "left"


print({"k": Tells("left")} == {"k": Tells("right")})
print({"k": Tells("right")} == {"k": Tells("left")})


class Raises:
    def refuse(self): raise KeyError("never seen")
    __eq__ = __lt__ = property(refuse)


a, b = Raises(), Raises()
print(a == a, a == b, a != a)
try:
    a < b
except TypeError as e:
    print(e)
