"""A place that is asked, by script."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from calmreply.app.ports.channels import Field
from calmreply.app.ports.listeners import Round
from calmreply.errors import KnownError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from calmreply.app.ports import Tools, Web
    from calmreply.app.ports.listeners import Place
    from calmreply.app.ports.storage import Account

PLACE = Field("folder", "Folder", "INBOX, or another one", default="INBOX")
HOST = Field("host", "Server")
PASSWORD = Field("password", "Password", secret=True)


class ScriptedListener:
    """`app.ports.listeners.Listener` that answers what `will` was told, one answer a round.

    Without one left there is nothing new. `asked` keeps each round's place and cursor.
    """

    def __init__(
        self, kind: str = "box", title: str = "Letter box", *, needs_account: bool = True
    ) -> None:
        self.kind, self.title, self.needs_account = kind, title, needs_account
        self.fields = (HOST, PASSWORD) if needs_account else ()
        self.place_fields: tuple[Field, ...] = (PLACE,)
        self.asked: list[tuple[Place, str]] = []
        self.allowed: list[bool] = []  # whether each sign-in might be in one's own network
        self.trouble: KnownError | None = None
        self._answers: list[Round | KnownError] = []
        self._lock = threading.Lock()

    def will(self, *answers: Round | KnownError) -> None:
        with self._lock:
            self._answers += answers

    def sign_in(
        self,
        account: Account,  # noqa: ARG002 - by script
        secret: str | None,  # noqa: ARG002 - by script
        web: Web,  # noqa: ARG002 - by script
        *,
        allow_private: bool = False,
    ) -> None:
        self.allowed.append(allow_private)
        if self.trouble is not None:
            raise self.trouble

    def what(self, said: Mapping[str, str]) -> str:
        if "/" in said["folder"]:
            raise KnownError(
                "no_such_place", "There is no such Folder (folder).", "Choose another."
            )
        return said["folder"]

    def listen(self, place: Place, cursor: str, tools: Tools) -> Round:  # noqa: ARG002 - by script
        with self._lock:
            self.asked.append((place, cursor))
            answer = self._answers.pop(0) if self._answers else Round(self.title, (), cursor)
        if isinstance(answer, KnownError):
            raise answer
        return answer
