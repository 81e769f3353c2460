"""Many sites: one first, several at the same time, and a stop when too many go wrong."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from installation import Installation

from sbc_tool.deploy.fleet import Event, Limits, roll_out
from sbc_tool.deploy.rollout import Rollout, fingerprint
from sbc_tool.errors import InputError

AT = datetime(2026, 11, 25, tzinfo=UTC)


def run(work: Callable[[int], bool], count: int = 10, **limits: int | bool) -> list[Event[int, bool]]:
    with ThreadPoolExecutor(4) as threads:
        return list(roll_out(range(count), work, threads, Limits(**limits), bool))  # type: ignore[arg-type]


def kinds(events: list[Event[int, bool]], kind: str) -> list[int]:
    return [event.task for event in events if event.kind == kind]


def test_every_task_ends_in_one_event() -> None:
    events = run(lambda _: True)
    assert sorted(kinds(events, "ended")) == sorted(kinds(events, "began")) == list(range(10))
    assert kinds(events, "left") == []


def test_the_canary_ends_before_others_begin() -> None:
    events = run(lambda _: True)
    assert [(event.kind, event.task) for event in events[:2]] == [("began", 0), ("ended", 0)]


@pytest.mark.parametrize("max_failures", [1, 5])
def test_a_canary_that_fails_ends_it(max_failures: int) -> None:
    events = run(lambda task: task != 0, max_failures=max_failures)
    assert kinds(events, "ended") == [0]
    assert kinds(events, "left") == list(range(1, 10))


@pytest.mark.parametrize("max_failures", [1, 2, 3])
def test_so_many_failures_and_no_other_begins(max_failures: int) -> None:
    events = run(lambda task: task == 0, jobs=1, max_failures=max_failures)
    assert kinds(events, "ended") == list(range(1 + max_failures))
    assert kinds(events, "left") == list(range(1 + max_failures, 10))


def test_without_a_canary_all_may_begin() -> None:
    met = threading.Barrier(3)  # passes only when three are under way at the same time
    events = run(lambda _: met.wait(20) >= 0, count=3, jobs=3, canary=False)
    assert len(kinds(events, "ended")) == 3


def test_no_more_than_jobs_at_a_time() -> None:
    lock, now, most = threading.Lock(), [0], [0]

    def work(_: int) -> bool:
        with lock:
            now[0] += 1
            most[0] = max(most[0], now[0])
        with lock:
            now[0] -= 1
        return True

    under_way = most_under_way(run(work, count=40, jobs=2))
    assert under_way == 2
    assert most[0] <= 2


def most_under_way(events: list[Event[int, bool]]) -> int:
    count = most = 0
    for event in events:
        count += {"began": 1, "ended": -1}.get(event.kind, 0)
        most = max(most, count)
    return most


def test_a_lost_worker_is_a_failure() -> None:
    def work(task: int) -> bool:
        if task == 2:
            raise MemoryError
        return True

    events = run(work, jobs=1)
    (lost,) = [event for event in events if event.error]
    assert lost.task == 2
    assert isinstance(lost.error, MemoryError)
    assert kinds(events, "left") == list(range(3, 10))


class _Interrupted(Executor):
    """Presses Ctrl-C when the second task is under way, and ends it after that."""

    def submit(self, work: Callable[..., bool], /, task: int, **_: object) -> Future[bool]:  # type: ignore[override]
        future: Future[bool] = Future()
        if task == 0:
            future.set_result(True)
        else:

            def press() -> None:
                signal.raise_signal(signal.SIGINT)
                future.set_result(True)

            threading.Timer(0.05, press).start()
        return future


@pytest.mark.skipif(sys.platform == "win32", reason="raise_signal from a thread does not wake a wait there")
def test_what_has_begun_is_waited_for_after_ctrl_c() -> None:
    events: list[Event[int, bool]] = []
    rolling = roll_out(range(5), lambda _: True, _Interrupted(), Limits(jobs=1), bool)

    def follow() -> None:
        for event in rolling:
            events.append(event)

    with pytest.raises(KeyboardInterrupt):
        follow()
    assert kinds(events, "ended")[:2] == [0, 1]
    assert kinds(events, "left") == [task for task in range(5) if task not in kinds(events, "ended")]
    assert kinds(events, "left")


def test_a_record_is_resumed_for_the_same_content_only(lab: Installation, tmp_path: Path) -> None:
    other = tmp_path / "other.yaml"
    other.write_text("site: other\n")
    first = Rollout(tmp_path, [lab.file, other], resume=False)
    prints = fingerprint(lab.file, None)
    assert len(prints) == 64
    assert fingerprint(other, None) == ""  # no site that can be rendered
    first.add(lab.file, prints, AT)
    with first.path.open("a") as file:
        file.write('{"at": "2026-')  # cut off
    again = Rollout(tmp_path, [other, lab.file], resume=True)
    assert again.has(lab.file, prints)
    assert not again.has(lab.file, "0" * 64)
    assert not again.has(other, "")
    assert not Rollout(tmp_path, [lab.file], resume=True).has(lab.file, prints)  # another set of sites
    assert not Rollout(tmp_path, [other, lab.file], resume=False).has(lab.file, prints)
    assert not Rollout(tmp_path, [other, lab.file], resume=True).has(lab.file, prints)  # begun anew since


def test_a_changed_site_has_another_fingerprint(lab: Installation, tmp_path: Path) -> None:
    text = lab.file.read_text()
    before = fingerprint(lab.file, None)
    try:
        lab.file.write_text(text.replace("+497123222", "+497123229"))
        assert fingerprint(lab.file, None) not in (before, "")
    finally:
        lab.file.write_text(text)
    assert fingerprint(lab.file, None) == before


def test_a_record_that_cannot_be_kept(tmp_path: Path) -> None:
    (tmp_path / "rollouts").write_text("in the way")
    with pytest.raises(InputError) as caught:
        Rollout(tmp_path, [], resume=False)
    assert "SBC_TOOL_HOME" in caught.value.hint
