"""Hearing mentions, opening cases, and the lines of the inbox."""
# A contract suite is made of assertions:
# ruff: noqa: S101

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from calmreply.app.ports.storage import (
    Arrival,
    Arrived,
    InboxRow,
    Scope,
)
from calmreply.domain.mention import (
    CaseId,
    Heard,
    Mention,
    MentionId,
    MentionVersion,
    Origin,
    Promise,
    SourceId,
    Stars,
    Visibility,
)

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
    refused,
)

FULL = Heard(
    key="tag:1",
    author="J\u00fcrgen O'Brien \U0001f468\u200d\U0001f373",
    text="\u202eLate\r\n\ttwice.  ",
    origin=Origin.PHONE,
    title="Two hours",
    url="https://reviews.example/1?a=b&c=d#e",
    site="Example reviews",
    stars=Stars(2.5, 10),
    published=NOON - HOUR,
    visibility=Visibility.PRIVATE,
    contact="+49 30 000000",
    promise=Promise("a call back", NOON + HOUR),
    handle="@j@food.example",
    language="de-AT",
    place="Market square",
    target="wordpress:a1/12/55",
    thread="12",
    answers="tag:0",
)
"""With everything that a place can tell."""


class MentionsContract:
    """Hearing, cases, the inbox and the search."""

    def test_a_mention_comes_back_whole(self, store: Store) -> None:
        source = listen(store)
        bare = Heard("tag:2", "", "", Origin.PASTE)
        promised = replace(bare, key="tag:3", promise=Promise("soon"))
        one, two, three = hear(store, FULL, bare, promised, source=source, at=NOON)
        assert one == Arrived(Arrival.NEW, one.mention, one.case, FULL.digest)
        version = MentionVersion(1, FULL.text, FULL.author, FULL.stars, FULL.visibility, NOON)
        same = (
            *("origin", "title", "url", "site", "published", "contact", "promise"),
            *("handle", "language", "place", "key", "target", "thread", "answers"),
        )
        with store.read() as tx:
            assert tx.mention(one.mention) == Mention(
                id=one.mention,
                case=one.case,
                source=source,
                heard=NOON,
                versions=(version,),
                **{name: getattr(FULL, name) for name in same},
            )
            assert tx.mention(one.mention).now.digest == one.digest
            assert tx.mention(two.mention).promise is None
            assert tx.mention(three.mention).promise == promised.promise
            assert one.case is not None
            assert tx.case(one.case).mention == one.mention
            assert tx.contacts() == (FULL.contact,)

    def test_what_is_known_changed_or_new(self, store: Store) -> None:
        first = hear(store, heard("a"), heard("b"), at=NOON)
        again = hear(store, heard("b"), heard("c"), heard("a", "Cold soup. Better now."))
        assert [one.arrival for one in (*first, *again)] == [
            Arrival.NEW,
            Arrival.NEW,
            Arrival.SAME,
            Arrival.NEW,
            Arrival.CHANGED,
        ]
        assert again[0].mention == first[1].mention
        assert again[2].mention == first[0].mention
        assert again[2].case == first[0].case
        back = hear(store, heard("a"))
        with store.read() as tx:
            versions = tx.mention(back[0].mention).versions
        assert back[0].arrival is Arrival.CHANGED
        assert [(one.number, one.text) for one in versions] == [
            (1, "Cold soup."),
            (2, "Cold soup. Better now."),
            (3, "Cold soup."),
        ]
        assert [one.heard for one in versions] == [NOON, NOON + 100 * HOUR, NOON + 100 * HOUR]

    def test_a_change_takes_along_what_it_names(self, store: Store) -> None:
        before = heard("a", title="Soup", url="https://a.example/1", site="A", contact="kim")
        hear(store, before, at=NOON)
        after = replace(before, text="Worse.", title="Soup again", url=None, site="", contact="")
        later = replace(after, published=NOON + 5 * HOUR)
        (changed,) = hear(store, later)
        with store.read() as tx:
            found = tx.mention(changed.mention)
        assert (found.title, found.url, found.site, found.contact) == (
            "Soup again",
            "https://a.example/1",
            "A",
            "kim",
        )
        assert (found.published, found.heard) == (NOON, NOON)

    def test_gone_until_it_is_heard_again(self, store: Store) -> None:
        here, there = listen(store), listen(store, "https://b.example/feed")
        one, two, three = hear(store, heard("a"), heard("b"), heard("c"), source=here, at=NOON)
        hear(store, heard("a"), source=there)
        with store.write() as tx:
            assert tx.mark_gone(here, ("c", "a", "never heard"), NOON) == (
                one.mention,
                three.mention,
            )
            assert tx.mark_gone(here, ("a", "b"), NOON + HOUR) == (two.mention,)
            assert tx.mark_gone(there, (), NOON) == ()
            found = [tx.mention(mention.mention).gone for mention in (one, two, three)]
            assert found == [NOON, NOON + HOUR, NOON]
            assert [tx.row(each.mention).gone for each in (one, two, three)] == [True] * 3
        hear(store, heard("a"), heard("b", "Edited."), source=here)
        with store.read() as tx:
            found = [tx.mention(mention.mention).gone for mention in (one, two, three)]
            lines = tx.rows([each.mention for each in (one, two, three)])
        assert found == [None, None, NOON]
        assert [line.gone for line in lines] == [False, False, True]
        with refused("no_such_source"), store.write() as tx:
            tx.mark_gone(SourceId("99"), ("a",), NOON)

    def test_a_key_counts_within_its_source(self, store: Store) -> None:
        one, two = listen(store), listen(store, "https://b.example/feed")
        arrived = [hear(store, heard("k"), source=source)[0] for source in (one, two, None)]
        assert len({found.mention for found in arrived}) == 3
        again = [hear(store, heard("k"), source=source)[0] for source in (one, two, None)]
        assert [found.arrival for found in again] == [Arrival.SAME] * 3
        assert [found.mention for found in again] == [found.mention for found in arrived]

    def test_a_key_twice_in_one_call_is_one_mention(self, store: Store) -> None:
        arrived = hear(store, heard("a"), heard("a"), heard("a", "Worse."), heard("a", "Worse."))
        assert [one.arrival for one in arrived] == [
            Arrival.NEW,
            Arrival.SAME,
            Arrival.CHANGED,
            Arrival.SAME,
        ]
        assert len({(one.mention, one.case) for one in arrived}) == 1
        with store.read() as tx:
            assert [one.text for one in tx.mention(arrived[0].mention).versions] == [
                "Cold soup.",
                "Worse.",
            ]

    def test_changes_of_one_call_are_versions_in_their_order(self, store: Store) -> None:
        keys = [f"k{number}" for number in range(600)]
        first = hear(store, *(heard(key, "Stale.") for key in keys))
        words = ("Worse.", "Better.", "Gone.")
        hear(store, *(heard(key, said) for said in words for key in keys))
        with store.read() as tx:
            for one in (first[0], first[-1]):
                versions = tx.mention(one.mention).versions
                assert [version.text for version in versions] == ["Stale.", *words]
                assert [version.number for version in versions] == [1, 2, 3, 4]
            assert len(tx.search("gone")) == len(keys)
            assert tx.search("better") == ()

    def test_older_ones_get_no_case(self, store: Store) -> None:
        with store.write() as tx:
            arrived = tx.add_mentions(
                None, [heard("a"), heard("b")], NOON, older=[True, False], rules_line=7
            )
            assert arrived[0].case is None
            assert arrived[1].case is not None
            assert tx.case(arrived[1].case).rules_line == 7
            assert [row.older for row in tx.rows([one.mention for one in arrived])] == [True, False]
            assert tx.mention_ids(Scope.OLDER) == (arrived[0].mention,)
        (changed,) = hear(store, heard("a", "Changed."))
        assert (changed.arrival, changed.case) == (Arrival.CHANGED, None)

    def test_all_of_them_with_their_cases(self, store: Store) -> None:
        count = 1_203  # more than one page
        first, *_rest = hear(store, heard("first"), heard("old"), older=[False, True])
        hear(store, *(heard(f"more {i}") for i in range(count)), heard("first", "Edited"))
        with store.read() as tx:
            found = [*tx.mentions()]
            assert [one.id for one, _case in found] == [str(i + 1) for i in range(count + 2)]
            for one, case in (*found[:3], *found[-3:]):
                assert one == tx.mention(one.id)
                assert case == (tx.case(one.case) if one.case else None)
        assert found[0][0].id == first.mention
        assert [len(one.versions) for one, _case in found[:3]] == [2, 1, 1]
        assert [case is None for _one, case in found[:3]] == [False, True, False]

    def test_text_that_no_database_keeps(self, store: Store) -> None:
        broken = heard("a\0\ud800", "x\0y\udfffz", author="\ud83d", title="\0")
        (one,) = hear(store, broken)
        (again,) = hear(store, broken)
        assert again.arrival is Arrival.SAME
        with store.read() as tx:
            found = tx.mention(one.mention)
            assert found.now.text == "x\ufffdy\ufffdz"
            assert found.now.digest == one.digest == again.digest
            assert tx.search("x") == (one.mention,)

    def test_a_line_of_the_inbox(self, store: Store) -> None:
        source = listen(store)
        long = heard("a", "\u00e4" * 1000, title="Soup", site="A", stars=Stars(1))
        (one, two) = hear(store, long, heard("b"), source=source, at=NOON)
        with store.read() as tx:
            row = tx.row(one.mention)
            assert row == InboxRow(
                mention=one.mention,
                case=one.case,
                source=source,
                source_title="A",
                origin=Origin.FEED,
                author="Kim Park",
                title="Soup",
                text="\u00e4" * 400,
                stars=Stars(1),
                url=None,
                site="A",
                published=NOON,
                heard=NOON,
                older=False,
                touched=False,
                kind="feed",
            )
            assert not tx.row(two.mention).private
            unknown = MentionId("99")
            asked = [two.mention, unknown, one.mention, MentionId("x"), two.mention]
            assert [found.mention for found in tx.rows(asked)] == [
                two.mention,
                one.mention,
                two.mention,
            ]
            assert tx.rows([]) == ()

    def test_newest_first_and_the_scopes(self, store: Store) -> None:
        at = NOON + 3 * HOUR
        what = [
            heard("a", hours=1),
            heard("b", hours=2),
            heard("c", hours=9_000),
            heard("d", hours=None),
            heard("e", hours=1),
            heard("f", hours=2.5),
        ]
        arrived = hear(store, *what, at=at, older=[False, True, False, False, False, False])
        a, b, c, d, e, f = (one.mention for one in arrived)
        case = arrived[0].case
        assert case is not None
        append(store, "page_read", case)
        with store.read() as tx:
            assert tx.mention_ids(Scope.ALL) == (d, c, f, b, e, a)
            assert tx.mention_ids(Scope.ALL, limit=2) == (d, c)
            assert tx.mention_ids(Scope.ALL, limit=2, offset=1) == (c, f)
            assert tx.mention_ids(Scope.ALL, offset=4) == (e, a)
            assert tx.mention_ids(Scope.ALL, limit=0) == ()
            assert tx.mention_ids(Scope.UNTOUCHED) == (d, c, f, e)
            assert tx.mention_ids(Scope.UNTOUCHED, limit=1, offset=3) == (e,)
            assert tx.mention_ids(Scope.OLDER) == (b,)
            assert [tx.count(scope) for scope in Scope] == [6, 4, 1]
            assert [row.touched for row in tx.rows([a, e])] == [True, False]
            known = [one.case for one in arrived if one.case]
            assert tx.mentions_of_cases(known) == (d, c, f, e, a)
            assert tx.mentions_of_cases([case, CaseId("99"), CaseId("x")]) == (a,)
            assert tx.mentions_of_cases([]) == ()

    def test_touched_cases_say_how_they_stand(self, store: Store) -> None:
        found = cases(store, 12)
        append(store, "page_read", found[10])
        append(store, "case_closed", found[10])
        append(store, "page_read", found[2])
        append(store, "set_aside", found[1])
        append(store, "reopened", found[1])
        append(store, "debriefed", found[0])
        append(store, "page_read", found[0])
        append(store, "rules_set")
        with store.read() as tx:
            assert tx.touched_cases() == (
                (found[0], "debriefed", 1),
                (found[1], "reopened", 1),
                (found[2], "", 1),
                (found[10], "case_closed", 1),
            )
            assert tx.count(Scope.UNTOUCHED) == 8

    def test_unknown_numbers(self, store: Store) -> None:
        cases(store, 1)
        with store.read() as tx:
            for odd in ("2", "0", "-1", "01", "x", "", " 1", "1" * 40, "\u0661"):
                with refused("no_such_mention"):
                    tx.mention(MentionId(odd))
                with refused("no_such_mention"):
                    tx.row(MentionId(odd))
                with refused("no_such_case"):
                    tx.case(CaseId(odd))
                if odd:
                    assert tx.drafts(CaseId(odd)) == ()
