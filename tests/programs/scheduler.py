"""A task scheduler with threads: tasks with dependencies and priorities, workers that take them from a queue, retries,
timeouts, cancellation, events for listeners, and a report.  What it prints does not depend on who is faster."""
import collections
import concurrent.futures
import contextlib
import dataclasses
import enum
import functools
import heapq
import itertools
import logging
import queue
import sys
import threading
import time
import typing


class State(enum.Enum):
    WAITING = enum.auto()
    READY = enum.auto()
    RUNNING = enum.auto()
    DONE = enum.auto()
    FAILED = enum.auto()
    CANCELLED = enum.auto()

    def __bool__(self):
        return self in (State.DONE, State.FAILED, State.CANCELLED)


class Retry(Exception):
    """Raised by a task that wants to be run again."""


class CycleError(Exception):
    pass


@dataclasses.dataclass(eq=False)
class Task:
    name: str
    run: typing.Callable[..., typing.Any]
    needs: typing.Tuple[str, ...] = ()
    priority: int = 0
    tries: int = 1
    state: State = State.WAITING
    result: typing.Any = None
    error: typing.Optional[BaseException] = None
    attempts: int = 0


class PriorityQueue(queue.Queue):
    """queue.Queue with an order of our own: priority, then the order of arrival."""

    def _init(self, maxsize):
        self.heap, self.arrivals = [], itertools.count()

    def _qsize(self):
        return len(self.heap)

    def _put(self, task):
        heapq.heappush(self.heap, (-task.priority if task else float("inf"), next(self.arrivals), task))

    def _get(self):
        return heapq.heappop(self.heap)[-1]


class Scheduler:
    def __init__(self, workers: int):
        self.tasks: typing.Dict[str, Task] = {}
        self.ready = PriorityQueue()
        self.lock = threading.RLock()
        self.finished = threading.Condition(self.lock)
        self.events = collections.defaultdict(list)
        self.local = threading.local()
        self.threads = [threading.Thread(target=self.work, name=f"worker-{n}", daemon=True) for n in range(workers)]

    def task(self, *needs, priority=0, tries=1):
        def decorate(function):
            self.add(Task(function.__name__, function, needs, priority, tries))
            return function
        return decorate

    def add(self, task: Task) -> None:
        if task.name in self.tasks:
            raise ValueError(f"{task.name} is there already")
        self.tasks[task.name] = task

    def on(self, state: State, listener) -> None:
        self.events[state].append(listener)

    def set(self, task: Task, state: State) -> None:
        task.state = state
        for listener in self.events[state]:
            listener(task)

    def order(self) -> typing.List[str]:
        """Depth first; raises CycleError with the cycle."""
        done, path = [], []

        def visit(name):
            if name in path:
                raise CycleError(" -> ".join(path[path.index(name):] + [name]))
            if name in done:
                return
            path.append(name)
            for need in self.tasks[name].needs:
                visit(need)
            path.pop()
            done.append(name)

        for name in self.tasks:
            visit(name)
        return done

    def promote(self) -> None:
        with self.lock:
            for task in self.tasks.values():
                if task.state is not State.WAITING:
                    continue
                needs = [self.tasks[name] for name in task.needs]
                if any(need.state in (State.FAILED, State.CANCELLED) for need in needs):
                    self.set(task, State.CANCELLED)
                    self.promote()
                elif all(need.state is State.DONE for need in needs):
                    self.set(task, State.READY)
                    self.ready.put(task)
            self.finished.notify_all()

    def work(self) -> None:
        self.local.count = 0
        while (task := self.ready.get()) is not None:
            with self.lock:
                self.set(task, State.RUNNING)
                task.attempts += 1
                results = [self.tasks[name].result for name in task.needs]
            try:
                task.result = task.run(*results)
            except Retry as retry:
                if task.attempts < task.tries:
                    self.ready.put(task)
                    self.ready.task_done()
                    continue
                task.error = retry
            except Exception as error:
                task.error = error
            with self.lock:
                self.set(task, State.FAILED if task.error else State.DONE)
                self.local.count += 1
            self.promote()
            self.ready.task_done()
        self.ready.task_done()

    @contextlib.contextmanager
    def running(self):
        self.order()
        for thread in self.threads:
            thread.start()
        try:
            self.promote()
            yield self
        finally:
            for _ in self.threads:
                self.ready.put(None)
            for thread in self.threads:
                thread.join(timeout=10)

    def wait(self, timeout: float) -> bool:
        with self.finished:
            return self.finished.wait_for(lambda: all(t.state for t in self.tasks.values()), timeout)


