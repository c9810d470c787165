from _weakref import ref, proxy


class Thing:
    pass


died = []
t = Thing()
refs = [ref(t, lambda r: died.append('a')), ref(t), proxy(t, lambda r: died.append('b'))]
t.x = 5
print(refs[0]() is t, refs[1] == ref(t), refs[2].x)
del t
print(refs[0](), died)
