# The modules pwd and grp.
import pwd, grp, os
p = pwd.getpwuid(0)
print(p, p.pw_name, p[5], pwd.getpwnam("root") == p, p in pwd.getpwall(), type(p).__name__)
g = grp.getgrgid(0)
print(g, g.gr_name, grp.getgrnam("root") == g, g in grp.getgrall())
for call in (lambda: pwd.getpwuid(123456789), lambda: pwd.getpwnam("no such"), lambda: grp.getgrgid(123456789),
             lambda: grp.getgrnam("no such"), lambda: pwd.getpwnam("a\0b"),
             lambda: grp.getgrnam(name="root").gr_gid):
    try:
        print(call())
    except Exception as e:
        print(type(e).__name__, e)
print(os.path.expanduser("~root"))
