# DEBUG_SAVEALL is still set when the program ends: what was saved, and what is garbage only then, goes all the same.
import gc


class Loud:
    def __init__(self, name):
        self.name, self.me = name, self

    def __del__(self):
        print("deleted:", self.name)


Loud("before")
gc.collect()
gc.set_debug(gc.DEBUG_SAVEALL)
Loud("saved")
print(gc.collect() > 0, [thing.name for thing in gc.garbage if type(thing) is Loud])
Loud("at the end")
print("end")
