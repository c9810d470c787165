import parts
import parts.second as second
from parts.second import total
try:
    import parts.missing
except ImportError as e:
    print(type(e).__name__, e)
print(parts.value, total(), second.__name__)
