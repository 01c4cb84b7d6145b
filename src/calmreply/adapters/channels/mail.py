"""E-mail: a reply handed to the mail server of the shop's own provider (SMTP, always protected)."""

from __future__ import annotations

import contextlib
import ipaddress
import ssl
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from calmreply.app.ports import Tools
from calmreply.app.ports.channels import Field, Rules, SendResult
from calmreply.app.ports.storage import Account
from calmreply.domain.outbox import Outcome
from calmreply.errors import KnownError
from calmreply.i18n import _

from . import answers, message
from .connecting import Patience, Server
from .smtp import Conversation, Halted

_STARTTLS, _TLS = "starttls", "tls"
_NO, _YES = "no", "yes"
_PORT: Final = "587"


class MailChannel:
    """`app.ports.channels.Channel` for e-mail.

    `context` decides which certificates are trusted; by default those the system trusts.
    """

    kind: Final = "mail"
    can_look: Final = False
    repeats_safely: Final = False
    answers: Final = ("imap", "file", "mail")

    def __init__(
        self, context: ssl.SSLContext | None = None, patience: Patience | None = None
    ) -> None:
        self._context = context
        self._patience = patience or Patience()

    @property
    def title(self) -> str:
        return _("E-mail")

    @property
    def fields(self) -> tuple[Field, ...]:
        return (
            Field("name", _("Sender's name"), _("As customers see it: Blue Door Bakery")),
            Field("address", _("E-mail address"), _("hello@bluedoor.example")),
            Field("host", _("Server for outgoing mail"), _("Your mail provider names it")),
            Field(
                "port", _("Port"), _("587 for STARTTLS, 465 for TLS from the start"), default=_PORT
            ),
            Field(
                "security",
                _("Protection"),
                _("Your provider says which; there is always one of them"),
                default=_STARTTLS,
                choices=(_STARTTLS, _TLS),
                called=(_("STARTTLS"), _("TLS from the start")),
            ),
            Field(
                "own_network",
                _("On your own network"),
                _("Only for a mail server of your own; providers stand on the internet"),
                default=_NO,
                choices=(_NO, _YES),
                called=(_("No"), _("Yes")),
            ),
            Field(
                "user",
                _("Sign-in name"),
                _("Empty: the e-mail address"),
                required=False,
            ),
            Field(
                "password",
                _("Password"),
                _("Often one made just for this program (an app password)"),
                secret=True,
            ),
        )

    def rules(self, site: str) -> Rules:  # noqa: ARG002 - a mail stands on no site
        told = _("Only the one it is addressed to gets it.")
        return Rules(can_edit=False, can_delete=False, told=told)

    def length(self, text: str) -> int:
        return len(text)

    def target_fits(self, target: str) -> bool:
        return message.mailbox(target) is not None

    def test(
        self,
        account: Account,
        secret: str | None,
        tools: Tools,
    ) -> None:
        """Connect and sign in. Raises KnownError with a code of `answers`, or `bad_settings`."""
        _own_address(account)
        try:
            with self._conversation(account, tools) as conversation:
                conversation.open(secret)
        except Halted as halted:
            raise halted.error from halted

    def key(self, token: str, account: Account | None) -> str:
        return f"<{token}@{_own_address(account).rpartition('@')[2]}>"

    def render(
        self, record: Mapping[str, Any], account: Account | None, key: str, created: str
    ) -> bytes:
        """The mail, ready for any server. Raises KnownError `bad_address`, `bad_subject`, ..."""
        sender = _own_address(account)
        name = "" if account is None else account.settings.get("name", "")
        return message.render(record, sender=sender, name=name, key=key, created=created)

    def send(
        self,
        account: Account,
        secret: str | None,
        wire: bytes,
        key: str,
        tools: Tools,
    ) -> SendResult:
        """Raises ValueError for bytes that `render` did not make, before anything else."""
        envelope = message.envelope(wire)
        try:
            with self._conversation(account, tools) as conversation:
                conversation.open(secret)
                result = conversation.send(envelope, wire)
        except Halted as halted:
            return halted.result
        except KnownError as error:
            return SendResult(Outcome.REFUSED, str(error))
        arrived = result.outcome is Outcome.DELIVERED
        return SendResult(result.outcome, result.words, key if arrived else "")

    def _conversation(self, account: Account, tools: Tools) -> Conversation:
        server = _server(account)
        server = replace(server, own=server.own or tools.allow_private)
        context = self._context or ssl.create_default_context()
        return Conversation(server, context, self._patience, tools.cancelled)


def _own_address(account: Account | None) -> str:
    if account is None:
        raise KnownError(
            "no_account",
            _("There is no e-mail account to send from."),
            _("Set one up in the settings."),
        )
    address = message.mailbox(account.settings.get("address", ""))
    if address is None:
        raise _bad(_("The e-mail address you send from (address) is not one."))
    return address


def _server(account: Account) -> Server:
    settings = account.settings
    host = _host(settings.get("host", "").strip())
    if host is None:
        raise _bad(
            _(
                "The name of the server for outgoing mail (host) is not one; it looks like"
                " smtp.provider.example."
            )
        )
    port = settings.get("port", "").strip() or _PORT
    if not (port.isascii() and port.isdigit() and 0 < int(port[:6]) < 65_536):
        words = _("The port (port) is a number from 1 to 65535.")
        raise _bad(f"{words} {answers.port_for_protection()}")
    security = settings.get("security", "") or _STARTTLS
    if security not in (_STARTTLS, _TLS):
        raise _bad(_('The protection (security) is either "starttls" or "tls".'))
    user = settings.get("user", "").strip() or settings.get("address", "")
    own = settings.get("own_network", _NO) == _YES
    return Server(host, int(port), security == _TLS, user, own)


def _host(host: str) -> str | None:
    """A host's name in ASCII, or its numeric address as it stands."""
    with contextlib.suppress(ValueError):
        return str(ipaddress.ip_address(host))
    return message.ascii_host(host)


def _bad(words: str) -> KnownError:
    return KnownError("bad_settings", words, _("Put it right in the settings of this account."))
