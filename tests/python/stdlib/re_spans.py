# Runs of characters that one-character instructions accept, for every kind of instruction and set and every width of
# text: what a run, a lazy run and a search find is what a test of each character by itself says.
import re

ITEMS = [r'\d', r'\D', r'\s', r'\S', r'\w', r'\W', '.', '[a-c]', '[^a-c]', '[abé]', '[^abé]', 'a', '[^a]', r'[\dx]', r'[^\dx]',
         r'[\w.]', '[é-€]', '[^é-€]', 'é', '€', '[^€]', r'[\n]', '[a-cx-z0-9]', '[😀a]', '(?i:a)', '(?i:É)', '(?i:[a-cé])',
         '(?s:.)', r'[^\s]', r'[^\W]', '(?i:[^x])', '[K]', '(?i:K)']
TEXTS = ['', 'a', 'abcABC xyz_09.\n\t\x1c\x85', 'éÉàaab\x1f', '€aé10٣ K', '😀a😀 x', 'aaaa', 'xxxxé', '\n\n', 'ab' * 40 + 'x\n' + 'ca' * 9]


def runs(accepted):
    i = 0
    while i < len(accepted):
        if accepted[i]:
            start = i
            while i < len(accepted) and accepted[i]:
                i += 1
            yield start, i
        i += 1


for item in ITEMS:
    single = re.compile(item)
    for text in TEXTS:
        accepted = [single.fullmatch(c) is not None for c in text]
        wanted = list(runs(accepted))
        assert [m.span() for m in re.finditer('(?:%s)+' % item, text)] == wanted, (item, text)
        assert [m.span() for m in re.finditer('((?:%s)++)' % item, text)] == wanted, (item, text)
        assert [m.span() for m in single.finditer(text)] == [(i, i + 1) for i, a in enumerate(accepted) if a], (item, text)
        assert [m.start() for m in re.finditer('(?:%s)+?' % item, text)] == [i for i, a in enumerate(accepted) if a]
        assert [m.span() for m in re.finditer('(?:%s){2,3}' % item, text)] == \
            [(k, min(k + 3, e)) for s, e in wanted for k in range(s, e, 3) if min(k + 3, e) - k >= 2], (item, text)
        found = re.search(item, text, re.S)
        for end in range(len(text) + 1):
            found = single.search(text, 0, end)
            first = next((i for i in range(end) if accepted[i]), None)
            assert (found and found.start()) == first, (item, text, end)
print(len(ITEMS), 'items')

# Repeats that go round many times, come back to counts they had, and stand in each other and in assertions.
for pattern, text in [
        ('(?:ab)*', 'ab' * 50), ('(?:ab)*abab', 'ab' * 50), ('(?:a|ab)*c', 'ababaabc'), ('(?:(?:ab)*c)*d', 'ababcabcccd' * 2),
        ('(?:(a)|b)*', 'abab' * 10), ('(?:(a)|(b)|c)*?c$', 'abcabc'), ('(?:ab){3,5}ab', 'ab' * 7), ('(?:ab){3,5}?(?:ab)*x', 'ab' * 7 + 'x'),
        ('((a|b)*?c)*', 'abcbac' * 3 + 'b'), ('(?:(?=(a+))a*b)*c', 'aabab' * 3 + 'c'), ('(?:(?>a+)b|a)*', 'aabaaa'),
        ('(?:a*)*b', 'a' * 20 + 'b'), ('(?:a*?)*?b', 'aab'), ('(?:(?:a{2}){2}){2}a*', 'a' * 11), ('(?:(x)|(?!x)(.))*', 'xyxzx'),
        ('(?:(?:a|b)+c)+d|(?:[abc]+)', 'abcbac'), ('(.)*', 'ab' * 500), ('(?:(?<=a)b|a)*', 'abababb'), ('(?:(a)(?!\\1))*', 'aab')]:
    for method in (re.match, re.search, re.fullmatch):
        m = method(pattern, text)
        print(pattern, m and (m.span(), m.groups(), m.lastindex))
