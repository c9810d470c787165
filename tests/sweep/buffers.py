b = bytearray(b'hello')
b += b' world'
m = memoryview(b)[6:]
m[0] = ord('W')
print(bytes(m), m.tolist()[:2], b.find(b'W'), b.split(), bytes(b).hex(), m.cast('B')[::2].tobytes())
m.release()
b.extend(range(100))
print(len(b), b[-1], b'%d-%s' % (3, b'x'), bytes.fromhex('00ff').decode('latin-1').encode('utf-16-le'))
