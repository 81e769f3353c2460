"""Many sites: one first, then several at the same time, and a stop when too many go wrong."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

Task = TypeVar("Task")
Done = TypeVar("Done")


@dataclass(frozen=True, slots=True)
class Limits:
    """`canary`: the first task must end well before others begin. `max_failures`: with so many no other begins."""

    jobs: int = 4
    max_failures: int = 1
    canary: bool = True


@dataclass(frozen=True, slots=True)
class Event(Generic[Task, Done]):
    """What became of a task. `left`: it was never begun, and will not be. `error`: its worker was lost."""

    task: Task
    kind: Literal["began", "ended", "left"]
    done: Done | None = None
    error: BaseException | None = None


def roll_out(
    tasks: Sequence[Task],
    work: Callable[[Task], Done],
    executor: Executor,
    limits: Limits,
    good: Callable[[Done], bool],
) -> Iterator[Event[Task, Done]]:
    """Do the work on each, wherever the executor does it, and tell as it goes; every task ends in one event.

    What has begun is never cut off: after Ctrl-C nothing else begins, what is under way is waited for, and then
    KeyboardInterrupt is raised.
    """
    rest = deque(tasks)
    flying: dict[Future[Done], Task] = {}
    failures, proven, interrupted = 0, not limits.canary, False
    while True:
        stopped = interrupted or failures >= limits.max_failures or (failures > 0 and not proven)
        while rest and not stopped and len(flying) < (limits.jobs if proven else 1):
            task = rest.popleft()
            flying[executor.submit(work, task)] = task
            yield Event(task, "began")
        if not flying:
            break
        try:
            over = wait(flying, return_when=FIRST_COMPLETED).done
        except KeyboardInterrupt:
            interrupted = True
            continue
        for future in over:
            event: Event[Task, Done] = _ended(flying.pop(future), future)
            succeeded = event.done is not None and good(event.done)
            failures += not succeeded
            proven = proven or succeeded
            yield event
    for task in rest:
        yield Event(task, "left")
    if interrupted:
        raise KeyboardInterrupt


def _ended(task: Task, future: Future[Done]) -> Event[Task, Done]:
    error = future.exception()
    return Event(task, "ended", error=error) if error is not None else Event(task, "ended", future.result())
