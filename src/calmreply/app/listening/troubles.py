"""What the troubles of rounds tell of the network, and not of the places that were asked."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from calmreply.app.ports.storage import PollState

PAGE_INSTEAD: Final = "not_a_feed_now"
LED_AWAY: Final = "led_away"
UNREACHABLE: Final = frozenset({"cannot_connect", "no_such_host"})
"""Nothing there was reached at all: trying again costs nobody anything."""
IN_THE_WAY: Final = frozenset(
    {
        PAGE_INSTEAD,
        LED_AWAY,
        "network_wants_sign_in",
        "tls",
        "broken_answer",
        "cut_off",
        "not_understood",
        "moved_away",
        "moved_elsewhere",
    }
)
"""Something answered, perhaps not the place: a network that wants a sign-in does all of these."""
NO_ANSWER: Final = UNREACHABLE | IN_THE_WAY | {"too_slow"}
BROKE_OFF: Final = UNREACHABLE | {"broken_answer", "cut_off", "too_slow"}
"""What a network does that goes away for a moment."""
OF_ITS_OWN: Final = frozenset(
    {
        "empty_feed",
        "feed_cut_off",
        "no_such_place",
        "not_allowed",
        "not_there",
        "site_busy",
        "site_trouble",
        "site_wants_sign_in",
    }
)
"""What one place may well say of itself. Where several that were well do at once, somebody on the
way may do it in the place of all."""

SOON: Final = timedelta(seconds=40)
"""After a failure that may be over by then."""
_BRIEFLY: Final = timedelta(minutes=10)
_LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)


def soon_again(state: PollState, trouble: str, wall: datetime) -> bool:
    """Whether a failure may be a short gap in the network, which only some happened to meet.

    So may the first one be, and each that follows within minutes where nothing is reached.
    """
    if state.failures == 0:
        return trouble in BROKE_OFF and state.heard_at is not None
    well = state.heard_at or _LONG_AGO
    return state.failures == 1 and trouble in UNREACHABLE and wall - well <= _BRIEFLY


def was_soon(state: PollState, wall: datetime) -> bool:
    """Whether a failure is told together with the one before: so soon it counts once."""
    asked = state.polled_at
    return state.trouble in BROKE_OFF and asked is not None and wall - asked <= 2 * SOON
