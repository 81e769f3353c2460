"""SIPp: a SIP client and server that others wrote, driven by scenarios."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from nginx import await_port, free_port

_REGISTER = """<?xml version="1.0"?>
<scenario name="register">
  <send retrans="500"><![CDATA[{first}]]></send>
  <recv response="401" auth="true"/>
  <send retrans="500"><![CDATA[{second}]]></send>
  <recv response="{code}"/>
</scenario>
"""
_REQUEST = """
REGISTER sip:127.0.0.1:[remote_port] SIP/2.0
Via: SIP/2.0/[transport] 127.0.0.1:[local_port];branch=[branch]
Max-Forwards: 70
From: <sip:{account}@127.0.0.1>;tag=[call_number]
To: <sip:{account}@127.0.0.1>
Call-ID: [call_id]
CSeq: {number} REGISTER
Contact: <sip:{account}@127.0.0.1:[local_port]>
Expires: 600
{authorization}Content-Length: 0

"""
_ANSWER = """
  <recv request="REGISTER"/>
  <send><![CDATA[
{first}
[last_Via:]
[last_From:]
[last_To:];tag=[call_number]
[last_Call-ID:]
[last_CSeq:]
{rest}Content-Length: 0

]]></send>
"""


def program() -> str:
    path = shutil.which("sipp")
    if path is None:
        missing = pytest.fail if os.environ.get("CI") else pytest.skip
        missing("this test needs sipp")
    return path


def requests(scenario: Path, account: str, authorization: str, code: int = 200) -> None:
    """Write a scenario: REGISTER, prove the password, hear `code`. Both texts may hold SIPp's keywords."""
    first = _REQUEST.format(account=account, number=1, authorization="")
    second = _REQUEST.format(account=account, number=2, authorization=f"{authorization}\n")
    scenario.write_text(_REGISTER.format(first=first, second=second, code=code))


def calling(
    port: int, folder: Path, account: str, password: str, transport: str = "udp", *, accepted: bool = True
) -> None:
    """Register once, with digest; the registrar must take it, or refuse it with a second 401."""
    scenario = folder / "register.xml"
    login = f"[authentication username={account} password={password}]"
    requests(scenario, account=account, authorization=login, code=200 if accepted else 401)
    command = [program(), f"127.0.0.1:{port}", "-sf", str(scenario), "-m", "1", "-i", "127.0.0.1", "-nostdin"]
    command += ["-t", "t1" if transport == "tcp" else "u1", "-timeout", "15", "-timeout_error", "-trace_err"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=60)
    errors = "".join(log.read_text() for log in folder.glob("register_*_errors.log"))
    assert done.returncode == 0, errors or done.stdout[-2000:]


@contextmanager
def answering(folder: Path, answer: str) -> Iterator[int]:
    """A TCP server that gives the first two REGISTERs of a call this answer; lines after the first are headers."""
    first, _, rest = answer.partition("\n")
    scenario = folder / "answer.xml"
    once = _ANSWER.format(first=first, rest=f"{rest}\n" if rest else "")
    scenario.write_text(f'<?xml version="1.0"?>\n<scenario name="answer">{once}{once}</scenario>\n')
    port = free_port()
    command = [program(), "-sf", str(scenario), "-i", "127.0.0.1", "-p", str(port), "-t", "t1", "-nostdin"]
    with (
        (folder / "sipp.log").open("wb") as log,
        subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=log) as server,
    ):
        try:
            await_port(server, port, folder / "sipp.log")
            yield port
        finally:
            server.kill()
