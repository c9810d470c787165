# pyexpat: every handler, buffered text, namespaces, entities, encodings, errors; what raises in handlers; cycles.
import copy
import gc
import io
import pickle
import sys
import weakref
from xml.parsers import expat


def fails(f, *args, **kwargs):
    try:
        print("no error", f(*args, **kwargs))
    except Exception as e:
        print(type(e).__module__, type(e).__name__, e, vars(e))


HANDLERS = [name for name in dir(expat.ParserCreate()) if name.endswith("Handler") or name == "DefaultHandlerExpand"]
print(len(HANDLERS), expat.native_encoding, isinstance(expat.version_info, tuple), expat.EXPAT_VERSION.startswith("expat_"))
assert sys.modules["pyexpat.errors"] is expat.errors and sys.modules["pyexpat.model"] is expat.model


def logging(p, *without):
    events = []
    for name in HANDLERS:
        if name not in without:
            setattr(p, name, lambda *args, name=name: events.append((name, args)) or 1)
    return events


DOCUMENT = b"""<?xml version="1.0" encoding="iso-8859-1" standalone="no"?>
<?style sheet?>
<!DOCTYPE root PUBLIC "-//x" "root.dtd" [
  <!ELEMENT root (a|(b,c?)*|d+)>
  <!ELEMENT mixed (#PCDATA|a)*>
  <!ELEMENT none EMPTY>
  <!ATTLIST root id ID #REQUIRED kind (x|y) "x" free CDATA #IMPLIED>
  <!ENTITY inside "text \xe9">
  <!ENTITY outside SYSTEM "outside.xml">
  <!ENTITY % para "p">
  <!NOTATION note PUBLIC "public-note" "note.exe">
  <!ENTITY picture SYSTEM "picture.gif" NDATA note>
]>
<!-- comment \xe9 -->
<root id="1" xmlns="urn:one" xmlns:t="urn:two"><t:a t:x="2" y="&lt;">text &inside; &skipped; &outside;</t:a><![CDATA[<raw>
]]></root>
"""
for separator in (None, "!"):
    for ordered in (False, True):
        p = expat.ParserCreate(namespace_separator=separator)
        p.ordered_attributes = ordered
        p.specified_attributes = ordered
        p.namespace_prefixes = separator is not None and ordered
        events = logging(p, "DefaultHandler", "DefaultHandlerExpand") if ordered else logging(p, "DefaultHandlerExpand")
        print(p.Parse(DOCUMENT[:300]), p.Parse(DOCUMENT[300:], True))
        for name, args in events:
            if name == "ExternalEntityRefHandler":  # the prefixes in the context come in any order
                args = (sorted(args[0].split("\f")), *args[1:])
            print("   ", name, args)
print(p.ErrorCode, p.CurrentLineNumber, p.CurrentColumnNumber, p.CurrentByteIndex)

print("---- text put together")
for size in (None, 4, 100):
    p, parts = expat.ParserCreate(), []
    p.CharacterDataHandler = parts.append
    if size:
        p.buffer_text = True
        p.buffer_size = size
    p.StartElementHandler = lambda name, attributes: parts.append("<" + name)
    p.CommentHandler = lambda text: parts.append("--")
    p.Parse("<a>one\ntwo &lt; é 𝄞 <b/>some longer text\n<!-- x -->end</a>")
    print(p.buffer_text, p.buffer_size, p.buffer_used, parts)
p, parts = expat.ParserCreate(), []
p.buffer_text = True
p.CharacterDataHandler = parts.append
p.Parse("<a>before")
other = []
p.CharacterDataHandler = other.append
p.Parse("after")
p.buffer_text = False
p.CharacterDataHandler = None
p.Parse("nobody hears</a>", True)
print(parts, other)
for name, value in (("buffer_size", 0), ("buffer_size", "x"), ("buffer_size", 2 ** 40), ("ErrorCode", 1), ("other", 1), ("intern", {})):
    fails(setattr, p, name, value)
fails(delattr, p, "StartElementHandler")
fails(delattr, p, "buffer_text")

print("---- names are the same objects")
p, names = expat.ParserCreate(), []
p.StartElementHandler = lambda name, attributes: names.extend([name, *attributes])
p.Parse("<a k='1'><a k='2'/></a>", True)
print(names[0] is names[2], names[1] is names[3], p.intern)
print(expat.ParserCreate(intern=None).intern, expat.ParserCreate(intern=(d := {})).intern is d)

print("---- entities of other files")
p, texts = expat.ParserCreate(), []


def outside(context, base, system, public):
    inner = p.ExternalEntityParserCreate(context)
    inner.Parse({"one": "<b>from one</b>", "two": "<b>from two"}[system], True)
    texts.append((base, system, public, p.GetInputContext()[:10]))
    return 1


