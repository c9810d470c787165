"""Warnings of the lexer, the parser and the compiler, as warnings and as errors."""
import warnings
for src in ["1 if 0else 2","0xfor 1","1if 1else 2","1_0or 2","0o7and 1","0b1in x","1.or 2","1e3or 2","1jor 2","0or x","'\\d'","b'\\d'","f'\\d{1}'","'\\477'","b'\\777'","'\\8'", "1 is x","x is ()","x is not 'a'","x is -1","()()","1()","'a'[1,]","[1][1,2]","{1}[0]","1[0]","'a'['b']","[]['b']","assert (1,2)","assert ()","x = (1)(2)","[1](2)","{}(1)","(lambda:1)[1]","(x for x in y)[0]", "f'a'(1)", "None()","...()", "...[0]","None[0]","True[1]","(1,2)['a']","(1,2)[1.0]","[1,2][x]","'a'[b'']", "f'{1}'[''] ", "b'a' 'b'", "x is f'a'","1 is 1 is x","def f():\n  global x; x=1", "try: pass\nfinally:\n  return","1 if x is 'a' else 2","while x is 1: pass","x is True","x is ...","x is None", "x is b''","x is [1]","x is 1.0", "x is 1j", "{1:2}[3]", "{1:2}['a','b']","[x for x in y]['a']", "[1]['a':'b']","'a'[1.5]", "'\\\n\\q'", "'''\n\\q'''", "rb'\\d'", "'\\d\\e'","print('\\d') ; print('\\e')"]:
    with warnings.catch_warnings(record=True) as w:
        warnings.simplefilter('always')
        try: compile(src,'<t>','exec')
        except SyntaxError as e: print(repr(src),'!!',e, e.lineno,e.offset,e.end_lineno,e.end_offset,repr(e.text))
        print(repr(src), [(x.category.__name__, str(x.message), x.lineno) for x in w])
        w.clear()
        warnings.simplefilter('error')
        try: compile(src,'<t>','exec')
        except SyntaxError as e: print('   e',e, e.lineno,e.offset,e.end_lineno,e.end_offset,repr(e.text))
        except Warning as e: print('warning', repr(e))
