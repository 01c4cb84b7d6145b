"""What is said of a place or an account that somebody only tries: nothing goes on by itself."""

from __future__ import annotations

import pytest

from calmreply.app.words import wording_trying
from calmreply.errors import KnownError

BY_ITSELF = "Nothing is lost. It is tried again by itself."


@pytest.mark.parametrize("code", ["cut_off", "not_ready", "too_slow", "site_busy", "site_trouble"])
def test_nothing_is_promised_to_be_tried_again(code: str) -> None:
    told = wording_trying.in_its_form(KnownError(code, "It hung up.", BY_ITSELF))
    assert (told.code, told.words) == (code, "It hung up.")
    assert "by itself" not in told.way_out


def test_in_its_form_nobody_is_sent_to_the_settings() -> None:
    bad = KnownError("bad_settings", "The port is none.", "Put it right in the settings.")
    assert "settings" not in wording_trying.in_its_form(bad).way_out
    assert wording_trying.tried(bad, feed=False) is bad, "elsewhere that is where to go"
    other = KnownError("sign_in_again", "It takes no such password.", "Make another one.")
    assert wording_trying.in_its_form(other) is other
