# throw() of a class that does not make an exception: the complaint is thrown into the generator.
class Bad(Exception):
    def __new__(cls, *arguments):
        return cls


class Fails(Exception):
    def __init__(self):
        raise KeyError("making")


def generator():
    for kind in range(2):
        try:
            yield kind
        except Exception as e:
            print(type(e).__name__, e)


g = generator()
next(g)
print(g.throw(Bad))
try:
    g.throw(Fails)
except StopIteration:
    print("end")
g = generator()
try:
    g.throw(Bad)
except TypeError as e:
    print(e)
