"""Kamailio: a registrar that others wrote."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
from nginx import await_port, free_port

_ROUTE = """
#!KAMAILIO
children=2
tcp_children=2
listen=udp:127.0.0.1:{port}
listen=tcp:127.0.0.1:{port}
alias=pbx.example
auto_aliases=no
log_stderror=yes
mpath="{modules}"
loadmodule "sl.so"
loadmodule "pv.so"
loadmodule "usrloc.so"
loadmodule "registrar.so"
loadmodule "auth.so"
loadmodule "htable.so"
loadmodule "textops.so"
modparam("registrar", "max_contacts", 1)
modparam("registrar", "min_expires", {min_expires})
modparam("htable", "htable", "pw=>size=10;")
modparam("htable", "htable", "failed=>size=10;initval=0;")
modparam("auth", "algorithm", "{algorithm}")
{login}

event_route[htable:mod-init] {{
{passwords}
}}

request_route {{
    if (!is_method("REGISTER")) {{ sl_send_reply("405", "Method Not Allowed"); exit; }}
    {unknown}
    if ($sht(failed=>$tU) > 1) {{ sl_send_reply("403", "Account locked"); exit; }}
    if (!pv_www_authenticate("pbx.example", "$sht(pw=>$au)", "0")) {{
        {wrong}
        www_challenge("pbx.example", "1");
        exit;
    }}
    if (!save("location")) {{ sl_reply_error(); }}
}}
"""
_TELLS = {
    "unknown": 'if ($sht(pw=>$tU) == $null) { sl_send_reply("404", "Not Found"); exit; }',
    "wrong": (
        'if (is_present_hf("Authorization")) { $sht(failed=>$tU) = $sht(failed=>$tU) + 1; '
        'sl_send_reply("403", "Forbidden (bad auth)"); exit; }'
    ),
}
_ALIKE = {"unknown": "", "wrong": ""}


@contextmanager
def kamailio(folder: Path, passwords: Mapping[str, str], *, tells: bool = True, **settings: str) -> Iterator[int]:
    """Its port on 127.0.0.1, UDP and TCP. `tells`: other answers to a wrong password and an unknown account."""
    program = shutil.which("kamailio") or shutil.which("kamailio", path="/usr/sbin")
    if program is None:
        missing = pytest.fail if os.environ.get("CI") else pytest.skip
        missing("this test needs kamailio")
    port = free_port()
    config = folder / "kamailio.cfg"
    config.write_text(
        _ROUTE.format(
            port=port,
            modules=_modules(),
            passwords="\n".join(f'    $sht(pw=>{name}) = "{word}";' for name, word in passwords.items()),
            **{"algorithm": "MD5", "min_expires": "0", "login": ""} | settings | (_TELLS if tells else _ALIKE),
        ).lstrip()
    )
    with (folder / "kamailio.log").open("w") as log:
        command = [program, "-DD", "-E", "-f", str(config), "-Y", str(folder), "-m", "64", "-M", "16"]
        with subprocess.Popen(command, stderr=log, stdout=log) as server:
            try:
                await_port(server, port, folder / "kamailio.log")
                yield port
            finally:
                server.terminate()


def _modules() -> str:
    return next(str(path.parent) for path in Path("/usr/lib").glob("*/kamailio/modules/auth.so"))
