"""One instance asked as somebody: who we are there, its pages, and what its refusals mean."""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qs, urlsplit

from calmreply.adapters.channels.interface import Said, Site, fits_in_header, unexpected
from calmreply.adapters.channels.walking import LONGEST_PAGE
from calmreply.app.ports.storage import Account
from calmreply.errors import KnownError
from calmreply.i18n import _

from . import statuses

STATUSES: Final = "/api/v1/statuses"
_NEXT: Final = re.compile(r'<([^<>\s]{1,2000})>\s*;[^,<]{0,200}?\brel\s*=\s*"?next\b')
_LONGEST_HEADER: Final = 8_000
_WRONG: Final = frozenset({400, 401, 422})  # how the kinds of servers answer to a bad token

Query = Mapping[str, str | list[str]]


class Names:
    """Who we are, by account, instance and token; asked once while the program runs."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[str, str] = {}

    def signed(self, site: Site, account: Account, token: str, *, anew: bool = False) -> Signed:
        """Signed in. Raises KnownError `sign_in_again`, `not_allowed`, and what `Site.ask` does."""
        parts = (account.id, site.base, token)
        name = hashlib.sha256("\n".join(parts).encode("utf-8", "replace")).hexdigest()
        if not fits_in_header(token):
            raise wrong()
        with self._lock:
            own = self._known.get(name, "")
        if anew or not own:
            own = _who(site, token)
            with self._lock:
                self._known[name] = own
        return Signed(site, token, own)


class Signed:
    """Questions asked as somebody. `own` is our id at this instance."""

    def __init__(self, site: Site, token: str, own: str) -> None:
        self._site = site
        self._token = token
        self.own = own

    @property
    def base(self) -> str:
        """The address of the instance, without path."""
        return self._site.base

    @property
    def host(self) -> str:
        return urlsplit(self._site.base).hostname or ""

    def get(self, path: str, query: Query) -> Said:
        """The answer, good or not, unless the token is not good any more.

        Raises KnownError `sign_in_again`, and what `Site.ask` does.
        """
        said = self._site.ask(path, query, token=self._token)
        if said.status == 401:
            raise wrong()
        if said.status in _WRONG:
            # Some say so to a bad token, all say so to a bad question: ask whose it is.
            _who(self._site, self._token)
        return said


def _who(site: Site, token: str) -> str:
    """Our id there."""
    said = site.ask("/api/v1/accounts/verify_credentials", token=token)
    own = statuses.id_of(said.untrusted) if said.good else ""
    if own:
        return own
    if said.status in _WRONG:
        raise wrong()
    if said.status == 403:
        raise not_allowed()
    raise unexpected(said)


def after(said: Said, page: str, shown: int, last: str) -> str:
    """What the next page is called: by the id in the `Link` header, else by the last one shown.

    `page` is what this one was called, `shown` how many entries it has. Of a link only the id is
    taken: an address that a site names would get our token.
    """
    header = said.headers.get("link", "")[:_LONGEST_HEADER]
    if not header:
        return last if shown else ""
    found = _NEXT.search(header)
    if found is None:
        return ""
    try:
        asked = parse_qs(urlsplit(found[1]).query, max_num_fields=30)
    except ValueError:
        return ""
    named = next(iter(asked.get("max_id", ())), "")
    return named if 0 < len(named) <= LONGEST_PAGE and named != page else ""


def wrong() -> KnownError:
    return KnownError(
        "sign_in_again",
        _("The site does not take this access token."),
        _("Make a new one there (Preferences, Development) and enter it."),
    )


def is_gone(said: Said) -> bool:
    """Whether the answer for a status says that it is no longer there.

    A page of a server that is down may be a 404 too; its interface says so in JSON.
    """
    return said.status in (404, 410) and isinstance(said.untrusted, dict)


def not_allowed() -> KnownError:
    return KnownError(
        "not_allowed",
        _("This access token may not do what it is needed for."),
        _("Make one there that may read and write (Preferences, Development) and enter it."),
    )
