from itertools import chain, count, groupby, islice, product, tee, zip_longest
print(list(islice(chain('ab', count()), 4)), [(k, list(g)) for k, g in groupby('aabbb')])
a, b = tee(iter(range(5)))
print(list(zip(a, b)), list(product('ab', repeat=2)), list(zip_longest('ab', 'c')))
print(list(map(max, [1, 2], [2, 1])), list(filter(None, [0, 1])), dict(enumerate('ab')), list(reversed([1, 2])))
