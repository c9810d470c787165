# re: the _sre engine under it.
import re
def t(f,*a,**k):
    try: print(repr(f(*a,**k)))
    except Exception as e: print(type(e).__name__, e)
for p,s in [("a","ba"),("a*","aaa"),("(a)(b)?","ac"),(r"\d+","x12y"),("a|b|c","xc"),("(?:ab)+","ababx"),("(a|b)*c","ababc"),("(a*)*","aaa"),("(a+)+b","aaaa"),("a.*?b","axxbxb"),("^a","a"),("a$","a\n"),(r"\bfoo\b","a foo b"),("(?i)ABC","xabc"),("[a-c]+","xxabcd"),("[^a-c]+","abcxyz"),("(?P<n>x)(?P=n)","xx"),("(?=a)a","a"),("(?!a).","ab"),("(?<=a)b","ab"),("(?<!a)b","abbb"),("(a)?(?(1)b|c)","ab"),("(a)?(?(1)b|c)","c"),("a{2,3}","aaaa"),("a{2,3}?","aaaa"),("(ab){2}","abab"),("(?:a|ab)(?:c|bcd)(d*)","abcd"),("(?>a+)b","aaab"),("a++b","aaab"),("(?:ab)*+c","ababc"),("\\w+","h\xe9llo w"),("(?s).","\n"),("(?m)^b","a\nb"),("(.)\\1","abccd"),("x*","axb"),("(?:(a)|b)*","ab"),("((a)|b)*","ab"),("[\u0400-\u04ff]+","ab\u0411\u0412"),("(?i)\u00e9","\u00c9"),("(?a)\\w+","h\xe9"),("a(?:b|c|)d","ad"),("(a|b)??b","ab"),("(?:a?){3}a{3}","aaa"),("","abc"),("(?<=(a))b","ab"),(r"(\w+)\s(\w+)","hello world x"), ("(a(b)?)+","aba"),("(?:(?P<a>1)|(?P<b>2))+","12")]:
    m=re.search(p,s)
    print(repr(p), m, m and m.groups(), m and m.regs, m and m.lastindex, m and m.lastgroup)
    print("   ", re.findall(p,s), re.split(p,s), re.sub(p,"-",s), re.match(p,s), re.fullmatch(p,s), [x.span() for x in re.finditer(p,s)])
m=re.match(r"(?P<first>\w+) (?P<last>\w+)","John Smith")
print(m.group("first"), m[2], m["last"], m.groupdict(), m.start(2), m.end("first"), m.span(), m.expand(r"\2-\g<first>"), m.pos, m.endpos, m.string, m.re)
t(m.group,5); t(m.group,"zz"); t(m.group,1,2); t(m.group,[])
p=re.compile("a(b)", re.I|re.M)
print(p, p.flags, p.groups, p.groupindex, p.pattern, p==re.compile("a(b)",re.I|re.M), hash(p)==hash(p), p.search("xab",2), p.search("xab",1,2))
print(re.sub(r"(\w)(\w)", r"\2\1", "abcd"), re.sub("x", lambda m: m.group().upper(), "axbx"), re.subn("x","y","xxx",2), re.sub("","-","abc"), re.sub("a|","-","bab"))
print(re.split("(,)","a,b,c",1), re.split("x*","axbc"), re.findall("(a)(b)?","aab"), re.findall(b"a",b"aba"), re.sub(b"a",b"x",bytearray(b"aba")))
t(re.search,"a",b"a"); t(re.search,b"a","a"); t(re.search,"a",1); t(re.compile,"("); t(re.compile,"a**"); t(re.compile,"[z-a]"); t(re.compile, "(?P<n>a)(?P<n>b)")
print(re.escape("a.b*c"), re.fullmatch("a|ab","ab"), re.match("(?:a|b)*$","ab"*50000) is not None, len(re.match("(a|b)*","ab"*50000).group()), len(re.match("(?:.|\n)*?$","x"*20000).group()))
print(re.compile("x"*10+"[abc]"*3+".{2,5}", re.X|re.S).pattern, re.template if 0 else "")
s=re.compile("a").scanner("aab"); print(s.search(), s.match(), s.match(), s.pattern)
import string; print(string.Template("$a ${b}").substitute(a=1,b=2))
print(re.findall(r"[\w.]+@[\w.]+", "a@b.c, d.e@f.g"), re.findall(r"(?i)[k-m\u017f]", "KLMkſ"))
tok=re.compile(r"(?P<num>\d+)|(?P<id>[a-z]+)|(?P<ws>\s+)|(?P<op>.)")
print([(m.lastgroup,m.group()) for m in tok.finditer("x1 + 22*abc")])
print(re.Match, re.Pattern, re.Match.__class_getitem__(int))
for arguments in [("x", 2**70), ("x", 0, -2**70), (b"x", 2**70), (5, "a"), (5, 0)]:
    try:
        re.compile("x").match(*arguments)
    except (TypeError, OverflowError) as e:
        print(type(e).__name__, e)