def build(workers: int) -> None:
    scheduler = Scheduler(workers)
    gate = threading.Barrier(2, timeout=20)
    flaky = itertools.count()
    log, seen = [], threading.Semaphore(0)

    @scheduler.task(priority=5)
    def fetch():
        return list(range(1, 2001))

    @scheduler.task("fetch")
    def squares(numbers):
        return sum(n * n for n in numbers)

    @scheduler.task("fetch")
    def words(numbers):
        return collections.Counter(len(str(n)) for n in numbers)

    @scheduler.task("squares", "words", tries=3)
    def unsteady(total, lengths):
        if next(flaky) < 2:
            raise Retry("not yet")
        return total + lengths[4]

    @scheduler.task("fetch")
    def broken(numbers):
        return numbers[10**6]

    @scheduler.task("broken", "words")
    def hopeless(*results):
        raise AssertionError("runs although what it needs has failed")

    @scheduler.task("unsteady", priority=-1)
    def report(total):
        return f"{total:,}"

    if workers > 1:
        @scheduler.task(priority=9)
        def left():
            return sorted([gate.wait() >= 0, True])

        @scheduler.task(priority=9)
        def right():
            return gate.wait() in (0, 1)

    scheduler.on(State.DONE, lambda task: log.append(task.name))
    scheduler.on(State.CANCELLED, lambda task: seen.release())
    with scheduler.running():
        assert scheduler.wait(30), "not all tasks are through"
    print(f"--- {workers} workers; order: {' '.join(scheduler.order())}")
    for task in scheduler.tasks.values():
        print(f"{task.name:<9} {task.state.name:<9} {task.attempts} {task.result if task.name != 'fetch' else '...'} "
              f"{task.error!r}")
    positions = {name: position for position, name in enumerate(log)}
    assert all(positions[need] < positions[name] for name in positions for need in scheduler.tasks[name].needs)
    print(seen.acquire(blocking=False), seen.acquire(timeout=0.01), sum(t.is_alive() for t in scheduler.threads))


def cycle() -> None:
    scheduler = Scheduler(1)
    for name, needs in {"a": ["b"], "b": ["c", "d"], "c": [], "d": ["a"]}.items():
        scheduler.add(Task(name, print, tuple(needs)))
    try:
        with scheduler.running():
            print("never")
    except CycleError as error:
        print("cycle:", error)
    with contextlib.suppress(ValueError):
        scheduler.add(Task("a", print))
        print("never")


def pool() -> None:
    with concurrent.futures.ThreadPoolExecutor(3, thread_name_prefix="pool") as executor:
        print(list(executor.map(lambda n: n**3, range(6))))
        futures = {executor.submit(divmod, 100, n): n for n in (7, 0, 9)}
        done, late = concurrent.futures.wait(futures, timeout=20)
        for future in sorted(done, key=futures.get):
            print(futures[future], future.exception() or future.result())
        print(len(late))
        first = executor.submit(time.sleep, 0.01)
        first.add_done_callback(lambda future: print("slept", future.result()))


def bounded() -> None:
    """A producer, and consumers behind a bounded queue."""
    channel, total, lock = queue.Queue(maxsize=2), 0, threading.Lock()

    def consume():
        nonlocal total
        for number in iter(channel.get, None):
            with lock:
                total += number
    consumers = [threading.Thread(target=consume) for _ in range(3)]
    for thread in consumers:
        thread.start()
    for number in range(500):
        channel.put(number)
    for thread in consumers:
        channel.put(None)
    for thread in consumers:
        thread.join()
    print(total, channel.empty())
    try:
        channel.get_nowait()
    except queue.Empty as error:
        print(type(error).__name__)
    ticks, stop = [], threading.Event()
    timer = threading.Timer(0.3, stop.set)
    timer.start()
    while not stop.wait(0.005):
        ticks.append(1)
    timer.join()
    never = threading.Timer(60, functools.partial(print, "never"))
    never.start()
    never.cancel()
    never.join()
    print(stop.is_set(), bool(ticks) or "machine is slow", threading.active_count(), threading.current_thread().name)


if __name__ == "__main__":
    logging.basicConfig(stream=sys.stdout, format="%(threadName)s %(message)s")
    for count in (1, 2, 6):
        build(count)
    cycle()
    pool()
    bounded()
    caught = []
    threading.excepthook = lambda args: caught.append((args.exc_type.__name__, args.thread.name))
    thread = threading.Thread(target=lambda: {}["x"], name="unlucky")
    thread.start()
    thread.join()
    logging.warning("%s", caught)
