# Converting ints of very many digits: refused over the limit of digits, done without.
import sys
text = '7' * 200000
for work in lambda: int(text), lambda: str(10 ** 5000), lambda: int('1' * 4300) > 0, lambda: int('1' * 4301), \
        lambda: int(text, 16) > 0, lambda: int(text[:5000], 8) > 0, lambda: '%d' % 10 ** 0, lambda: f'{10 ** 5000}', \
        lambda: repr(-10 ** 4300), lambda: float(text), lambda: compile('1' * 5000, 'x', 'eval'), \
        lambda: hex(10 ** 5000)[:4], lambda: int('_'.join('1' * 4301)), lambda: int(' ' * 5000 + '1'), \
        lambda: int('0' * 4301), lambda: '%d' % 10 ** 5000:
    try:
        print(work())
    except Exception as e:
        print(type(e).__name__, str(e)[:230])
print(sys.get_int_max_str_digits(), sys.int_info.default_max_str_digits, sys.int_info.str_digits_check_threshold)
for limit in 639, -1, 'x', 10 ** 30:
    try:
        sys.set_int_max_str_digits(limit)
    except Exception as e:
        print(type(e).__name__, e)
sys.set_int_max_str_digits(640)
for work in lambda: int('1' * 640) > 0, lambda: int('1' * 641):
    try:
        print(work())
    except ValueError as e:
        print(e)
sys.set_int_max_str_digits(0)
n = int(text)
print(n % 10 ** 6, n.bit_length(), n == (10 ** 200000 - 1) // 9 * 7)
s = str(n)
print(s == text, len(s))
