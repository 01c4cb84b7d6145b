"""What the others are told about people and keys, and who is let in where all must be distinct."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from calmreply.app.persons import people, people_lately, person_changes
from calmreply.app.persons.people import NewPerson
from calmreply.app.rules import settings
from calmreply.domain.people import Presence
from calmreply.errors import KnownError

if TYPE_CHECKING:
    from tests.app.conftest import Bench

OLD, NEW = "twelve letters and more", "another fine passphrase"


def refused(call: object, *args: object, **more: object) -> str:
    with pytest.raises(KnownError) as raised:
        call(*args, **more)  # type: ignore[operator]
    assert raised.value.words
    assert raised.value.way_out
    return raised.value.code


def told(bench: Bench) -> list[str]:
    return [one.words for one in people_lately.lately(bench.home)]


def test_whatever_changes_about_a_key_is_told_with_whose_hand_it_was(bench: Bench) -> None:
    home = bench.home
    ana = bench.person("Ana")
    _tom, recovery, _changes = people.enrol(home, NewPerson("Tom", mail="tom@a.example"), OLD, ana)
    people.change_passphrase(home, "Ana", OLD, NEW)
    people.restore(home, "Tom", recovery, NEW)
    people.new_key(home, ana, "Tom", OLD)
    tom = people.unlock(home, "Tom", OLD)
    person_changes.change(home, ana, "Tom", mail="tom@b.example", role="Counter", may_offer=500)
    person_changes.change(home, tom, "Tom", role="Owner")
    people.set_presence(home, ana, "Tom", Presence.AWAY)
    assert told(bench) == [
        "Tom is away (said by Ana)",
        "Tom does: Owner",
        "Tom may offer up to 5.00 EUR now, by the rules",
        "Tom is reached by tom@b.example; Tom does: Counter (said by Ana)",
        "Tom has another key (let in by Ana)",
        "Tom came back with the recovery code",
        "Ana has another passphrase",
        "Tom came in (let in by Ana)",
        "Ana came in",
    ]
    keys = [one.words for one in people_lately.lately(home) if one.key]
    assert len(keys) == 5
    bench.clock.advance(days=31)
    assert told(bench) == []


@pytest.mark.parametrize(
    ("name", "mail", "code"),
    [
        ("Miller, Torn", "", "looks_alike"),
        ("Kim", "T.Miller+calm@shop.example", "same_mail"),
        ("Tom Weller", "tim@shop.example", None),
    ],
)
def test_where_the_rules_want_everybody_distinct(
    bench: Bench, name: str, mail: str, code: str | None
) -> None:
    home, ana = bench.home, bench.person("Ana")
    people.enrol(home, NewPerson("Tom Miller", mail="t.miller@shop.example"), OLD, ana)
    settings.change(home, ana, {"distinct_people": "yes"})
    new = NewPerson(name, mail=mail)
    if code is None:
        assert people.enrol(home, new, OLD, ana)[0].name == name
        return
    assert refused(people.enrol, home, new, OLD, ana) == code
    people.set_presence(home, ana, "Tom Miller", Presence.LEFT)
    assert refused(people.enrol, home, new, OLD, ana) == code, "nor does one who left come back so"
    if mail:
        assert refused(person_changes.change, home, ana, "Ana", mail=mail) == code
    settings.change(home, ana, {"distinct_people": "no"})
    people.enrol(home, new, OLD, ana)
