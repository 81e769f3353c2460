"""`sbc-tool deploy` over several sites, here and on a Dask cluster."""

from __future__ import annotations

import dataclasses
import os
import pickle
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from installation import MARK, PASSWORDS, SITE, Installation, write_site
from lab_caller import Done, call, ready_file
from programs import free_port

from sbc_tool.cli import options, task

OPTIONS = ("--yes", "--lab", "--skip-preflight", "a test", "--verify", "config")


def sites(folder: Path, *names: str, broken: tuple[str, ...] = ()) -> list[Path]:
    files = []
    for name in names:
        text = SITE.replace("site: musterfirma", f"site: {name}")
        text = text.replace("max_calls: 6", "max_calls: many") if name in broken else text
        files.append(write_site(folder / name, text))
    return files


def deploy(lab: Installation, folder: Path, *arguments: object) -> Done:
    return call(lab, folder, "deploy", *arguments)


def steps(done: Done) -> list[str]:
    """Which site began and ended, in order, as stderr tells."""
    told = []
    for line in done.err.splitlines():
        name, _, step = line.partition(": ")
        if step == "begun" or step.startswith("deployed"):
            told.append(f"{name} {step.partition(' ')[0]}")
    return told


def test_several_sites_one_first(lab: Installation, tmp_path: Path) -> None:
    files = sites(tmp_path, "eins", "zwei", "drei")
    done = deploy(lab, tmp_path, *files, *OPTIONS, "--canary", "drei")
    assert done.code == 0, done.err
    assert steps(done)[:2] == ["drei begun", "drei deployed"]
    assert [line for line in done.out.splitlines() if ": ok deployed" in line] == [
        "drei: ok deployed", "eins: ok deployed", "zwei: ok deployed",
    ]  # fmt: skip
    assert "3 sites: 3 go" in done.out
    assert MARK not in done.out + done.err


def test_a_broken_one_stops_the_rest_and_resume_goes_on(lab: Installation, tmp_path: Path) -> None:
    files = sites(tmp_path, "a", "b", "c", broken=("b",))
    done = deploy(lab, tmp_path, tmp_path, *OPTIONS, "--jobs", "1", "--format", "json")
    assert done.code == 2, done.err
    states = {site["site"]: site.get("state") for site in done.document["sites"]}
    assert list(states.values()) == ["deployed", None, None]
    assert "not begun, as others failed" in done.err
    sites(tmp_path, "b")
    again = deploy(lab, tmp_path, *files, *OPTIONS, "--jobs", "1", "--resume")
    assert again.code == 0, again.err
    assert "a: deployed by the last run" in again.err
    assert steps(again) == ["a deployed", "b begun", "b deployed", "c begun", "c deployed"]
    third = deploy(lab, tmp_path, *files, *OPTIONS, "--resume")
    assert third.code == 0
    assert "begun" not in third.err


@pytest.mark.parametrize(
    ("extra", "said"),
    [
        ((), "several sites"),
        (("--yes", "--device", "127.0.0.1"), "one site"),
        (("--yes", "--canary", "drei"), "--canary drei"),
    ],
)
def test_what_several_sites_cannot_have(lab: Installation, tmp_path: Path, extra: tuple[str, ...], said: str) -> None:
    done = deploy(lab, tmp_path, *sites(tmp_path, "eins", "zwei"), *extra)
    assert done.code == 2
    assert said in done.error()


def test_one_lab_is_for_one_site(lab: Installation, tmp_path: Path) -> None:
    files = sites(tmp_path, "eins", "zwei")
    done = deploy(lab, tmp_path, *files, "--yes", "--lab-ready", ready_file(lab, tmp_path))
    assert (done.code, "one site" in done.error()) == (2, True)


def task_of(file: Path) -> task.Task:
    choices = dataclasses.replace(options.Choices(), lab=True, no_input=True)
    return task.Task(file, choices, "config", "a test", 0, False)


def test_a_pickled_task_holds_no_secret(lab: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    cloudpickle = pytest.importorskip("cloudpickle")
    for name, value in lab.environ.items():
        monkeypatch.setenv(name, value)
    for pickled in (pickle.dumps(task_of(lab.file)), cloudpickle.dumps((task.deploy_there, task_of(lab.file)))):
        assert b"site.yaml" in pickled
        assert MARK.encode() not in pickled
        for password in PASSWORDS.values():
            assert password.encode() not in pickled
        assert b"PRIVATE KEY" not in pickled
    assert pickle.loads(pickle.dumps(task_of(lab.file))) == task_of(lab.file)


@contextmanager
def cluster(folder: Path, **environ: str) -> Iterator[str]:
    """A scheduler and two workers, as `dask scheduler` and `dask worker` start them; the scheduler's address."""
    address = f"tcp://127.0.0.1:{free_port()}"
    dask = [sys.executable, "-m", "dask"]
    scheduler = [*dask, "scheduler", "--host", "127.0.0.1", "--port", address.rpartition(":")[2], "--no-dashboard"]
    worker = [*dask, "worker", address, "--no-nanny", "--nthreads", "1", "--host", "127.0.0.1", "--no-dashboard"]
    with ExitStack() as stack, (folder / "dask.log").open("wb") as log:
        for command in (scheduler, worker, worker):
            process = subprocess.Popen(command, env={**os.environ, **environ}, cwd=folder, stdout=log, stderr=log)
            stack.callback(process.wait)
            stack.callback(process.terminate)
        yield address


@pytest.mark.filterwarnings("ignore")  # distributed's own
def test_on_the_workers_of_a_dask_cluster(lab: Installation, tmp_path: Path) -> None:
    """The environment of the workers alone has the secrets that the tasks refer to."""
    pytest.importorskip("distributed")
    files = sites(tmp_path, "eins", "zwei", "drei", broken=("drei",))
    with cluster(tmp_path, **lab.environ, SBC_TOOL_HOME=str(tmp_path / "workers")) as address:
        done = call(lab, tmp_path, "deploy", *files, *OPTIONS, "--scheduler", address, environ={})
    assert done.code == 2, done.err
    assert [line.partition(" (")[0] for line in done.out.splitlines()[:2]] == ["eins: ok deployed", "zwei: ok deployed"]
    assert "max_calls" in done.err
    assert MARK not in done.out + done.err + (tmp_path / "dask.log").read_text()
    assert (tmp_path / "workers" / "lab" / "audit.jsonl").read_text().count('"deployed"') == 2


def test_a_scheduler_that_is_none(lab: Installation, tmp_path: Path) -> None:
    pytest.importorskip("distributed")
    done = deploy(lab, tmp_path, lab.file, "--yes", "--scheduler", "nonsense://x")
    assert done.code == 3
    assert "no Dask scheduler answers" in done.error()
