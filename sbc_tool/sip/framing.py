"""Where one SIP message ends and the next begins in a stream (RFC 3261, section 18.3)."""

from __future__ import annotations

import re

LARGEST = 1 << 16  # bytes of one message: what UDP could carry
_LENGTH = re.compile(rb"(?im)^(?:content-length|l)[ \t]*:[ \t]*(\d{1,9})[ \t]*\r$")


def split(buffer: bytes) -> tuple[list[bytes], bytes]:
    """The whole messages in a buffer, and what is left of it; keep-alives (RFC 5626) are passed over.

    ValueError for a message that has no end within 64 KiB.
    """
    messages: list[bytes] = []
    while True:
        buffer = buffer.lstrip(b"\r\n")
        head, end, _ = buffer.partition(b"\r\n\r\n")
        length = _LENGTH.search(head + b"\r\n")
        whole = len(head) + len(end) + (int(length[1]) if length else 0)
        if min(whole, len(buffer)) > LARGEST or (end and whole > LARGEST):
            raise ValueError("a SIP message without end")
        if not end or whole > len(buffer):
            return messages, buffer
        messages.append(buffer[:whole])
        buffer = buffer[whole:]
