"""People: how they come in, what they are called, and whose key opens."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from calmreply.app.cases import judge
from calmreply.app.persons import people
from calmreply.app.persons.people import NewPerson
from calmreply.app.ports import SealedKey, Signer
from calmreply.app.proving import trust
from calmreply.app.reviewing import review
from calmreply.app.sending import send, write
from calmreply.domain.case import Choice
from calmreply.domain.journal import Whole
from calmreply.domain.people import Presence
from calmreply.domain.review import NEEDED
from calmreply.errors import KnownError
from calmreply.testing.keys import FastKeys

if TYPE_CHECKING:
    from tests.app.conftest import Bench

PASSPHRASE = "twelve letters and more"


def code_of(call: object, *args: object, **more: object) -> str:
    with pytest.raises(KnownError) as refused:
        call(*args, **more)  # type: ignore[operator]
    assert refused.value.words
    assert refused.value.way_out
    return refused.value.code


def test_coming_in(bench: Bench) -> None:
    home = bench.home
    new = NewPerson("  Ana   Sample ", " Owner ", " ana@shop.example ", may_offer=5_000)
    ana, recovery, changes = people.enrol(home, new, PASSPHRASE)
    assert (ana.name, ana.role, ana.mail, ana.may_offer) == (
        "Ana Sample",
        "Owner",
        "ana@shop.example",
        5_000,
    )
    assert len(recovery) > 26
    assert changes.people
    assert ana.vouched_by is None
    actor = people.unlock(home, "ana sample", PASSPHRASE)
    tom, _code, _changes = people.enrol(home, NewPerson("Tom"), PASSPHRASE, actor)
    assert tom.vouched_by == ana.id
    assert bench.data.lines[-1].line.actor == str(ana.id)
    assert people.everybody(home) == (ana, tom)
    assert people.person(home, str(tom.id)) == tom
    assert isinstance(trust.verify_journal(home), Whole)


@pytest.mark.parametrize(
    "name",
    ["", "  \n ", "a" * 81, "An\u202ea", "An\x00a", "An\ud800a", "An\u200ba", "\u200d", "An\x1ba"],
)
def test_names_that_cannot_be_read(bench: Bench, name: str) -> None:
    assert code_of(people.enrol, bench.home, NewPerson(name), PASSPHRASE) == "name_missing"
    assert people.everybody(bench.home) == ()


@pytest.mark.parametrize(
    "name",
    ["Ana", "José Núñez", "Søren", "Владимир", "山田 太郎", "\u0645\u06cc\u200c\u0646\u0627"],
)
def test_names_of_people(bench: Bench, name: str) -> None:
    assert people.enrol(bench.home, NewPerson(name), PASSPHRASE)[0].name == name
    assert people.unlock(bench.home, name, PASSPHRASE).person.name == name


@pytest.mark.parametrize(
    "other",
    [
        "tom núñez",
        " Tom  NÚÑEZ",
        "Tom Nu\u0301n\u0303ez",
        "\uff34om Núñez",
        "\u0422om Núñez",
        "T\u03bfm Núñez",
    ],
    ids=["case", "spaces", "accents", "wide", "cyrillic", "greek"],
)
def test_names_that_look_alike(bench: Bench, other: str) -> None:
    home, tom = bench.home, bench.person("Tom Núñez")
    assert code_of(people.enrol, home, NewPerson(other), PASSPHRASE) == "name_taken"
    assert people.person(home, other) == tom.person
    people.enrol(home, NewPerson("Tom Nunez"), PASSPHRASE)


def test_a_short_passphrase_lets_nobody_in(bench: Bench) -> None:
    assert code_of(people.enrol, bench.home, NewPerson("Ana"), "short") == "passphrase_too_short"
    assert people.everybody(bench.home) == ()
    with bench.home.store.read() as tx:
        assert list(tx.lines(kinds=("enrolled",))) == []


def test_who_cannot_unlock(bench: Bench) -> None:
    home = bench.home
    bench.person("Ana")
    assert code_of(people.unlock, home, "Ana", "something else entirely") == "wrong_passphrase"
    assert code_of(people.unlock, home, "Kim", PASSPHRASE) == "no_such_person"
    assert code_of(people.unlock, home, "", PASSPHRASE) == "no_such_person"
    bench.data.sealed.clear()
    assert code_of(people.unlock, home, "Ana", PASSPHRASE) == "key_missing"


# --- keys swapped in the database ----------------------------------------------------------


def made_up_key(person: str) -> SealedKey:
    return FastKeys().enrol(person, 1, "a passphrase of my own")[0]


def test_a_key_swapped_for_ones_own(bench: Bench) -> None:
    home, tom = bench.home, bench.person("Tom")
    mine = made_up_key(str(tom.person.id))
    bench.data.sealed[mine.person, 1] = mine
    assert code_of(people.unlock, home, "Tom", "a passphrase of my own") == "damaged_key"


def test_the_private_half_alone_swapped(bench: Bench) -> None:
    home, tom = bench.home, bench.person("Tom")
    person = str(tom.person.id)
    kept = bench.data.sealed[person, 1]
    bench.data.sealed[person, 1] = replace(made_up_key(person), public=kept.public)
    assert code_of(people.unlock, home, "Tom", "a passphrase of my own") == "damaged_key"


def test_the_key_of_another_person(bench: Bench) -> None:
    home, ana, tom = bench.home, bench.person("Ana"), bench.person("Tom")
    of_ana = bench.data.sealed[str(ana.person.id), 1]
    bench.data.sealed[str(tom.person.id), 1] = of_ana
    assert code_of(people.unlock, home, "Tom", PASSPHRASE) == "damaged_key"
    renamed = replace(of_ana, person=str(tom.person.id))
    bench.data.sealed[str(tom.person.id), 1] = renamed
    assert code_of(people.unlock, home, "Tom", PASSPHRASE) == "damaged_key"
    assert people.unlock(home, "Ana", PASSPHRASE).person == ana.person


def test_key_and_enrolment_swapped_together(bench: Bench) -> None:
    """The line says the stranger's key now, but nobody who may let it in has signed that."""
    home, tom = bench.home, bench.person("Tom")
    mine = made_up_key(str(tom.person.id))
    (at,) = [i for i, one in enumerate(bench.data.lines) if one.line.kind == "enrolled"]
    payload = bench.data.lines[at].payload or ""
    before = bench.data.sealed[mine.person, 1]
    swapped = payload.replace(before.public.hex(), mine.public.hex()).replace(before.id, mine.id)
    bench.data.lines[at] = replace(bench.data.lines[at], payload=swapped)
    bench.data.sealed[mine.person, 1] = mine
    assert people.person(home, "Tom").public(mine.id) == mine.public
    assert code_of(people.unlock, home, "Tom", "a passphrase of my own") == "damaged_key"


