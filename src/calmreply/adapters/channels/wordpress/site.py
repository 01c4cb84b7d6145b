"""A site's REST interface: where it is, one request to it, and what its answers mean.

The password leaves for one host only, the one that the person named (with or without `www.`), and
only over https unless the person allowed a site in their own network. It is in no address, no
error and no cursor.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final, NamedTuple
from urllib.parse import urlencode, urljoin, urlsplit

from calmreply.adapters.channels.interface import (
    AskedToWaitError,
    asks_for_time,
    in_time,
    round_ends,
    secret_of,
)
from calmreply.app.listening.answers import status_error
from calmreply.app.ports import Cancelled, Download, Web
from calmreply.app.ports.storage import Account
from calmreply.errors import KnownError
from calmreply.i18n import _

from .comments import bare, host_of, line

_HOPS: Final = 4
_LINK: Final = re.compile(r'<([^<>\s]{1,1000})>\s*;\s*rel="?https://api\.w\.org/"?')
_ADDED: Final = re.compile(r"/(?:wp-json|wp-admin|wp-login\.php|index\.php)(?:/.*)?$")
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_NOT_THERE: Final = frozenset({404, 410})
_PASSWORDS: Final = "application-passwords"
_NO_MATTER: Final = frozenset({"too_big", "broken_answer"})
"""What may be wrong with a front page whose interface is well."""
_UNASKED: Final = frozenset({"cancelled", "private_address", "bad_address"})


class Reply(NamedTuple):
    """One answer; `said` is its JSON, or None where it is none."""

    download: Download
    said: Any

    @property
    def status(self) -> int:
        return self.download.status

    @property
    def good(self) -> bool:
        return self.status == 200 and self.said is not None

    @property
    def code(self) -> str:
        """What WordPress calls an error."""
        code = self.said.get("code") if isinstance(self.said, dict) else ""
        return code if isinstance(code, str) else ""

    @property
    def is_elsewhere(self) -> bool:
        """Whether there is no interface at this address, or no longer."""
        missing = self.status in _NOT_THERE and self.code in ("", "rest_no_route")
        return missing or self.status in _REDIRECTS

    @property
    def says_gone(self) -> bool:
        """Whether the site itself says that a comment is no longer there."""
        return self.status in _NOT_THERE and self.code.startswith(("rest_comment", "rest_post"))

    @property
    def total(self) -> int | None:
        said = self.download.headers.get("x-wp-total", "").strip()
        return int(said) if said.isdecimal() and said.isascii() and len(said) < 10 else None


class Root(NamedTuple):
    """Where the interface is, and what it says about itself."""

    address: str
    name: str
    takes_passwords: bool


@dataclass(frozen=True, slots=True)
class Site:
    """A WordPress that one account opens."""

    web: Web
    base: str
    user: str
    password: str = field(repr=False)
    allow_private: bool = False
    wall: datetime | None = None
    """UTC; None where nobody waits: a site that asks for time is then an error like others."""
    cancelled: Cancelled | None = None
    _ends: float = field(default_factory=round_ends, init=False)

    @property
    def host(self) -> str:
        return bare(urlsplit(self.base).hostname or "")

    @property
    def name(self) -> str:
        """The site without the parts of its address that come and go."""
        parts = urlsplit(self.base)
        return f"{bare(parts.netloc)}{parts.path}"

    def find(self) -> Root:
        """The site's interface. Raises KnownError with the reason why there is none."""
        base, named = self._front()
        places = [*named, f"{base}/wp-json/", f"{base}/?rest_route=/"]
        failed: list[Reply] = []
        for place in dict.fromkeys(places):
            if not self.is_own(place):
                continue
            reply = self._request(_with(place, "", {"_fields": "name,namespaces,authentication"}))
            root = _root(place, reply)
            if root is not None:
                return root
            failed.append(reply)
        raise _no_interface(failed, self.host)

    def ask(self, root: str, path: str, said: Mapping[str, str | int]) -> Reply:
        """One request with the password. Raises KnownError of `Web`, AskedToWaitError."""
        address, key = self.signed(root, path, said)
        return self._request(address, key)

    def signed(
        self, root: str, path: str, said: Mapping[str, str | int] = MappingProxyType({})
    ) -> tuple[str, dict[str, str]]:
        """Address and headers of a request with the password. Raises KnownError."""
        if not self.is_own(root):
            raise _sent_elsewhere(host_of(root))
        return _with(root, path, said), self._key()

    def refusal(self, root: str, reply: Reply) -> KnownError:
        """Why an answer is not what was asked for."""
        if reply.status == 401:
            return self._not_let_in(root, reply)
        if reply.status == 403:
            return _not_allowed() if reply.said is not None else turned_away()
        if reply.status == 200 or reply.status in _REDIRECTS:
            return _a_page(self.host)
        if reply.is_elsewhere:
            return _no_interface([reply], self.host)
        return status_error(reply.status)

    def refused(self, root: str, download: Download) -> KnownError:
        """The same for an answer that nobody has read yet."""
        return self.refusal(root, Reply(download, _json(download.body)))

    def _not_let_in(self, root: str, reply: Reply) -> KnownError:
        if reply.said is None:
            return turned_away()
        asked = _with(root, "", {"_fields": "name,namespaces,authentication"})
        found = _root(root, self._request(asked))
        return _switched_off() if found and not found.takes_passwords else _wrong_password()

    def _front(self) -> tuple[str, list[str]]:
        """The site's address after its own redirects, and where it says its interface is."""
        address = f"{self.base}/"
        for _hop in range(_HOPS):
            try:
                page = self._request(address, method="HEAD").download
            except KnownError as error:
                if error.code not in _NO_MATTER:
                    raise
                return self.base, []
            if page.status not in _REDIRECTS:
                named = _LINK.findall(page.headers.get("link", ""))
                return _cut(page.address), [_joined(page.address, one) for one in named[:1]]
            address = _joined(page.address, page.headers.get("location", ""))
            if not self.is_own(address):
                raise _sent_elsewhere(host_of(address))
        raise _a_page(self.host)

    def is_own(self, address: str) -> bool:
        """Whether an address is of this site and no less protected than it."""
        own = urlsplit(self.base)
        try:
            asked = urlsplit(address)
            port = asked.port
        except ValueError:
            return False
        if bare(asked.hostname or "") != self.host or "@" in asked.netloc:
            return False
        return (asked.scheme, port) in ((own.scheme, own.port), ("https", None))

    def _key(self) -> dict[str, str]:
        key = base64.b64encode(f"{self.user}:{self.password}".encode()).decode("ascii")
        return {"Authorization": f"Basic {key}"}

    def _request(
        self, address: str, key: Mapping[str, str] | None = None, method: str = "GET"
    ) -> Reply:
        in_time(self._ends)
        download = self.web.ask(
            address,
            method=method,
            headers=key or {},
            allow_private=self.allow_private,
            cancelled=self.cancelled,
        )
        wait = asks_for_time(download, self.wall)
        if wait is not None and self.wall is not None:
            raise AskedToWaitError(self.wall + wait, download.outside_time)
        if download.status in (429, 503):
            raise status_error(download.status)
        return Reply(download, _json(download.body))


