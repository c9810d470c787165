"""What refers to an object, as a tree of text."""
import gc
import inspect
import sys

from pympler import summary


class _Node:
    """An object in the tree, with the nodes of what refers to it."""

    def __init__(self, o, str_func=None):
        self.o, self.children, self.str_func = o, [], str_func

    def __str__(self):
        return self.str_func(self.o) if self.str_func is not None else summary._repr(self.o)


class RefBrowser:
    """The referrers of an object, theirs, and so on, `maxdepth` deep.  `repeat`: objects may come again."""

    def __init__(self, rootobject, maxdepth=3, str_func=summary._repr, repeat=True, stream=None):
        self.root, self.maxdepth, self.str_func, self.repeat, self.stream = rootobject, maxdepth, str_func, repeat, stream
        self._ignore = []

    def get_tree(self):
        """The root node."""
        self._ignore = [inspect.currentframe()]
        return self._get_tree(self.root, self.maxdepth)

    def _get_tree(self, root, maxdepth):
        """Level by level.  What the tree is made of is no referrer."""
        gc.collect()
        top = _Node(root, self.str_func)
        known, level, own = {id(root)}, [top], {id(self), id(self.__dict__)}
        for _ in range(maxdepth):
            following = []
            for node in level:
                referrers = gc.get_referrers(node.o)
                for o in referrers:
                    if id(o) in own or o is level or o is following or o is referrers or isinstance(o, _Node):
                        continue
                    if inspect.isframe(o) and o.f_code.co_filename == _FILE:
                        continue
                    if isinstance(o, dict) and type(o.get("str_func")) is type(self.get_tree) and "children" in o:
                        continue
                    if not self.repeat and id(o) in known:
                        continue
                    known.add(id(o))
                    child = _Node(o, self.str_func)
                    node.children.append(child)
                    following.append(child)
                del referrers
            level = following
        return top


_FILE = RefBrowser.get_tree.__code__.co_filename


class StreamBrowser(RefBrowser):
    """Writes the tree to a stream."""

    def print_tree(self, tree=None):
        """Writes a tree (of get_tree), by default a new one."""
        stream = self.stream or sys.stdout
        for line in self._lines(tree or self.get_tree()):
            stream.write(line + "\n")

    def _lines(self, top):
        """A node's first child stands beside it, the others below."""
        lines, pending = [], [(top, "")]
        while pending:
            node, prefix = pending.pop()
            line = prefix + str(node)
            if not node.children:
                lines.append(line)
                continue
            indent = "".join("|" if c in "|+" else " " for c in line)
            pending += [(child, indent + " +-") for child in reversed(node.children[1:])]
            pending.append((node.children[0], line + "-+-"))
        return lines


class ConsoleBrowser(StreamBrowser):
    """Writes the tree to standard output."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.stream = sys.stdout


class FileBrowser(StreamBrowser):
    """Writes the tree to a file."""

    def print_tree(self, filename, tree=None):
        """Writes a tree (of get_tree), by default a new one, to that file."""
        with open(filename, "w", encoding="utf-8") as f:
            self.stream = f
            try:
                super().print_tree(tree)
            finally:
                self.stream = None


class InteractiveBrowser(RefBrowser):
    """pympler's window, which needs Tk and is not there."""

    def __init__(self, *args, **kwargs):
        raise NotImplementedError("the window of InteractiveBrowser needs Tk, which is not there: ConsoleBrowser prints the same tree, "
                                  "FileBrowser writes it")
