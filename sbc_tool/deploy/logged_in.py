"""Our netmiko driver with our way to log in, and with somebody who writes down what is said."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from sbc_tool.deploy.driver import Reply, TrinityDriver
from sbc_tool.deploy.login import Login

_AUTH = ("password", "look_for_keys", "allow_agent", "key_filename", "pkey", "passphrase")


class LoggedIn(TrinityDriver):
    def __init__(self, login: Login, record: Callable[[str, str, str], None] | None, **options: Any) -> None:
        self._login = login
        self._record = record or (lambda *_: None)
        super().__init__(**options)

    def _connect_params_dict(self) -> dict[str, Any]:
        parameters = super()._connect_params_dict()
        for name in _AUTH:  # the strategy has all that is needed
            del parameters[name]
        name, port = self._login.endpoint.key_name
        return {**parameters, "hostname": name, "port": port, "auth_strategy": self._login}

    def say(self, line: str, answer: str = "") -> Reply:
        self._tell(">", line)
        reply = super().say(line, answer)
        self._tell("<", f"{reply.output}\n{reply.prompt}")
        return reply

    def stream(self, lines: Iterable[str], *how: Any) -> Iterator[Reply]:
        for reply in super().stream(self._told(lines), *how):
            self._tell("<", f"{reply.output}\n{reply.prompt}")
            yield reply

    def _told(self, lines: Iterable[str]) -> Iterator[str]:
        for line in lines:
            self._tell(">", line)
            yield line

    def _tell(self, direction: str, text: str) -> None:
        self._record(f"{self.host}:{self.port}", direction, text)
