"""Writing and the second pair of eyes: who may, what counts, and what changes in between."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from calmreply.adapters.storage import open_store
from calmreply.app import facts, queries
from calmreply.app.cases import debrief, judge
from calmreply.app.facts import Known
from calmreply.app.ledger import writing
from calmreply.app.listening import listen
from calmreply.app.persons import people
from calmreply.app.ports.storage import Account
from calmreply.app.proving import trust
from calmreply.app.reviewing import review
from calmreply.app.rules import settings
from calmreply.app.sending import accounts, outgoing, prepare, send, write
from calmreply.app.sending.held import HeldError
from calmreply.domain import calm
from calmreply.domain.case import Choice, Verdict
from calmreply.domain.debrief import Answers, Outcome
from calmreply.domain.journal import Whole
from calmreply.domain.mention import CaseId, Heard, Origin, Visibility
from calmreply.domain.outbox import EntryId, State
from calmreply.domain.people import Presence
from calmreply.domain.policy import Feeling, Kind
from calmreply.domain.reply import Offer
from calmreply.domain.review import NEEDED, SignedOff, Tick
from calmreply.errors import KnownError

if TYPE_CHECKING:
    from tests.app.conftest import Bench

TEXT = "Dear Marta, I am sorry."


def known(bench: Bench, case: CaseId) -> Known:
    with bench.home.store.read() as tx:
        return facts.load(bench.home, tx, case)


def count(bench: Bench, kind: str) -> int:
    return sum(written.line.kind == kind for written in bench.data.lines)


def refused(code: str) -> pytest.RaisesExc[KnownError]:
    return pytest.RaisesExc(KnownError, check=lambda error: error.code == code)


# --- asking --------------------------------------------------------------------------------


def test_who_can_be_asked(bench: Bench) -> None:
    home, ana, tom = bench.home, bench.person("Ana"), bench.person("Tom")
    case = bench.complaint()
    with refused("nothing_written"):
        review.ask(home, ana, case, "Tom")
    write.save_draft(home, ana, case, TEXT)
    with refused("no_such_person"):
        review.ask(home, ana, case, "Nobody")
    people.set_presence(home, ana, "Tom", Presence.AWAY)
    with refused("not_active"):
        review.ask(home, ana, case, "Tom")
    assert count(bench, "revised") == 0, "a wrong name makes no revision"
    people.set_presence(home, ana, "Tom", Presence.ACTIVE)
    with refused("wrote_it"):
        review.ask(home, ana, case, "Ana")
    assert review.ask(home, ana, case, str(tom.person.id)).cases == {case}
    assert queries.waiting_for(home, tom.person) == (case,)
    assert queries.waiting_for(home, ana.person) == ()


def test_blank_words_are_nothing_to_ask_about(bench: Bench) -> None:
    ana, _tom = bench.person("Ana"), bench.person("Tom")
    case = bench.complaint()
    bench.write(ana, case, " \n ")
    with refused("nothing_written"):
        review.ask(bench.home, ana, case, "Tom")


def test_asked_twice_is_once_and_somebody_else_may_be_asked(bench: Bench) -> None:
    home, ana = bench.home, bench.person("Ana")
    tom, mia = bench.person("Tom"), bench.person("Mia")
    case = bench.complaint()
    bench.write(ana, case, TEXT)
    review.ask(home, ana, case, "Tom")
    assert review.ask(home, ana, case, "Tom").nothing
    assert count(bench, "sign_off_asked") == 1
    review.ask(home, ana, case, "Mia")
    with refused("not_asked"):
        review.sign(home, tom, case, NEEDED)
    review.sign(home, mia, case, NEEDED)
    assert "needs_second_person" not in bench.kinds(case)


def test_asking_for_the_words_in_the_editor_keeps_them(bench: Bench) -> None:
    home, ana, tom = bench.home, bench.person("Ana"), bench.person("Tom")
    case = bench.complaint()
    write.save_draft(home, ana, case, TEXT)
    review.ask(home, ana, case, "Tom")
    _asked, text = review.text_to_sign(known(bench, case), tom, NEEDED)
    assert TEXT in text
    assert known(bench, case).facts.drafts == ()


def test_nobody_is_asked_about_words_that_somebody_else_is_changing(bench: Bench) -> None:
    home, ana = bench.home, bench.person("Ana")
    tom, ben = bench.person("Tom"), bench.person("Ben")
    case = bench.complaint()
    bench.write(ana, case, TEXT)
    write.save_draft(home, ben, case, "Dear Marta, really?")
    with pytest.raises(KnownError, match="Ben is writing") as error:
        review.ask(home, ana, case, "Tom")
    assert error.value.code == "being_written"
    assert count(bench, "sign_off_asked") == 0
    write.drop_draft(home, ben, case)
    review.ask(home, ana, case, "Tom")
    review.sign(home, tom, case, NEEDED)


# --- signing -------------------------------------------------------------------------------


def test_unfinished_words_of_somebody_away_hold_up_nobody(bench: Bench) -> None:
    ana, tom, _eva = bench.person("Ana"), bench.person("Tom"), bench.person("Eva")
    case = bench.complaint()
    write.save_draft(bench.home, tom, case, "You never even")
    bench.write(ana, case, "Dear Marta, I am sorry.")
    with pytest.raises(KnownError):
        review.ask(bench.home, ana, case, "Eva")
    people.set_presence(bench.home, ana, "Tom", Presence.AWAY)
    review.ask(bench.home, ana, case, "Eva")
    with bench.home.store.read() as tx:
        assert [draft.text for draft in tx.drafts(case)] == ["You never even"]
    people.set_presence(bench.home, ana, "Tom", Presence.ACTIVE)
    with bench.home.store.read() as tx:
        assert facts.load(bench.home, tx, case).facts.draft_since is not None


def test_who_may_sign_and_with_what(bench: Bench) -> None:
    home, ana, tom = bench.home, bench.person("Ana"), bench.person("Tom")
    mia = bench.person("Mia")
    case = bench.complaint()
    bench.write(ana, case, TEXT)
    with refused("not_asked"):
        review.sign(home, tom, case, NEEDED)
    review.ask(home, ana, case, "Tom")
    with refused("ticks_missing"):
        review.sign(home, tom, case, (Tick.TRUE, Tick.KIND, Tick.PROMISE))
    with refused("not_asked"):
        review.sign(home, mia, case, NEEDED)
    with refused("wrote_it"):
        review.sign(home, ana, case, NEEDED)
    review.sign(home, tom, case, (Tick.NOT_PRIVATE, *reversed(NEEDED)))
    with refused("not_asked"):
        review.sign(home, tom, case, NEEDED)
    assert count(bench, "signed_off") == 1
    assert isinstance(trust.verify_journal(home), Whole)


def test_the_database_too_refuses_a_writers_signature(bench: Bench) -> None:
    """Ana wrote; she signs a request that a changed program let through."""
    home, ana, tom = bench.home, bench.person("Ana"), bench.person("Tom")
    case = bench.complaint()
    bench.until_ready(ana, tom, case, TEXT)
    signed = known(bench, case).facts.of(SignedOff)[-1]
    with refused("refused_by_database"), writing(home, ana) as ledger:
        ledger.record(replace(signed, by=ana.person.id), case)


def test_changed_since_it_was_asked_for(bench: Bench) -> None:
    home, ana, tom = bench.home, bench.person("Ana"), bench.person("Tom")
    case = bench.complaint()
    bench.write(ana, case, TEXT)
    review.ask(home, ana, case, "Tom")
    seen = review.shown(known(bench, case))
    bench.write(ana, case, TEXT + " Sorry!")
    with refused("text_changed"):
        review.sign(home, tom, case, NEEDED, shown=seen)
    with refused("text_changed"):
        review.remark(home, tom, case, "No.", shown=seen)
    with refused("not_asked"):
        review.sign(home, tom, case, NEEDED)
    review.ask(home, ana, case, "Tom")
    review.sign(home, tom, case, NEEDED, shown=review.shown(known(bench, case)))


@pytest.mark.parametrize("what", ["mention", "rules"])
def test_what_else_a_sign_off_binds(bench: Bench, what: str) -> None:
    home, ana, tom = bench.home, bench.person("Ana"), bench.person("Tom")
    site = bench.listens()
    site.show("1", "Stale.")
    bench.poll()
    case = CaseId("1")
    bench.until_ready(ana, tom, case, TEXT)
    assert bench.kinds(case) == []
    if what == "mention":
        site.show("1", "Stale, and they laughed.")
        bench.poll()
    else:
        settings.change(home, ana, {"wait_praise_text": "3"})
    assert "sign_off_lapsed" in bench.kinds(case)


def test_changes_asked_for(bench: Bench) -> None:
    home, ana, tom = bench.home, bench.person("Ana"), bench.person("Tom")
    case = bench.complaint()
    with refused("nothing_written"):
        review.remark(home, tom, case, "Kinder, please.")
    bench.write(ana, case, TEXT)
    review.ask(home, ana, case, "Tom")
    with refused("text_missing"):
        review.remark(home, tom, case, " ")
    review.remark(home, tom, case, "Kinder, please.")
    assert "changes_asked" in bench.kinds(case)
    with refused("not_asked"):
        review.sign(home, tom, case, NEEDED)
    review.ask(home, ana, case, "Tom")
    review.sign(home, tom, case, NEEDED)
    assert "changes_asked" not in bench.kinds(case)
    review.remark(home, tom, case, "After all, no.")
    assert "changes_asked" in bench.kinds(case), "the last word counts"


def test_taken_back(bench: Bench) -> None:
    home, ana, tom = bench.home, bench.person("Ana"), bench.person("Tom")
    case = bench.complaint()
    bench.until_ready(ana, tom, case, TEXT)
    with refused("nothing_to_withdraw"):
        review.withdraw(home, ana, case)
    review.withdraw(home, tom, case)
    assert bench.kinds(case) == ["sign_off_lapsed"]
    with refused("nothing_to_withdraw"):
        review.withdraw(home, tom, case)
    review.ask(home, ana, case, "Tom")
    review.sign(home, tom, case, NEEDED)
    assert send.send(home, ana, case).state is State.IN_FLIGHT
    send.posted(home, ana, case, note="on the phone")
    with refused("nothing_to_withdraw"):
        review.withdraw(home, tom, case)


# --- words ---------------------------------------------------------------------------------


def test_a_draft_is_kept_as_it_is_typed_and_its_rest_begins_with_its_last_change(
    bench: Bench,
) -> None:
    home, ana, tom = bench.home, bench.person("Ana"), bench.person("Tom")
    case = bench.complaint()
    bench.until_ready(ana, tom, case, TEXT)
    assert not write.save_draft(home, ana, case, TEXT + "!").nothing
    bench.clock.advance(minutes=4)
    assert write.save_draft(home, ana, case, TEXT + "!").nothing
    (blocker,) = [one for one in send.blockers(home, case) if one.kind == "cooling_text"]
    assert blocker.clears_at is not None
    assert (blocker.clears_at - bench.clock.wall).total_seconds() == 6 * 60
    write.drop_draft(home, ana, case)
    assert bench.kinds(case) == []


def test_keeping_a_draft_changes_the_words_and_nothing_else(bench: Bench) -> None:
    home, ana, ben = bench.home, bench.person("Ana", may_offer=500), bench.person("Ben")
    case = bench.complaint()
    accounts.save(home, None, Account("shop", "mail", {}))
    with home.store.read() as tx:
        here, kept = facts.load(home, tx, case), tx.accounts()
    words = write.words_like(
        home,
        here.facts,
        kept,
        text=TEXT,
        subject="Your cake",
        channel="mail",
        target="m@c.example",
        private=True,
        offer=Offer("a cake", 500, "EUR"),
    )
    write.revise(home, ana, case, words)
    write.save_draft(home, ana, case, TEXT + " Sorry!", "Your cake")
    write.save_draft(home, ben, case, "Something else", "Your cake")
    assert not write.keep_draft_as_revision(home, ana, case).nothing
    revision = known(bench, case).facts.revision
    assert revision is not None
    assert revision.words == replace(words, text=TEXT + " Sorry!")
    assert [draft.by for draft in known(bench, case).facts.drafts] == [ben.person.id]
    assert write.keep_draft_as_revision(home, ana, case).nothing


def test_the_same_words_again_are_no_new_revision(bench: Bench) -> None:
    ana = bench.person("Ana")
    case = bench.complaint()
    bench.write(ana, case, TEXT)
    bench.write(ana, case, TEXT)
    write.save_draft(bench.home, ana, case, TEXT)
    assert write.keep_draft_as_revision(bench.home, ana, case).nothing
    assert count(bench, "revised") == 1
    with refused("text_too_long"):
        bench.write(ana, case, "a" * 100_001)
    with refused("no_such_channel"):
        bench.write(ana, case, TEXT, channel="pigeon")


def test_two_writers_are_both_held_and_neither_signs(bench: Bench) -> None:
    home, ana, tom = bench.home, bench.person("Ana"), bench.person("Tom")
    ben = bench.person("Ben")
    case = bench.complaint()
    bench.until_ready(ana, tom, case, TEXT)
    write.save_draft(home, ben, case, TEXT + " Truly.")
    assert bench.kinds(case)[:2] == ["not_read", "cooling_person"], "who writes has to have read it"
    write.keep_draft_as_revision(home, ben, case)
    assert calm.writers(known(bench, case).facts) == (ana.person.id, ben.person.id)
    for writer in (ana, ben):
        with refused("wrote_it"):
            review.ask(home, ana, case, str(writer.person.id))
    judge.read_all(home, ben, case)
    judge.say_feeling(home, ben, case, Feeling.ANGRY)
    bench.clock.advance(minutes=61)
    (cooling,) = [one for one in send.blockers(home, case) if one.kind == "cooling_person"]
    assert getattr(cooling, "who", None) == ben.person.id


def test_afresh_lets_the_former_writer_sign(bench: Bench) -> None:
    home, ana, tom = bench.home, bench.person("Ana"), bench.person("Tom")
    case = bench.complaint()
    bench.write(ana, case, TEXT)
    bench.write(tom, case, TEXT + " Tom")
    with refused("wrote_it"):
        review.ask(home, ana, case, "Tom")
    here = known(bench, case)
    words = write.words_like(home, here.facts, (), text="Dear Marta, from the start.")
    write.revise(home, ana, case, words, afresh=True)
    review.ask(home, ana, case, "Tom")
    review.sign(home, tom, case, NEEDED)
    assert count(bench, "reply_started") == 2
    assert [one.by for one in known(bench, case).facts.revisions] == [ana.person.id]


def test_what_is_out_is_not_written_on(bench: Bench) -> None:
    home, ana, tom = bench.home, bench.person("Ana"), bench.person("Tom")
    case = bench.complaint()
    bench.until_ready(ana, tom, case, TEXT)
    send.send(home, ana, case)
    with refused("sending_now"):
        bench.write(ana, case, TEXT + " One more thing.")
    send.posted(home, ana, case, url="https://reviews.example/1#r")
    bench.write(ana, case, "Dear Marta, one more thing.")
    assert count(bench, "reply_started") == 2
    assert "already_sent" not in bench.kinds(case)
    assert "second_look" in bench.kinds(case)


def test_by_mail_where_they_wrote_in_private_and_left_an_address(bench: Bench) -> None:
    home = bench.home
    heard = Heard(
        key="",
        author="Robin",
        text="Please call.",
        origin=Origin.LETTER,
        contact="robin@c.example",
    )
    _mention, case, _changes = listen.add_mention(home, heard)
    by_hand = write.words_like(home, known(bench, case).facts, (), text=TEXT)
    assert (by_hand.to.channel, by_hand.visibility) == ("hand", Visibility.PRIVATE)
    account = Account("shop", "mail", {})
    by_mail = write.words_like(home, known(bench, case).facts, (account,), text=TEXT)
    assert (by_mail.to.channel, by_mail.to.target) == ("mail", "robin@c.example")
    assert by_mail.subject


# --- two by hand at once -------------------------------------------------------------------


def test_holding_and_full_reply_by_hand_at_once(bench: Bench) -> None:
    home, ana, tom = bench.home, bench.person("Ana"), bench.person("Tom")
    case = bench.complaint()
    bench.until_ready(ana, tom, case, TEXT)
    holding = prepare.hold(home, ana, case, "heard", {})
    full = send.send(home, ana, case)
    assert send.not_posted(home, ana, case, entry=holding.entry).state is State.CANCELLED
    with pytest.raises(HeldError):
        send.posted(home, ana, case, entry=holding.entry)
    assert send.posted(home, ana, case, url="https://reviews.example/1#r").entry == full.entry
    with pytest.raises(HeldError):
        send.posted(home, ana, case, note="once more")
    states = [(item.entry.id, item.state) for item in outgoing.outbox(home)]
    assert states == [(holding.entry, State.CANCELLED), (full.entry, State.SENT)]


@pytest.mark.parametrize("url", ["javascript:alert(1)", "reviews.example", "file:///x"])
def test_a_link_that_is_none(bench: Bench, url: str) -> None:
    home, ana = bench.home, bench.person("Ana")
    case = bench.complaint()
    prepare.hold(home, ana, case, "heard", {})
    with refused("bad_address"):
        send.posted(home, ana, case, url=url)
    with refused("bad_address"):
        judge.answered_outside(home, ana, case, text="Sorry!", url=url, when="2026-11-18T09:00:00Z")
    assert bench.kinds(case)[0] != "already_sent"


def test_no_such_entry(bench: Bench) -> None:
    home, ana = bench.home, bench.person("Ana")
    case = bench.complaint()
    none = EntryId("none")
    with refused("no_such_entry"):
        send.cancel(home, ana, case, none)
    with refused("no_such_entry"):
        send.settle(home, ana, none, appeared=True)
    with refused("no_such_entry"):
        send.attempt(home, case, none)
    entry = prepare.hold(home, ana, case, "heard", {}).entry
    with refused("not_unsure"):
        send.settle(home, ana, entry, appeared=True)
    with refused("no_such_entry"):
        send.cancel(home, ana, bench.complaint("Another."), entry)


# --- odd texts -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "odd", ["half a pair \ud83c", "nul \x00", "\u202eturned", "\U0001f468\u200d"]
)
def test_odd_texts_are_kept_everywhere_and_only_sending_may_refuse(
    bench: Bench, tmp_path: Path, odd: str
) -> None:
    store = open_store(tmp_path / "home")
    bench.home = home = replace(bench.home, store=store)
    people.found_home(home)
    ana, tom = bench.person("Ana"), bench.person("Tom")
    case = bench.complaint(odd)
    judge.read_all(home, ana, case)
    judge.say_feeling(home, ana, case, Feeling.CALM)
    judge.judge(home, ana, case, kind=Kind.COMPLAINT, verdict=Verdict.CANNOT_TELL, evidence=odd)
    write.save_draft(home, ana, case, odd, odd)
    write.keep_draft_as_revision(home, ana, case)
    bench.write(ana, case, odd)
    review.remark(home, tom, case, odd)
    review.ask(home, ana, case, "Tom")
    review.sign(home, tom, case, NEEDED)
    bench.clock.advance(minutes=30)
    send.look(home, ana, case, Choice.SEND)
    assert known(bench, case).facts.revision is not None
    assert bench.kinds(case) == []
    if "\ud83c" in odd:
        with refused("bad_text"):
            send.send(home, ana, case)
        bench.write(ana, case, "Sorry.")
    else:
        assert send.send(home, ana, case).text == odd
        send.posted(home, ana, case, note=odd)
        debrief.close(home, ana, case, Outcome.RESOLVED)
        debrief.debrief(home, ana, case, Answers(better=odd))
        judge.reopen(home, ana, case, odd)
    judge.set_aside(home, ana, bench.complaint("Another."), odd)
    queries.timeline(home, case)
    assert isinstance(trust.verify_journal(home), Whole)
    store.close()
