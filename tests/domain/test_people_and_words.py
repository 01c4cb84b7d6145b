"""People from their chain of facts, mentions and their digests, differences, names of ours."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calmreply.domain.debrief import Answers, Settledness
from calmreply.domain.mention import Heard, Origin, Stars, Visibility, version_digest
from calmreply.domain.names import Name, NameKind, names_us
from calmreply.domain.people import (
    Enrolled,
    PeopleFact,
    Person,
    PersonId,
    Presence,
    PresenceChanged,
    enrolment_words,
    find,
    people_from,
    same_name,
)
from calmreply.domain.reply import Address, Change, difference, links
from calmreply.testing.builders import CaseBuilder
from calmreply.testing.clock import FakeClock

# --- people ------------------------------------------------------------------------------------


def enrolled(who: str, name: str = "", key: int = 1) -> Enrolled:
    public = f"{who} {key}".encode()
    at = FakeClock().read()
    return Enrolled(PersonId(who), name or who.title(), f"{who}.{key}", public, b"proof", at)


def presence(who: str, what: Presence) -> PresenceChanged:
    return PresenceChanged(PersonId(who), what, FakeClock().read())


def test_people_come_in_go_away_and_come_back() -> None:
    facts: list[PeopleFact] = [enrolled("ana"), enrolled("tom"), presence("eve", Presence.ACTIVE)]
    ana, tom = people_from(facts)
    assert (ana.name, ana.active, tom.presence) == ("Ana", True, Presence.ACTIVE)
    away, _ = people_from([*facts, presence("ana", Presence.AWAY)])
    assert not away.active
    left, _ = people_from([*facts, presence("ana", Presence.LEFT)])
    assert left.presence is Presence.LEFT


def test_a_new_key_stands_beside_the_old_one_and_brings_back() -> None:
    facts: list[PeopleFact] = [enrolled("ana"), presence("ana", Presence.LEFT)]
    facts.append(enrolled("ana", "Other", key=2))
    (ana,) = people_from(facts)
    assert (ana.name, ana.active) == ("Ana", True)
    assert ana.public("ana.1") == b"ana 1"
    assert ana.public("ana.2") == b"ana 2"
    assert ana.public("ana.3") is None


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Ana", "ANA", True),
        ("Ana  Maria", " ana maria ", True),
        ("Zoë", "Zoe\u0308", True),
        ("Straße", "STRASSE", True),
        ("Ana", "Anna", False),
        ("Zoë", "Zoe", False),
        ("Tom", "\u0422\u043e\u043c", True),
        ("Tom", "To\u200bm", True),
        ("Tom", "Tim", False),
    ],
)
def test_names_that_read_the_same(one: str, other: str, same: bool) -> None:
    assert same_name(one, other) is same


def test_somebody_is_found_by_id_or_by_name_while_they_are_here() -> None:
    here = people_from([enrolled("a1", "Ana"), enrolled("t1", "Tom"), enrolled("a2", "Ana")])
    gone = people_from(
        [enrolled("a1", "Ana"), presence("a1", Presence.LEFT), enrolled("a2", "Ana")]
    )

    def found(people: tuple[Person, ...], who: str) -> str | None:
        person = find(people, who)
        return person.id if person else None

    assert found(here, "ana") == "a1"
    assert found(gone, "ana") == "a2"
    assert found(gone, "a1") == "a1"
    assert found(here, "nobody") is None


def test_what_a_new_key_signs_names_person_name_and_key() -> None:
    words = enrolment_words(PersonId("a1"), "Ana", b"\x01\x02")
    assert words == b"CalmReply enrolment v1\na1\nAna\n0102"


def test_an_unknown_person_is_called_by_their_id() -> None:
    facts = CaseBuilder().facts
    assert facts.name(PersonId("ana")) == "Ana"
    assert facts.name(PersonId("zed")) == "zed"


# --- mentions ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("given_", "scale"), [(6, 5), (-1, 5), (1, 0), (1, -5), (1, 1001)])
def test_what_is_no_rating(given_: float, scale: float) -> None:
    with pytest.raises(ValueError, match="no rating"):
        Stars(given_, scale)


def test_the_digest_covers_text_stars_author_and_visibility_and_nothing_else() -> None:
    built = CaseBuilder(stars=Stars(2))
    first = built.mention.now
    assert first.digest == version_digest(first.text, first.stars, first.author, first.visibility)
    heard = Heard(
        "key", first.author, first.text, Origin.PASTE, stars=first.stars, title="x", contact="y"
    )
    assert heard.digest == first.digest
    assert replace(first, number=9, heard=first.heard.replace(year=2027)).digest == first.digest
    others = [
        replace(first, text=first.text + "\u200b"),
        replace(first, stars=Stars(2.5)),
        replace(first, stars=Stars(2, 10)),
        replace(first, stars=None),
        replace(first, author="robin sample"),
        replace(first, visibility=Visibility.PRIVATE),
    ]
    assert len({first.digest, *(one.digest for one in others)}) == 7


# --- words -------------------------------------------------------------------------------------


def test_a_difference_is_told_word_by_word() -> None:
    assert difference("We are sorry.", "We are very sorry!") == (
        (Change.SAME, "We are "),
        (Change.ADDED, "very "),
        (Change.SAME, "sorry"),
        (Change.REMOVED, "."),
        (Change.ADDED, "!"),
    )


def test_a_passage_written_anew_is_one_change_whatever_few_words_stayed_in_it() -> None:
    before = "Dear Marta, this never happens and you should have looked. Please call Ana now."
    after = "Dear Marta, I am sorry and would like to make it good. Please call Ana now."
    assert difference(before, after) == (
        (Change.SAME, "Dear Marta, "),
        (Change.REMOVED, "this never happens and you should have looked"),
        (Change.ADDED, "I am sorry and would like to make it good"),
        (Change.SAME, ". Please call Ana now."),
    )


def test_long_texts_are_compared_by_the_sentence_and_still_whole() -> None:
    words = [f"w{n % 97}" for n in range(9_000)]
    before = " ".join(words) + ". It stays. The end."
    after = " ".join(reversed(words)) + ". It stays. The end."
    told = difference(before, after)
    assert told[-1] == (Change.SAME, " It stays. The end.")
    assert "".join(text for change, text in told if change is not Change.ADDED) == before
    assert "".join(text for change, text in told if change is not Change.REMOVED) == after


@given(st.text(), st.text())
def test_a_difference_holds_both_texts_whole(before: str, after: str) -> None:
    told = difference(before, after)
    kept = [text for change, text in told if change is not Change.ADDED]
    new = [text for change, text in told if change is not Change.REMOVED]
    assert ("".join(kept), "".join(new)) == (before, after)
    assert all(text for _, text in told)


def test_links_are_found_without_the_sentence_around_them() -> None:
    text = "See (https://shop.example/a?b=1), HTTP://x.example. Not ftp://y or www.z.example."
    assert links(text) == ("https://shop.example/a?b=1", "HTTP://x.example")


def test_a_place_is_channel_target_and_thread() -> None:
    places = {
        Address("mail", "a", "x@y.example").place,
        Address("mail", "b", "x@y.example").place,
        Address("hand", "a", "x@y.example").place,
        Address("mail", "a", "z@y.example").place,
        Address("mail", "a", "x@y.example", "7").place,
    }
    assert len(places) == 4


@pytest.mark.parametrize(
    ("text", "names_it"),
    [
        ("The Crumb & Co. was closed", True),
        ("at crumb  &  co!", True),
        ("CRUMB & CO", True),
        ("Breadcrumb & Company", False),
        ("Café Zoe", True),
        ("cafe zoë's", True),
        ("cafes zoe", False),
    ],
)
def test_whether_a_text_names_us(text: str, names_it: bool) -> None:
    names = [Name(NameKind.BUSINESS, name) for name in ("Crumb & Co", "Café Zoë", "")]
    assert names_us(text, names) is names_it
    assert not names_us(text, [])


def test_a_debrief_without_a_word_is_empty() -> None:
    assert Answers().empty
    assert not Answers(feeling=Settledness.GLAD).empty
