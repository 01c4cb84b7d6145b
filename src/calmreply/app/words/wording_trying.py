"""What to do where a place could not be read while it was only tried, in words.

An error says what is true of a source that is kept: it is asked again by itself. Nobody asks again
where nothing has been kept yet.
"""

from __future__ import annotations

from calmreply.app.listening.troubles import LED_AWAY
from calmreply.errors import KnownError
from calmreply.i18n import _


def tried(error: KnownError, *, feed: bool) -> KnownError:
    """`error` with the way out for somebody who has only tried it; `feed`: by its address."""
    way_out = _feed_way_out(error.code) if feed else ""
    way_out = way_out or _way_out(error.code)
    return KnownError(error.code, error.words, way_out) if way_out else error


def in_its_form(error: KnownError) -> KnownError:
    """`error` for somebody who has only tried an account, and has its settings before them."""
    if error.code == "bad_settings":
        return KnownError(error.code, error.words, _("Put it right and try again."))
    return tried(error, feed=False)


def _feed_way_out(code: str) -> str:
    match code:
        case "cannot_connect":
            return _("Check the internet connection and the address, then try it again.")
        case "site_trouble" | "empty_feed" | "broken_answer":
            return _("Check the address, or try it again a little later.")
        case _:
            return ""


def _way_out(code: str) -> str:
    match code:
        case "site_busy" | "site_trouble" | "too_slow" | "broken_answer" | "feed_crashed":
            return _("Try it again a little later.")
        case "cut_off" | "not_ready" | "cannot_read_file":
            return _("Try it again a little later.")
        case "network_wants_sign_in":
            return _("Open any page in the browser and sign in there, then try it again.")
        case code if code == LED_AWAY:
            return _("If the network here wants a sign-in, sign in, then try it again.")
        case _:
            return ""
