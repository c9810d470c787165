# A pickler or unpickler that is used by what it is working on (a reducer, a key's __eq__, another thread) raises RuntimeError;
# CPython goes on with a memo and a stack that no longer fit, and may crash.  And a memo with numbers far apart takes no memory
# for those in between.
import io
import pickle


class Again:
    def __reduce__(self):
        pickler.dump(1)


class Key:
    def __hash__(self):
        return unpickler.load()


pickler = pickle.Pickler(io.BytesIO())
unpickler = pickle.Unpickler(io.BytesIO(b"}c__main__\nKey\n)\x81Ns."))
for work in (lambda: pickler.dump(Again()), unpickler.load):
    try:
        work()
    except RuntimeError as e:
        print(e)
print(pickle.loads(b"Nr\xff\xff\xff\xff0j\xff\xff\xff\xff."))