def site_of(
    account: Account | None,
    secret: str | None,
    web: Web,
    *,
    allow_private: bool = False,
    wall: datetime | None = None,
    cancelled: Cancelled | None = None,
) -> Site:
    """The site of an account.

    Raises KnownError `bad_settings`, `not_protected`, `sign_in_again`.
    """
    settings: Mapping[str, str] = account.settings if account else {}
    base = _base(settings.get("address", ""))
    if not base.startswith("https://") and not allow_private:
        raise KnownError(
            "not_protected",
            _("Without https anybody on the way could read the password."),
            _("Write the address with https:// in front; every site can have it."),
        )
    user = settings.get("user", "").strip()
    if not user or ":" in user:
        raise _bad(_("The name to sign in with (user) is missing, or none that a WordPress knows."))
    password = secret_of(secret)
    return Site(web, base, user, password, allow_private, wall, cancelled)


def is_passing(error: KnownError) -> bool:
    """Whether what is only nice to have may be left out because of this."""
    return error.code not in _UNASKED


def _base(said: str) -> str:
    """The address of a site as a person writes it, without what belongs to its pages."""
    text = said.strip()
    text = text if "://" in text else f"https://{text}"
    try:
        parts = urlsplit(text)
        host, _port = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host or parts.scheme.lower() not in ("http", "https") or re.search(r"\s", text):
        raise _bad(_("The address of the site (address) is not one."))
    if "@" in parts.netloc:
        raise _bad(_("The address of the site (address) holds a name or a password."))
    return _cut(f"{parts.scheme.lower()}://{parts.netloc.lower()}{parts.path}")


