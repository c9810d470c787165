"""Pictures of what a ClassTracker has found: what each class had over time, as an SVG made here (no other package is needed)."""
from pympler.util.stringutils import pp, trunc

__all__ = ["tracker_timespace"]

_COLORS = ["#1f77b4", "#ff7f0e", "#2ca02c", "#d62728", "#9467bd", "#8c564b", "#e377c2", "#7f7f7f", "#bcbd22", "#17becf"]
_WIDTH, _HEIGHT, _LEFT, _RIGHT, _EDGE = 900, 400, 90, 250, 30


def _areas(stats):
    """Times of the snapshots, and for each class the bytes then: (times, [(name, sizes)])."""
    stats.annotate()
    return ([snapshot.timestamp for snapshot in stats.snapshots],
            [(name, [snapshot.classes[name]["sum"] for snapshot in stats.snapshots]) for name in stats.tracked_classes])


def timespace_svg(stats):
    """The picture as a text: the classes' bytes one upon the other, snapshots from left to right."""
    from html import escape
    times, areas = _areas(stats)
    if not times:
        raise ValueError("there are no snapshots to be drawn")
    most = max(map(sum, zip(*(sizes for _, sizes in areas))), default=0) or 1
    begin, span = times[0], (times[-1] - times[0]) or 1.0
    across = [_LEFT + (t - begin) / span * (_WIDTH - _LEFT - _RIGHT) for t in times]
    if len(times) == 1:  # one moment is a bar
        across = [_LEFT, _WIDTH - _RIGHT]

    def height(size):
        return _HEIGHT - _EDGE - size / most * (_HEIGHT - 2 * _EDGE)
    below = [0] * len(times)
    parts = ['<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" font-family="sans-serif" font-size="12">' % (
        _WIDTH, _HEIGHT, _WIDTH, _HEIGHT),
        '<text x="%d" y="%d" text-anchor="end">%s</text><text x="%d" y="%d" text-anchor="end">0 B</text>' % (
            _LEFT - 6, _EDGE + 4, pp(most).strip(), _LEFT - 6, _HEIGHT - _EDGE + 4)]
    for number, (name, sizes) in enumerate(areas):
        above = [a + b for a, b in zip(below, sizes)]
        tops, bottoms = (above * 2, below * 2) if len(times) == 1 else (above, below)
        points = list(zip(across, map(height, tops))) + list(zip(across, map(height, bottoms)))[::-1]
        color = _COLORS[number % len(_COLORS)]
        parts.append('<polygon fill="%s" fill-opacity="0.7" points="%s"><title>%s</title></polygon>' % (
            color, " ".join("%.1f,%.1f" % point for point in points), escape(name)))
        parts.append('<rect x="%d" y="%d" width="14" height="10" fill="%s"/><text x="%d" y="%d">%s</text>' % (
            _WIDTH - _RIGHT + 14, _EDGE + 18 * number, color, _WIDTH - _RIGHT + 34, _EDGE + 9 + 18 * number, escape(trunc(name, 32, left=1))))
        below = above
    for x, snapshot in zip(across, stats.snapshots):
        parts.append('<path d="M%.1f %dV%d" stroke="#888" stroke-dasharray="2 3"><title>%s: %s</title></path>' % (
            x, _EDGE, _HEIGHT - _EDGE, escape(snapshot.label), pp(snapshot.total).strip()))
    return "\n".join(parts + ["</svg>", ""])


def tracker_timespace(filename, stats):
    """Writes the picture to a file whose name ends with .svg; another format would need matplotlib."""
    if not str(filename).endswith(".svg"):
        raise ValueError("a chart can be written as .svg, not as %s" % filename)
    with open(filename, "w", encoding="utf-8") as f:
        f.write(timespace_svg(stats))
