"""SIPp, Kamailio, tcpdump and tshark: programs of others that make traces, and read them."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from programs import program as program

_OWN = f"127.{64 + os.getpid() % 64}.{os.getpid() // 64 % 256}"  # so that tests beside these are not captured
CALLER, PROXY, CALLEE = f"{_OWN}.2", f"{_OWN}.3", f"{_OWN}.4"
_MARK = b"that was all"
_PATIENCE_S = 60  # of a program that should long have ended: a failure then, not a wait


def missing(why: str) -> None:
    (pytest.fail if os.environ.get("CI") else pytest.skip)(why)


def may_capture() -> None:
    """Skips where packets can't be captured: other systems have one address of 127.0.0.0/8, others no right to."""
    if not sys.platform.startswith("linux") or os.geteuid() != 0:
        missing("capturing on loopback needs Linux and root")


def free_port(address: str) -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind((address, 0))
        return int(probe.getsockname()[1])


@contextmanager
def captured(file: Path) -> Iterator[None]:
    """All packets between these addresses meanwhile, as tcpdump sees them; all are in the file at the end."""
    may_capture()
    command = [
        program("tcpdump"),
        "-i",
        "lo",
        "-U",
        "--immediate-mode",
        "-B",
        "65536",
        "-s",
        "0",
        "-w",
        "-",
        "net",
        f"{_OWN}.0/24",
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as tcpdump, file.open("wb") as out:
        assert tcpdump.stdout
        assert tcpdump.stderr
        said = tcpdump.stderr.readline()
        while said and b"listening on" not in said:
            said = tcpdump.stderr.readline()
        marked = threading.Event()
        reader = threading.Thread(target=_copy, args=(tcpdump.stdout, out, marked))
        reader.start()
        try:
            yield
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as mark:
                mark.bind((CALLER, 0))
                mark.sendto(_MARK, (CALLEE, 9))
            assert marked.wait(_PATIENCE_S)
        finally:
            tcpdump.terminate()
            reader.join()
            tcpdump.stderr.close()


def _copy(source: object, target: object, marked: threading.Event) -> None:
    tail = b""
    while data := source.read1(1 << 16):  # type: ignore[attr-defined]
        target.write(data)  # type: ignore[attr-defined]
        tail = tail[-len(_MARK) :] + data
        if _MARK in tail:
            marked.set()


@dataclass(frozen=True)
class Between:
    """A proxy in between: its port, and the one that it sends on to."""

    port: int
    next_hop: int


def sipp_call(
    folder: Path, caller: str, callee: str, *options: str, calls: int = 1, via: Between | None = None
) -> None:
    """Runs two scenarios of SIPp against each other, until all calls are over."""
    port = via.next_hop if via else free_port(CALLEE)
    for name, scenario in (("caller", caller), ("callee", callee)):
        (folder / f"{name}.xml").write_text(scenario, encoding="utf-8")
    common = ["-m", str(calls), "-nostdin", "-timeout", "30", "-timeout_error", *options]
    waiting = [program("sipp"), "-sf", "callee.xml", "-i", CALLEE, "-p", str(port), *common]
    target = f"{PROXY}:{via.port}" if via else f"{CALLEE}:{port}"
    calling = [program("sipp"), target, "-sf", "caller.xml", "-i", CALLER, "-p", str(free_port(CALLER)), *common]
    with subprocess.Popen(waiting, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as answering:
        until_bound(answering, port)
        done = subprocess.run(calling, cwd=folder, capture_output=True, text=True, timeout=_PATIENCE_S, check=False)
        code = answering.wait(_PATIENCE_S)
    assert (done.returncode, code) == (0, 0), done.stdout[-2000:] + done.stderr


def sipp_alone(folder: Path, caller: str, port: int, *options: str) -> None:
    """Runs a scenario against a port of the callee's, and lets it fail."""
    (folder / "caller.xml").write_text(caller, encoding="utf-8")
    command = [program("sipp"), f"{CALLEE}:{port}", "-sf", "caller.xml", "-i", CALLER, "-p", str(free_port(CALLER))]
    done = subprocess.run(
        [*command, "-m", "1", "-nostdin", "-timeout", "30", *options],
        cwd=folder, capture_output=True, timeout=_PATIENCE_S, check=False,
    )  # fmt: skip
    assert done.returncode != 0, "it should have failed"


def until_bound(server: subprocess.Popen[bytes], port: int) -> None:
    """Until it listens: the kernel's own table says so."""
    wanted = f":{port:04X} "
    while wanted not in Path("/proc/net/udp").read_text(encoding="ascii"):
        assert server.poll() is None, "it ended before it listened"
        os.sched_yield()


def tshark(file: Path, *words: str) -> str:
    """What it says of a capture, with SIP decoded on any port."""
    command = [program("tshark"), "-r", str(file), "-n", "-o", "rtp.heuristic_rtp:TRUE"]
    command += ["-o", "tcp.reassemble_out_of_order:TRUE", *words]
    done = subprocess.run(command, capture_output=True, text=True, timeout=_PATIENCE_S, check=False)
    assert done.returncode in (0, 2), done.stderr  # 2: the file ends early, and what it holds is told
    return done.stdout


def tshark_fields(file: Path, only: str, *fields: str) -> list[list[str]]:
    words = [word for field in fields for word in ("-e", field)]
    return [line.split("\t") for line in tshark(file, "-Y", only, "-T", "fields", *words).splitlines()]


def tshark_sip(file: Path) -> Counter[str]:
    """Requests by method and answers by code, every copy counted."""
    rows = tshark_fields(file, "sip", "sip.Method", "sip.Status-Code")
    return Counter(one for row in rows for one in (row[0] or row[1]).split(","))


def tshark_streams(file: Path) -> list[dict[str, str]]:
    """The table of `-z rtp,streams`."""
    names = ("source", "source_port", "target", "target_port", "ssrc", "codec", "packets", "lost", "lost_share",
             "min_delta", "mean_delta", "max_delta", "min_jitter", "mean_jitter", "max_jitter")  # fmt: skip
    found = []
    for line in tshark(file, "-q", "-z", "rtp,streams").splitlines():
        words = line.split()
        if len(words) > 15 and words[0].replace(".", "").isdigit():
            found.append(dict(zip(names, words[2:], strict=False)))
    return found
