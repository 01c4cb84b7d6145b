"""The response plan: written down, signed off in calm times, used while that holds."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from calmreply.app.ledger import writing
from calmreply.app.listening import listen
from calmreply.app.persons import people
from calmreply.app.planning import filled, plan_files, similar, wordings
from calmreply.app.ports.storage import Account
from calmreply.app.proving import trust
from calmreply.app.reviewing import review
from calmreply.app.rules import settings
from calmreply.app.sending import accounts, outgoing, prepare, send
from calmreply.app.sending.held import HeldError
from calmreply.app.words import wording_plan
from calmreply.domain import codec
from calmreply.domain.blockers import WordingLapsed, WordingUnsigned
from calmreply.domain.journal import Whole
from calmreply.domain.mention import CaseId, Heard, Origin
from calmreply.domain.outbox import State
from calmreply.domain.people import Presence
from calmreply.domain.plan import Slot
from calmreply.domain.plan_file import Trouble
from calmreply.domain.wordings import Obstacle, Prepared, Stands, Use, WordingSigned
from calmreply.errors import KnownError
from calmreply.testing import channels as script

if TYPE_CHECKING:
    from tests.app.conftest import Bench

    from calmreply.app.planning.wordings import PlanLine

HELLO = Prepared(
    "We heard you", "Hello {name}, you hear from us by {time}.", Use.HOLDING, ("late",)
)
LATE = Prepared("Late", "Hello {name}, sorry about {item}.", fits=("late",))


def line(bench: Bench, name: str) -> PlanLine:
    return next(one for one in wordings.everything(bench.home).lines if one.id == name)


def stands(bench: Bench, name: str = "we_heard_you") -> Stands:
    return line(bench, name).standing.stands


def test_written_signed_changed_retired(bench: Bench) -> None:
    home, ana, tom = bench.home, bench.person("Ana", 500), bench.person("Tom", 2_000)
    name, changes = wordings.add(home, ana, HELLO)
    assert (name, changes.plan) == ("we_heard_you", True)
    assert stands(bench) is Stands.NOT_SIGNED
    with pytest.raises(KnownError, match="Ana wrote it") as refused:
        wordings.sign(home, ana, name)
    assert refused.value.code == "wrote_it"
    shown = str(line(bench, name).planned.now.revision)
    assert wordings.sign(home, tom, "we HEARD you", shown=shown).plan
    assert stands(bench) is Stands.SIGNED
    assert wordings.revise(home, ana, name, HELLO).nothing
    assert stands(bench) is Stands.SIGNED
    wordings.revise(home, tom, name, replace(HELLO, text="Hello {name}, by {time}."))
    assert stands(bench) is Stands.NOT_SIGNED
    with pytest.raises(KnownError) as changed:
        wordings.sign(home, ana, name, shown=shown)
    assert changed.value.code == "text_changed"
    signers = {one.name: why for one, why in line(bench, name).signers}
    assert signers == {"Ana": None, "Tom": Obstacle.WROTE_IT}
    wordings.retire(home, ana, name)
    assert wordings.everything(home).lines == ()
    assert [one.name for one in wordings.everything(home).may_offer] == ["Tom", "Ana"]
    assert isinstance(trust.verify_journal(home), Whole)


def test_the_database_refuses_a_writer_who_signs_too(bench: Bench) -> None:
    home, ana = bench.home, bench.person("Ana")
    wordings.add(home, ana, HELLO)
    now = line(bench, "we_heard_you").planned.now
    digest, who, at = now.prepared.digest, ana.person.id, bench.clock.read()
    forged = WordingSigned(now.wording, now.revision, digest, alone=False, by=who, at=at)
    with writing(home, ana) as ledger, pytest.raises(KnownError) as refused:
        ledger.record(forged)
    assert refused.value.code == "refused_by_database"
    assert stands(bench) is Stands.NOT_SIGNED


def test_what_is_refused(bench: Bench) -> None:
    home, ana = bench.home, bench.person("Ana")
    wordings.add(home, ana, LATE)
    other, _changes = wordings.add(home, ana, replace(LATE, title="Too late"))
    for what, code in (
        (lambda: wordings.add(home, ana, replace(LATE, title="LATE")), "title_taken"),
        (lambda: wordings.revise(home, ana, other, LATE), "title_taken"),
        (lambda: wordings.revise(home, ana, "none", LATE), "no_such_wording"),
        (lambda: wordings.add(home, ana, replace(HELLO, text="{item}")), "bad_wording"),
        (lambda: wordings.add(home, ana, replace(LATE, title="x", text="{foo}")), "bad_wording"),
        (lambda: wordings.retire(home, ana, "none"), "no_such_wording"),
        (lambda: wordings.sign(home, ana, "late"), "night_first"),
    ):
        with pytest.raises(KnownError) as refused:
            what()
        assert (refused.value.code, bool(refused.value.way_out)) == (code, True)


def test_ids_that_are_typed_easily() -> None:
    assert wordings.free_id("Späť & zu teuer!", set()) == "spat_zu_teuer"
    assert wordings.free_id("Late", {"late", "late_2"}) == "late_3"
    assert wordings.free_id("Heard", set()) == "heard_2", "that is one of the program's own"
    assert wordings.free_id("遅い", set()) == "wording"


def test_alone_a_night_comes_first(bench: Bench) -> None:
    home, ana, tom = bench.home, bench.person("Ana"), bench.person("Tom")
    people.set_presence(home, ana, "Tom", Presence.LEFT)
    name, _changes = wordings.add(home, ana, HELLO)
    with pytest.raises(KnownError) as refused:
        wordings.sign(home, ana, name)
    assert refused.value.code == "wrote_it", "who left a moment ago makes nobody alone"
    bench.clock.advance(hours=7 * 24 + 1)
    name, _changes = wordings.add(home, ana, replace(HELLO, title="Hello again"))
    with pytest.raises(KnownError) as refused:
        wordings.sign(home, ana, name)
    assert refused.value.code == "night_first"
    bench.clock.advance(hours=20)
    wordings.sign(home, ana, name)
    assert line(bench, name).standing.alone
    assert stands(bench, name) is Stands.SIGNED
    with pytest.raises(KnownError):
        wordings.sign(home, tom, name)


def test_a_holding_reply_goes_while_its_own_sign_off_holds(bench: Bench) -> None:
    home, ana, tom = bench.home, bench.person("Ana"), bench.person("Tom")
    case = bench.complaint()
    name, _changes = wordings.add(home, ana, HELLO)
    wordings.add(home, ana, LATE)
    with pytest.raises(HeldError) as held:
        prepare.hold(home, ana, case, name, {})
    assert held.value.blockers == (WordingUnsigned(),)
    with pytest.raises(KnownError, match="no holding reply called late"):
        prepare.hold(home, ana, case, "late", {})
    wordings.sign(home, tom, name)
    bench.clock.advance(days=366)
    with pytest.raises(HeldError) as held:
        prepare.hold(home, ana, case, name, {})
    assert held.value.blockers == (WordingLapsed(),)
    wordings.sign(home, tom, name)
    assert prepare.hold(home, ana, case, name, {"name": ""}).text.startswith("Hello, you hear")
    (item,) = outgoing.outbox(home)
    assert "Hello, you hear" in item.entry.chosen.record
    assert isinstance(trust.verify_journal(home), Whole)


def test_the_sign_off_is_asked_for_again_at_each_try(bench: Bench) -> None:
    """It lapsed, or was retired, between Send and the next try: only the lapse counts."""
    home, ana, tom = bench.home, bench.person("Ana"), bench.person("Tom")
    accounts.save(home, None, Account("shop", bench.channel.kind, {}))
    name, _changes = wordings.add(home, ana, HELLO)
    wordings.sign(home, tom, name)
    bench.clock.advance(days=364, hours=23)
    case = bench.complaint()
    bench.write(ana, case, "Later.", bench.channel.kind, "there")
    bench.channel.will(script.NOT_LEFT)
    entry = prepare.hold(home, ana, case, name, {}).entry
    wordings.retire(home, ana, name)
    bench.clock.advance(minutes=30)
    bench.channel.will(script.NOT_LEFT)
    assert send.attempt(home, case, entry).state is State.WAITING
    bench.clock.advance(hours=3)
    with pytest.raises(HeldError, match="sign_off_lapsed"):
        send.attempt(home, case, entry)
    assert bench.channel.delivered == ()


def test_a_sign_off_that_was_written_in_by_hand_lets_nothing_leave(bench: Bench) -> None:
    home, ana, tom = bench.home, bench.person("Ana"), bench.person("Tom")
    case = bench.complaint()
    name, _changes = wordings.add(home, ana, HELLO)
    wordings.sign(home, tom, name)
    lines = bench.data.lines
    at = next(n for n, one in enumerate(lines) if one.line.kind == "wording_revised")
    payload = lines[at].payload
    assert payload is not None
    lines[at] = replace(lines[at], payload=payload.replace("you hear from us", "call 0900 1"))
    with pytest.raises(HeldError):
        prepare.hold(home, ana, case, name, {})
    lines[at] = replace(lines[at], payload=payload)
    at = next(n for n, one in enumerate(lines) if one.line.kind == "wording_signed")
    payload = lines[at].payload
    assert payload is not None
    lines[at] = replace(lines[at], payload=payload.replace(",", ", "))
    assert stands(bench) is Stands.NOT_SIGNED, "we never spell it so"
    later = json.loads(payload)
    later["at"]["ticks"] += 1.0
    lines[at] = replace(lines[at], payload=codec.canonical_text(later))
    assert stands(bench) is Stands.SIGNED
    with pytest.raises(KnownError) as refused:
        prepare.hold(home, ana, case, name, {})
    assert refused.value.code == "journal_broken"
    assert outgoing.outbox(home) == ()


# --- as text ---------------------------------------------------------------------------------


def test_out_and_in_again_changes_nothing(bench: Bench) -> None:
    home, ana, tom = bench.home, bench.person("Ana"), bench.person("Tom")
    settings.change(home, None, {"contacts": "Ana, 030 1"})
    wordings.add(home, ana, HELLO)
    wordings.add(home, ana, LATE)
    wordings.sign(home, tom, "we_heard_you")
    text = plan_files.export(home)
    assert "Signed: Tom signed it off on 2026-11-18" in text
    found = plan_files.compare(home, text)
    assert (found.anything, found.same, found.unread, found.missing) == (False, 2, (), ())
    _found, changes = plan_files.take(home, tom, text)
    assert changes.nothing
    assert stands(bench) is Stands.SIGNED


def test_taking_in_loses_nothing_and_signs_nothing(bench: Bench) -> None:
    home, ana, tom = bench.home, bench.person("Ana"), bench.person("Tom")
    settings.change(home, None, {"contacts": "Ana, 030 1"})
    wordings.add(home, ana, HELLO)
    wordings.add(home, ana, LATE)
    wordings.add(home, ana, replace(LATE, title="Gone"))
    wordings.retire(home, ana, "gone")
    for name in ("we_heard_you", "late"):
        wordings.sign(home, tom, name)
    text = (
        "# Contacts\n- Ana, 030 1\n- Tom\n# Wordings\n## We HEARD you\nUse: holding\n"
        "Signed: Tom\n\nOther words by {time}.\n## New one\nId: new\n\nNew.\n"
        "## Third\nId: gone\n\nBack.\n## Bad\n\n{foo}"
    )
    found, changes = plan_files.take(home, ana, text)
    assert [one.prepared.title for one in found.new] == ["New one"]
    assert [str(one.id) for _entry, one in found.changed] == ["we_heard_you", "gone"]
    assert (found.contacts, found.missing) == (("Tom",), ("Late",))
    assert [one.line for one in found.unread] == [18]
    assert (changes.plan, changes.rules) == (True, True)
    now = {str(one.id): one.standing.stands for one in wordings.everything(home).lines}
    assert now == {
        "we_heard_you": Stands.NOT_SIGNED,
        "late": Stands.SIGNED,
        "gone": Stands.NOT_SIGNED,
        "new": Stands.NOT_SIGNED,
    }
    assert wordings.everything(home).contacts == ("Ana, 030 1", "Tom")


def titles(bench: Bench) -> dict[str, tuple[str, str]]:
    lines = wordings.everything(bench.home).lines
    return {str(one.id): (one.prepared.title, one.prepared.text) for one in lines}


def test_no_file_gives_two_wordings_one_title(bench: Bench) -> None:
    home, ana = bench.home, bench.person("Ana")
    for title in ("One", "Two", "Three", "Old"):
        wordings.add(home, ana, Prepared(title, f"{title}."))
    wordings.retire(home, ana, "old")
    before = titles(bench)
    text = (
        "# Wordings\n## two\nId: one\n\nOther.\n## ONE\nId: three\n\nOther.\n"
        "## Three\nId: old\n\nBack.\n## Fresh\nId: fresh\n\nNew.\n"
    )
    found, _changes = plan_files.take(home, ana, text)
    # Two is not in the file and keeps its title; so One keeps its own, so does Three.
    assert [(one.line, one.why, one.what) for one in found.unread] == [
        (2, Trouble.TITLE_TAKEN, "two"),
        (6, Trouble.TITLE_TAKEN, "ONE"),
        (10, Trouble.TITLE_TAKEN, "Three"),
    ]
    assert wording_plan.unread(found.unread[0]) == (
        "Line 2: another wording is called two already; what is there stays as it is"
    )
    assert (found.changed, found.missing) == ((), ("Two",))
    assert titles(bench) == {**before, "fresh": ("Fresh", "New.")}


def test_titles_may_change_places_and_ids_count_first(bench: Bench) -> None:
    home, ana = bench.home, bench.person("Ana")
    for title in ("One", "Two"):
        wordings.add(home, ana, Prepared(title, f"{title}."))
    plan_files.take(home, ana, "# Wordings\n## Two\nId: one\n\nA.\n## One\nId: two\n\nB.\n")
    assert titles(bench) == {"one": ("Two", "A."), "two": ("One", "B.")}
    plan_files.take(home, ana, "# Wordings\n## Two\n\nC.\n## Third\nId: one\n\nD.\n")
    assert titles(bench) == {
        "one": ("Third", "D."),
        "two": ("One", "B."),
        "two_2": ("Two", "C."),
    }


@pytest.mark.parametrize("example", plan_files.examples(), ids=lambda one: one.name)
def test_every_example_is_a_whole_plan(bench: Bench, example: plan_files.Example) -> None:
    assert example.file.unread == ()
    entries = [one.prepared for one in example.file.entries]
    assert 8 <= len(entries) <= 12
    assert {one.use for one in entries} == set(Use)
    assert sum(one.use is Use.HOLDING for one in entries) == 2
    kinds = {word for one in entries for word in one.fits}
    assert {"late", "rude", "price", "not our customer", "dangerous"} <= kinds
    for one in entries:
        assert Slot.NAME in one.slots, one.title
        assert one.language == "en"
    home, ana = bench.home, bench.person("Ana")
    plan_files.start_from(home, ana, example.name)
    plan_files.start_from(home, ana, example.name)
    lines = wordings.everything(home).lines
    assert len(lines) == len(entries)
    assert {one.standing.stands for one in lines} == {Stands.NOT_SIGNED}


def test_all_examples_together(bench: Bench) -> None:
    ana = bench.person("Ana")
    for one in plan_files.examples():
        found, _changes = plan_files.start_from(bench.home, ana, one.name)
        assert not found.changed, "no two of them share a title"


# --- much the same words ---------------------------------------------------------------------

ANSWER = (
    "Dear {}, thank you for telling us; we are sorry that your cake was not right. Please call."
)


def said(bench: Bench, author: str, url: str | None, site: str = "") -> CaseId:
    heard = Heard("", author, f"{author} is not happy.", Origin.PASTE, url=url, site=site)
    return listen.add_mention(bench.home, heard)[1]


def answered(bench: Bench, author: str, url: str | None, site: str = "") -> CaseId:
    home, ana = bench.home, bench.actor("Ana")
    case = said(bench, author, url, site)
    bench.until_ready(ana, bench.actor("Tom"), case, ANSWER.format(author))
    send.send(home, ana, case)
    send.posted(home, ana, case, note="posted")
    return case


def test_much_the_same_on_the_same_site_is_pointed_out(bench: Bench) -> None:
    home, ana = bench.home, bench.person("Ana")
    bench.person("Tom")
    before = answered(bench, "Robin", "https://www.reviews.example/1")
    sent_at = bench.clock.wall
    here = said(bench, "Kim", "https://reviews.example/2")
    found = similar.used_lately(home, here, ANSWER.format("Kim"))
    assert found is not None
    assert (found.case, found.author, found.at) == (before, "Robin", sent_at)
    assert (
        similar.used_lately(home, here, "Something else altogether, said in other words.") is None
    )
    assert similar.used_lately(home, here, "Dear Kim, thank you.") is None, "anybody says that"
    assert similar.used_lately(home, before, ANSWER.format("Robin")) is None, "the very reply"
    elsewhere = said(bench, "Lou", "https://other.example/2")
    assert similar.used_lately(home, elsewhere, ANSWER.format("Lou")) is None
    called = said(bench, "Sam", None, "Google")
    assert similar.used_lately(home, called, ANSWER.format("Sam")) is None, "a call is on no site"
    bench.clock.advance(days=90, hours=1)
    assert similar.used_lately(home, here, ANSWER.format("Kim")) is None
    assert bench.kinds(here) != [], "nothing of it is a blocker"
    assert ana


def test_a_site_is_known_by_its_name_too_and_what_never_went_is_not_meant(bench: Bench) -> None:
    home, ana, _tom = bench.home, bench.person("Ana"), bench.person("Tom")
    answered(bench, "Robin", "https://goo.example/a", "Google")
    by_name = said(bench, "Kim", "https://maps.example/b", "GOOGLE ")
    assert similar.used_lately(home, by_name, ANSWER.format("Kim")) is not None
    case = said(bench, "Lou", "https://third.example/1")
    bench.until_ready(ana, bench.actor("Tom"), case, ANSWER.format("Lou"))
    send.send(home, ana, case)
    send.not_posted(home, ana, case)
    last = said(bench, "Sam", "https://third.example/2")
    assert similar.used_lately(home, last, ANSWER.format("Sam")) is None


def test_nobody_is_asked_to_look_at_a_slot(bench: Bench) -> None:
    ana = bench.person("Ana")
    bench.person("Tom")
    case = bench.complaint()
    bench.write(ana, case, "Hello, sorry about {item} and {item}.")
    with pytest.raises(KnownError, match=r"filled in: \{item\} Put") as refused:
        review.ask(bench.home, ana, case, "Tom")
    assert refused.value.code == "unfilled_slot"
    assert bench.kinds(case).count("empty") == 1
    bench.write(ana, case, "Hello, sorry about {it}.")
    review.ask(bench.home, ana, case, "Tom")
    assert "empty" not in bench.kinds(case)


def test_what_is_known_is_filled_in_and_what_fits_comes_first(bench: Bench) -> None:
    home, ana = bench.home, bench.person("Ana")
    settings.change(home, None, {"contacts": "Ana, 030 1", "business_name": "Corner Bakery"})
    text = "Hello {name}, {business}, {me}, {contact}, {time}, {offer}, {item}"
    for title, use, channels in (
        ("thanks", Use.THANKS, ()),
        ("private", Use.PRIVATE, ()),
        ("mail", Use.REPLY, ("mail",)),
        ("reply", Use.REPLY, ()),
        ("walk", Use.WALK_AWAY, ()),
    ):
        wordings.add(home, ana, Prepared(title, text, use, (), channels))
    wordings.add(home, ana, HELLO)
    case = bench.complaint()
    me = ana.person.id
    found = filled.for_case(home, case, me, channel="hand", private=False)
    assert [(one.id, one.fits) for one in found] == [
        ("reply", True),
        ("walk", True),
        ("thanks", False),
        ("private", False),
        ("mail", False),
    ]
    assert found[0].text == (
        "Hello Marta Sample, Corner Bakery, Ana, Ana, 030 1, {time}, {offer}, {item}"
    )
    alone = filled.for_case(home, case, None, channel="mail", private=True)
    assert [one.id for one in alone if one.fits] == ["private"]
    assert "{me}" in alone[0].text
