"""What a site's answer means when it is not what was asked for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from calmreply.app.listening.rhythm import LONGEST_WAIT
from calmreply.app.listening.troubles import LED_AWAY
from calmreply.app.ports import Download
from calmreply.app.ports.storage import Source
from calmreply.errors import KnownError
from calmreply.i18n import _


def retry_after(download: Download, wall: datetime) -> timedelta | None:
    """How long the site asks us to stay away, at most a day; None where it does not say."""
    said = download.headers.get("retry-after", "").strip()
    if not said or download.status not in (429, 503):
        return None
    if said.isdecimal():
        asked = timedelta(seconds=int(said)) if len(said) < 7 else LONGEST_WAIT
    else:
        try:
            asked = _moment(said) - said_at(download, wall)
        except (ValueError, OverflowError):
            return None
    return min(max(asked, timedelta(0)), LONGEST_WAIT) or None


def _moment(said: str) -> datetime:
    """Raises ValueError and OverflowError."""
    until = parsedate_to_datetime(said)
    # "-0000" says that it is UTC and from nowhere in particular: Python leaves it bare.
    return until if until.tzinfo else until.replace(tzinfo=UTC)


def said_at(download: Download, wall: datetime) -> datetime:
    """By the site's own clock, as what it says is: ours may be set to anything."""
    try:
        return _moment(download.headers.get("date", ""))
    except (ValueError, OverflowError):
        return wall


def status_error(status: int) -> KnownError:
    match status:
        case 401 | 403:
            return KnownError(
                "site_wants_sign_in",
                _("The site does not let us read this ({status}).").format(status=status),
                _("Open it in the browser to see what it asks for, or choose a public address."),
            )
        case 404 | 410:
            return KnownError(
                "not_there",
                _("There is nothing at this address ({status}).").format(status=status),
                _("Check the address, or paste the site's home page to look for a feed there."),
            )
        case 511:
            return KnownError(
                "network_wants_sign_in",
                _("The network here wants you to sign in first ({status}).").format(status=status),
                _("Open any page in the browser and sign in there; then it goes on by itself."),
            )
        case 429 | 503:
            return KnownError(
                "site_busy",
                _("The site asks us to come back later ({status}).").format(status=status),
                _("Nothing to do: it is tried again by itself."),
            )
        case _:
            return KnownError(
                "site_trouble",
                _("The site answered with an error ({status}).").format(status=status),
                _("It is tried again by itself; if it stays, check the address."),
            )


def in_the_way(error: KnownError, source: Source) -> KnownError:
    """The same error, unless it is what a network does that wants a sign-in first.

    Such a network gives every name an address of its own: nothing to allow, and nobody's fault.
    """
    heard_well = source.state.heard_at is not None
    if error.code != "private_address" or not heard_well:
        return error
    return KnownError(
        LED_AWAY,
        _("The name of this site leads to the own network just now."),
        _("If the network here wants a sign-in, sign in; it is tried again by itself."),
    )
