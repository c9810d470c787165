n, t = 1234.5678, 'text'
print(f'{n:10.2f}|{t!r:>10}|{n:,.1f}|{255:#x}|{t:^{10}}|{n=:.1f}')
print('%s %5d %-5s| %r' % (t, 42, 'ab', [1, 'b']), '{0[1]} {a.real}'.format([1, 2], a=3))
print('\u20ac'.join('abc').upper().encode('utf-8'), 'a,b,c'.split(','), 'x'.center(5, '*'), 'abc'.replace('b', 'xyz'))