def test_a_keys_adapter_that_hands_out_another_key(bench: Bench) -> None:
    class Wrong(FastKeys):
        def unlock(self, key: SealedKey, passphrase: str) -> Signer:
            del key
            return super().unlock(made_up_key("ana"), passphrase)

    bench.person("Ana")
    home = replace(bench.home, keys=Wrong())
    assert code_of(people.unlock, home, "Ana", "a passphrase of my own") == "damaged_key"


# --- a passphrase forgotten ----------------------------------------------------------------


def test_a_new_passphrase_by_the_recovery_code(bench: Bench) -> None:
    home = bench.home
    ana, recovery, _changes = people.enrol(home, NewPerson("Ana"), PASSPHRASE)
    new = "another fine passphrase"
    assert code_of(people.restore, home, "Ana", recovery, "short") == "passphrase_too_short"
    other = recovery.replace(recovery[0], "Z" if recovery[0] != "Z" else "Y", 1)
    assert code_of(people.restore, home, "Ana", other, new) == "wrong_recovery_code"
    assert people.unlock(home, "Ana", PASSPHRASE).person == ana
    assert people.restore(home, "Ana", recovery.lower(), new).people
    assert code_of(people.unlock, home, "Ana", PASSPHRASE) == "wrong_passphrase"
    actor = people.unlock(home, "Ana", new)
    assert actor.person == ana
    case = bench.complaint()
    judge.read_all(home, actor, case)
    assert isinstance(trust.verify_journal(home), Whole)


