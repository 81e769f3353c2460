"""Messages in a stream, whatever the pieces in which they arrive."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sbc_tool.sip.framing import split

ONE = b"SIP/2.0 200 OK\r\nContent-Length: 4\r\n\r\nbody"
TWO = b"SIP/2.0 401 Unauthorized\r\nl: 0\r\n\r\n"
NO_LENGTH = b"SIP/2.0 403 Forbidden\r\nVia: x\r\n\r\n"


@given(st.lists(st.sampled_from([ONE, TWO, NO_LENGTH]), max_size=6), st.lists(st.integers(1, 40), min_size=1))
def test_any_cutting_gives_the_same_messages(sent: list[bytes], sizes: list[int]) -> None:
    stream, got, rest, turn = b"\r\n\r\n".join(sent), [], b"", 0
    while stream:
        size = sizes[turn % len(sizes)]
        turn += 1
        messages, rest = split(rest + stream[:size])
        got += messages
        stream = stream[size:]
    assert got == sent
    assert rest == b""


@pytest.mark.parametrize(
    "endless", [b"x" * 70_000, b"SIP/2.0 200 OK\r\nContent-Length: 99999999\r\n\r\n", b"SIP/2.0 200 OK\r\n" * 5000]
)
def test_what_never_ends_is_no_message(endless: bytes) -> None:
    with pytest.raises(ValueError, match="without end"):
        split(endless)
