# CPython shares the ints from -5 to 256 only; two others that are equal may be two objects.  Here an int of up to 63 bits is
# a value, not an object: equal ones are identical.  Why: they cost no memory and no counting.
print(int("500") is int("500"), int("-300") is int("-300"), 2 ** 61 is 2 ** 61)
print(int("9" * 30) is int("9" * 30))
