"""The plug-in: one round in one folder of a mailbox, and waiting until there is more."""

from __future__ import annotations

import contextlib
import imaplib
import ipaddress
import re
import ssl
import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from time import monotonic
from typing import Any, Final

from calmreply.adapters.channels import message
from calmreply.adapters.channels.connecting import Patience, Server
from calmreply.app.ports import Cancelled, Tools, Web
from calmreply.app.ports.channels import Field
from calmreply.app.ports.listeners import Place, Round
from calmreply.app.ports.storage import Account
from calmreply.errors import KnownError
from calmreply.i18n import _

from . import folder, sent, sorting, troubles
from .brought import Reader
from .folder import Where
from .wire import Client, Wire, connected

PAGE: Final = folder.AGAIN
"""Messages of one round."""
_INBOX: Final = "INBOX"
_SENDS: Final = "mail"
_TLS, _STARTTLS = "tls", "starttls"
_PORTS: Final = {_TLS: "993", _STARTTLS: "143"}
_LONGEST_FOLDER: Final = 200
_SHARE_FOR_READING: Final = 0.7
"""Of the time of a conversation; what was not reached by then is for the next round."""
_COPY_WITHIN: Final = 20
"""Seconds for a copy of what has left: nothing depends on it."""
_LONGEST_WAIT: Final = 25 * 60
"""Seconds: servers hang up on whoever is silent for half an hour."""
_ARRIVED: Final = re.compile(rb"\* (\d{1,10}) EXISTS\b", re.IGNORECASE)
_REMOVED: Final = re.compile(rb"\* \d{1,10} EXPUNGE\b", re.IGNORECASE)
_BYE: Final = re.compile(rb"\* BYE\b", re.IGNORECASE)


class ImapListener:
    """`app.ports.listeners.Listener` for a mailbox.

    `context` decides which certificates are trusted; by default those the system trusts.
    """

    kind: Final = "imap"
    needs_account: Final = True

    def __init__(
        self, context: ssl.SSLContext | None = None, patience: Patience | None = None
    ) -> None:
        self._context = context
        self._patience = patience or Patience()

    @property
    def title(self) -> str:
        return _("Mailbox")

    @property
    def fields(self) -> tuple[Field, ...]:
        return (
            Field("host", _("Server for incoming mail"), _("Your mail provider names it (IMAP)")),
            Field(
                "port",
                _("Port"),
                _("993 for TLS from the start, 143 for STARTTLS"),
                default=_PORTS[_TLS],
            ),
            Field(
                "security",
                _("Protection"),
                _("Your provider says which; there is always one of them"),
                default=_TLS,
                choices=(_TLS, _STARTTLS),
                called=(_("TLS from the start"), _("STARTTLS")),
            ),
            Field("user", _("Sign-in name"), _("Mostly the e-mail address")),
            Field(
                "address",
                _("Your own addresses"),
                _("What you send from them is left out. Empty: the sign-in name"),
                required=False,
            ),
            Field(
                "password",
                _("Password"),
                _("Often one made just for this program (an app password)"),
                secret=True,
            ),
        )

    @property
    def place_fields(self) -> tuple[Field, ...]:
        hint = _("INBOX, or a folder such as Reviews into which your mail program sorts")
        return (Field("folder", _("Folder"), hint, default=_INBOX, required=False),)

    def what(self, said: Mapping[str, str]) -> str:
        """The folder's name. Raises KnownError `no_such_place` for one that no folder can have."""
        name = " ".join(said.get("folder", "").split(" ")).strip() or _INBOX
        odd = any(unicodedata.category(char) in ("Cc", "Cs") for char in name)
        if odd or len(name) > _LONGEST_FOLDER:
            raise KnownError(
                "no_such_place",
                _("That is not the name of a folder."),
                _("Write its name as your mail provider shows it; empty means the inbox."),
            )
        return _INBOX if name.upper() == _INBOX else name

    def sign_in(
        self, account: Account, secret: str | None, web: Web, *, allow_private: bool = False
    ) -> None:
        """Connect and sign in. Raises KnownError `sign_in_again`, `bad_settings`, ..."""
        del web
        server = replace(_server(account), own=allow_private)
        with troubles.told(server), self._connected(server, None) as (client, _wire):
            _sign_in(client, server, secret)

    def is_mailbox_of(self, account: Account, sender: Account) -> bool:
        """Whether mail for whom `sender`, an account that sends mail, writes comes in here."""
        address = sender.settings.get("address", "").strip().lower()
        return sender.kind == _SENDS and address in _own(account)

    def keep_copy(
        self, account: Account, secret: str | None, wire: bytes, key: str, tools: Tools
    ) -> None:
        """Put a mail that left among those sent, once. Raises KnownError with the reason."""
        server = replace(_server(account), own=tools.allow_private)
        soon = replace(self._patience, total=min(self._patience.total, _COPY_WITHIN))
        with (
            troubles.told(server),
            self._connected(server, tools.cancelled, soon) as (client, _wire),
        ):
            _sign_in(client, server, secret)
            sent.keep(client, server, wire, key)

    def listen(self, place: Place, cursor: str, tools: Tools) -> Round:
        """One page of what is new in the folder, oldest first."""
        account = _account(place)
        server = replace(_server(account), own=place.allow_private)
        own = _own(account)
        name = self.what({"folder": place.what})
        reader = Reader(tools, own)
        with troubles.told(server), self._connected(server, tools.cancelled) as (client, wire):
            opened = self._open(client, server, place)
            at = folder.start(client, opened, folder.where(cursor))
            uids, until = folder.new(client, at, opened.end, PAGE)
            if uids and not (sorting.is_sent_folder(name) or folder.is_kept_copy(client, name)):
                until = self._read(client, wire, uids, until, reader)
        more = until < opened.end.uidnext
        return Round(
            f"{own[0] if own else server.user} ({name})",
            tuple(reader.heard),
            returned=tuple(reader.returned),
            cursor=str(Where(opened.end.uidvalidity, until, whole=not more)),
            more=more,
            unread=reader.unread,
        )

    def wait(
        self, place: Place, seconds: float, cancelled: Cancelled | None, cursor: str = ""
    ) -> bool:
        """Stay connected until something arrives: whether it did, within so many seconds.

        Beyond the port, for whoever wants to hear at once. With the cursor of the last round, what
        arrived since then counts too. Raises KnownError `no_idle` where the server does not tell
        by itself, and whatever `listen` does.
        """
        server = replace(_server(_account(place)), own=place.allow_private)
        with troubles.told(server), self._connected(server, cancelled) as (client, wire):
            opened = self._open(client, server, place)
            at = folder.where(cursor)
            if at is not None and folder.start(client, opened, at) != opened.end:
                return True
            if not client.has_capability("IDLE"):
                raise _no_idle(server)
            return _idle(client, wire, opened.exists, min(seconds, _LONGEST_WAIT))

    def _connected(
        self, server: Server, cancelled: Cancelled | None, patience: Patience | None = None
    ) -> Any:
        context = self._context or ssl.create_default_context()
        return connected(server, context, patience or self._patience, cancelled)

    def _open(self, client: Client, server: Server, place: Place) -> folder.Folder:
        _sign_in(client, server, place.secret)
        name = self.what({"folder": place.what})
        try:
            return folder.opened(client, name)
        except imaplib.IMAP4.error as error:
            if troubles.is_passing(error):
                raise
            raise troubles.no_such_folder(error, name, folder.names(client)) from error

    def _read(self, client: Client, wire: Wire, uids: list[int], until: int, reader: Reader) -> int:
        """Read these messages; up to where it came in the time there is."""
        hurry = self._patience.total * (1 - _SHARE_FOR_READING)
        done = 0
        try:
            for one in (each for group in folder.messages(client, uids) for each in group):
                reader.take(one)
                done = one.uid + 1
                if wire.left < hurry and one.uid != uids[-1]:
                    return done
        except TimeoutError:
            if not done:
                raise
            return done
        return until


