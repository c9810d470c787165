# What stat, locale, statistics and typing have in C.
import _locale
import _stat
import _statistics
import _typing
import locale
import os
import stat
import statistics
import typing


def fails(f, *args, **kwargs):
    try:
        print("no error", f(*args, **kwargs))
    except Exception as e:
        print(type(e).__module__, type(e).__name__, e)


# ---- stat
assert stat.filemode is _stat.filemode
for mode in (0o100644, 0o040755, 0o120777, 0o010600, 0o020620, 0o060660, 0o140777, 0o7777, 0o7666, 0o107000, 0, 0o177777):
    print(oct(mode), stat.filemode(mode), oct(stat.S_IMODE(mode)), oct(stat.S_IFMT(mode)),
          [name for name in dir(_stat) if name.startswith("S_IS") and callable(f := getattr(_stat, name)) and f(mode)])
print(sorted((name, value) for name, value in vars(_stat).items() if isinstance(value, int)))
print(stat.S_ISDIR(os.stat("/").st_mode))
fails(_stat.S_ISDIR, "x")
fails(_stat.S_ISDIR, 1.5)
fails(_stat.filemode, -1)
fails(_stat.filemode, 2 ** 40)

# ---- statistics, typing
assert statistics._normal_dist_inv_cdf is _statistics._normal_dist_inv_cdf
print([_statistics._normal_dist_inv_cdf(p, 3, 2.5) for p in (0.5, 0.1, 0.075, 0.9, 1e-5, 1e-12, 1e-300, 0.99999, 1 - 1e-12)])
fails(_statistics._normal_dist_inv_cdf, 0, 0, 1)
fails(_statistics._normal_dist_inv_cdf, 1.0, 0, 1)
fails(_statistics._normal_dist_inv_cdf, 0.5, 0, 0)
fails(_statistics._normal_dist_inv_cdf, "x", 0, 1)
print(statistics.NormalDist(100, 15).inv_cdf(0.98), _typing._idfunc("same"), typing.NewType("N", int)(5))
fails(_typing._idfunc)

# ---- locale
assert locale.setlocale is not _locale.setlocale and locale.Error is _locale.Error
print(locale.setlocale(locale.LC_ALL, "C.UTF-8"), locale.setlocale(locale.LC_CTYPE), locale.getencoding())
print(locale.localeconv())
print(locale.strcoll("a", "b") < 0, locale.strcoll("b", "a") > 0, locale.strcoll("é", "é"), locale.strxfrm("abc"), sorted("bca", key=locale.strxfrm))
print(locale.nl_langinfo(locale.CODESET), locale.nl_langinfo(locale.DAY_1), repr(locale.nl_langinfo(locale.ERA)), locale.nl_langinfo(locale.RADIXCHAR))
print(locale.str(1.5), locale.format_string("%d", 1234567, grouping=True), locale.atof("1.5"))
print(_locale.gettext("text"), _locale.dgettext(None, "é"), _locale.dcgettext("none", "x", locale.LC_MESSAGES), _locale.textdomain("abc"),
      _locale.bindtextdomain("abc", "/tmp"), _locale.bindtextdomain("abc", None), _locale.bind_textdomain_codeset("abc", "utf-8"))
fails(locale.setlocale, locale.LC_CTYPE, "no_SUCH")
fails(locale.setlocale, 99)
fails(locale.setlocale, "x")
fails(locale.setlocale, locale.LC_CTYPE, "a\0b")
fails(_locale.setlocale, locale.LC_CTYPE, 3)
fails(locale.strcoll, "a", b"")
fails(locale.strcoll, "a\0", "")
fails(locale.strxfrm, 3)
fails(locale.strxfrm, "a\0")
fails(locale.nl_langinfo, 99999)
fails(_locale.gettext, 3)
fails(_locale.bindtextdomain, "", "/tmp")
print(locale.Error.__mro__, sorted(name for name in dir(_locale) if name[:1].isupper()))
