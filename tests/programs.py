"""Servers that others wrote, run for one test on a port of 127.0.0.1."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from nginx import await_port, free_port


def program(name: str) -> str:
    """Its path. Skips the test where it is missing, but not in CI."""
    path = shutil.which(name) or shutil.which(name, path="/usr/sbin")
    if path is None:
        missing = pytest.fail if os.environ.get("CI") else pytest.skip
        missing(f"this test needs {name}")
    return path


@contextmanager
def running(command: list[str], port: int, folder: Path) -> Iterator[int]:
    """The port, as soon as the program listens there."""
    with (
        (folder / f"{port}.log").open("wb") as log,
        subprocess.Popen(command, cwd=folder, stdout=log, stderr=log, stdin=subprocess.DEVNULL) as server,
    ):
        try:
            await_port(server, port, folder / f"{port}.log")
            yield port
        finally:
            server.terminate()


_KAMAILIO = """#!KAMAILIO
children=1
tcp_children=1
enable_tls=yes
listen=tls:127.0.0.1:{port}
auto_aliases=no
log_stderror=yes
mpath="{modules}"
loadmodule "tls.so"
loadmodule "sl.so"
loadmodule "pv.so"
loadmodule "textops.so"
modparam("tls", "config", "{folder}/tls.cfg")

request_route {{
    if (!is_method("OPTIONS")) {{ sl_send_reply("405", "Method Not Allowed"); exit; }}
    if (!($ct =~ "{known}")) {{ sl_send_reply("403", "Forbidden"); exit; }}
    append_to_reply("Contact: <sip:{contact};transport=tls>\\r\\n");
    sl_send_reply("200", "OK");
}}
"""
_KAMAILIO_TLS = """[server:default]
method = TLSv1.2+
verify_certificate = yes
require_certificate = yes
private_key = {folder}/kamailio.key
certificate = {folder}/kamailio.pem
ca_list = {folder}/kamailio-ca.pem
"""


@contextmanager
def kamailio(
    folder: Path, pair: tuple[bytes, str], ca: bytes, *, known: str = ".", contact: str = "sbc.meinefirma.de:5061"
) -> Iterator[int]:
    """OPTIONS over mutual TLS: `contact` in the answer, 403 for a Contact in which `known` (a pattern) is not."""
    (folder / "kamailio.pem").write_bytes(pair[0])
    (folder / "kamailio.key").write_text(pair[1])
    (folder / "kamailio-ca.pem").write_bytes(ca)
    port = free_port()
    modules = next((str(path.parent) for path in Path("/usr/lib").glob("*/kamailio/modules/sl.so")), "")
    values = {"port": port, "folder": folder, "modules": modules, "known": known, "contact": contact}
    (folder / "tls.cfg").write_text(_KAMAILIO_TLS.format(**values))
    (folder / "kamailio.cfg").write_text(_KAMAILIO.format(**values))
    command = [program("kamailio"), "-DD", "-E", "-f", str(folder / "kamailio.cfg"), "-Y", str(folder)]
    with running([*command, "-m", "32", "-M", "4"], port, folder) as at:
        yield at


_NGINX = """
load_module {module};
daemon off;
master_process off;
pid {folder}/nginx.pid;
events {{ worker_connections 256; }}
stream {{
    server {{
        listen 127.0.0.1:{port} ssl;
        ssl_certificate {folder}/nginx.pem;
        ssl_certificate_key {folder}/nginx.key;
        {more}
        {then}
    }}
}}
"""


@contextmanager
def nginx(folder: Path, pair: tuple[bytes, str], more: str = "", to: int = 0) -> Iterator[int]:
    """TLS in front of a TCP port, or of nothing; `more` directives of ngx_stream_ssl_module."""
    (folder / "nginx.pem").write_bytes(pair[0])
    (folder / "nginx.key").write_text(pair[1])
    port = free_port()
    then = f"proxy_pass 127.0.0.1:{to};" if to else 'return "";'
    path = program("nginx")
    module = next(Path("/usr/lib/nginx/modules").glob("ngx_stream_module.so"), None)
    if module is None:
        missing = pytest.fail if os.environ.get("CI") else pytest.skip
        missing("this test needs nginx's stream module")
    config = _NGINX.format(module=module, folder=folder, port=port, more=more, then=then)
    (folder / "nginx.conf").write_text(config)
    command = [path, "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", str(folder / "nginx.log")]
    with running(command, port, folder) as at:
        yield at


_SIPP = """<?xml version="1.0"?>
<scenario name="answer">
  <recv request="OPTIONS"/>
  {sends}
</scenario>
"""
_SIPP_SEND = """<send><![CDATA[
{first}
[last_Via:]
[last_From:]
[last_To:];tag=[call_number]
[last_Call-ID:]
[last_CSeq:]
{rest}Content-Length: 0

]]></send>
"""


@contextmanager
def sipp(folder: Path, *answers: str) -> Iterator[int]:
    """Gives OPTIONS these answers over TCP; lines after the first are headers."""
    sends = []
    for answer in answers:
        first, _, rest = answer.partition("\n")
        sends.append(_SIPP_SEND.format(first=first, rest=f"{rest}\n" if rest else ""))
    (folder / "sipp.xml").write_text(_SIPP.format(sends="".join(sends)))
    port = free_port()
    command = [program("sipp"), "-sf", str(folder / "sipp.xml"), "-i", "127.0.0.1", "-p", str(port)]
    with running([*command, "-t", "t1", "-nostdin", "-trace_err"], port, folder) as at:
        yield at
