"""Whether anybody could be read at all, decided of the sources as they stand."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from calmreply.app.listening import checks
from calmreply.app.ports.storage import PollState, Source
from calmreply.domain.mention import SourceId

AT = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)
NEVER = None


def stands(trouble: str | None) -> Source:
    state = PollState() if trouble is NEVER else PollState(polled_at=AT, trouble=trouble)
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
