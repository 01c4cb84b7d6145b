"""A sign-off binds exactly what was signed, by somebody who may sign, for as long as it holds."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import fields, replace
from datetime import timedelta
from typing import Any

import pytest

from calmreply.domain import record, review
from calmreply.domain.case import CaseFacts
from calmreply.domain.mention import CaseId, Stars, Visibility
from calmreply.domain.outbox import Outcome
from calmreply.domain.people import PersonId, Presence
from calmreply.domain.policy import Kind, OpeningHours, Waits
from calmreply.domain.reply import (
    Address,
    Offer,
    ReplyId,
    ReplyKind,
    ReplyStarted,
    RevisionId,
    Words,
)
from calmreply.domain.review import NEEDED, SignedOff, SignOffAsked, Tick
from calmreply.domain.sign_off import (
    SignOffState,
    Standing,
    holding,
    may_sign,
    open_request,
    sign_off_state,
)
from calmreply.testing.builders import CaseBuilder
from calmreply.testing.scene import fake_signature

HOUR = timedelta(hours=1)


def standing(built: CaseBuilder) -> Standing:
    return state(built).standing


def state(built: CaseBuilder) -> SignOffState:
    return sign_off_state(built.facts, built.rules, built.now)


def signed() -> CaseBuilder:
    """Words with everything in them, signed by tom."""
    built = CaseBuilder(stars=Stars(2)).write(
        text="Dear Robin, sorry. See https://shop.example/a",
        subject="Your visit",
        to=Address("mail", "account-1", "robin@sample.example", "thread-1"),
        visibility=Visibility.PUBLIC,
        offer=Offer("a loaf", 450, "EUR"),
    )
    built = built.ask().sign()
    assert standing(built) is Standing.SIGNED
    return built


# --- every field -------------------------------------------------------------------------------

INVISIBLE = "\u200b"


def _words(**changes: Any) -> Callable[[CaseFacts], CaseFacts]:
    """The same revision, with other words in its row."""

    def change(facts: CaseFacts) -> CaseFacts:
        (revised,) = facts.revisions
        made = {name: to(getattr(revised.words, name)) for name, to in changes.items()}
        return _put(facts, revised, replace(revised, words=replace(revised.words, **made)))

    return change


def _put(facts: CaseFacts, old: Any, new: Any) -> CaseFacts:
    return replace(facts, facts=tuple(new if fact is old else fact for fact in facts.facts))


def _fact(of: type[Any], /, **changes: Any) -> Callable[[CaseFacts], CaseFacts]:
    """The same fact, with something else in its row."""

    def change(facts: CaseFacts) -> CaseFacts:
        fact: Any
        (fact,) = facts.of(of)
        made = {name: to(getattr(fact, name)) for name, to in changes.items()}
        return _put(facts, fact, replace(fact, **made))

    return change


def _version(**changes: Any) -> Callable[[CaseFacts], CaseFacts]:
    def change(facts: CaseFacts) -> CaseFacts:
        now = facts.mention.now
        made = {name: to(getattr(now, name)) for name, to in changes.items()}
        return replace(facts, mention=replace(facts.mention, versions=(replace(now, **made),)))

    return change


def more(text: str) -> str:
    return text + INVISIBLE


def _renamed(facts: CaseFacts) -> CaseFacts:
    """Reply and revision under other ids, everywhere: the rows agree among themselves."""
    reply, revision = ReplyId("reply-x"), RevisionId("revision-x")
    renamed = []
    for fact in facts.facts:
        there = {f.name for f in fields(fact)}
        ids: Any = {"reply": reply, "revision": revision}
        renamed.append(replace(fact, **{name: ids[name] for name in ids if name in there}))
    return replace(facts, facts=tuple(renamed))


CHANGES: list[tuple[str, Callable[[CaseFacts], CaseFacts]]] = [
    ("business", lambda facts: replace(facts, business=more(facts.business))),
    ("case", lambda facts: replace(facts, id=CaseId(more(facts.id)))),
    ("reply and revision", _renamed),
    ("kind", _fact(ReplyStarted, kind=lambda _: ReplyKind.RESOLVED)),
    ("text", _words(text=more)),
    ("text, one space for another", _words(text=lambda text: text.replace(" ", "\u00a0", 1))),
    ("text, the same to the eye", _words(text=lambda text: text.replace("e", "\u0435", 1))),
    ("text, composed otherwise", _words(text=lambda text: text.replace("i", "i\u0307", 1))),
    ("subject", _words(subject=more)),
    ("channel", _words(to=lambda to: replace(to, channel="hand"))),
    ("account", _words(to=lambda to: replace(to, account=more(to.account)))),
    ("target", _words(to=lambda to: replace(to, target=more(to.target)))),
    ("thread", _words(to=lambda to: replace(to, thread=more(to.thread)))),
    ("visibility", _words(visibility=lambda _: Visibility.PRIVATE)),
    ("offer", _words(offer=lambda _: None)),
    ("offer's words", _words(offer=lambda offer: replace(offer, words=more(offer.words)))),
    ("offer's amount", _words(offer=lambda offer: replace(offer, amount=451))),
    ("offer's currency", _words(offer=lambda offer: replace(offer, currency=more("EUR")))),
    ("mention's text", _version(text=more)),
    ("mention's author", _version(author=more)),
    ("mention's stars", _version(stars=lambda _: Stars(3))),
    ("mention's visibility", _version(visibility=lambda _: Visibility.PRIVATE)),
    ("reviewer", _fact(SignOffAsked, reviewer=lambda _: PersonId("mia"))),
    ("nonce", _fact(SignOffAsked, nonce=more)),
    ("requested at", _fact(SignOffAsked, requested=more)),
    ("expires at", _fact(SignOffAsked, expires=more)),
    ("key", _fact(SignedOff, key_id=more)),
    ("ticks", _fact(SignedOff, ticks=lambda ticks: (*ticks, Tick.NOT_PRIVATE))),
    ("signer", _fact(SignedOff, by=lambda _: PersonId("mia"))),
    ("request of the sign-off", _fact(SignedOff, request=more)),
    ("record", _fact(SignedOff, record=more)),
    ("no signature that holds", lambda facts: replace(facts, genuine=frozenset())),
]


@pytest.mark.parametrize("change", [pytest.param(change, id=name) for name, change in CHANGES])
def test_one_invisible_character_anywhere_voids_it(
    change: Callable[[CaseFacts], CaseFacts],
) -> None:
    built = signed()
    changed = change(built.facts)
    assert changed != built.facts
    assert not holding(changed, built.rules, built.now)
    assert sign_off_state(changed, built.rules, built.now).standing is not Standing.SIGNED


def test_the_record_holds_every_field_that_is_promised() -> None:
    (sign_off,) = signed().facts.of(SignedOff)
    told = json.loads(sign_off.record)
    assert set(told) == {
        *("v", "business", "case", "reply", "revision", "kind", "subject", "text", "links"),
        *("attachments", "channel", "account", "target", "thread", "visibility", "offer"),
        *("mention", "rules", "reviewer", "key", "ticks", "nonce", "requested_at", "expires_at"),
    }
    assert told["links"] == ["https://shop.example/a"]
    assert told["ticks"] == ["true", "kind", "promise", "private"]
    assert told["expires_at"] == "2026-03-06T09:00:00.000Z"
    assert review.signed_bytes("{}") == b"CalmReply sign-off v1\n{}"


def test_every_field_of_the_words_is_in_the_record() -> None:
    """So that a field added to `Words` or `Address` later cannot be forgotten there."""
    told = json.loads(signed().facts.of(SignedOff)[0].record)
    names = {f.name for f in fields(Words)} - {"to"} | {f.name for f in fields(Address)}
    assert names <= set(told)


@pytest.mark.parametrize(
    ("change", "voids"),
    [
        ({"complaint": Waits(30, 60, 240, 10)}, True),
        ({"complaint": Waits(10, 10, 10, 10)}, False),  # looser rules do not hold for this case
        ({"sign_question": True}, True),
        ({"first_word_aim": 5}, False),
        ({"hours": OpeningHours(days=(0,))}, False),
    ],
)
def test_other_effective_rules_void_it(change: dict[str, Any], voids: bool) -> None:
    built = signed().rules_now(**change)
    assert (standing(built) is Standing.LAPSED) is voids


# --- who may ----------------------------------------------------------------------------------


def test_who_wrote_any_revision_cannot_sign() -> None:
    built = CaseBuilder().write("tom").write("ana", "Dear Robin!").ask("tom").sign("tom")
    assert not may_sign(built.facts, PersonId("tom"))
    assert standing(built) is not Standing.SIGNED
    built.write(afresh=True).ask("tom").sign("tom")
    assert standing(built) is Standing.SIGNED


def test_whose_suggestion_was_taken_may_still_sign() -> None:
    built = CaseBuilder().write("ana", suggested_by="tom").ask("tom").sign("tom")
    assert standing(built) is Standing.SIGNED


@pytest.mark.parametrize("presence", [Presence.AWAY, Presence.LEFT])
def test_only_somebody_active_can_sign_and_have_signed(presence: Presence) -> None:
    built = CaseBuilder().write().ask().person("tom", presence)
    assert open_request(built.facts, built.rules, built.now) is None
    assert standing(built) is Standing.NOT_ASKED
    assert standing(signed().person("tom", presence)) is Standing.LAPSED


def test_nobody_unknown_signs() -> None:
    built = CaseBuilder().write().ask("eve").sign("eve")
    assert not may_sign(built.facts, PersonId("eve"))
    assert standing(built) is not Standing.SIGNED


def test_who_was_not_asked_does_not_sign() -> None:
    assert standing(CaseBuilder().write().ask("tom").sign("mia")) is not Standing.SIGNED


@pytest.mark.parametrize("missing", NEEDED)
def test_all_four_ticks_are_needed(missing: Tick) -> None:
    ticks = tuple(tick for tick in NEEDED if tick is not missing)
    assert standing(CaseBuilder().write().ask().sign(ticks=ticks)) is Standing.LAPSED


def test_a_request_is_answered_once() -> None:
    """A second answer to one request, whoever wrote it into the database, makes both void."""
    built = CaseBuilder().write().ask().sign()
    (one,) = built.facts.of(SignedOff)
    forged = replace(one, ticks=(*one.ticks, Tick.NOT_PRIVATE), signature=b"no")
    (asked,) = built.facts.of(SignOffAsked)
    what = record.present(built.facts, built.rules)
    assert what is not None
    forged = replace(forged, record=record.for_signing(what, asked, one.key_id, forged.ticks))
    assert not holding(built.put(forged).facts, built.rules, built.now)


def test_a_request_for_other_words_is_no_request_for_these() -> None:
    built = CaseBuilder().write(text="A").ask().write(text="B")
    assert open_request(built.facts, built.rules, built.now) is None
    built.sign()  # over the record of the present words, but answering the older request
    assert standing(built) is Standing.LAPSED


# --- for how long ------------------------------------------------------------------------------


def test_it_holds_for_72_hours_after_the_request() -> None:
    built = CaseBuilder().write().ask().advance(hours=71).sign().advance(hours=1)
    assert standing(built) is Standing.SIGNED
    assert standing(built.advance(seconds=1)) is Standing.LAPSED
    assert built.kinds()[-2:] == ["sign_off_lapsed", "second_look"]


def test_a_request_nobody_answered_lapses_too() -> None:
    built = CaseBuilder().write().ask().advance(hours=72)
    assert state(built).asked is not None
    assert standing(built.advance(seconds=1)) is Standing.LAPSED
    assert standing(built.ask("mia")) is Standing.ASKED


def test_where_the_clock_is_in_doubt_it_rather_lapses() -> None:
    assert standing(signed().reboot(hours=73)) is Standing.LAPSED


def test_a_withdrawn_one_is_void_and_a_withdrawn_request_is_no_request() -> None:
    assert standing(signed().withdraw()) is Standing.LAPSED
    assert standing(CaseBuilder().write().ask().withdraw()) is Standing.NOT_ASKED


def test_back_to_the_signed_words_needs_a_new_sign_off() -> None:
    built = CaseBuilder().write(text="A").ask().sign().write(text="B").write(text="A")
    assert standing(built) is Standing.LAPSED


def test_typing_takes_the_request_back_and_undoing_it_gives_it_again() -> None:
    built = CaseBuilder().write().ask().draft("ana", "Dear R")
    assert standing(built) is Standing.NOT_ASKED
    assert standing(built.undraft("ana")) is Standing.ASKED
    assert standing(built.sign().draft("ana", "Dear R").undraft("ana")) is Standing.SIGNED


def test_the_newest_open_request_counts() -> None:
    built = CaseBuilder().write().ask("tom").ask("mia")
    found = state(built).asked
    assert found is not None
    assert found.reviewer == "mia"
    built.withdraw("mia")
    found = state(built).asked
    assert found is not None
    assert found.reviewer == "tom"


# --- changes asked -----------------------------------------------------------------------------


def test_changes_asked_stand_until_new_words_or_a_sign_off() -> None:
    built = CaseBuilder().write().ask().remark("tom", "Too cold.")
    found = state(built)
    assert found.standing is Standing.CHANGES_ASKED
    assert found.changes is not None
    assert found.changes.text == "Too cold."
    assert standing(built.write(text="Dear Robin!")) is Standing.NOT_ASKED
    built.remark("tom").ask("mia")
    assert standing(built) is Standing.ASKED
    assert state(built).changes is not None
    assert standing(built.sign("mia")) is Standing.SIGNED


def test_the_last_word_of_the_second_pair_of_eyes_counts() -> None:
    assert standing(signed().remark("tom")) is Standing.CHANGES_ASKED
    assert standing(signed().remark("mia")) is Standing.CHANGES_ASKED
    built = signed().remark("tom").ask("mia").sign("mia")
    assert standing(built) is Standing.SIGNED
    assert state(built).signed is not None


def test_an_older_open_request_does_not_hide_changes_asked_by_somebody_else() -> None:
    built = CaseBuilder().write().ask("tom").ask("mia").remark("mia")
    assert standing(built) is Standing.CHANGES_ASKED


def test_before_anything_is_written_nothing_is_asked() -> None:
    built = CaseBuilder()
    assert state(built) == SignOffState(Standing.NOT_ASKED)
    assert open_request(built.facts, built.rules, built.now) is None


# --- spent by one entry ------------------------------------------------------------------------


def late(outcome: Outcome | None) -> CaseBuilder:
    """Claimed after 71 hours, ended so, and then it is the 73rd hour."""
    built = CaseBuilder(url=None).read().feel().judge().write(to=Address("mail"))
    built.ask().sign().advance(hours=71).look().choose().begin()
    if outcome is not None:
        built.end(outcome)
    return built.advance(hours=2)


@pytest.mark.parametrize(
    ("outcome", "holds"),
    [
        (None, True),
        (Outcome.UNKNOWN, True),
        (Outcome.TRY_LATER, True),
        (Outcome.NOT_LEFT, True),
        (Outcome.DELIVERED, True),
        (Outcome.REFUSED, False),
    ],
)
def test_expiry_is_checked_at_the_first_claim_only(outcome: Outcome | None, holds: bool) -> None:
    built = late(outcome)
    assert (standing(built) is Standing.SIGNED) is holds
    assert built.kinds(leaving_out=built.entry.id) == ([] if holds else ["sign_off_lapsed"])


def test_an_entry_that_was_never_claimed_does_not_keep_it() -> None:
    built = CaseBuilder(url=None).ready().choose().advance(hours=73)
    assert built.kinds(leaving_out=built.entry.id) == ["sign_off_lapsed"]


def refused_and_signed_anew() -> CaseBuilder:
    """Claimed under what tom signed and refused; that has expired, and mia signs: chosen again."""
    built = late(Outcome.REFUSED)
    return built.ask("mia").sign("mia").look().again()


def test_chosen_again_spends_what_was_signed_last_and_nothing_before() -> None:
    built = refused_and_signed_anew()
    assert built.entry.chosen.request == "request-1"
    assert built.entry.asked.request == "request-2"
    assert built.kinds(leaving_out=built.entry.id) == []
    # What tom signed has expired; it comes back to life by no other sign-off.
    built.withdraw("mia")
    assert built.kinds(leaving_out=built.entry.id) == ["sign_off_lapsed"]


def test_what_was_signed_for_another_try_expires_until_that_is_claimed() -> None:
    waits = refused_and_signed_anew().advance(hours=73)
    assert "sign_off_lapsed" in waits.kinds(leaving_out=waits.entry.id)
    claimed = refused_and_signed_anew().advance(hours=71).begin().end(Outcome.NOT_LEFT)
    claimed.advance(hours=2)
    assert "sign_off_lapsed" not in claimed.kinds(leaving_out=claimed.entry.id)


def test_asked_for_again_under_the_same_sign_off_it_goes_on_under_it() -> None:
    built = late(Outcome.NOT_LEFT).look().again()
    assert built.entry.spends == "request-1"
    assert built.kinds(leaving_out=built.entry.id) == []


def test_withdrawal_mention_change_and_changes_asked_are_checked_at_each_attempt() -> None:
    retry = late(Outcome.NOT_LEFT)
    assert retry.kinds(leaving_out=retry.entry.id) == []
    for step in (CaseBuilder.withdraw, CaseBuilder.remark, CaseBuilder.edited):
        built = late(Outcome.NOT_LEFT)
        step(built)
        assert built.kinds(leaving_out=built.entry.id)


def test_not_posted_goes_back_to_ready_with_the_same_sign_off_until_it_expires() -> None:
    built = CaseBuilder(url=None).ready().choose().begin().not_posted()
    assert built.kinds() == []
    built.advance(hours=71).look()
    assert built.kinds() == []
    built.advance(hours=1).look()
    assert built.kinds() == ["sign_off_lapsed"]


def test_forged_bytes_are_not_genuine_for_the_builder_either() -> None:
    """The builder's stand-in for a signature tells a changed record from the signed one."""
    built = signed()
    (one,) = built.facts.of(SignedOff)
    assert built.facts.genuine == {one.request}
    built.happened = [
        replace(one, record=more(one.record)) if fact is one else fact for fact in built.happened
    ]
    assert built.facts.genuine == frozenset()
    assert fake_signature("tom.1", b"a") != fake_signature("tom.1", b"b")


def test_nothing_is_asked_of_the_second_person_for_a_question_unless_policy_says_so() -> None:
    built = CaseBuilder().read().feel().judge(Kind.QUESTION).write().ask()
    assert standing(built) is Standing.ASKED
    assert "needs_second_person" not in built.kinds()
