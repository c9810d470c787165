log = []


class Managed:
    def __init__(self, name, swallow=False):
        self.name, self.swallow = name, swallow

    def __enter__(self):
        log.append(('enter', self.name))
        return self

    def __exit__(self, kind, value, traceback):
        log.append(('exit', self.name, kind and kind.__name__))
        return self.swallow and kind is KeyError


with Managed('a') as a, Managed('b', True):
    raise KeyError(a.name)
try:
    with Managed('c'):
        raise ValueError
except ValueError:
    log.append('caught')
print(log)
