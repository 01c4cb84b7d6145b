"""The plan as text: read back as it was written, and told line by line where it cannot be read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calmreply.domain.plan_file import Entry, PlanFile, Trouble, parse, render
from calmreply.domain.wordings import BadWordingError, Prepared, Problem, Use, checked

SAMPLE = """\
# Response plan
Ours, since spring.

# Contacts

- Ana, 0211 5550 17
hello@bakery.example
> not this one

# Wordings

## We heard you
Id: heard_you
Use: Holding
For: late,  broken
Channels: mail
Language: en
Signed: Tom signed it off on 2026-11-18

Hello {name},

\\# thank you.

## Short
Just words: no head.
"""


def test_a_plan_as_somebody_writes_it() -> None:
    found = parse(SAMPLE)
    assert found.unread == ()
    assert found.contacts == ("Ana, 0211 5550 17", "hello@bakery.example")
    first, second = found.entries
    words = "Hello {name},\n\n# thank you."
    prepared = Prepared("We heard you", words, Use.HOLDING, ("late", "broken"), ("mail",), "en")
    assert (first.id, first.prepared, first.line) == ("heard_you", prepared, 12)
    assert (second.id, second.prepared) == ("", Prepared("Short", "Just words: no head."))
    assert parse(SAMPLE.replace("\n", "\r\n")).entries == found.entries
    assert parse("\ufeff" + SAMPLE) == found


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        ("# Wordings\n## A\nWho: me\n\nWords", 3, Trouble.NO_SUCH_LINE),
        ("# Wordings\n## A\nUse: praise\n\nWords", 3, Trouble.NO_SUCH_USE),
        ("# Wordings\n## A\nId: A B\n\nWords", 3, Trouble.BAD_ID),
        ("# Wordings\n## A\nId: a\n\nX\n## B\nId: a\n\nY", 7, Trouble.TWICE),
        ("# Wordings\n## A\n\nX\n## a\nId: b\n\nY", 5, Trouble.TWICE),
        ("# Wordings\nnowhere", 2, Trouble.STRAY),
        ("# Words\n## A\n\nlost", 1, Trouble.NO_SUCH_PART),
        ("# Wordings\n## A\n", 2, Problem.NO_TEXT),
        ("# Wordings\n## A\n\n{foo}", 2, Problem.UNKNOWN_SLOT),
        ("# Wordings\n## A\nLanguage: English!\n\nX", 3, Problem.BAD_LANGUAGE),
        ("# Wordings\n## A\nFor: x\nChannels: E mail\n\nX", 4, Problem.BAD_CHANNEL),
        ("# Contacts\n- a\u202eb", 2, Trouble.STRAY),
    ],
)
def test_what_cannot_be_read_is_told_with_its_line(
    text: str, line: int, why: Trouble | Problem
) -> None:
    unread = parse(text).unread
    assert (unread[0].line, unread[0].why) == (line, why)


def test_what_can_be_read_is_read_all_the_same() -> None:
    found = parse("# Wordings\n## A\nWho: me\n\nX\n## B\n\nY\n# Contacts\n- Ana")
    assert [one.prepared.title for one in found.entries] == ["B"]
    assert found.contacts == ("Ana",)
    assert len(found.unread) == 1


def tidy(given_: Prepared) -> Prepared | None:
    try:
        return checked(given_)
    except BadWordingError:
        return None


LINES = st.lists(st.text(max_size=20) | st.sampled_from(["# a", "## b", "\\", "\\#", "Id: x", ">"]))
PREPARED = (
    st.builds(
        Prepared,
        title=st.text(max_size=20) | st.sampled_from(["# A", "Id: x"]),
        text=LINES.map("\n".join),
        use=st.sampled_from(Use),
        fits=st.lists(st.text("ab c", max_size=6), max_size=3).map(tuple),
        channels=st.lists(st.sampled_from(["mail", "hand"]), max_size=2).map(tuple),
        language=st.sampled_from(["", "en", "pt-BR"]),
    )
    .map(tidy)
    .filter(lambda one: one is not None)
)


def _title(one: Prepared | None) -> str:
    return one.title.casefold() if one else ""


CONTACT = st.text(max_size=20).map(str.strip).filter(lambda one: one and one.isprintable())


@given(
    st.lists(PREPARED, max_size=4, unique_by=_title),
    st.lists(CONTACT, max_size=3, unique=True),
)
def test_whatever_is_written_is_read_back(prepared: list[Prepared], contacts: list[str]) -> None:
    entries = tuple(Entry(f"w{n}", one, 0, "Tom") for n, one in enumerate(prepared))
    found = parse(render(PlanFile(tuple(contacts), entries)))
    assert found.unread == ()
    assert [(one.id, one.prepared) for one in found.entries] == [
        (one.id, one.prepared) for one in entries
    ]
    assert found.contacts == tuple(contacts)


@given(st.text(max_size=400) | LINES.map("\n".join).map("# Wordings\n## A\n{}".format))
def test_whatever_stands_there_ends_in_an_answer(text: str) -> None:
    found = parse(text)
    assert parse(render(PlanFile(found.contacts, found.entries))).unread == ()
