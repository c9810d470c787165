def counter(start, *steps, **named):
    def step(by=1):
        nonlocal start
        start += by
        return start, steps, sorted(named)
    return step, lambda: start


step, look = counter(10, 1, 2, a=3, b=4)
print(step(), step(5), look(), (lambda a, /, b, *, c=3: (a, b, c))(1, b=2))
