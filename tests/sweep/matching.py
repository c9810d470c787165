class Point:
    __match_args__ = ('x', 'y')

    def __init__(self, x, y):
        self.x, self.y = x, y


def tell(v):
    match v:
        case Point(0, y=yy):
            return 'on axis', yy
        case [1, *rest] | (2, *rest):
            return 'sequence', rest
        case {'a': a, **others} if a:
            return 'mapping', a, others
        case str() | bytes() as text:
            return 'text', text
        case _:
            return 'other'


for v in Point(0, 3), [1, 2, 3], (2,), {'a': 1, 'b': 2}, 'x', 5.5:
    print(tell(v))
