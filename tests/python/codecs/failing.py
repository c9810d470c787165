"""An exception of a codec is told with the codec's name; half characters wait; half pairs are characters where a section ends."""
import codecs
import io

raised = None


def fails(data, errors="strict"):
    raise raised


codecs.register(lambda name: codecs.CodecInfo(fails, fails, name=name) if name == "failing" else None)


class Plain(RuntimeError):
    pass


class Slotted(RuntimeError):
    __slots__ = ()


class OwnInit(RuntimeError):
    def __init__(self):
        pass


class OwnNew(RuntimeError):
    def __new__(cls):
        return super().__new__(cls)


marked = RuntimeError("marked")
marked.attribute = 1
for raised in (RuntimeError, RuntimeError("told"), Plain("x"), Slotted("x"), OwnInit, OwnNew, marked, RuntimeError(1), RuntimeError("a", "b"),
               KeyError("k"), OSError(2, "x"), UnicodeDecodeError("a", b"b", 0, 1, "c"), ZeroDivisionError(), MemoryError("m"),
               StopIteration("s"), KeyboardInterrupt("k")):
    for call in (lambda: "a".encode("failing"), lambda: b"a".decode("failing"), lambda: codecs.encode(1, "failing"),
                 lambda: codecs.decode(1, "failing"), lambda: io.TextIOWrapper(io.BytesIO(b"a"), "failing").read()):
        try:
            call()
        except BaseException as e:
            print(type(e).__name__, e, "|", repr(e.__cause__), e.__suppress_context__)

for final in (b"\xed", b"\xed\xa4", b"\xed\xa4\x81", b"\xed\xc0", b"a\xed\xa4"):
    decoder = codecs.getincrementaldecoder("utf-8")("surrogatepass")
    try:
        print(ascii(decoder.decode(final)), decoder.getstate())
    except UnicodeDecodeError as e:
        print(e)
for data in (b"a+2AE-b", b"a+2AE\xe1b", b"a+2AE", b"a+2AEA-b", b"a+2AEb", b"a+2AE+b", b"a+IKzYAQ-b", b"a+IKwgrNgB", b"a+2AE b", b"a+2D3eCg-b"):
    print(data, ascii(data.decode("utf-7", "replace")))
