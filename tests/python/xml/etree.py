# What stands on pyexpat: ElementTree, minidom, sax, plists, XML-RPC.
import datetime
import io
import plistlib
import xml.dom.minidom
import xml.etree.ElementTree as ET
import xml.sax
import xmlrpc.client

tree = ET.fromstring("<r a='1'><b>x &amp; é</b><c xmlns='urn:c'><d/>tail</c></r>")
print(ET.tostring(tree, "unicode"), [e.tag for e in tree.iter()], tree.find("b").text, tree.find(".//{urn:c}d").tail)
print([(event, e.tag) for event, e in ET.iterparse(io.BytesIO(ET.tostring(tree)), ("start", "end"))])
try:
    ET.fromstring("<a><b></a>")
except ET.ParseError as e:
    print(e, e.code, e.position)
print(ET.canonicalize("<b  y='2' x='1'/>"))

document = xml.dom.minidom.parseString("<!DOCTYPE a><a b='c'><!-- x --><d>text</d><?go on?></a>")
print(document.toxml(), document.documentElement.getAttribute("b"), document.doctype.name)


class Handler(xml.sax.ContentHandler):
    def startElement(self, name, attributes):
        print("start", name, dict(attributes), self.locator.getLineNumber())

    def characters(self, text):
        print("text", repr(text))

    def setDocumentLocator(self, locator):
        self.locator = locator


xml.sax.parseString("<a>\n<b c='1'>t</b></a>", Handler())
try:
    xml.sax.parseString("<a>", Handler())
except xml.sax.SAXParseException as e:
    print(e)

value = {"n": 1, "list": [1.5, "é", True, b"bytes"], "when": datetime.datetime(2024, 1, 2, 3, 4, 5)}
print(plistlib.loads(plistlib.dumps(value)) == value)
print(xmlrpc.client.loads(xmlrpc.client.dumps((1, "two", [3.0, {"k": None}]), "method", allow_none=True)))
