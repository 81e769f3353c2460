"""A Kamailio between two legs: it hides the Call-ID, so that both legs have their own, as behind a real SBC."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from peers import CALLEE, PROXY, Between, free_port, program, until_bound

_CONFIG = """#!KAMAILIO
debug=2
log_stderror=yes
fork=no
children=1
disable_tcp=yes
listen=udp:{address}:{port}
loadmodule "sl.so"
loadmodule "tm.so"
loadmodule "pv.so"
loadmodule "siputils.so"
loadmodule "rr.so"
loadmodule "maxfwd.so"
loadmodule "topoh.so"
loadmodule "xlog.so"
modparam("topoh", "mask_key", "only for tests")
modparam("topoh", "mask_ip", "192.0.2.99")
modparam("topoh", "mask_callid", 1)
request_route {{
  mf_process_maxfwd_header("10");
  xlog("L_WARN", "request $rm from $si:$sp\\n$mb");
  if (has_totag()) {{ loose_route(); t_relay(); exit; }}
  record_route();
  $du = "sip:{next}";
  t_relay();
}}
"""


@contextmanager
def kamailio(folder: Path) -> Iterator[Between]:
    """`kamailio.log` in the folder has every request, as xlog writes it."""
    way = Between(free_port(PROXY), free_port(CALLEE))
    config = folder / "kamailio.cfg"
    config.write_text(_CONFIG.format(address=PROXY, port=way.port, next=f"{CALLEE}:{way.next_hop}"), encoding="utf-8")
    command = [program("kamailio"), "-f", str(config), "-DD", "-E", "-P", str(folder / "kamailio.pid")]
    command += ["-Y", str(folder), "-w", str(folder)]
    with (
        subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as server,
        (folder / "kamailio.log").open("wb") as log,
    ):
        assert server.stderr
        reader = threading.Thread(target=_log, args=(server.stderr, log))
        reader.start()
        until_bound(server, way.port)
        try:
            yield way
        finally:
            server.terminate()
            server.wait()
            reader.join()


def _log(source: IO[bytes], log: IO[bytes]) -> None:
    for line in source:
        log.write(line)
