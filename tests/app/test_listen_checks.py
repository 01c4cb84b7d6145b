"""Whether anybody could be read at all, decided of the sources as they stand."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from calmreply.app.listening import checks
from calmreply.app.listening.remedies import asked_anew, needs_somebody
from calmreply.app.ports.storage import PollState, Source
from calmreply.domain.mention import SourceId

AT = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)
NEVER = None


def stands(trouble: str | None) -> Source:
    state = (
        PollState() if trouble is NEVER else PollState(polled_at=AT, next_at=AT, trouble=trouble)
    )
    return Source(SourceId("1"), "feed", "https://blog.example/feed", "A blog", state=state)


@pytest.mark.parametrize(
    ("troubles", "none"),
    [
        ([], False),
        ([NEVER], False),
        ([""], False),
        (["not_a_feed_now"], True),
        (["not_a_feed_now", NEVER], True),
        (["not_a_feed_now", "tls", "site_busy"], True),
        (["not_a_feed_now", "tls", ""], False),
        (["not_there", "feed_cut_off"], False),
        (["not_there", "some_unread"], False),
        (["brings_too_much"], False),
    ],
)
def test_none_could_be_read_where_all_that_were_asked_are_in_trouble(
    troubles: list[str | None], *, none: bool
) -> None:
    assert checks.none_read(map(stands, troubles)) is none


@pytest.mark.parametrize(
    ("troubles", "count"),
    [
        ([], 0),
        (["", ""], 0),
        (["too_slow", ""], 0),
        (["too_slow", NEVER], 0),
        (["too_slow"], 1),
        (["too_slow", "too_slow", ""], 2),
        (["private_address", "", ""], 1),
        (["passwords_locked", "too_slow", ""], 2),
        (["feed_cut_off", "some_unread", "brings_too_much"], 0),
    ],
)
def test_so_many_could_not_be_read_but_a_passing_failure_of_one_is_none(
    troubles: list[str | None], count: int
) -> None:
    assert checks.unread([stands(one) for one in troubles]) == count


def test_of_what_is_asked_anew_nobody_knows_how_it_stands() -> None:
    locked, well = stands("passwords_locked"), stands("")
    assert needs_somebody(locked)
    anew = replace(locked, state=replace(locked.state, next_at=None))
    assert asked_anew(anew)
    assert not needs_somebody(anew)
    assert checks.unread([anew, anew, well]) == 0
    assert not checks.none_read([anew])
    assert checks.none_read([anew, locked])


def test_who_asked_us_to_wait_was_no_failure() -> None:
    busy = stands("site_busy")
    waits = replace(busy, state=replace(busy.state, asked_to_wait=True))
    assert checks.unread([waits, waits]) == 0


def test_what_came_lately_is_told_once_and_for_a_minute() -> None:
    lately = checks.Lately()
    lately.note(10.0, 1)
    lately.note(50.0, 0)
    lately.note(65.0, 3)
    assert lately.take(75.0) == 3
    assert lately.take(75.0) == 0
    lately.note(100.0, 2)
    assert lately.take(99.0) == 0, "of another boot"
