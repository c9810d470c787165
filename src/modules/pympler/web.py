"""pympler's web server, which is not there: it says so, and what to use instead."""

__all__ = ["start_profiler", "start_in_background"]

_MESSAGE = ("the web server of pympler is not there: HtmlStats(tracker).create_html(FILE) writes what a ClassTracker has found as a "
            "page, and `ouro --live` shows the memory of a program while it runs")


def start_profiler(host="localhost", port=8090, tracker=None, stats=None, debug=False, **kwargs):
    """Raises NotImplementedError."""
    raise NotImplementedError(_MESSAGE)


def start_in_background(**kwargs):
    """Raises NotImplementedError."""
    raise NotImplementedError(_MESSAGE)
