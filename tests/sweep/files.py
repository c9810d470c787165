import io
t = io.StringIO()
print('one', 2, file=t)
t.seek(0)
print(t.read().strip(), io.BytesIO(b'a\nb\n').readlines())
with open(__file__, encoding='utf-8') as f:
    lines = f.readlines()
print(len(lines), lines[0].strip())
try:
    open('/no/such/file')
except OSError as e:
    print(e)
