"""Sources that are not UTF-8, and that say what they are: compile() of bytes, scripts, standard input, -c, import."""
import codecs
import os
import subprocess
import sys
import tempfile

# Bytes that are no UTF-8 do no harm in comments; in names and strings they do.
SOURCES = [
    b"x = 1  # caf\xe9\nprint(ascii(x))\n",
    b"# caf\xe9",
    b"x = (\n# \xe9\n1)\nprint(x)\n",
    b"x = 1\n# caf\xe9\nprint(1\n",
    b"x = = 2 # \xe9\n",
    b"x = 'caf\xe9'\n",
    b"x = 'caf\xe9\n",
    b"x = b'caf\xe9'\n",
    b"x = f'caf\xe9'\n",
    b"x = f'caf{x}\xe9'\n",
    b"x = rf'caf{x}b\xe9'\n",
    b"x = f'caf{\"\xe9\"}'\n",
    b"x = 'a\\n\xe9'\n",
    b"x = r'a\\n\xe9'\n",
    b"x = 'ok' 'caf\xe9'\n",
    b"x = f'{1}' 'caf\xe9'\n",
    b"caf\xe9 = 1\n",
    b"x = \xc3\xa9\xe9\n",
    b"x = 1\xe9\n",
    b"x = 1 \xff 2\n",
    b"x = '\xe2\x82'\n",
    b"x = '\xe2\x82a'\n",
    b"x = '\xed\xa0\x80'\n",
    b"x = '\xf0\x9f\x98'\n",
    b"x = '\xc0\x80'\n",
    b"def f():\n  x = '\xe9'\n  return = 1\n",
    b"x = '\xe9\xe9\xe9' '\n",
    b"x = '\xe9' = 1\n",
    b"f(a b, '\xe9')\n",
    b"# coding: utf-8\nx = 1 # \xe9\nprint(x)\n",
    b"# coding: utf8\nx = 1 # \xe9\nprint(x)\n",
    b"# coding: utf-8\nx = '\xe9'\nprint(x)\n",
    b"\xef\xbb\xbf# \xe9\nprint(1)\n",
    b"\xef\xbb\xbfx = '\xe9'\nprint(1)\n",
    b"\xef\xbb\xbf# coding: latin-1\nx = '\xe9'\nprint(1)\n",
    b"# \xe9\n# coding: latin-1\nx='a\xe9'\nprint(ascii(x))\n",
    b"x = 1\n# coding: latin-1\nx='a\xe9'\nprint(ascii(x))\n",
    # Columns of errors count bytes where the encoding is not known.
    'x = "éé" +\n'.encode(),
    b"# coding: utf-8\n" + 'x = "éé" +\n'.encode(),
    "f'{\"é\" 1 1}'",
    "'é'; break",
    "'é' \\ \n".encode(),
    "if 1:\n  'é'\n 'é'\n".encode(),
    "'é' (\n".encode(),
    # Every codec that gives text.
    b"# coding: cp1252\nx = '\x80'\nprint(ascii(x))\n",
    b"# coding: cp1252\nx = '\x81'\nprint(ascii(x))\n",
    b"# coding: ascii\r\nx = '\xe9'\r\n",
    b"# coding: utf-7\nx = '+AOk-'\nprint(ascii(x))\n",
    b"# coding: utf-16\nx = 'a'\n",
    b"# coding: rot13\ncevag(1)\n",
    b"# coding: hex\n7072696e74\n",
    b"# coding: nosuch\nprint(1)\n",
    b"# coding: raw_unicode_escape\nx='\\u20ac\xe9'\nprint(ascii(x))\n",
    b"# coding: iso-latin-1-mac\nx='a\xe9'\nprint(ascii(x))\n",
    b"# coding: mine\nx='a!'\nprint(ascii(x))\n",
    b"# coding: no_text\nx='a!'\nprint(ascii(x))\n",
    b"# coding: fails\nx='a!'\nprint(ascii(x))\n",
    b"# coding: punycode\nx='a'\nprint(ascii(x))\n",
    b"# coding: cp949\nprint(ascii('\xaa\xa7'))\n",
    b"# coding: cp932\nprint '\x94\x4e'",
    b"# coding: iso2022_jp\nprint(ascii('\x1b$BF|\x1b(B'))\n",
]


def search(name):
    if name == "mine":
        return codecs.CodecInfo(name=name, encode=codecs.latin_1_encode,
                                decode=lambda b, errors="strict": (bytes(b).decode("latin-1").replace("!", "\u20ac"), len(b)))
    if name == "fails":
        return codecs.CodecInfo(name=name, encode=codecs.latin_1_encode, decode=lambda b, errors="strict": 1 // 0)
    if name == "no_text":
        return codecs.CodecInfo(name=name, encode=codecs.latin_1_encode, decode=lambda b, errors="strict": (42, len(b)))


codecs.register(search)
for source in SOURCES:
    print(ascii(source))
    try:
        exec(source, {})
    except SyntaxError as e:
        print("   ", type(e).__name__, ascii((e.msg, e.lineno, e.offset, e.text, e.end_lineno, e.end_offset)))
    except Exception as e:
        print("   ", ascii(e))

SCRIPTS = [
    b"x = 1\nx = 1  # caf\xe9\n",
    b"# coding: utf-8\nx = 1 # \xe9\nprint(x)\n",
    b"# coding: utf8\nx = 1 # \xe9\nprint(x)\n",
    b"# coding: utf-8\nx = '\xe9'\nprint(x)\n",
    b"\xef\xbb\xbf# \xe9\nprint('bom')\n",
    b"\xef\xbb\xbf# coding: iso-8859-1\n",
    b"# \xe9\n# coding: latin-1\n",
    'x = "éé" +\n'.encode(),
    b"# coding: rot13\ncevag(1)\n",
]


def shown(done):
    return done.returncode, done.stdout, done.stderr.replace(os.getcwdb() + b"/", b"")


with tempfile.TemporaryDirectory() as directory:
    os.chdir(directory)

    def run(*arguments, **more):
        return shown(subprocess.run([sys.executable, *arguments], capture_output=True, **more))

    for script in SCRIPTS:
        print(ascii(script))
        with open("program.py", "wb") as f:
            f.write(script)
        print("    script", run("program.py"))
        print("    input ", run("-", input=script))
    # The line that a traceback shows is decoded as its file says.
    with open("program.py", "wb") as f:
        f.write(b"# coding: koi8-r\n1 / 0  # \xf0\xd2\xc9\n")
    print(run("program.py"))
    with open("latin.py", "wb") as f:
        f.write(b"a = 1  # caf\xe9\n")
    print(run("-B", "-c", "import latin; print(latin.a)"))
    # A directory's __main__ is a module.
    os.mkdir("inside")
    with open("inside/__main__.py", "wb") as f:
        f.write(b"# caf\xe9\nprint('inside')\n")
    print(run("inside"))
    # The program of -c is text: a cookie says nothing.
    print(run("-c", "# coding: latin-1\nprint(ascii('é'))"))
    print(run("-c", b"print('\xe9')"))
    print(run("-c", "import sys; print(ascii(sys.argv))", b"\xe9"))
