"""250 telephones registered and unregistered at 50 ms round trip, against SIPp and against one after another.

The registrar is Kamailio if it is there, else the lab's; the delay is a relay's, of this file.
"""

from __future__ import annotations

import argparse
import selectors
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from kamailio import kamailio
from sample_site import sample_site
from sipp import requests

from sbc_tool.facts.registration import RegistrationFact, probe
from sbc_tool.lab.starface import Starface
from sbc_tool.world import ConnectTo, World


@contextmanager
def delayed(port: int, round_trip: float) -> Iterator[int]:
    """A UDP port that leads to `port`; each datagram is held for half the round trip. One socket for each caller."""
    callers: dict[tuple[str, int], socket.socket] = {}
    held: deque[tuple[float, socket.socket, bytes, tuple[str, int]]] = deque()
    over = threading.Event()
    front = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    front.bind(("127.0.0.1", 0))
    front.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)

    def carry() -> None:
        with selectors.DefaultSelector() as selector:
            selector.register(front, selectors.EVENT_READ)
            while not over.is_set():
                wait = max(held[0][0] - time.monotonic(), 0) if held else 0.1
                for key, _ in selector.select(wait):
                    data, sender = key.fileobj.recvfrom(1 << 16)  # type: ignore[union-attr]
                    due = time.monotonic() + round_trip / 2
                    if key.fileobj is front:
                        if sender not in callers:
                            callers[sender] = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
                            callers[sender].bind(("127.0.0.1", 0))
                            selector.register(callers[sender], selectors.EVENT_READ, sender)
                        held.append((due, callers[sender], data, ("127.0.0.1", port)))
                    else:
                        held.append((due, front, data, key.data))
                while held and held[0][0] <= time.monotonic():
                    _, through, data, to = held.popleft()
                    through.sendto(data, to)

    thread = threading.Thread(target=carry)
    thread.start()
    try:
        yield front.getsockname()[1]
    finally:
        over.set()
        thread.join()
        for one in (front, *callers.values()):
            one.close()


@contextmanager
def registrar(folder: Path, words: dict[str, str]) -> Iterator[tuple[str, int]]:
    if shutil.which("kamailio") or shutil.which("kamailio", path="/usr/sbin"):
        with kamailio(folder, words) as port:
            yield "Kamailio", port
        return
    pbx = Starface(words, algorithms=("MD5",))
    try:
        yield "the lab's STARFACE", pbx.port
    finally:
        pbx.stop()


def ours(port: int, words: dict[str, str]) -> float:
    """Look, register and unregister all: four round trips each."""
    world = World(Path(), connect_to=(ConnectTo("10.108.2.100", 5060, "127.0.0.1", port),), timeout=60)
    clock = time.perf_counter()
    fact = probe(sample_site(), world, words)
    took = time.perf_counter() - clock
    assert isinstance(fact, RegistrationFact)
    assert {(one.code, one.error, one.left) for one in fact.attempts} == {(200, "", False)}
    return took


def sipp(port: int, words: dict[str, str], folder: Path) -> float | None:
    """SIPp at 1000 calls a second: register only, two round trips each."""
    program = shutil.which("sipp")
    if program is None:
        return None
    requests(folder / "register.xml", account="[field0]", authorization="[field1]")
    lines = [f"{name};[authentication username={name} password={word}]" for name, word in words.items()]
    (folder / "users.csv").write_text("SEQUENTIAL\n" + "\n".join(lines) + "\n")
    command = [program, f"127.0.0.1:{port}", "-sf", "register.xml", "-inf", "users.csv", "-m", str(len(words))]
    command += ["-r", "1000", "-l", str(len(words)), "-i", "127.0.0.1", "-nostdin", "-timeout", "120"]
    clock = time.perf_counter()
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - clock


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--accounts", type=int, default=250)
    options.add_argument("--round-trip-ms", type=int, default=50)
    options.add_argument("--sequential", type=int, default=20, help="accounts to try one after another")
    given = options.parse_args()
    words = {f"user.{number:04}": f"word{number}" for number in range(given.accounts)}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with registrar(folder, words) as (who, port), delayed(port, given.round_trip_ms / 1000) as relay:
            side_by_side = ours(relay, words)
            some = dict(list(words.items())[: given.sequential])
            one_by_one = sum(ours(relay, {account: word}) for account, word in some.items()) / len(some)
            peer = sipp(relay, words, folder)
    print(f"{given.accounts} accounts at {who}, {given.round_trip_ms} ms round trip")
    print(f"  sbc-tool, look + register + unregister   {side_by_side:6.2f} s")
    print(f"  one after another ({len(some)} measured)         {one_by_one * given.accounts:6.2f} s")
    print(f"  side by side is {one_by_one * given.accounts / side_by_side:.0f}x faster")
    if peer is not None:
        print(f"  SIPp, register only, 1000 a second       {peer:6.2f} s")


if __name__ == "__main__":
    main()
