"""Sizes, times and long texts for tables."""


def trunc(obj, max, left=0):
    """The text of `obj`, shortened to `max` characters, with dots where something is missing."""
    text = str(obj).replace("\n", "|")
    if len(text) <= max:
        return text
    return "..." + text[len(text) - max + 3:] if left else text[:max - 3] + "..."


def pp(i, base=1024):
    """A number of bytes in ten characters: '   280     B', ' 1.93 MB'."""
    if abs(i) <= base:
        return "%4d     B" % i
    for unit in ("KB", "MB", "GB", "TB", "EB"):
        i /= float(base)
        if abs(i) <= base or unit == "EB":
            return "%7.2f %s" % (i, unit)


def pp_timestamp(t):
    """Seconds as hours, minutes and seconds."""
    if t is None:
        return ""
    return "%02d:%02d:%05.2f" % (int(t / 3600), int(t / 60 % 60), t % 60)


def safe_repr(obj, clip=None):
    """The representation of an object, or what kind of object has none."""
    try:
        text = repr(obj)
    except Exception:
        text = "<%s object at 0x%x>" % (type(obj).__name__, id(obj))
    return text if not clip else trunc(text, clip)
