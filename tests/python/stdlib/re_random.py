# Patterns and strings made by a generator of numbers with a fixed start: every kind of repeat, group, assertion and
# condition inside every other, in strings with characters of one and two bytes, lines and ends.
import re


class Numbers:
    def __init__(self, state):
        self.state = state

    def below(self, limit):
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) % 2**64
        return (self.state >> 33) % limit


numbers = Numbers(7)
below = numbers.below


def atom(depth):
    kind = below(14 if depth else 8)
    if kind < 4:
        return 'abAé'[below(4)]
    if kind == 4:
        return '.'
    if kind == 5:
        return ['[ab]', '[^a]', '[a-cé]', r'[\d_]', r'[^\w]'][below(5)]
    if kind == 6:
        return [r'\w', r'\b', r'\B', '^', '$', r'\Z', r'\s', r'\d'][below(8)]
    if kind == 7:
        return [r'(?:\1)', 'a', 'b'][below(3)]
    if kind < 13:
        return ['(?:', '(', '(?=', '(?!', '(?>'][kind - 8] + alternatives(depth - 1) + ')'
    return ['(?<=a)', '(?<!b)', '(?<=ab)', '(?(1)a|b)', '(?(1)b)', '(?i:a)', '(?s:.)'][below(7)]


def repeated(depth):
    text = atom(depth)
    kind = below(12)
    if kind < 6:
        return text
    return text + ['*', '+', '?', '{1,2}', '{2}', '{0,3}'][kind - 6] + ['', '?', '+'][below(3)]


def sequence(depth):
    return ''.join(repeated(depth) for _ in range(1 + below(3)))


def alternatives(depth):
    return '|'.join(sequence(depth) for _ in range(1 + below(3)))


done = 0
while done < 250:
    text = alternatives(2)
    flags = [0, re.I, re.M, re.S, re.A, re.I | re.A][below(6)]
    if len(text) > 70:
        continue
    done += 1
    try:
        pattern = re.compile(text, flags)
    except re.error as error:
        print(text, error)
        continue
    subject = ''.join('aabbcAé_1 \nB'[below(12)] for _ in range(below(9)))
    print(repr(text), repr(flags), repr(subject))
    for match in pattern.match(subject), pattern.search(subject), pattern.fullmatch(subject):
        print('   ', match and (match.span(), match.groups(), match.lastindex, match.regs))
    print('   ', [match.span() for match in pattern.finditer(subject)], pattern.sub('<>', subject), pattern.split(subject))