def _sign_in(client: Client, server: Server, secret: str | None) -> None:
    if not secret:
        raise troubles.no_password(server)
    both = f"{server.user}{secret}"
    try:
        if any(unicodedata.category(char) == "Cc" for char in both):
            raise troubles.odd_password(server)
        if client.has_capability("AUTH=PLAIN"):
            client.plain_login(server.user, secret)
        elif client.has_capability("LOGINDISABLED") or not both.isascii():
            raise troubles.no_sign_in(server)
        else:  # the library puts the password into quotes, and not the name
            user = server.user.replace("\\", "\\\\").replace('"', '\\"')
            client.login(f'"{user}"', secret)
    except imaplib.IMAP4.error as error:
        raise troubles.not_signed_in(error, server) from error


def _idle(client: Client, wire: Wire, exists: int, seconds: float) -> bool:
    ends = monotonic() + seconds
    wire.extend(seconds + Patience().answer)
    try:
        client.idle()
    except imaplib.IMAP4.error as error:
        if troubles.is_passing(error):
            raise
        return True  # it told of something before it said that it would
    while (left := ends - monotonic()) > 0 and wire.hears(left):
        line = wire.readline()
        arrived = _ARRIVED.match(line)
        if arrived and int(arrived[1]) > exists:
            wire.send(b"DONE\r\n")
            return True
        exists -= bool(_REMOVED.match(line))
        if _BYE.match(line):
            raise imaplib.IMAP4.abort("it said goodbye")
    wire.send(b"DONE\r\n")
    return False


def _account(place: Place) -> Account:
    if place.account is None:
        raise KnownError(
            "no_account",
            _("There is no mailbox to look into."),
            _("Set one up in the settings."),
        )
    return place.account


def _server(account: Account) -> Server:
    settings = account.settings
    host = _host(settings.get("host", "").strip())
    if host is None:
        raise _bad(
            _(
                "The name of the server for incoming mail (host) is not one; it looks like"
                " imap.provider.example."
            )
        )
    security = settings.get("security", "") or _TLS
    if security not in _PORTS:
        raise _bad(_('The protection (security) is either "tls" or "starttls".'))
    port = settings.get("port", "").strip() or _PORTS[security]
    if not (port.isascii() and port.isdigit() and 0 < int(port[:6]) < 65_536):
        words = _("The port (port) is a number from 1 to 65535.")
        raise _bad(f"{words} {troubles.port_for_protection()}")
    user = settings.get("user", "").strip()
    if not user:
        raise _bad(_("The sign-in name (user) is missing."))
    return Server(host, int(port), security == _TLS, user)


def _host(host: str) -> str | None:
    """A host's name in ASCII, or its numeric address as it stands."""
    with contextlib.suppress(ValueError):
        return str(ipaddress.ip_address(host))
    return message.ascii_host(host)


def _own(account: Account) -> list[str]:
    """The addresses that are the shop's own, in small letters."""
    told = f"{account.settings.get('address', '')},{account.settings.get('user', '')}"
    found = (each.strip().lower() for each in re.split(r"[,;\s]+", told))
    return list(dict.fromkeys(each for each in found if "@" in each))


def _no_idle(server: Server) -> KnownError:
    return KnownError(
        "no_idle",
        _("The mail server {host} does not tell by itself when mail arrives.").format(
            host=server.host
        ),
        _("Nothing to do: it is asked again and again."),
    )


def _bad(words: str) -> KnownError:
    return KnownError("bad_settings", words, _("Put it right in the settings of this account."))