def test_the_code_of_a_swapped_key_restores_nothing(bench: Bench) -> None:
    home, tom = bench.home, bench.person("Tom")
    mine, recovery = FastKeys().enrol(str(tom.person.id), 1, "a passphrase of my own")
    bench.data.sealed[mine.person, 1] = mine
    assert code_of(people.restore, home, "Tom", recovery, PASSPHRASE) == "damaged_key"


# --- away, left, back ----------------------------------------------------------------------


def test_away_and_back(bench: Bench) -> None:
    home, ana, tom = bench.home, bench.person("Ana"), bench.person("Tom")
    case = bench.complaint()
    bench.write(ana, case, "Dear Marta, ...")
    review.ask(home, ana, case, "Tom")
    people.set_presence(home, ana, "Tom", Presence.AWAY)
    assert code_of(review.ask, home, ana, case, "Tom") == "not_active"
    assert code_of(review.sign, home, tom, case, NEEDED) == "not_active"
    assert people.unlock(home, "Tom", PASSPHRASE).person.presence is Presence.AWAY
    before = len(bench.data.lines)
    people.set_presence(home, tom, "Tom", Presence.ACTIVE)
    people.set_presence(home, tom, "Tom", Presence.ACTIVE)
    assert len(bench.data.lines) == before + 1
    review.sign(home, tom, case, NEEDED)


def test_somebody_who_left_is_gone_at_once(bench: Bench) -> None:
    """Also from a window in which their key is still unlocked."""
    home, ana, tom = bench.home, bench.person("Ana"), bench.person("Tom")
    case = bench.complaint()
    bench.until_ready(ana, tom, case, "Dear Marta, ...")
    people.set_presence(home, ana, "Tom", Presence.LEFT)
    assert code_of(people.unlock, home, str(tom.person.id), PASSPHRASE) == "person_left"
    assert code_of(people.unlock, home, "Tom", PASSPHRASE) == "no_such_person"
    assert code_of(judge.read_all, home, tom, case) == "person_left"
    assert code_of(people.set_presence, home, tom, "Ana", Presence.LEFT) == "person_left"
    assert bench.kinds(case) == ["sign_off_lapsed"], "nor does their word hold any longer"
    tom_two, _code, _changes = people.enrol(home, NewPerson("Tom"), PASSPHRASE, ana)
    assert people.unlock(home, "Tom", PASSPHRASE).person == tom_two


def test_the_last_person_stays(bench: Bench) -> None:
    home, ana, tom = bench.home, bench.person("Ana"), bench.person("Tom")
    people.set_presence(home, ana, "Tom", Presence.LEFT)
    assert code_of(people.set_presence, home, ana, "Ana", Presence.LEFT) == "last_person"
    people.set_presence(home, ana, str(tom.person.id), Presence.ACTIVE)
    people.set_presence(home, ana, "Ana", Presence.LEFT)
    assert people.unlock(home, "Tom", PASSPHRASE).person.active


def test_unfinished_words_of_somebody_who_left_hold_nobody_up(bench: Bench) -> None:
    home, ana, tom = bench.home, bench.person("Ana"), bench.person("Tom")
    ben = bench.person("Ben")
    case = bench.complaint()
    bench.until_ready(ana, tom, case, "Dear Marta, ...")
    write.save_draft(home, ben, case, "Dear Marta, something else")
    assert "cooling_text" in bench.kinds(case)
    people.set_presence(home, ana, "Ben", Presence.LEFT)
    assert bench.kinds(case) == []
    send.look(home, ana, case, Choice.SEND)
    assert send.send(home, ana, case).text == "Dear Marta, ..."
