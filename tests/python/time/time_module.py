# time: struct_time, conversions, formatting, errors, clocks.
import os, time
os.environ['TZ'] = 'UTC'
time.tzset()
def show(f, *args, **kw):
    try:
        print(repr(f(*args, **kw))[:250])
    except Exception as e:
        print(type(e).__name__ + ': ' + str(e)[:200])
print(time.timezone, time.altzone, time.daylight, time.tzname)
for t in (0, 1, 1e9, 1234567890.987, -1, -86400.5, 951782400, 1709164800, 2**31, 2**33):
    show(time.gmtime, t); show(time.ctime, t); show(time.asctime, time.gmtime(t)); show(time.mktime, time.localtime(t))
for bad in ('x', float('nan'), float('inf'), 1e20, 10**30, 2**62, None.__class__, [], 1j):
    show(time.gmtime, bad); show(time.localtime, bad); show(time.ctime, bad)
s = time.gmtime(1234567890)
print(s, s.tm_year, s[0], s[-1], s.tm_zone, s.tm_gmtoff, len(s), tuple(s), s == tuple(s), s[:3], hash(s) == hash(tuple(s)))
print(time.struct_time.n_fields, time.struct_time.n_sequence_fields, time.struct_time.n_unnamed_fields, time.struct_time.__match_args__, time.struct_time.__module__, time.struct_time.__name__)
print(s.__reduce__())
for args in [((1,) * 9,), ((1,) * 10,), ((1,) * 11,), ((1,) * 8,), ((1,) * 12,), (5,), ('x' * 9,), ((1,) * 9, {'tm_zone': 'Z', 'tm_gmtoff': 7}), ((1,) * 9, 5), ()]:
    show(lambda: time.struct_time(*args)); show(lambda: (time.struct_time(*args).tm_zone, time.struct_time(*args).tm_gmtoff))
show(setattr, s, 'tm_year', 5); show(lambda: s.x); show(lambda: type('T', (time.struct_time,), {}))
base = [2024, 2, 29, 13, 5, 9, 3, 60, 0]
for fmt in ['%Y-%m-%d %H:%M:%S', '%a %A %b %B %c', '%d %j %U %w %W %x %X %y %Z %z %%', '%I %p %e %G-%V %u', '', 'é%Y', '%F %T %R %D', 'no codes', '%H' * 50]:
    show(time.strftime, fmt, tuple(base))
for i, v in [(0, 99999), (0, -5), (1, 0), (1, 13), (1, -1), (2, 0), (2, 32), (3, 24), (3, -1), (4, 60), (5, 61), (5, 62), (6, 7), (6, -2), (6, -1), (7, 0), (7, 367), (7, -1), (8, 5), (0, 2**40), (3, 'x'), (3, 1.5)]:
    t = list(base); t[i] = v
    show(time.asctime, tuple(t)); show(time.strftime, '%Y %j %w', tuple(t))
show(time.mktime, tuple(base)); show(time.mktime, tuple(base[:8])); show(time.mktime, 5); show(time.mktime, (2**40,) + tuple(base[1:])); show(time.asctime, 5); show(time.asctime, 'x'); show(time.strftime, 5); show(time.strftime, '%Y', [1]); show(time.strftime, 'a\0b', tuple(base))
show(time.mktime, (2024, 1, 32, 25, 61, 61, 0, 0, 0)); show(time.mktime, (1970, 1, 1, 0, 0, -1, 0, 0, 0))
for f in (time.time, time.monotonic, time.perf_counter, time.process_time, time.thread_time):
    a = f(); b = f(); assert type(a) is float and b >= a
for f in (time.time_ns, time.monotonic_ns, time.perf_counter_ns, time.process_time_ns, time.thread_time_ns):
    a = f(); b = f(); assert type(a) is int and b >= a
show(time.time, 1)
assert abs(time.time() - time.time_ns() / 1e9) < 1
t = time.monotonic(); time.sleep(0.01); assert 0.009 < time.monotonic() - t < 60
time.sleep(0); time.sleep(True and 0)
for bad in (-1, -0.5, 'x', None, float('nan'), 1e30, 10**30): show(time.sleep, bad)
for name in ('time', 'monotonic', 'perf_counter', 'process_time', 'thread_time', 'x'):
    show(lambda: (lambda i: (i.adjustable, i.implementation, i.monotonic, i.resolution <= 0.01, type(i).__name__))(time.get_clock_info(name)))
show(time.get_clock_info, 5)
print(time.clock_gettime(time.CLOCK_MONOTONIC) > 0, time.clock_gettime_ns(time.CLOCK_REALTIME) > 0, time.clock_getres(time.CLOCK_MONOTONIC) < 1)
show(time.clock_gettime, 9999); show(time.clock_gettime, 'x')
os.environ['TZ'] = 'EST+05EDT,M4.1.0,M10.5.0'
time.tzset()
print(time.timezone, time.altzone, time.daylight, time.tzname, time.localtime(0), time.localtime(0).tm_zone, time.localtime(1720000000).tm_gmtoff, time.localtime(1720000000).tm_isdst)
print(time.mktime((2024, 7, 1, 12, 0, 0, 0, 0, -1)), time.strftime('%Z %z', time.localtime(1720000000)), time.ctime(1720000000))
os.environ['TZ'] = 'AEST-10AEDT-11,M10.5.0,M3.5.0'
time.tzset()
print(time.timezone, time.altzone, time.daylight, time.tzname)
