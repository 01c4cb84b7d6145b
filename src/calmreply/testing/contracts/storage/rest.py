"""Drafts, boots, settings, sources, accounts, keys."""
# A contract suite is made of assertions:
# ruff: noqa: S101

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from calmreply.app.ports import SealedKey
from calmreply.app.ports.storage import (
    Account,
    Arrival,
    PollState,
    Source,
    StoredDraft,
    Takes,
)
from calmreply.domain.mention import (
    CaseId,
    SourceId,
)
from calmreply.domain.moment import Boot, Reading
from calmreply.domain.reply import ReplyId

if TYPE_CHECKING:
    from calmreply.app.ports.storage import Store

from calmreply.testing.contracts.storage.samples import (
    ANNA,
    BEN,
    HOUR,
    NOON,
    append,
    cases,
    hear,
    heard,
    listen,
    refused,
)


class RestContract:
    """Drafts, boots, settings, sources, accounts, keys."""

    def test_what_is_held_is_held_until_it_is_let_go(self, store: Store) -> None:
        assert store.hold("listening")
        assert store.hold("listening")
        store.let_go("listening")
        store.let_go("nothing")
        assert store.hold("listening")

    def test_whoever_watches_hears_nothing_of_what_was_written_here(self, store: Store) -> None:
        told: list[object] = []
        end = store.watch(told.append, told.append)
        append(store, "rules_set")
        if end is not None:
            end()
        assert told == []

    def test_drafts(self, store: Store) -> None:
        one, two = cases(store, 2)
        reading = Reading(NOON, "boot a", 12345.678901)
        annas = StoredDraft(one, ANNA, None, "Dear Kim,\n", "", reading)
        bens = StoredDraft(one, BEN, ReplyId("r1"), "Hello", "Your visit", reading)
        with store.write() as tx:
            tx.save_draft(annas)
            tx.save_draft(bens)
            tx.save_draft(replace(annas, case=two))
            assert tx.drafts(one) == (annas, bens)
        newer = replace(annas, text="Dear Kim \u2014 \ud800\0", at=replace(reading, ticks=99999.5))
        with store.write() as tx:
            tx.save_draft(newer)
        with store.read() as tx:
            assert tx.drafts(one) == (bens, replace(newer, text="Dear Kim \u2014 \ufffd\ufffd"))
        with store.write() as tx:
            tx.drop_draft(one, BEN)
            tx.drop_draft(one, BEN)
            assert [draft.by for draft in tx.drafts(one)] == [ANNA]
            assert [draft.by for draft in tx.drafts(two)] == [ANNA]
        with refused("no_such_case"), store.write() as tx:
            tx.save_draft(replace(annas, case=CaseId("99")))

    def test_stories_tell_what_the_single_questions_tell(self, store: Store) -> None:
        source = listen(store)
        # More than are read at once, some with earlier versions, lines and drafts.
        many = hear(store, *(heard(f"k{i}") for i in range(450)), source=source)
        hear(store, *(heard(f"k{i}", "Worse.") for i in range(0, 450, 7)), source=source)
        known = tuple(one.case for one in many if one.case is not None)
        for case in known[::11]:
            append(store, "page_read", case)
            append(store, "judged", case)
        with store.write() as tx:
            for case in known[::13]:
                tx.save_draft(
                    StoredDraft(case, ANNA, None, f"Dear {case}", "", Reading(NOON, "b", 1))
                )
        asked = (*reversed(known), known[0])
        with store.read() as tx:
            told = tuple(tx.stories(asked))
            assert tuple(story.row.id for story in told) == asked
            for story in (*told[:40], *told[-40:]):
                case = story.row.id
                assert story.row == tx.case(case)
                assert story.mention == tx.mention(story.row.mention)
                assert story.lines == tuple(tx.lines(case=case))
                assert story.drafts == tx.drafts(case)
            assert tuple(tx.stories(())) == ()
            for nobody in (CaseId("999"), CaseId("x")):
                with refused("no_such_case"):
                    tuple(tx.stories((known[0], nobody)))

    def test_boots_keep_order_and_precision(self, store: Store) -> None:
        first = Boot("b", NOON, 0.1, 0.1 + 0.2)
        second = Boot("a", NOON + HOUR, 1 / 3, 1e7 + 1 / 3, stepped=True, confirmed=NOON + 2 * HOUR)
        later, again = replace(first, last=9.0), replace(first, met=9.5, last=9.5)
        for boots in ((first,), (first, second), (later, second, again), (second,), ()):
            with store.write() as tx:
                tx.save_boots(boots)
            with store.read() as tx:
                assert tx.boots() == boots

    def test_settings(self, store: Store) -> None:
        with store.write() as tx:
            assert tx.setting("name") is None
            tx.set_setting("name", "Caf\u00e9")
            tx.set_setting("name", "")
            tx.set_setting("other", "x")
            assert tx.setting("name") == ""
            tx.set_setting("name", None)
            tx.set_setting("name", None)
            assert tx.setting("name") is None
            assert tx.setting("other") == "x"

    def test_sources_and_their_polls(self, store: Store) -> None:
        state = PollState(
            etag='W/"1"',
            last_modified="Mon, 02 Mar 2026 12:00:00 GMT",
            next_at=NOON + HOUR,
            polled_at=NOON,
            heard_at=NOON - HOUR,
            failures=3,
            trouble="no_such_host",
            words="There is no b.example.",
            way_out="Check it.",
            asked_to_wait=True,
            cursor='{"uid": 7}',
            brought_at=NOON - 2 * HOUR,
            found="https://b.example/new",
            seen="5e9d",
        )
        wanted = Source(
            SourceId("x"), "feed", "https://b.example/", "B", Takes.NAMED, True, state, 9
        )
        one = listen(store)
        with store.write() as tx:
            two = tx.add_source(wanted)
            assert tx.sources() == (
                Source(one, "feed", "https://a.example/feed", "A"),
                replace(wanted, id=two, mentions=0),
            )
            tx.save_poll(one, "A new", state)
            tx.move_source(two, "https://c.example/")
            tx.move_source(two, "https://c.example/")
            found = tx.sources()
            assert [tx.sources(known) for known in (one, two)] == [found[:1], found[1:]]
            assert tx.sources(SourceId("99")) == tx.sources(SourceId("x")) == ()
            tx.move_source(two, "https://c.example/", allow_private=False)
            assert [one.allow_private for one in tx.sources()] == [False, False]
            tx.move_source(two, "https://c.example/", allow_private=True)
            assert tx.sources() == found
            other = Takes.ALL if wanted.takes is Takes.NAMED else Takes.NAMED
            tx.move_source(two, "https://c.example/", takes=other)
            assert [one.takes for one in tx.sources()] == [Takes.ALL, other]
            tx.move_source(two, "https://c.example/", takes=wanted.takes)
            assert tx.sources() == found
        assert (found[0].title, found[0].state) == ("A new", state)
        assert found[1].address == "https://c.example/"
        with refused("source_exists", "(https://c.example/)"):
            listen(store, "https://c.example/")
        with refused("source_exists", "A new"), store.write() as tx:
            tx.move_source(two, "https://a.example/feed")

    def test_a_removed_source_leaves_its_mentions_and_comes_back_knowing_them(
        self, store: Store
    ) -> None:
        one = listen(store)
        (first, _other) = hear(store, heard("a"), heard("b"), source=one)
        with store.write() as tx:
            assert [source.mentions for source in tx.sources()] == [2]
            tx.save_poll(one, "A", PollState(etag="old"))
            tx.remove_source(one)
            assert tx.sources() == tx.sources(one) == ()
            assert tx.row(first.mention).source_title == "A"
        for gone in (one, SourceId("99"), SourceId("x")):
            with refused("no_such_source"), store.write() as tx:
                tx.save_poll(gone, "A", PollState())
            with refused("no_such_source"), store.write() as tx:
                tx.move_source(gone, "https://z.example/")
            with refused("no_such_source"), store.write() as tx:
                tx.remove_source(gone)
            with refused("no_such_source"):
                hear(store, heard("c"), source=gone)
        other = listen(store, "https://b.example/")
        again = listen(store)
        (known, new) = hear(store, heard("a"), heard("c"), source=again)
        assert (known.arrival, known.mention) == (Arrival.SAME, first.mention)
        assert new.arrival is Arrival.NEW
        with store.read() as tx:
            assert {source.id: source.mentions for source in tx.sources()} == {again: 3, other: 0}
            assert all(source.state == PollState() for source in tx.sources())

    def test_accounts(self, store: Store) -> None:
        mail = Account("mail", "smtp", {"host": "mail.example", "name": "Caf\u00e9"})
        hand = Account("hand", "hand", {})
        with store.write() as tx:
            tx.save_account(mail)
            tx.save_account(hand)
            assert tx.accounts() == (hand, mail)
            tx.save_account(replace(mail, settings={"host": "new.example"}))
            tx.remove_account("hand")
            tx.remove_account("hand")
            assert tx.accounts() == (replace(mail, settings={"host": "new.example"}),)

    def test_the_newest_sealed_key_counts(self, store: Store) -> None:
        old = SealedKey("anna", 1, b"\0" * 32, b"sealed \xff", b"recovery \0")
        new = replace(old, version=2, public=b"\1" * 32)
        with store.write() as tx:
            assert tx.sealed_key(ANNA) is None
            tx.save_sealed_key(new)
            tx.save_sealed_key(old)
            assert tx.sealed_key(ANNA) == new
            assert tx.sealed_key(BEN) is None
            tx.save_sealed_key(replace(new, sealed=b"again"))
            assert tx.sealed_key(ANNA) == replace(new, sealed=b"again")