p.CharacterDataHandler = texts.append
p.ExternalEntityRefHandler = outside
p.SetBase("http://base/é")
print(p.GetBase(), p.GetInputContext(), p.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_ALWAYS))
p.Parse("<!DOCTYPE a [<!ENTITY one SYSTEM 'one'><!ENTITY two SYSTEM 'two'>]><a>&one;")
fails(p.Parse, "&two;</a>")
print(texts)
p = expat.ParserCreate()
p.ExternalEntityRefHandler = lambda *args: 0
fails(p.Parse, "<!DOCTYPE a [<!ENTITY one SYSTEM 'one'>]><a>&one;</a>")
p = expat.ParserCreate()
p.NotStandaloneHandler = lambda: 0
fails(p.Parse, "<!DOCTYPE a SYSTEM 'x'><a/>")
p, told = expat.ParserCreate(), []
p.UseForeignDTD()
p.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_ALWAYS)
p.ExternalEntityRefHandler = lambda *args: told.append(args) or 1
p.Parse("<a/>", True)
print(told)
fails(p.UseForeignDTD, True)
child = expat.ParserCreate().ExternalEntityParserCreate(None)  # its parent is gone
print(child.Parse("<!ELEMENT a EMPTY>", True))

print("---- encodings")
for text, encoding in (("<a>é</a>".encode("utf-16"), None), ("<?xml version='1.0' encoding='cp1252'?><a>€é</a>".encode("cp1252"), None),
                       ("<a>Ж</a>".encode("koi8-r"), "koi8-r"), ("<a>é</a>", "latin-1"), (bytearray(b"<a>x</a>"), None), (memoryview(b"<a>y</a>"), None)):
    p, texts = expat.ParserCreate(encoding), []
    p.CharacterDataHandler = texts.append
    print(p.Parse(text, True), texts)
fails(expat.ParserCreate("none_such").Parse, b"<a/>")
fails(expat.ParserCreate().Parse, b"<?xml version='1.0' encoding='shift_jis'?><a/>")

print("---- errors")
for text in ("", "<a>", "<a></b>", "<a/><b/>", "<a b='1' b='2'/>", "<a>&b;</a>", "<a>\x01</a>", "<a", "]]>", "<a>&#0;</a>"):
    fails(expat.ParserCreate().Parse, text, True)
fails(expat.ParserCreate(namespace_separator=" ").Parse, "<t:a/>", True)
p = expat.ParserCreate()
p.Parse("<a/>", True)
fails(p.Parse, "<a/>")
print(expat.ErrorString(3), expat.ErrorString(0), expat.ErrorString(-1), expat.errors.codes[expat.errors.XML_ERROR_SYNTAX], expat.errors.messages[3])
fails(expat.ParserCreate, 3)
fails(expat.ParserCreate, "a\0b")
fails(expat.ParserCreate, None, "ab")
fails(expat.ParserCreate, None, None, 3)
fails(expat.ParserCreate().Parse, 3)
fails(expat.ParserCreate().SetBase, 3)
fails(expat.ParserCreate().ExternalEntityParserCreate, 3)
fails(type(p))
fails(type, "Derived", (type(p),), {})
fails(copy.copy, p)
fails(pickle.dumps, p)

print("---- files")
p, texts = expat.ParserCreate(), []
p.CharacterDataHandler = texts.append
print(p.ParseFile(io.BytesIO(b"<a>" + b"0123456789" * 1000 + b"</a>")), sum(map(len, texts)))


class File:
    def __init__(self, *answers):
        self.answers = list(answers)

    def read(self, size):
        return self.answers.pop(0) if self.answers else b""


print(expat.ParserCreate().ParseFile(File(b"<a>", bytearray(b"</a>"))))
fails(expat.ParserCreate().ParseFile, 3)
fails(expat.ParserCreate().ParseFile, File("<a/>"))
fails(expat.ParserCreate().ParseFile, File(bytes(5000)))
fails(expat.ParserCreate().ParseFile, File(b"<a>"))

print("---- what handlers do")
for name in HANDLERS:
    p, calls = expat.ParserCreate(namespace_separator="!"), []

    def handler(*args):
        calls.append(len(args))
        raise LookupError(name)

    setattr(p, name, handler)
    try:
        p.Parse(DOCUMENT, True)
    except LookupError as e:
        print(name, e, len(calls), getattr(p, name))
    except expat.ExpatError as e:
        print(name, e)
p = expat.ParserCreate()
p.StartElementHandler = lambda *args: p.Parse("<b/>")
try:
    p.Parse("<a/>")
except RuntimeError as e:
    print("RuntimeError")
p = expat.ParserCreate()
p.NotStandaloneHandler = lambda: "no number"
fails(p.Parse, "<!DOCTYPE a SYSTEM 'x'><a/>")
p, seen = expat.ParserCreate(), []


def once(name, attributes):
    seen.append(name)
    p.StartElementHandler = p.CharacterDataHandler = None


p.StartElementHandler, p.CharacterDataHandler = once, seen.append
p.Parse("<a>text<b/></a>", True)
print(seen)


class Owner:
    def __init__(self):
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self.start
        self.child = self.parser.ExternalEntityParserCreate(None)

    def start(self, name, attributes):
        pass


o = Owner()
o.parser.Parse("<a>")
gone = weakref.ref(o)
del o
gc.collect()
print(gone())
