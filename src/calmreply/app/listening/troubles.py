"""What the troubles of rounds tell of the network, and not of the places that were asked."""

from __future__ import annotations

from typing import Final

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
