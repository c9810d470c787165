"""Names and properties of all characters (sums over blocks of them), names in literals, normal forms."""
import unicodedata as u
import zlib
def crc(x, h):
    return zlib.crc32(x.encode('utf-8', 'surrogatepass'), h)
for start in range(0,0x110000,0x400):
    if 0x30000 <= start and not 0xe0000<=start<0xe1000 and start < 0x10f000: 
        if start & 0xffff: continue
    h=[0]*11
    for c in range(start,start+0x400):
        s=chr(c)
        for i,f in enumerate((u.category,u.bidirectional,u.combining,u.mirrored,u.east_asian_width,u.decomposition)):
            h[i]=crc(str(f(s)),h[i])
        n=u.name(s,None)
        h[6]=crc(str(n),h[6])
        if n is not None and u.lookup(n)!=s: print('LOOKUP',hex(c),n)
        h[7]=crc(repr((u.decimal(s,None),u.digit(s,None),u.numeric(s,None))),h[7])
        if not 0xd800<=c<0xe000:
          h[8]=crc(u.normalize('NFKD',s)+u.normalize('NFC',s),h[8])
    print(hex(start),h)
print(u.unidata_version,u.lookup('LATIN SMALL LETTER R WITH TILDE'), ascii(u.lookup('keycap digit one')), u.lookup('LINE FEED'))
for bad in ['nope', b'BULLET', b'nope','HANGUL SYLLABLE GAX','CJK UNIFIED IDEOGRAPH-0041','cjk unified ideograph-4e00','',' ','LATIN  SMALL','BELL','é','CJK UNIFIED IDEOGRAPH-4e00','\ud800']:
    try: print(ascii(u.lookup(bad)))
    except Exception as e: print(type(e).__name__,ascii(str(e)))
for f in (u.category,u.name,u.decimal,u.normalize,u.lookup,u.numeric,u.is_normalized):
    for a in [(),('ab',),(1,),('a','b'),('NFC',),('NFX','a'),('NFC',3),(b'a',),('NFC','e\u0301'),('a','b','c')]:
        try: print(f.__name__,a,ascii(f(*a)))
        except Exception as e: print(f.__name__,a,type(e).__name__,e)
s='a'+'\u0301\u0323'*50+'\u1100\u1161\u11a8\uac00\u11a8'
for form in ('NFC','NFD','NFKC','NFKD'): print(form, ascii(u.normalize(form,s)), u.is_normalized(form,s), u.is_normalized(form, u.normalize(form,s)))
o=u.ucd_3_2_0
print(o.unidata_version,type(o), o.category('\u0221'), o.category('a'), o.name('a'), o.normalize('NFD','\U0002F868')=='\U0002136A')
print("\N{BULLET}\N{latin small letter a with acute}\N{HANGUL SYLLABLE GAG}\N{LF}\N{NBSP}", f"\N{BULLET}{1}\N{EM DASH}", rf'\N{1}')
print('\u2022\U0001f600\x80\ud800'.encode('ascii','namereplace'), b'\\N{BULLET}\\N{bullet}'.decode('unicode_escape'))
