# XML parsers: each allocation fails in turn, also those of the library.  MemoryError, and nothing is left behind.
from each_allocation import sweep

import io
import xml.etree.ElementTree as ET
from xml.parsers import expat

DOCUMENT = """<!DOCTYPE a PUBLIC "p" "s" [<!ELEMENT a (b|(c,d)*)><!ATTLIST a k CDATA "v"><!ENTITY e "text"><!ENTITY o SYSTEM "o">]>
<a one='1' two='2'><b>&e; and more</b>&o;<!-- c --></a>"""


def everything():
    p, events = expat.ParserCreate(), []
    p.buffer_text = True
    for name in dir(p):
        if name.endswith("Handler"):
            setattr(p, name, lambda *args, name=name: events.append(args) or 1)
    def outside(context, *args):
        return p.ExternalEntityParserCreate(context).Parse("<i>inner</i>", True)
    p.ExternalEntityRefHandler = outside
    return p.Parse(DOCUMENT, True), len(events)

def other_encoding():
    p, texts = expat.ParserCreate("koi8-r"), []
    p.CharacterDataHandler = texts.append
    return p.Parse("<a>Ж</a>".encode("koi8-r"), True), texts

def error():
    try:
        return expat.ParserCreate().Parse("<a>&b;</a>")
    except expat.ExpatError as e:
        return str(e), e.code, e.lineno

def from_file():
    return expat.ParserCreate().ParseFile(io.BytesIO(b"<a>text</a>"))

def tree():
    return ET.tostring(ET.fromstring("<a><b c='d'>x</b></a>"))


for work in (everything, other_encoding, error, from_file, tree):
    sweep(work)
