words = ['delta', 'Alpha', 'charlie', 'bravo'] * 20
print(sorted(words, key=str.lower)[::20], sorted(range(70), key=lambda x: -x % 7)[:3])


class Key:
    def __init__(self, n):
        self.n = n

    def __lt__(self, other):
        return self.n < other.n


print([k.n for k in sorted(map(Key, (3, 1, 2)), reverse=True)], max(words, key=len), min(3, 1, 2))
