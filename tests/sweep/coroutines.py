class Wait:
    def __await__(self):
        return (yield 'waiting')


class Context:
    async def __aenter__(self):
        return await Wait()

    async def __aexit__(self, *args):
        await Wait()


async def numbers(n):
    for i in range(n):
        await Wait()
        yield i


async def main():
    async with Context() as c:
        found = [i async for i in numbers(3)]
    return c, found


m = main()
try:
    value = None
    while True:
        value = m.send(value)
except StopIteration as e:
    print(e.value)
