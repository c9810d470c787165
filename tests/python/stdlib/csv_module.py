# The module csv: dialects, every quoting, records over several lines, errors.
import csv, io
def read(text, **kw):
    try:
        return list(csv.reader(io.StringIO(text, newline=""), **kw))
    except (csv.Error, ValueError, TypeError) as e:
        return type(e).__name__, str(e)
for text in ("", "a,b,c\n", "a,b\r\nc,d", '"a,b",c\n', '"a ""quoted"" b",c', '"two\nlines",x\ny\n', "a,,b\n\n,\n", "a\rb", ' a, "b" ',
             '"open', 'a"b,c', '"a"b,c', "x\0y,z", "é,€,😀\n", '"",a\n', "a\\,b,c\n"):
    print(repr(text), read(text), read(text, strict=True), read(text, skipinitialspace=True),
          read(text, delimiter="b"), read(text, quotechar="a"), read(text, escapechar="\\"),
          read(text, quoting=csv.QUOTE_NONE), read(text, doublequote=False))
print(read('1,"a",2.5\n', quoting=csv.QUOTE_NONNUMERIC), read("x,1", quoting=csv.QUOTE_NONNUMERIC))
class Plain:
    def __str__(self): return "pl,ain"
rows = [[1, 2.5, "a", None], ["a,b", 'q"q', "l\nm", ""], [""], [], [Plain(), True], ["x\\y", "#", "tab\t"]]
for quoting in (csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC, csv.QUOTE_NONE):
    for kw in (dict(), dict(escapechar="\\"), dict(doublequote=False), dict(delimiter="\t"), dict(quotechar="'"),
               dict(lineterminator="#"), dict(doublequote=False, escapechar="\\")):
        out = []
        for row in rows:
            f = io.StringIO(newline="")
            try:
                csv.writer(f, quoting=quoting, **kw).writerow(row)
                out.append(f.getvalue())
            except csv.Error as e:
                out.append(str(e))
        print(quoting, kw, out)
f = io.StringIO(newline="")
w = csv.DictWriter(f, ["a", "b"], restval="?", extrasaction="ignore")
w.writeheader()
w.writerows([{"a": 1, "b": 2}, {"a": 3, "c": 4}])
print(repr(f.getvalue()), list(csv.DictReader(io.StringIO("a,b\n1,2\n3\n4,5,6\n"))))
csv.register_dialect("mine", delimiter=";", quoting=csv.QUOTE_ALL)
print(sorted(csv.list_dialects()), csv.get_dialect("mine").delimiter, csv.get_dialect("excel-tab").delimiter,
      read("a;b", dialect="mine"), csv.Sniffer().sniff("a;b;c\n1;2;3\n").delimiter)
csv.unregister_dialect("mine")
d = csv.get_dialect("excel")
print(d.delimiter, d.quotechar, d.escapechar, d.doublequote, d.skipinitialspace, repr(d.lineterminator), d.quoting, d.strict)
r = csv.reader(["a,b", "c"])
print(next(r), r.line_num, next(r), r.line_num, r.dialect.delimiter, iter(r) is r)
print(csv.field_size_limit(10), read("abcdefghijkl"), csv.field_size_limit(131072))
for call in (lambda: csv.reader(1), lambda: csv.writer(1), lambda: csv.get_dialect("none"),
             lambda: csv.unregister_dialect("none"), lambda: csv.register_dialect(1), lambda: read("", delimiter=""),
             lambda: read("", delimiter=1), lambda: read("", quotechar="ab"), lambda: read("", quoting=9),
             lambda: read("", quoting="x"), lambda: read("", quotechar=None, quoting=1),
             lambda: read("", lineterminator=3), lambda: list(csv.reader([b"x"])), lambda: csv.writer(io.StringIO()).writerow(3),
             lambda: csv.field_size_limit("x"), lambda: read("", quotechar=None), lambda: read("", dialect="zz")):
    try:
        print(call())
    except Exception as e:
        print(type(e).__name__, e)
