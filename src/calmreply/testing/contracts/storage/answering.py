"""By what an answer is known: keys, threads, replies of ours; and the turns of a case."""
# A contract suite is made of assertions:
# ruff: noqa: S101

from __future__ import annotations

from typing import TYPE_CHECKING

from calmreply.app.ports.storage import MOST_IN_THREAD, TURN, Arrived
from calmreply.domain.mention import CaseId, Heard, SourceId
from calmreply.domain.outbox import EntryId

if TYPE_CHECKING:
    from calmreply.app.ports.storage import Store

from calmreply.testing.contracts.storage.samples import (
    HOUR,
    NOON,
    append,
    cases,
    hear,
    heard,
    listen,
    outbox_row,
)


class AnsweringContract:
    """What comes back into a case."""

    def test_a_key_is_found_whoever_brought_it(self, store: Store) -> None:
        here, there = listen(store), listen(store, "https://b.example/feed")
        one, old = hear(store, heard("a"), heard("b"), source=here, older=[False, True])
        (again,) = hear(store, heard("a"), source=there)
        (by_hand,) = hear(store, heard("c"))
        with store.write() as tx:
            tx.remove_source(there)
        with store.read() as tx:
            assert tx.keyed(["a", "b", "x", "c", "", "a"]) == {
                "a": (one.mention, again.mention),
                "b": (old.mention,),
                "c": (by_hand.mention,),
            }
            assert tx.keyed([]) == tx.keyed(["A", "a "]) == {}

    def test_words_no_database_keeps_are_found_by_themselves(self, store: Store) -> None:
        (one,) = hear(store, heard("a\x00\ud800", thread="t\x00", answers="x\ud800"))
        with store.read() as tx:
            assert tx.keyed(["a\x00\ud800"]) == {"a\x00\ud800": (one.mention,)}
            assert tx.in_threads(["t\x00"]) == {"t\x00": (one.mention,)}

    def test_who_stands_in_a_thread(self, store: Store) -> None:
        here = listen(store)
        said = [heard(f"{number}", thread="12") for number in range(MOST_IN_THREAD + 1)]
        _first, *newest = hear(store, *said, source=here)
        other, _none = hear(store, heard("x", thread="13"), heard("y"), source=here)
        hear(store, heard("old", thread="12"), source=here, older=[True])
        with store.read() as tx:
            assert tx.in_threads(["12", "13", "14", ""]) == {
                "12": tuple(one.mention for one in reversed(newest)),
                "13": (other.mention,),
            }

    def test_our_replies_are_found_by_what_the_site_calls_them(self, store: Store) -> None:
        one, two = cases(store, 2)
        with store.write() as tx:
            tx.put_outbox_row(outbox_row("first", one, reference="<a@shop.example>", live=False))
            tx.put_outbox_row(outbox_row("second", two, reference="9", link="https://b.example/9"))
            tx.put_outbox_row(outbox_row("third", two, live=False))
        with store.read() as tx:
            asked = ["https://b.example/9", "<a@shop.example>", "9", "", "nobody's"]
            second = two, EntryId("second")
            assert tx.answered_by(asked) == {
                "https://b.example/9": second,
                "9": second,
                "<a@shop.example>": (one, EntryId("first")),
            }
            (kept, *_rest) = tx.outbox_rows(live_only=False)
            assert (kept.reference, kept.link) == ("<a@shop.example>", "")

    def test_the_turns_of_a_case_are_those_its_lines_name(self, store: Store) -> None:
        here = listen(store)
        one, other = hear(store, heard("a"), heard("b"), source=here)
        case, apart = CaseId(str(one.case)), CaseId(str(other.case))
        two, three, also = _into(store, here, case, heard("c"), heard("d"), heard("e"))
        append(store, TURN, case, subject=three.mention)
        append(store, "page_read", case)
        append(store, TURN, case, subject=two.mention)
        append(store, TURN, case, subject=three.mention)
        for odd in (other.mention, "99", "x", "", "0"):
            append(store, TURN, case, subject=odd)
        hear(store, heard("c", "Changed."), source=here)
        with store.read() as tx:
            first, second = tx.stories([apart, case])
            assert first.turns == ()
            assert second.mention.id == one.mention
            assert second.turns == (tx.mention(three.mention), tx.mention(two.mention))
            assert len(second.turns[1].versions) == 2
            assert tx.mention(also.mention).case == case
            assert (case, TURN, 4) in tx.touched_cases()
        with store.write() as tx:
            tx.split(three.mention, rules_line=0, marks=())
        with store.read() as tx:
            (story,) = tx.stories([case])
            assert [one.id for one in story.turns] == [two.mention]


def _into(store: Store, source: SourceId, case: CaseId, *what: Heard) -> tuple[Arrived, ...]:
    with store.write() as tx:
        joins, older = [case] * len(what), [False] * len(what)
        at = NOON + 100 * HOUR
        return tx.add_mentions(source, what, at, older=older, rules_line=0, joins=joins)
