# The layer below a file object is taken away while it is being asked.
import io


def below(detach):
    """A raw file that takes the layers above it apart when it is used."""
    class Raw(io.RawIOBase):
        def readable(self):
            return True

        def writable(self):
            return True

        def readinto(self, b):
            detach()
            b[:3] = b"abc"
            return 3

        def write(self, b):
            detach()
            return len(b)

    return Raw()


def attempt(name, work):
    detached = []

    def detach():
        if not detached:
            detached.append(1)
            try:
                detached[0] = top[0].detach()
            except (ValueError, RuntimeError) as e:
                detached[0] = type(e).__name__
            detached[:] = [type(detached[0]).__name__]

    top = []
    work_on = work(below(detach))
    top.append(work_on[0])
    try:
        done = "%r" % (work_on[1](top[0]),)
    except (ValueError, RuntimeError, AttributeError, OSError) as e:
        done = "an error"
    print(name, len(detached), bool(done))


attempt("text read", lambda raw: (io.TextIOWrapper(io.BufferedReader(raw)), lambda t: t.read(2)))
attempt("text line", lambda raw: (io.TextIOWrapper(io.BufferedReader(raw)), lambda t: t.readline(5)))
attempt("text write", lambda raw: (io.TextIOWrapper(io.BufferedWriter(raw, 8), write_through=True), lambda t: t.write("x" * 100)))
attempt("text flush", lambda raw: (io.TextIOWrapper(io.BufferedWriter(raw, 8)), lambda t: (t.write("x" * 5), t.flush())))
attempt("reader", lambda raw: (io.BufferedReader(raw), lambda b: b.read(2)))
attempt("reader of all", lambda raw: (io.BufferedReader(raw), lambda b: b.read1()))
attempt("writer", lambda raw: (io.BufferedWriter(raw, 8), lambda b: b.write(b"x" * 100)))
