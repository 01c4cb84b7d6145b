"""Rows changed by hand are found and named, each in a sentence; what is as it came is not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from calmreply.app.ports.storage import Account
from calmreply.app.proving import beside, trust
from calmreply.app.sending import accounts
from calmreply.app.words import wording_journal
from calmreply.domain.journal import Whole
from calmreply.domain.mention import CaseId, MentionId
from calmreply.testing.memory import Data

if TYPE_CHECKING:
    from tests.app.conftest import Bench

Edit = Callable[[Data], None]
OLDER, FIRST, EDITED, LAST = (MentionId(str(number)) for number in range(1, 5))


@pytest.fixture
def heard(bench: Bench) -> Data:
    """Four mentions: one from before we listened, one whose author changed it twice; an account."""
    site = bench.listens()
    then = bench.home.clock.read().wall - timedelta(days=30)
    site.show("old", "Long ago.", published=then)
    for key in ("a", "b", "c"):
        site.show(key, f"Bread {key}.")
    bench.poll()
    for text in ("Bread b, worse.", "Bread b, much worse."):
        bench.clock.advance(minutes=30)
        site.show("b", text)
        assert bench.poll().changed == 1
    accounts.save(bench.home, None, Account("shop", "mail", {"host": "mail.example"}))
    accounts.save(bench.home, None, Account("gone", "mail", {}))
    accounts.remove(bench.home, None, "gone")
    data = bench.data
    assert [one.case for one in data.mentions.values()] == [None, "1", "2", "3"]
    assert [*beside.differences(bench.home)] == []
    return data


def versions(change: Callable[[list[object]], list[object]], of: MentionId = EDITED) -> Edit:
    def edit(data: Data) -> None:
        found = data.mentions[of]
        again = change([*found.versions])
        data.mentions[of] = replace(found, versions=tuple(again))  # type: ignore[arg-type]

    return edit


def row(of: MentionId, **changes: object) -> Edit:
    def edit(data: Data) -> None:
        data.mentions[of] = replace(data.mentions[of], **changes)  # type: ignore[arg-type]

    return edit


def older_words(data: Data) -> None:
    found = data.mentions[OLDER]
    nicer = replace(found.now, text="Lovely.")
    data.mentions[OLDER] = replace(found, versions=(nicer,))


def both(one: Edit, other: Edit) -> Edit:
    def edit(data: Data) -> None:
        one(data)
        other(data)

    return edit


def one_put_in(number: int) -> Edit:
    def edit(data: Data) -> None:
        new = MentionId(str(number))
        data.mentions[new] = replace(data.mentions[LAST], id=new, case=None)

    return edit


WORDS = "what the customer said is not what came in."
EDITS: dict[str, tuple[Edit, list[str]]] = {
    "a version gone": (versions(lambda all_: all_[:1]), [f"Case 2: {WORDS}"]),
    "versions in another order": (
        versions(lambda all_: [all_[0], all_[2], all_[1]]),
        [f"Case 2: {WORDS}"],
    ),
    "the words of one without a case": (older_words, [f"Mention 1: {WORDS}"]),
    "a case for one that has none": (
        row(OLDER, case=CaseId("3")),
        ["Mention 1: the mention belongs to another case than when it came in."],
    ),
    "another case": (
        row(FIRST, case=CaseId("3")),
        ["Case 1: the mention belongs to another case than when it came in."],
    ),
    "a case taken away": (
        row(LAST, case=None),
        ["Case 3: the mention belongs to another case than when it came in."],
    ),
    "a case without its row": (
        lambda data: data.cases.__delitem__(CaseId("3")),
        ["Case 3: the mention belongs to another case than when it came in."],
    ),
    "the rules it began with": (
        lambda data: data.cases.__setitem__(
            CaseId("1"), replace(data.cases[CaseId("1")], rules_line=1)
        ),
        ["Case 1: the rules are not those it began with."],
    ),
    "the first one gone": (
        lambda data: data.mentions.__delitem__(OLDER),
        ["Mention 1: what the customer said is gone."],
    ),
    "the last one gone": (
        lambda data: data.mentions.__delitem__(LAST),
        ["Case 3: what the customer said is gone."],
    ),
    "marked as gone": (
        row(FIRST, gone=datetime(2026, 11, 18, tzinfo=UTC)),
        ["Case 1: it is marked as gone, and no site said so."],
    ),
    "one put in": (
        one_put_in(5),
        ["Mention 5: nothing in the journal says that it ever came in."],
    ),
    "the server of an account": (
        lambda data: data.accounts.__setitem__(
            "shop", Account("shop", "mail", {"host": "evil.example"})
        ),
        ["Account shop: it is not as somebody set it up."],
    ),
    "an account put in": (
        lambda data: data.accounts.__setitem__("evil", Account("evil", "mail", {})),
        ["Account evil: it is not as somebody set it up."],
    ),
    "an account put back": (
        lambda data: data.accounts.__setitem__("gone", Account("gone", "mail", {})),
        ["Account gone: it is not as somebody set it up."],
    ),
    "an account gone": (
        lambda data: data.accounts.__delitem__("shop"),
        ["Account shop: it is gone, and nobody removed it."],
    ),
    "two at once": (
        both(older_words, row(LAST, case=None)),
        [
            f"Mention 1: {WORDS}",
            "Case 3: the mention belongs to another case than when it came in.",
        ],
    ),
}


@pytest.mark.parametrize(("edit", "named"), EDITS.values(), ids=EDITS)
def test_each_difference_is_named(bench: Bench, heard: Data, edit: Edit, named: list[str]) -> None:
    edit(heard)
    assert isinstance(trust.verify_journal(bench.home), Whole)
    found = [wording_journal.difference(one) for one in beside.differences(bench.home)]
    assert found == named


def test_a_line_that_was_forgotten_vouches_for_nothing(bench: Bench, heard: Data) -> None:
    """The payload of the first round is erased: of what came with it nothing can be said."""
    first = next(one.line.number for one in heard.lines if one.line.kind == "mentions_heard")
    with bench.home.store.write() as tx:
        tx.forget(first)
    assert isinstance(trust.verify_journal(bench.home), Whole)
    found = {one.mention: one.thing for one in beside.differences(bench.home)}
    assert found.keys() == {OLDER, FIRST, EDITED, LAST}
