saved = []


class Final:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        saved.append(self.name)


class Phoenix:
    def __del__(self):
        saved.append(self)


a = Final('a')
a = [Final('b'), Final('c')]
del a
p = Phoenix()
del p
print(len(saved), saved[:3], saved[3].__class__.__name__)
