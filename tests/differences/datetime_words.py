"""The datetime module is the library's own, in Python; CPython runs a second one in C, which says some things in other
words: what is no date, and what is no format, is told by the one here."""
import datetime

for text in ("2024-02-30", "yesterday", "2024-13-01"):
    try:
        datetime.date.fromisoformat(text)
    except ValueError as error:
        print(error)
try:
    datetime.timedelta(days=10**10)
except OverflowError as error:
    print(error)
print(type(datetime.date.today), datetime.date.__module__)
