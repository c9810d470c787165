# gc.callbacks and the debug flags.
import gc
import sys

gc.disable()
gc.collect()
log = []


def callback(phase, info):
    log.append((phase, sorted(info), info['generation'], info['uncollectable']))
    if phase == 'stop':
        log.append(info['collected'])


gc.callbacks.append(callback)
for g in 0, 1, 2:
    x = []
    x.append(x)
    del x
    gc.collect(g)
    print(log)
    log.clear()

# several, in order; one that fails; one that removes itself
def failing(phase, info):
    log.append('failing')
    raise ValueError(phase)


def leaving(phase, info):
    log.append('leaving')
    gc.callbacks.remove(leaving)


sys.unraisablehook = lambda info: log.append(('unraisable', info.exc_type.__name__, str(info.exc_value), info.object is failing))
gc.callbacks[:] = [failing, leaving, lambda phase, info: log.append(phase)]
gc.collect()
for line in log:
    print(line)
log.clear()
gc.callbacks.clear()
sys.unraisablehook = sys.__unraisablehook__

# a collection inside a callback does nothing
gc.callbacks.append(lambda phase, info: log.append(gc.collect()))
x = []
x.append(x)
del x
print(gc.collect())
print(log)
gc.callbacks.clear()

# DEBUG_SAVEALL
class C:
    def __del__(self):
        print('del')


c = C()
c.me = c
c.list = [c]
gc.set_debug(gc.DEBUG_SAVEALL)
del c
print(gc.collect() >= 2)
gc.set_debug(0)
print(any(type(o) is C for o in gc.garbage), any(type(o) is list for o in gc.garbage), gc.garbage is not None)
c = [o for o in gc.garbage if type(o) is C][0]
print(c.me is c, c.list[0] is c)
del c
gc.garbage.clear()
print(gc.collect() >= 2)
print(gc.garbage)


# texts
class Output:
    def __init__(self):
        self.text = ''

    def write(self, s):
        self.text += s

    def flush(self):
        pass


def mask(text):
    """Digits and addresses vary."""
    words = []
    for word in text.split(' '):
        if word.startswith('0x'):
            word = '0x...>' + word[word.index('>') + 1:]
        core = word.rstrip('s,\n')
        if core and core[0].isdigit() and not word.endswith('...\n'):
            word = 'N' + word[len(core):]
        words.append(word)
    return ' '.join(words)


out = sys.stderr = Output()
gc.set_debug(gc.DEBUG_STATS)
gc.collect(1)
gc.set_debug(gc.DEBUG_COLLECTABLE)
x = []
x.append(x)
del x
gc.collect()
gc.set_debug(0)
sys.stderr = sys.__stderr__
for line in out.text.splitlines(True):
    if line.startswith('gc: objects in each'):
        line = line.split(':')[0] + ':' + line.split(':')[1] + ': ' + str(len(line.split(':')[2].split())) + '\n'
    elif line.startswith('gc: objects in permanent'):
        line = 'gc: objects in permanent generation: ' + str(line.split()[-1].isdigit()) + '\n'
    print(mask(line), end='')
