from _struct import Struct, pack, unpack, calcsize
from array import array
print(pack('<ihd3s', 1, -2, 0.5, b'abc'), unpack('>Q', bytes(8)), calcsize('iq'))
s = Struct('>H')
print(list(s.iter_unpack(b'\0\1\0\2')), s.size)
a = array('d', [1.0, 2.0])
a.extend(array('d', range(20)))
a.append(3.5)
print(a[-1], len(a), a.tobytes()[:4], array('b', b'abc').tolist(), sum(a))
