"""By hand: the reply is copied, and a person posts, says or writes it where it belongs.

The outbox knows this kind: it is in flight until somebody says "posted" or "not posted".
"""

# ruff: noqa: ARG002 - with a person for a wire, most of what a channel is handed has no use

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from calmreply.app.ports import Tools
from calmreply.app.ports.channels import HAND, Field, Rules, SendResult
from calmreply.app.ports.storage import Account
from calmreply.errors import KnownError
from calmreply.i18n import _

from . import sites


class HandChannel:
    """`app.ports.channels.Channel` without a network: a person is the wire."""

    kind: Final = HAND
    fields: Final[tuple[Field, ...]] = ()
    can_look: Final = False
    repeats_safely: Final = False
    answers: Final[tuple[str, ...]] = ()

    @property
    def title(self) -> str:
        return _("By hand")

    def rules(self, site: str) -> Rules:
        """What the site's own pages say, where they were read."""
        return sites.rules(site)

    def length(self, text: str) -> int:
        """In bytes, as the one site counts whose limit we know."""
        return len(text.encode("utf-8", "replace"))

    def target_fits(self, target: str) -> bool:
        return True

    def test(self, account: Account, secret: str | None, tools: Tools) -> None:
        """Nothing can be wrong with it."""

    def key(self, token: str, account: Account | None) -> str:
        return token

    def render(
        self,
        record: Mapping[str, Any],
        account: Account | None,
        key: str,
        created: str,
    ) -> bytes:
        """The text, exactly as it was signed. Raises KnownError `bad_text`."""
        try:
            return str(record["text"]).encode()
        except UnicodeEncodeError as error:
            raise KnownError(
                "bad_text",
                _("The reply holds a broken character that cannot be copied."),
                _("Delete the character that is shown as a box or a question mark."),
            ) from error

    def send(
        self,
        account: Account,
        secret: str | None,
        wire: bytes,
        key: str,
        tools: Tools,
    ) -> SendResult:
        """Never called: the outbox hands the text to a person. Raises RuntimeError."""
        raise RuntimeError("a reply by hand is posted by a person, not by the program")
