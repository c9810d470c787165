n = 3 ** 200
print(n % (10 ** 20), n // 7 ** 60, (n >> 100) & 0xffff, -n < 0, pow(3, 10 ** 20, 10 ** 15 + 37))
print(int(str(n)) == n, hex(n)[:12], n.bit_length(), n.to_bytes(40, 'big')[:3], int.from_bytes(b'\xff' * 12, 'little'))
print(divmod(-n, 10 ** 30)[1], float(n), hash(n) == hash(int(n)))
