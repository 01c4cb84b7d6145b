"""What a person brings in: pasted, heard on the phone, read in a letter, said over the counter."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from calmreply.adapters.storage import open_store
from calmreply.app import facts, queries
from calmreply.app.home import Home
from calmreply.app.ledger import MentionsHeard, writing
from calmreply.app.listening import listen
from calmreply.app.listening.brought import UNKNOWN_AUTHOR, answer_after_all, likely
from calmreply.app.persons import people
from calmreply.app.ports.changes import ChangeSet
from calmreply.app.ports.storage import Source
from calmreply.app.proving import beside, trust
from calmreply.domain.journal import Whole
from calmreply.domain.mention import (
    CaseId,
    Heard,
    Mention,
    MentionId,
    Origin,
    Promise,
    SourceId,
    Stars,
    Visibility,
)
from calmreply.errors import KnownError

if TYPE_CHECKING:
    from tests.app.conftest import Bench

PASTED = Heard(key="", author="Robin Sample", text="Stale.", origin=Origin.PASTE)


@pytest.fixture(params=["memory", "file"])
def home(request: pytest.FixtureRequest, bench: Bench, tmp_path: Path) -> Iterator[Home]:
    """Both stores: what one keeps, the other keeps, too."""
    if request.param == "memory":
        yield bench.home
        return
    store = open_store(tmp_path / "home")
    filed = replace(bench.home, store=store)
    people.found_home(filed)
    yield filed
    store.close()


def brought(home: Home, **changes: Any) -> Mention:
    mention, case, changed = listen.add_mention(home, replace(PASTED, **changes))
    assert changed.cases == {case}
    assert changed.mentions
    with home.store.read() as tx:
        return tx.mention(mention)


def test_what_they_say_next_is_another_turn_of_their_case(home: Home) -> None:
    page = "https://reviews.example/1"
    first = brought(home, url=page, site="Reviews", contact="0211 555017")
    assert first.case is not None
    again = Heard("", UNKNOWN_AUTHOR, "Still stale.", Origin.PASTE)
    for _twice in range(2):
        mention, case, changes = listen.add_mention(home, again, answers=first.case)
        assert case == first.case
        assert case in changes.cases
    with home.store.read() as tx:
        known = facts.load(home, tx, first.case).facts
    assert [one.now.text for one in known.conversation] == ["Stale.", "Still stale."]
    assert known.mention.id == mention
    assert len(known.turns) == 1
    now = known.mention
    assert (now.now.author, now.url, now.site) == (PASTED.author, page, "Reviews")
    assert now.contact == first.contact
    phoned = Heard("", "Robin's mother", "He is upset.", Origin.PHONE, contact="0211 1")
    listen.add_mention(home, phoned, answers=first.case)
    with home.store.read() as tx:
        now = facts.load(home, tx, first.case).facts.mention
    assert (now.now.author, now.url, now.site, now.contact) == (
        "Robin's mother",
        None,
        "",
        "0211 1",
    )
    assert now.now.visibility is Visibility.PRIVATE
    assert count(home) == 3
    assert isinstance(trust.verify_journal(home), Whole)
    assert [*beside.differences(home)] == []


@pytest.mark.parametrize(
    ("author", "site", "url", "known"),
    [
        ("Robin Sample", "", "", True),
        (" robin SAMPLE ", "google", "", True),
        ("Robin Sample", "", "http://reviews.example/1?utm_source=x", True),
        ("Robin Sample", "", "https://reviews.example/2", False),
        ("Robin Sample", "Facebook", "", False),
        ("Robin", "Google", "", False),
        ("?", "Google", "", False),
        ("", "", "", False),
    ],
)
def test_what_somebody_said_there_lately_is_found(
    home: Home, bench: Bench, *, author: str, site: str, url: str, known: bool
) -> None:
    brought(home, text="Older.", site="Google", url="https://reviews.example/1")
    newer = brought(home, site="Google", url="https://reviews.example/1")
    expected = newer.id if known else None
    found = likely(home, author, site, url)
    assert (found.id if found else None) == expected
    bench.clock.advance(days=91)
    assert likely(home, author, site, url) is None


def test_it_belongs_to_one_case_only(home: Home) -> None:
    first, other = brought(home), brought(home, text="Mouldy.")
    assert first.case is not None
    assert other.case is not None
    for heard, case, code in (
        (replace(PASTED, text="Mouldy."), first.case, "another_case"),
        (replace(PASTED, text="New."), CaseId("99"), "no_such_case"),
        (replace(PASTED, text=""), first.case, "text_missing"),
    ):
        with pytest.raises(KnownError) as caught:
            listen.add_mention(home, heard, answers=case)
        assert caught.value.code == code
    with home.store.read() as tx:
        assert not facts.load(home, tx, first.case).facts.turns
    assert count(home) == 2
    assert isinstance(trust.verify_journal(home), Whole)


def count(home: Home) -> int:
    return len(queries.mention_ids(home, queries.overview(home)))


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"text": ""}, "text_missing"),
        ({"text": " \n\t\x00 "}, "text_missing"),
        ({"text": "a" * 200_001}, "text_too_long"),
        ({"author": " "}, "author_missing"),
        ({"author": "a" * 501}, "text_too_long"),
        ({"site": "a" * 501}, "text_too_long"),
        ({"contact": "a" * 501}, "text_too_long"),
        ({"url": "reviews.example/1"}, "bad_address"),
        ({"url": "javascript:alert(1)"}, "bad_address"),
        ({"url": "file:///etc/passwd"}, "bad_address"),
        ({"url": "data:text/html,hello"}, "bad_address"),
        ({"url": "https://"}, "bad_address"),
        ({"url": "http://[::1"}, "bad_address"),
        ({"url": "https://reviews.example/a b"}, "bad_address"),
        ({"url": "https://reviews.example/\u202egnp.exe"}, "bad_address"),
        ({"url": "https://reviews.example/\ud800"}, "bad_address"),
        ({"url": "https://reviews.example/" + "a" * 2_000}, "bad_address"),
        ({"promise": Promise(" ", None)}, "promise_missing"),
    ],
)
def test_refused_with_a_sentence_and_nothing_is_kept(
    bench: Bench, changes: dict[str, Any], code: str
) -> None:
    with pytest.raises(KnownError) as refused:
        listen.add_mention(bench.home, replace(PASTED, **changes))
    assert refused.value.code == code
    assert refused.value.words
    assert refused.value.way_out
    assert count(bench.home) == 0


def test_nobody_knows_who_it_was(home: Home) -> None:
    assert brought(home, author=f" {UNKNOWN_AUTHOR} ").now.author == ""


def test_the_same_paste_twice_is_one_mention(home: Home) -> None:
    first = brought(home, url="https://reviews.example/1", stars=Stars(1))
    again = brought(
        home, author="  Robin   Sample ", text="\nStale. ", url="https://reviews.example/1 "
    )
    assert again.id == first.id
    assert count(home) == 1
    more_stars = brought(home, url="https://reviews.example/1", stars=Stars(2))
    assert (more_stars.id, len(more_stars.versions)) == (first.id, 3), "stars are part of it"
    others = [
        brought(home, text="Stale!", url="https://reviews.example/1"),
        brought(home, author="Kim Sample", url="https://reviews.example/1"),
        brought(home, url="https://reviews.example/2"),
        brought(home, site="Google"),
    ]
    assert len({first.id, *(one.id for one in others)}) == 5
    assert isinstance(trust.verify_journal(home), Whole)


@pytest.mark.parametrize("origin", [Origin.PHONE, Origin.LETTER, Origin.COUNTER])
def test_what_was_said_to_us_alone_is_private(bench: Bench, origin: Origin) -> None:
    """Whatever a caller says: nobody else heard it, so nobody else is to read our answer."""
    promise = Promise("We call back", bench.clock.wall + timedelta(hours=2))
    one = brought(bench.home, origin=origin, contact=" 0170 1 ", promise=promise)
    assert one.now.visibility is Visibility.PRIVATE
    assert one.contact == "0170 1"
    with bench.home.store.read() as tx:
        known = facts.load(bench.home, tx, one.case or CaseId(""))
    assert known.facts.mention.promise == promise
    assert listen.visibility_of(origin) is Visibility.PRIVATE


def test_a_paste_is_public_unless_it_is_said_to_be_private(bench: Bench) -> None:
    assert brought(bench.home).now.visibility is Visibility.PUBLIC
    private = brought(bench.home, text="By mail", visibility=Visibility.PRIVATE)
    assert private.now.visibility is Visibility.PRIVATE


def test_the_place_is_named_after_the_link(bench: Bench) -> None:
    assert brought(bench.home, url="https://www.reviews.example/1").site == "www.reviews.example"
    assert brought(bench.home, url="https://reviews.example/2", site="Reviews").site == "Reviews"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("a" * 200_000, "a" * 200_000),
        ("one\x00two", "onetwo"),
        ("broken \ud83c smile", "broken \ufffd smile"),
        ("\u202eright to left\u202c", "\u202eright to left\u202c"),
        ("\U0001f468\u200d\U0001f373 e\u0301", "\U0001f468\u200d\U0001f373 e\u0301"),
    ],
    ids=["huge", "nul", "half a pair", "turned", "joined"],
)
def test_odd_texts_are_kept_and_shown(home: Home, text: str, kept: str) -> None:
    one = brought(home, text=text, author="Ro\ud800bin\x00")
    assert one.now.text == kept
    assert one.now.author == "Ro\ufffdbin\ufffd"
    assert brought(home, text=text, author="Ro\ud800bin\x00").id == one.id
    queries.inbox(home, words=text[:50])
    queries.case_page(home, one.case or CaseId(""))
    assert isinstance(trust.verify_journal(home), Whole)


def test_in_whose_name(bench: Bench) -> None:
    ana = bench.person("Ana")
    listen.add_mention(bench.home, PASTED, ana)
    listen.add_mention(bench.home, replace(PASTED, text="Another."))
    by_ana, by_nobody = (line.line.actor for line in bench.data.lines[-2:])
    assert (by_ana, by_nobody) == (str(ana.person.id), "")


def older(home: Home, **changes: Any) -> MentionId:
    """Heard from a feed, from before we began to listen."""
    long_ago = home.clock.read().wall - timedelta(days=30)
    told = {"key": "1", "published": long_ago, "origin": Origin.FEED, **changes}
    with writing(home) as ledger:
        source = Source(SourceId("1"), "feed", "https://blog.example/feed", "A blog")
        heard = [replace(PASTED, **told)]
        added = ledger.tx.add_source(source)
        (one,) = ledger.tx.add_mentions(added, heard, ledger.now.wall, older=[True], rules_line=0)
        news = ((str(one.mention), str(one.case or ""), one.digest),)
        ledger.record(MentionsHeard(str(added), 0, news, ledger.reading))
    assert one.case is None
    return one.mention


def test_an_older_mention_is_answered_after_all(home: Home) -> None:
    link = "https://blog.example/1"
    mention = older(home, url=link, stars=Stars(2, 4), title="Cold rolls")
    new, case, changes = answer_after_all(home, mention)
    assert changes.cases == {case}
    with home.store.read() as tx:
        before, now, known = tx.mention(mention), tx.mention(new), facts.load(home, tx, case)
        trust.check_case(home, tx, known)
    assert before.case is None
    assert (now.now.text, now.now.author, now.now.stars) == ("Stale.", "Robin Sample", Stars(2, 4))
    assert (now.url, now.site, now.title) == (link, "A blog", "Cold rolls")
    assert now.published == before.published
    page = queries.case_page(home, case)
    assert page.first_word.waited < timedelta(minutes=1), "their clock starts now"
    assert isinstance(trust.verify_journal(home), Whole)
    assert answer_after_all(home, mention)[:2] == (new, case)
    assert answer_after_all(home, new) == (new, case, ChangeSet())
    assert count(home) == 2


def test_what_no_person_could_have_pasted_is_answered_all_the_same(home: Home) -> None:
    mention = older(home, url="ftp://blog.example/1", author=" ", text=" ", title="Only a title")
    new, _case, _changes = answer_after_all(home, mention)
    with home.store.read() as tx:
        now = tx.mention(new)
    assert (now.now.text, now.now.author, now.url) == ("Only a title", "", None)
    with pytest.raises(KnownError, match="mention"):
        answer_after_all(home, MentionId("999999"))
