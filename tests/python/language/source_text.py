"""Source in other encodings, with other line ends, tabs, form feeds, continuation lines."""
import os
import sys

PROGRAMS = [
    "# -*- coding: cp1251 -*-\nprint(ascii('Привет'))\n".encode("cp1251"),
    "# coding: koi8-r\nprint(ascii('Привет'))\n".encode("koi8-r"),
    "# coding: latin-1\nprint(ascii('caf\xe9'))\n".encode("latin-1"),
    "# vim: set fileencoding=iso-8859-15 :\nprint(ascii('\u20ac'))\n".encode("iso-8859-15"),
    "#!/usr/bin/env python\n# coding=utf-8\nprint(ascii('\u20ac'))\n".encode(),
    b"\xef\xbb\xbfprint('bom')\n",
    b"\xef\xbb\xbf# coding: utf-8\nprint('bom and cookie')\n",
    b"# coding: nosuch\nprint(1)\n",
    b"# coding: ascii\nprint('\xe9')\n",
    b"print('\xe9')\n",
    b"x = 1\r\nif x:\r\n    print('crlf', '''a\r\nb'''.encode())\r\n",
    b"x = 1\rif x:\r    print('cr', '''a\rb'''.encode())\r",
    b"if 1:\n\tprint('tab')\n",
    b"if 1:\n        print('spaces')\n\tprint('tab')\n",
    b"if 1:\n\tif 2:\n\t    print('mixed')\n",
    b"\x0cprint('form feed')\nif 1:\n    \x0c    print('resets the indentation?')\n",
    b"if 1:\n    print(1)\n\x0c\nprint(2)\n",
    b"x = 1 + \\\n    2\nprint(x)\nprint('a\\\nb')\nassert x \\\n  == 3, \\\n  'no'\n",
    b"print(1) \\\n",
    b"x = (1 +\n\n# comment\n   2)\nprint(x)",
    b"print('no newline at the end')",
    b"print(1)\n  # comment only",
    b"if 1:\n    pass\n  \n\n#\nelse:\n    pass\nprint('blank lines')\n",
    b"print(1)\n\\\nprint(2)\n",
    b"class A:\n    def f(self):\n        return 1\n\n    # end\nprint(A().f())\n",
    "имя = 5\nprint(имя)\nﬁ = 3\nprint(fi)\n".encode(),
    b"print(1);print(2);\n",
    b"\n\n\n",
    b"",
    b"    \n",
    b"  print(1)\n",
    b"if 1:\nprint(1)\n",
    b"if 1:\n    print(1)\n   print(2)\n",
    b"def f():\n\treturn 1\n        return 2\n",
    b"x = $\n",
    b"x = 'abc\n",
    b"x = '''abc\n\n",
    b"x = (1,\n\n",
    b"x = (1]\n",
    b"x = 1)\n",
    b"x = \xe2\x80\x9chello\xe2\x80\x9d\n",
    b"x = 1\xc2\xa0+ 2\n",
    b"\\\n\\\nprint('after continuation lines')\n",
    b"print(0777)\n",
    b"print 1\n",
    b"exec 'a'\n",
]



def read(path):
    with open(path, "rb") as f:
        data = f.read()
    os.unlink(path)
    return data


for program in PROGRAMS:
    with open("program.py", "wb") as f:
        f.write(program)
    status = os.system(sys.executable + " program.py >out.txt 2>err.txt")
    error = read("err.txt").decode("utf-8", "backslashreplace").replace(os.getcwd() + "/", "")
    print(program[:60])
    print("   ", status >> 8, read("out.txt"), ascii(error))
os.unlink("program.py")
