# Code gets its inline caches with its first call; a program sees that by the size alone.
import marshal
import sys

def work(items, key="x"):
    total = 0
    for item in items:
        try:
            total += len(item.strip()) if item else abs(-1)
        except AttributeError:
            total += sum(n for n in item)
    return [total, {key: total}, (lambda: total)()]

def after_call(code):
    f = type(work)(code, globals(), "f", ("x",))
    return f(["ab ", "", [1, 2, 3]])

code = work.__code__
cold, cold_size, cold_hash = code.co_code, sys.getsizeof(code), hash(code)
lines, positions, table = list(code.co_lines()), list(code.co_positions()), code.co_exceptiontable
cold_copy, cold_text = code.replace(co_name="copied"), marshal.dumps(code)
print(work(["ab ", "", [1, 2, 3]]))
print("the caches come with the first call:", sys.getsizeof(code) > cold_size)
warm_size = sys.getsizeof(code)
print(work([]), "and once:", sys.getsizeof(code) == warm_size)
print("nothing else changes:", code.co_code == cold, hash(code) == cold_hash, list(code.co_lines()) == lines,
      list(code.co_positions()) == positions, code.co_exceptiontable == table)
warm_copy, warm_text = code.replace(co_name="copied"), marshal.dumps(code)
print("written the same:", cold_text == warm_text)
print("copies are cold:", sys.getsizeof(warm_copy) < warm_size, sys.getsizeof(warm_copy) == sys.getsizeof(cold_copy))
print("and equal:", warm_copy == cold_copy, hash(warm_copy) == hash(cold_copy))
read = marshal.loads(warm_text)
print(read == code, read.co_code == cold, sys.getsizeof(read) < warm_size)
for each in cold_copy, warm_copy, read:
    print(after_call(each))

# first called deep in a recursion, as a generator, a coroutine, a class body, by exec
def depth(n, call):
    return depth(n - 1, call) if n else call()
def generator():
    yield from range(3)
async def coroutine():
    return "awaited"
print(depth(500, lambda: list(generator())))
try:
    coroutine().send(None)
except StopIteration as e:
    print(e.value)
class Made:
    made = [n * n for n in range(4)]
print(Made.made, eval(compile("6 * 7", "<text>", "eval")))

# a traceback of the very first call points to the line of the mistake
def broken(a):
    b = a
    return b.missing
try:
    broken(1)
except AttributeError as e:
    print(e.__traceback__.tb_next.tb_lineno - broken.__code__.co_firstlineno, e)
