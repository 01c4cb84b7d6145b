"""Own passwords are found in a text, and none of them is kept."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calmreply.app.persons.passwords import Passwords

APP = "abcd EFGH 1234 ijkl"


@pytest.mark.parametrize(
    "text", [APP, f"it is {APP}.", "it is abcdEFGH1234ijkl!", "abcd EFGH\n1234 ijkl"]
)
def test_found_however_it_is_spaced(text: str) -> None:
    known = Passwords()
    assert not known.in_text(text)
    assert known.note(APP) == APP
    assert known.in_text(text)
    assert not known.in_text("Dear Marta, abcd EFGH 1234 is not all of it.")


def test_nothing_of_it_can_be_read() -> None:
    known = Passwords()
    known.note(APP)
    assert "abcd" not in repr(known)
    assert known.note(None) is None


@given(st.text(max_size=30), st.text(max_size=60), st.text(max_size=60))
def test_any_secret_in_any_text(secret: str, before: str, after: str) -> None:
    known = Passwords()
    known.note(secret)
    long_enough = len("".join(secret.split())) >= 6
    assert known.in_text(before + secret + after) or not long_enough
