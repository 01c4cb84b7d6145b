"""A site's interface: asking it in JSON, and picking from answers that nobody vouches for.

Every picker takes whatever stands there and gives the asked type, or says that it is not there;
none raises for what a hostile or a broken site could send.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from time import monotonic
from types import MappingProxyType
from typing import Final
from urllib.parse import urlencode, urlsplit

from calmreply.adapters.html import tidy
from calmreply.app.listening.answers import retry_after, said_at, status_error
from calmreply.app.ports import Cancelled, Download, Web
from calmreply.errors import KnownError
from calmreply.i18n import _

LONGEST_LINE: Final = 500
"""Characters of a name or another text of one line."""
LONGEST_LINK: Final = 2_000
LONGEST_ROUND: Final = 90.0
"""Seconds in which a round may begin to ask: dozens of requests, none of them too slow by itself,
would hold a thread, and whoever waits for the round, for a quarter of an hour."""
_FAR_OFF: Final = datetime(9000, 1, 1, tzinfo=UTC)  # which every time zone can show
EARLIEST: Final = datetime(1990, 1, 1, tzinfo=UTC)
"""What is dated before was not said on the web."""
_FAST_CLOCK: Final = timedelta(minutes=10)
_USUAL_WAIT: Final = timedelta(minutes=5)
_LONGEST_WAIT: Final = timedelta(days=1)
_TOKEN: Final = re.compile(r"[\x21-\x7e]{1,990}")  # what fits into a header of `Web.ask`
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8}){0,4}")
_HALF: Final = re.compile(r"[\ud800-\udfff]")  # of a letter: no request can carry it
_NAME_THERE: Final = re.compile(r"@?[\w.-]+@(?P<site>[\w-]+(?:\.[\w-]+)+)")
_UNSAFE_IN_LINK: Final = re.compile(r"[\x00-\x20\x7f-\x9f<>\"\\^`{|}\ud800-\udfff]")


class AskedToWaitError(Exception):
    """The site does not want to be asked before `until` (UTC)."""

    def __init__(self, until: datetime, outside_time: datetime | None) -> None:
        super().__init__(str(until))
        self.until = until
        self.outside_time = outside_time


def round_ends() -> float:
    """When a site that is asked from now on has had its time, on the monotonic clock."""
    return monotonic() + LONGEST_ROUND


def in_time(ends: float) -> None:
    """Raises KnownError `too_slow`: each answer may be slow, but not all of them."""
    if monotonic() > ends:
        raise KnownError(
            "too_slow",
            _("The site answers too slowly."),
            _("It is tried again later by itself."),
        )


@dataclass(frozen=True, slots=True)
class Said:
    """One answer: `untrusted` is what its JSON holds, None where it is no JSON.

    `wait`: how long the site asks us to stay away.
    """

    status: int
    untrusted: object
    headers: Mapping[str, str]
    wait: timedelta | None = None

    @property
    def good(self) -> bool:
        return self.status // 100 == 2

    def at(self, name: str) -> object:
        return at(self.untrusted, name)


@dataclass(slots=True)
class Site:
    """One site during one round; used by one thread.

    `wall` (UTC) is None where nobody waits: then a site that asks for time is an error like others.
    """

    base: str
    web: Web
    wall: datetime | None
    allow_private: bool = False
    cancelled: Cancelled | None = None
    outside_time: datetime | None = field(default=None, init=False)
    _ends: float = field(default_factory=round_ends, init=False)

    def ask(
        self,
        path: str,
        query: Mapping[str, str | list[str]] = MappingProxyType({}),
        *,
        token: str = "",
        post: Mapping[str, str] | None = None,
    ) -> Said:
        """One request. Raises AskedToWaitError, and the KnownErrors of `Web`.

        `too_slow`, too, where all that was asked of this site together has taken long enough.

        `post` goes as a JSON body; an empty one is a POST without a body.
        """
        in_time(self._ends)
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        if post:
            headers["Content-Type"] = "application/json"
        asked = urlencode(query, doseq=True)
        download = self.web.ask(
            f"{self.base}{path}{'?' if asked else ''}{asked}",
            method="GET" if post is None else "POST",
            headers=headers,
            body=json.dumps(post).encode() if post else b"",
            allow_private=self.allow_private,
            cancelled=self.cancelled,
        )
        self.outside_time = download.outside_time or self.outside_time
        wait = asks_for_time(download, self.wall)
        if wait is not None and self.wall is not None:
            raise AskedToWaitError(self.wall + wait, self.outside_time)
        return said_by(download)


def said_by(download: Download) -> Said:
    return Said(download.status, _json(download.body), download.headers)


def asks_for_time(download: Download, wall: datetime | None) -> timedelta | None:
    """How long the site asks us to stay away, at most a day; None where it does not ask."""
    if wall is None or download.status not in (429, 503):
        return None
    said = retry_after(download, wall)
    if said is not None or download.status == 503:
        return said
    reset = next(
        (
            download.headers[n]
            for n in ("ratelimit-reset", "x-ratelimit-reset")
            if n in download.headers
        ),
        "",
    )
    until, now = moment(reset), said_at(download, wall)
    if until is None and re.fullmatch(r"[0-9]{9,11}", reset):
        until = datetime.fromtimestamp(int(reset), UTC)
    if until is None and re.fullmatch(r"[0-9]{1,8}", reset):
        until = now + timedelta(seconds=int(reset))
    if until is None or until <= now:
        return _USUAL_WAIT
    return min(until - now, _LONGEST_WAIT)


def _json(body: bytes) -> object:
    try:
        said: object = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return said


# --- addresses and tokens ------------------------------------------------------------------


def service_address(said: str, *, allow_private: bool, field: str = "") -> str:
    """The address of a site without path, as the account names it: `https://shop.example`.

    A whole name there (`@anna@social.example`) names it as well. `field` is where it was typed.
    Raises KnownError `bad_settings`, and `not_protected` for an http address, unless the person
    allowed this source to stand in their own network.
    """
    text = said.strip()
    if named_there := _NAME_THERE.fullmatch(text):
        text = named_there["site"]
    if "://" not in text:
        text = f"https://{text}"
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port, parts = None, None, urlsplit("")
    if not host or parts.scheme not in ("https", "http") or "@" in parts.netloc:
        words = _("The site's address{field} is not one; it looks like social.example.")
        raise KnownError(
            "bad_settings",
            words.format(field=f" ({field})" if field else ""),
            _("Put it right in the settings of this account."),
        )
    if parts.scheme == "http" and not allow_private:
        raise KnownError(
            "not_protected",
            _("A password would go to this site unprotected, so nothing is sent there."),
            _("Write the address with https:// in the settings of this account."),
        )
    host = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{host}{'' if port is None else f':{port}'}"


def fits_in_header(untrusted: object) -> str:
    """A token as a header can carry it; empty if it is none."""
    return untrusted if isinstance(untrusted, str) and _TOKEN.fullmatch(untrusted) else ""


def secret_of(secret: str | None) -> str:
    """What the person keeps for this account. Raises KnownError `sign_in_again`."""
    said = (secret or "").strip()
    if not said:
        raise KnownError(
            "sign_in_again",
            _("There is no password for this account on this computer."),
            _("Enter it again in the settings of this account."),
        )
    return said


# --- what went wrong -----------------------------------------------------------------------


def no_such_place(words: str) -> KnownError:
    return KnownError("no_such_place", words, _("Remove this source and add it anew."))


def unexpected(said: Said) -> KnownError:
    """The error of an answer that is not what was asked for."""
    if said.status // 100 == 3:
        return KnownError(
            "moved_away",
            _("The site sends us to another address, where no password of yours may go."),
            _("Open it in the browser and write the address it ends at in the account's settings."),
        )
    if said.good:
        return KnownError(
            "not_understood",
            _("This address answers, but not as such a site does."),
            _("Check the address; perhaps a sign-in page of the network came in its place."),
        )
    error = status_error(said.status)
    if error.code == "not_there":
        way_out = _("Check the site's address; perhaps it is a site of another kind.")
        return KnownError(error.code, error.words, way_out)
    return error


# --- picking -------------------------------------------------------------------------------


def at(untrusted: object, *names: str) -> object:
    """What stands under these names, one in the other; None where there is nothing."""
    for name in names:
        if not isinstance(untrusted, dict):
            return None
        untrusted = untrusted.get(name)
    return untrusted


def items(untrusted: object, most: int) -> list[object]:
    """The list that stands there, `most` entries at most; empty where there is none."""
    return untrusted[:most] if isinstance(untrusted, list) else []


def named(untrusted: object) -> str:
    """What a site calls something of its own, to be said to it again; empty if nobody could."""
    if not isinstance(untrusted, str) or _HALF.search(untrusted):
        return ""
    return untrusted


def words(untrusted: object, most: int) -> str:
    """Plain text of several lines, `most` characters at most."""
    return tidy(untrusted[:most]) if isinstance(untrusted, str) else ""


def line(untrusted: object, most: int = LONGEST_LINE) -> str:
    return " ".join(words(untrusted, most).split())


def language(untrusted: object) -> str:
    """A BCP 47 tag, or empty."""
    return untrusted if isinstance(untrusted, str) and _LANGUAGE.fullmatch(untrusted) else ""


def moment(untrusted: object) -> datetime | None:
    """The RFC 3339 time (UTC) that stands there, in a year somebody can mean."""
    if not isinstance(untrusted, str) or len(untrusted) > 40:
        return None
    try:
        said = datetime.fromisoformat(untrusted)
        said = (said if said.tzinfo else said.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return said if EARLIEST <= said < _FAR_OFF else None


def believable(said: datetime | None, latest: datetime) -> datetime | None:
    """The time, unless it lies after `latest`; a clock may be ten minutes fast."""
    return said if said is not None and said <= latest + _FAST_CLOCK else None


def link(untrusted: object) -> str | None:
    """The address if it is http(s) with a host and without credentials, else None."""
    if not isinstance(untrusted, str) or len(untrusted) > LONGEST_LINK:
        return None
    if _UNSAFE_IN_LINK.search(untrusted):
        return None
    try:
        parts = urlsplit(untrusted)
        host = parts.hostname
    except ValueError:
        return None
    good = parts.scheme in ("http", "https") and bool(host) and "@" not in parts.netloc
    return untrusted if good else None
