"""Several mentions in one case: joining it, being found by marks, being taken out again."""
# A contract suite is made of assertions:
# ruff: noqa: S101

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from calmreply.app.ports.storage import (
    MARKS_KEPT,
    MOST_ALIKE,
    MOST_OF_TEXT,
    TEXT_CUT,
    Arrival,
    Arrived,
    Scope,
)
from calmreply.domain.flood import Brought, Known
from calmreply.domain.mention import CaseId, Heard, MentionId, SourceId

if TYPE_CHECKING:
    from calmreply.app.ports.storage import Store

from calmreply.testing.contracts.storage.samples import (
    HOUR,
    NOON,
    append,
    hear,
    heard,
    listen,
    refused,
)


class JoiningContract:
    """Marks, joining and splitting."""

    def test_one_more_mention_in_a_case(self, store: Store) -> None:
        here, there = listen(store), listen(store, "https://b.example/feed")
        one, other = hear(store, heard("a"), heard("b", hours=1), source=here)
        joined, old, apart = _join(
            store,
            there,
            [heard("a", hours=2), heard("old"), heard("c", hours=3)],
            [one.case, one.case, None],
            older=[False, True, False],
        )
        assert (joined.arrival, joined.case) == (Arrival.NEW, one.case)
        assert old.case is None
        assert apart.case is not None
        assert len({one.case, other.case, apart.case}) == 3
        with store.read() as tx:
            assert one.case is not None
            assert tx.case(one.case).mention == one.mention
            (story,) = tx.stories([one.case])
            assert story.mention.id == one.mention
            assert tx.mentions_of_cases([one.case]) == (joined.mention, one.mention)
            known = {mention.id: case for mention, case in tx.mentions()}
            assert known[joined.mention] == known[one.mention] == tx.case(one.case)
            assert tx.count(Scope.UNTOUCHED) == 4
        again = hear(store, heard("a", "Changed."), source=there)[0]
        assert (again.arrival, again.case) == (Arrival.CHANGED, one.case)

    def test_who_joins_stands_as_the_case_does(self, store: Store) -> None:
        here, there = listen(store), listen(store, "https://b.example/feed")
        new, begun = hear(store, heard("a"), heard("b"), source=here)
        assert new.case is not None
        assert begun.case is not None
        append(store, "page_read", begun.case)
        late, early = _join(store, there, [heard("x"), heard("y")], [begun.case, new.case])
        with store.read() as tx:
            rows = tx.rows([late.mention, early.mention])
            assert [row.touched for row in rows] == [True, False]
            assert tx.touched_cases() == ((begun.case, "", 2),)
            assert tx.count(Scope.UNTOUCHED) == 2
        append(store, "page_read", new.case)
        with store.read() as tx:
            assert tx.touched_cases() == ((new.case, "", 2), (begun.case, "", 2))
            assert tx.count(Scope.UNTOUCHED) == 0
            assert set(tx.mention_ids(Scope.ALL)) == {
                one.mention for one in (new, begun, late, early)
            }

    def test_a_case_has_as_many_places_as_it_was_heard_at(self, store: Store) -> None:
        here, there = listen(store), listen(store, "https://b.example/feed")
        one, alone = hear(store, heard("a"), heard("b"), source=here)
        case, other = CaseId(str(one.case)), CaseId(str(alone.case))
        _join(store, None, [heard("f")], [case])
        _join(store, there, [heard("c"), heard("d")], [case, case])
        _join(store, here, [heard("e")], [other])
        with store.read() as tx:
            asked = [CaseId("99"), other, CaseId("x"), case]
            assert tx.places(asked) == {case: 3, other: 1}
            assert tx.places([]) == {}

    def test_a_long_text_is_told_beyond_what_a_line_holds(self, store: Store) -> None:
        long = "é" * (MOST_OF_TEXT + 7)
        one, two = hear(store, heard("a", text=long), heard("b", text="short"))
        with store.read() as tx:
            (row,) = tx.rows([one.mention])
            assert row.text == long[:TEXT_CUT]
            asked = [two.mention, MentionId("99"), one.mention, MentionId("")]
            assert tx.texts(asked) == {one.mention: long[:MOST_OF_TEXT], two.mention: "short"}
            assert tx.texts([]) == {}

    def test_nobody_joins_a_case_that_is_not_there(self, store: Store) -> None:
        source = listen(store)
        with refused("no_such_case"):
            _join(store, source, [heard("a")], [CaseId("9")])
        with store.read() as tx:
            assert tx.count(Scope.ALL) == 0

    def test_which_keys_are_new(self, store: Store) -> None:
        here, there = listen(store), listen(store, "https://b.example/feed")
        hear(store, heard("a"), heard("b\0"), heard("'"), source=here)
        hear(store, heard("h"))
        asked = ["a", "b\0", "'", "new", "h", "", *map(str, range(1_200))]
        with store.read() as tx:
            new = {*asked} - {"a", "b\0", "'"}
            assert tx.new_keys(here, asked) == new
            assert tx.new_keys(there, asked) == {*asked}
            assert tx.new_keys(None, asked) == {*asked} - {"h"}
            assert tx.new_keys(None, []) == frozenset()

    def test_how_what_a_source_shows_is_kept(self, store: Store) -> None:
        here, there = listen(store), listen(store, "https://b.example/feed")
        keys = ["a", "b\0", "c", "new", *map(str, range(600))]
        old = [False, False, True]
        (first, *_others) = hear(store, *map(heard, keys[:3]), source=here, older=old)
        hear(store, heard("a"), source=there)
        hear(store, heard("c", "Warm soup."), source=here, at=NOON + 101 * HOUR)
        append(store, "page_read", case=first.case or "")
        with store.read() as tx:
            kept = tx.kept(here, keys)
            assert list(kept) == keys[:3]
            was, changed = heard("a").digest, heard("c", "Warm soup.").digest
            assert kept["a"] == Known(was, 1, NOON + 100 * HOUR, touched=True)
            assert kept["b\0"] == Known(was, 1, NOON + 100 * HOUR, touched=False)
            assert kept["c"] == Known(changed, 2, NOON + 101 * HOUR, touched=False)
            assert tx.kept(here, []) == tx.kept(SourceId("9"), keys) == {}
            assert list(tx.kept(there, keys)) == ["a"]

    def test_how_much_a_source_has_brought_lately(self, store: Store) -> None:
        here, there = listen(store), listen(store, "https://b.example/feed")
        first, later = NOON + 100 * HOUR, NOON + 101 * HOUR
        (read, *_others) = hear(store, heard("a"), heard("b"), heard("c"), source=here, at=first)
        append(store, "page_read", case=read.case or "")
        some = (heard("a", "Warm soup."), heard("b", "Warm soup."), heard("d"), heard("e"))
        hear(store, *some, source=here, at=later, older=[False, False, False, True])
        hear(store, heard("b", "No soup."), source=here, at=later)
        with store.read() as tx:
            # Neither its first round, nor what is older, nor what somebody reads.
            assert tx.brought(here, first, later) == Brought(new=1, changed=1)
            nothing = tx.brought(here, later + HOUR, later + 2 * HOUR)
            assert nothing == tx.brought(there, first, later) == Brought()
            # What was heard while the clock was ahead is not of this day.
            assert tx.brought(here, first, later - HOUR) == Brought()

    def test_found_again_by_marks(self, store: Store) -> None:
        here, there = listen(store), listen(store, "https://b.example/feed")
        first, second = _join(
            store, here, [heard("a"), heard("b")], [None, None], marks=[(1, 2, 2), (2, 2**32 - 1)]
        )
        by_hand = _join(store, None, [heard("h")], [None], marks=[(2,)])[0]
        assert _alike(store, (1, 2, 7), there) == {
            1: (first.mention,),
            2: (by_hand.mention, second.mention, first.mention),
        }
        assert _alike(store, (2,), here) == {2: (by_hand.mention,)}
        assert _alike(store, (2, 2**32 - 1), None) == {
            2: (second.mention, first.mention),
            2**32 - 1: (second.mention,),
        }
        assert _alike(store, (), there) == {}

    def test_marks_are_of_those_that_opened_a_case(self, store: Store) -> None:
        here, there = listen(store), listen(store, "https://b.example/feed")
        (opened,) = _join(store, here, [heard("a")], [None], marks=[(1,)])
        _join(
            store,
            there,
            [heard("joined"), heard("old")],
            [opened.case, None],
            older=[False, True],
            marks=[(1, 5), (1, 5)],
        )
        _join(store, here, [heard("a", "Changed.")], [None], marks=[(5,)])
        assert _alike(store, (1, 5), None) == {1: (opened.mention,)}

    def test_marks_are_not_kept_for_ever(self, store: Store) -> None:
        source = listen(store)
        (old,) = _join(store, source, [heard("a")], [None], marks=[(1,)], at=NOON)
        late = NOON + MARKS_KEPT
        (new,) = _join(store, source, [heard("b")], [None], marks=[(1,)], at=late)
        assert _alike(store, (1,), None, NOON) == {1: (new.mention, old.mention)}
        assert _alike(store, (1,), None, NOON + HOUR) == {1: (new.mention,)}
        _join(store, source, [heard("c")], [None], marks=[(3,)], at=late + HOUR)
        assert _alike(store, (1,), None, NOON) == {1: (new.mention,)}

    def test_not_more_than_can_be_looked_at(self, store: Store) -> None:
        source = listen(store)
        many = [heard(f"{number}") for number in range(MOST_ALIKE + 5)]
        arrived = _join(store, source, many, [None] * len(many), marks=[(1,)] * len(many))
        newest = tuple(one.mention for one in reversed(arrived))[:MOST_ALIKE]
        assert _alike(store, (1,), None) == {1: newest}

    def test_taken_out_again(self, store: Store) -> None:
        here, there = listen(store), listen(store, "https://b.example/feed")
        (one,) = hear(store, heard("a"), source=here)
        assert one.case is not None
        append(store, "page_read", one.case)
        (joined,) = _join(store, there, [heard("b")], [one.case])
        with store.write() as tx:
            own = tx.split(joined.mention, rules_line=7, marks=(4,))
            assert own != one.case
            assert tx.case(own).mention == joined.mention
            assert tx.case(own).rules_line == 7
            assert tx.mention(joined.mention).case == own
            assert tx.mentions_of_cases([one.case]) == (one.mention,)
            assert tx.mention_ids(Scope.UNTOUCHED) == (joined.mention,)
            assert tx.touched_cases() == ((one.case, "", 1),)
        assert _alike(store, (4,), here) == {4: (joined.mention,)}
        (next_one,) = hear(store, heard("c"), source=here)
        assert next_one.case not in (one.case, own)
        with refused("no_such_mention"), store.write() as tx:
            tx.split(MentionId("99"), rules_line=0, marks=())


def _join(
    store: Store,
    source: SourceId | None,
    what: Sequence[Heard],
    joins: Sequence[CaseId | None],
    *,
    older: Sequence[bool] = (),
    marks: Sequence[Collection[int]] = (),
    at: datetime = NOON + 100 * HOUR,
) -> tuple[Arrived, ...]:
    with store.write() as tx:
        return tx.add_mentions(
            source,
            what,
            at,
            older=older or [False] * len(what),
            rules_line=0,
            joins=joins,
            marks=marks,
        )


def _alike(
    store: Store, marks: Collection[int], but: SourceId | None, since: datetime = NOON
) -> dict[int, tuple[MentionId, ...]]:
    with store.read() as tx:
        return dict(tx.alike(marks, but=but, since=since))
