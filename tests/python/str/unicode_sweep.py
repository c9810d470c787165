# Every character's properties and mappings, as sums over blocks.
def digest(values):
    h = 0
    for v in values:
        h = (h * 1000003 + v) % 2305843009213693951
    return h


for start in range(0, 0x30000, 0x4000):
    chars = [chr(c) for c in range(start, start + 0x4000)]
    flags = [c.isalnum() + 2 * c.isalpha() + 4 * c.isdecimal() + 8 * c.isdigit() + 16 * c.isidentifier() +
             32 * c.islower() + 64 * c.isnumeric() + 128 * c.isprintable() + 256 * c.isspace() + 512 * c.istitle() +
             1024 * c.isupper() + 2048 * ("a" + c).isidentifier() for c in chars]
    maps = [ord(x) for c in chars for x in c.upper() + c.lower() + c.title() + c.casefold()]
    print(hex(start), digest(flags), digest(maps))
