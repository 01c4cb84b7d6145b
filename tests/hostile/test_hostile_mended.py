"""What the hostile folder once found, each kept from coming back by a test of its own."""

from __future__ import annotations

import io
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.yardstick import slowness

from calmreply.adapters import opml
from calmreply.adapters.apart import WorkerApart, wire
from calmreply.adapters.channels.files import box
from calmreply.adapters.feeds import WorkerFeedReader
from calmreply.adapters.html import LONGEST_OUT, tidy
from calmreply.app.listening.rhythm import Queue, Turn, offline
from calmreply.app.ports.storage import PollState, Source
from calmreply.domain.mention import SourceId
from calmreply.errors import KnownError

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
_MINUTE = timedelta(minutes=1)


def turn(name: str, trouble: str = "", heard: int | None = None, polled: int = 0) -> Turn:
    """A source by the minutes since it was heard and asked."""
    state = PollState(
        polled_at=NOW - polled * _MINUTE,
        heard_at=None if heard is None else NOW - heard * _MINUTE,
        trouble=trouble,
    )
    address = f"https://{name}.example/feed"
    return Turn(Source(SourceId(name), "feed", address, name, state=state), f"{name}.example")


def test_sites_that_never_answered_well_do_not_stop_the_others() -> None:
    broken = [turn(f"bad{n}", "broken_answer") for n in range(5)]
    good = [turn(f"good{n}", heard=1, polled=1) for n in range(2)]
    assert not offline([*broken, *good], NOW)


def test_sites_that_are_broken_for_long_do_not_stop_the_others() -> None:
    gone = [turn(f"gone{n}", "no_such_host", heard=60 * 24) for n in range(5)]
    good = [turn(f"good{n}", heard=1, polled=1) for n in range(2)]
    assert not offline([*gone, *good], NOW)


@pytest.mark.parametrize("trouble", ["no_such_host", "broken_answer", "tls"])
def test_but_the_silence_of_those_that_were_well_is_the_network(trouble: str) -> None:
    assert offline([turn(f"good{n}", trouble, heard=5) for n in range(4)], NOW)
    asleep = [turn(f"good{n}", trouble, heard=60 * 24 + n) for n in range(4)]
    assert offline(asleep, NOW)
    assert offline([turn(f"new{n}", trouble) for n in range(4)], NOW)


def test_who_was_well_is_asked_first_and_trouble_never_has_all_places() -> None:
    queue = Queue(4)
    for number in range(6):
        queue.add(turn(f"bad{number}", "too_slow"))
    assert len(queue.start(0.0)) == 2
    for number in range(6):
        queue.add(turn(f"good{number}", heard=5))
    queue.add(turn("new"))
    assert [one.source.title for one in queue.start(0.0)] == ["good0", "good1"]
    for number in range(6):
        queue.done(SourceId(f"good{number}"))
        queue.start(0.0)
    assert queue.asking == {"bad0", "bad1", "new"}


@given(
    st.dictionaries(
        st.text(max_size=5),
        st.one_of(st.integers(), st.text(), st.lists(st.lists(st.text(), max_size=3), max_size=60)),
        max_size=4,
    )
)
def test_what_comes_in_pieces_is_the_same(said: dict[str, Any]) -> None:
    stream = io.BytesIO()
    for piece in wire.answer(said):
        wire.send(stream, piece)
    stream.seek(0)
    assert wire.receive_answer(stream) == {"said": said}


def test_no_piece_of_an_answer_is_long(monkeypatch: pytest.MonkeyPatch) -> None:
    pieces = wire.answer({"rows": [["x" * 100] * 10] * 5_000})
    assert len(pieces) > 50
    assert max(map(len, pieces)) < 100_000
    monkeypatch.setattr(wire, "LONGEST", 1_000_000)
    stream = io.BytesIO()
    for piece in pieces:
        wire.send(stream, piece)
    stream.seek(0)
    with pytest.raises(wire.BrokenFrame):
        wire.receive_answer(stream)


def test_a_box_of_mails_is_divided_as_before() -> None:
    start = b"From eve Fri Nov 20 08:30:00 2026\n"
    data = (
        start + b"Subject: a\n\nHi\nFrom the start\n>From here\n\n" + start + b"Subject: b\n\nx\n"
    )
    assert box.is_box(data)
    assert box.is_box(b"\xef\xbb\xbf" + data)
    assert box.mails(data) == [
        b"Subject: a\n\nHi\nFrom the start\nFrom here\n\n",
        b"Subject: b\n\nx\n",
    ]
    windows = data.replace(b"\n", b"\r\n")
    assert [one.count(b"Subject") for one in box.mails(windows)] == [1, 1]
    assert len(box.mails(start + b"x" * 5_000_000)[0]) < 1_000_000
    assert box.mails(b" \n") == []


@pytest.mark.parametrize("charset", ["koi8-u", "cp874", "windows-874", "mac-roman", "big5-hkscs"])
def test_a_charset_that_few_use_is_known_in_the_worker(charset: str) -> None:
    apart = WorkerApart(workers=1)
    body = f'<?xml version="1.0" encoding="{charset}"?><rss><item><title>'.encode()
    try:
        found = WorkerFeedReader(apart).parse(body + b"\xa4\xc6 soup</title></item></rss>", {}, "")
    finally:
        apart.close()
    assert found.entries[0].title.endswith("soup")


def test_a_word_without_end_is_broken_up() -> None:
    text = tidy("x" * 90_000)
    assert max(map(len, text.split())) <= 2_000
    assert text.replace(" ", "") == "x" * 90_000
    assert len(tidy("x" * 500_000)) <= LONGEST_OUT
    assert tidy("汤" * 9_000) == "汤" * 9_000
    assert tidy("word " * 9_000) == ("word " * 9_000).strip()


def test_a_list_of_ampersands_is_soon_over() -> None:
    began = time.process_time()
    with pytest.raises(KnownError) as caught:
        opml.read(b"<opml><body>" + b"&" * 4_900_000)
    assert caught.value.code == "not_a_list"
    assert time.process_time() - began < 8 * slowness()
