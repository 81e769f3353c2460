"""Makes the captures of tests/cases anew: SIPp on both ends, Kamailio in between, tcpdump beside them.

    unshare -n sh -c 'ip link set lo up && python tests/cases/make [CASE…]'

It needs Linux and root, sipp, kamailio and tcpdump. `unshare -n` keeps out what others send on loopback. What takes
too long for a script, such as a session timer, is made of packets that tests/diagnose/wire.py writes.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

CASES = Path(__file__).parent.parent
sys.path[:0] = [str(CASES.parent / "diagnose"), str(CASES.parent), str(Path(__file__).parent)]

from between import kamailio  # noqa: E402
from calls import CALLS, THROUGH, WRITTEN  # noqa: E402
from peers import captured, sipp_call  # noqa: E402

_AS_WRITTEN = ("-nd", "-default_behaviors", "none")  # SIPp answers nothing by itself


def main(wanted: list[str]) -> None:
    for name in (*CALLS, *THROUGH, *WRITTEN):
        if wanted and name not in wanted:
            continue
        folder = CASES / name
        folder.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory() as scratch:
            _make(name, folder / "trace.pcap", Path(scratch))
        print(f"{(folder / 'trace.pcap').stat().st_size:>7} {name}")


def _make(name: str, file: Path, scratch: Path) -> None:
    if name in WRITTEN:
        WRITTEN[name](file)
    elif name in CALLS:
        caller, callee = CALLS[name]()
        with captured(file):
            sipp_call(scratch, caller.text, callee.text, *_AS_WRITTEN)
    else:
        caller, callee = THROUGH[name]()
        with kamailio(scratch) as way, captured(file):
            sipp_call(scratch, caller.text, callee.text, *_AS_WRITTEN, via=way)


if __name__ == "__main__":
    main(sys.argv[1:])