def _cut(address: str) -> str:
    parts = urlsplit(address)
    path = _ADDED.sub("", parts.path).rstrip("/")
    return f"{parts.scheme}://{parts.netloc}{path}"


def _joined(address: str, untrusted: str) -> str:
    """Where a link leads; nowhere if it is none."""
    try:
        return urljoin(address, untrusted)
    except ValueError:
        return ""


def _with(root: str, path: str, said: Mapping[str, str | int]) -> str:
    """An address under the root, which may itself stand in a query (`?rest_route=/`)."""
    whole = f"{root if root.endswith('/') else root + '/'}{path}"
    return f"{whole}{'&' if '?' in whole else '?'}{urlencode(said)}" if said else whole


def _json(body: bytes) -> Any:
    """What the JSON holds, or None for anything else, however it is made."""
    try:
        return json.loads(body.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return None


def _root(place: str, reply: Reply) -> Root | None:
    said = reply.said
    if reply.status != 200 or not isinstance(said, dict):
        return None
    spaces = said.get("namespaces")
    if not isinstance(spaces, list) or "wp/v2" not in spaces:
        return None
    ways = said.get("authentication")
    return Root(place, line(said.get("name")), isinstance(ways, dict) and _PASSWORDS in ways)


# --- what went wrong, in words -----------------------------------------------------------------


def _no_interface(failed: list[Reply], host: str) -> KnownError:
    if any(one.said is not None and one.status in (401, 403) for one in failed):
        return KnownError(
            "not_allowed",
            _("The interface for programs is switched off on this site."),
            _("Ask who looks after it to allow it, or listen to its comments feed instead."),
        )
    if any(one.status in (401, 403) for one in failed):
        return turned_away()
    broken = next((one.status for one in failed if one.status >= 400), None)
    if broken in _NOT_THERE:  # what has no such folder may still answer each query with a page
        return KnownError(
            "no_such_place",
            _("There is no WordPress at {host}.").format(host=host),
            _("Check the address, also the folder that the site may stand in."),
        )
    return status_error(broken) if broken else _a_page(host)


def _a_page(host: str) -> KnownError:
    return KnownError(
        "broken_answer",
        _("{host} shows a page where its comments should be.").format(host=host),
        _("In a hotel or a train, sign in to the network first. It is tried again by itself."),
    )


def _sent_elsewhere(host: str) -> KnownError:
    return KnownError(
        "moved_elsewhere",
        _("The site sends us on to {host}.").format(host=host or "?"),
        _("If that is your site, put its address into this account; the password stays here."),
    )


def _wrong_password() -> KnownError:
    return KnownError(
        "sign_in_again",
        _("The site does not take this name and application password."),
        _("Make a new one there (Users, Profile, Application Passwords) and put it in here."),
    )


def _switched_off() -> KnownError:
    return KnownError(
        "not_allowed",
        _("Application passwords are switched off on this site."),
        _("Ask who looks after it to switch them on, or listen to its comments feed instead."),
    )


def _not_allowed() -> KnownError:
    return KnownError(
        "not_allowed",
        _("The site does not let this name read its comments."),
        _("Ask for the role of an editor there, or sign in as somebody who has it."),
    )


def turned_away() -> KnownError:
    return KnownError(
        "not_allowed",
        _("Something in front of the site, a guard or a second password, turns programs away."),
        _("Ask who looks after it to let this program through to /wp-json/."),
    )


def _bad(words: str) -> KnownError:
    return KnownError("bad_settings", words, _("Put it right in the settings of this account."))
