"""Being signed in at Bluesky: as seldom as possible, once for all sources of an account."""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from calmreply.adapters.channels.interface import (
    Said,
    Site,
    at,
    fits_in_header,
    line,
    unexpected,
)
from calmreply.app.ports.storage import Account
from calmreply.errors import KnownError
from calmreply.i18n import _

from .refs import handle_of

DID: Final = re.compile(r"did:[a-z]{1,10}:[A-Za-z0-9._:%-]{1,200}")
_SERVER: Final = "/xrpc/com.atproto.server."
_STALE: Final = frozenset({"ExpiredToken", "InvalidToken", "AuthMissing", "AuthenticationRequired"})


@dataclass(frozen=True, slots=True)
class Session:
    """`did` is who we are there for ever, whatever we are called; `handle` is that, if known."""

    did: str
    access: str = field(repr=False)
    refresh: str = field(repr=False)
    handle: str = ""


@dataclass(slots=True)
class _Kept:
    lock: threading.Lock = field(default_factory=threading.Lock)
    session: Session | None = None


class Sessions:
    """The sessions of this run of the program, by account, site and password. Any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: dict[str, _Kept] = {}

    def opened(self, site: Site, account: Account, secret: str, *, anew: bool = False) -> Signed:
        """Signed in, by the session that is there unless `anew`.

        Raises KnownError `sign_in_again` or `not_allowed`, and what `Site.ask` does.
        """
        handle = account.settings.get("handle", "").strip().lstrip("@")
        parts = (account.id, site.base, handle, secret)
        name = hashlib.sha256("\n".join(parts).encode("utf-8", "replace")).hexdigest()
        with self._lock:
            kept = self._kept.setdefault(name, _Kept())
        signed = Signed(site, handle, secret, kept)
        signed.open(anew=anew)
        return signed


class Signed:
    """Questions asked as somebody; renews the session when the site asks for it."""

    def __init__(self, site: Site, handle: str, secret: str, kept: _Kept) -> None:
        self._site = site
        self._handle = handle
        self._secret = secret
        self._kept = kept

    @property
    def base(self) -> str:
        """The address of the site, without path."""
        return self._site.base

    @property
    def session(self) -> Session:
        """The one that is there, or a new one. Raises KnownError as `Sessions.opened`."""
        return self._kept.session or self.open()

    def open(self, *, anew: bool = False) -> Session:
        with self._kept.lock:
            session = None if anew else self._kept.session
            self._kept.session = session = session or self._create()
        return session

    def ask(self, method: str, query: Mapping[str, str | list[str]]) -> Said:
        """The answer, good or not. Asked once more if the session was too old for it.

        Raises KnownError `sign_in_again`, and what `Site.ask` does.
        """
        session = self.session
        said = self._site.ask(f"/xrpc/{method}", query, token=session.access)
        if not is_stale(said):
            return said
        self._renew(session)
        said = self._site.ask(f"/xrpc/{method}", query, token=self.session.access)
        if is_stale(said):
            self._kept.session = None
            raise _wrong()
        return said

    def check(self) -> Session:
        """A session that the site takes just now: what leaves is sent once, not sent again.

        Raises KnownError as `ask` does.
        """
        said = self.ask("com.atproto.server.getSession", {})
        if not said.good:
            raise unexpected(said)
        return self.session

    def forget(self, session: Session) -> None:
        """The site takes this one no more."""
        with self._kept.lock:
            if self._kept.session == session:
                self._kept.session = None

    def _renew(self, old: Session) -> None:
        with self._kept.lock:
            if self._kept.session not in (old, None):
                return  # another source of this account was quicker
            said = self._site.ask(f"{_SERVER}refreshSession", token=old.refresh, post={})
            if not said.good and said.status not in (400, 401):
                raise unexpected(said)
            self._kept.session = (_session(said) if said.good else None) or self._create()

    def _create(self) -> Session:
        post = {"identifier": self._handle, "password": self._secret}
        said = self._site.ask(f"{_SERVER}createSession", post=post)
        session = _session(said) if said.good else None
        if session is not None:
            return session
        match line(said.at("error")):
            case "AccountTakedown":
                raise KnownError(
                    "not_allowed",
                    _("Bluesky has closed this account."),
                    _("Sign in with the browser to see why."),
                )
            case "AuthFactorTokenRequired":
                raise KnownError(
                    "sign_in_again",
                    _("Bluesky asks for a second code, which this password cannot give."),
                    _("Make an app password there (Settings, Privacy and security) and enter it."),
                )
            case error if said.status == 401 or (said.status == 400 and error):
                raise _wrong() if _is_whole(self._handle) else _not_whole(self._handle)
            case _:
                raise unexpected(said)


def _session(said: Said) -> Session | None:
    untrusted = said.untrusted
    did = line(at(untrusted, "did"))
    access = fits_in_header(at(untrusted, "accessJwt"))
    refresh = fits_in_header(at(untrusted, "refreshJwt"))
    if not (DID.fullmatch(did) and access and refresh):
        return None
    return Session(did, access, refresh, handle_of(at(untrusted, "handle")))


def is_stale(said: Said) -> bool:
    """Whether an answer says that the session is not good, or not good any more."""
    return said.status == 401 or (said.status == 400 and line(said.at("error")) in _STALE)


def _is_whole(name: str) -> bool:
    """Whether somebody can be called so; a mail address is taken as well."""
    return bool(handle_of(name) or DID.fullmatch(name) or "@" in name)


def _not_whole(name: str) -> KnownError:
    words = _('"{name}" is not a whole name there (handle); it ends as in {example}.')
    example = f"{name}.bsky.social" if handle_of(f"{name}.bsky.social") else "bluedoor.bsky.social"
    return KnownError(
        "bad_settings",
        words.format(name=" ".join(name[:40].split()), example=example),
        _("Put it right in the settings of this account."),
    )


def _wrong() -> KnownError:
    return KnownError(
        "sign_in_again",
        _("Bluesky does not take this name and password."),
        _("Make a new app password there (Settings, Privacy and security) and enter it."),
    )
