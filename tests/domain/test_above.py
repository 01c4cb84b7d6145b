"""The title that tells what a reply answers: one line, known again, and nobody's words about us."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from calmreply.domain import above


def test_it_says_who_said_what_and_only_the_beginning_of_it() -> None:
    told = above.title("@bluedoor.example", 'We are "open"\non Sunday.')
    assert told == "↳ In answer to @bluedoor.example: \"We are 'open' on Sunday.\""
    long = above.title("", "word " * 1_000)
    assert len(long) < 250
    assert long.endswith('word…"')
    assert above.title("@bluedoor.example", " \n ") == ""


@given(st.text(max_size=300), st.text(max_size=600))
def test_whatever_was_said_it_is_one_line_and_told_from_their_own_words(
    name: str, words: str
) -> None:
    told = above.title(name, words)
    assert len(told.splitlines()) == bool(words.split())
    assert not told or above.is_one(told)
    assert above.own(told) == ""


@given(st.text(max_size=80))
def test_their_own_title_stays(title: str) -> None:
    assert above.own(title) == title or title.startswith("↳ ")
