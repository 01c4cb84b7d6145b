"""What must be on record before the database lets a reply be claimed, whatever the program says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing

import pytest
from tests.storage.cluster import Cluster

from calmreply.adapters.clock import SystemClock
from calmreply.adapters.storage.postgres import open_team
from calmreply.adapters.storage.postgres.store import PostgresStore
from calmreply.app.ports.storage import WriteTransaction
from calmreply.domain.mention import CaseId
from calmreply.domain.outbox import EntryId
from calmreply.domain.reply import ReplyId
from calmreply.testing.contracts.storage import samples
from calmreply.testing.contracts.storage.samples import refused

ONE = CaseId("1")
Step = tuple[str, str, str, dict[str, object]]
"""Kind, reply (or none), actor, and what the fact says."""

WROTE: Step = ("revised", "r1", "ana", {"revision": "v1"})
JUDGED: Step = ("judged", "", "ana", {"kind": "complaint"})
PRAISED: Step = ("judged", "", "ana", {"kind": "praise"})
SIGNED: Step = ("signed_off", "r1", "tom", {"request": "q1", "revision": "v1"})
CHOSE: Step = (
    "send_chosen",
    "r1",
    "ana",
    {"entry": "e1", "kind": "reply", "request": "q1", "revision": "v1"},
)


def but(step: Step, **said: object) -> Step:
    kind, reply, actor, fact = step
    return kind, reply, actor, {**fact, **said}


def written(seconds_ago: int) -> Step:
    """So long before it is claimed, by the server's clock."""
    return but(WROTE, ago=seconds_ago)


def _said(fact: dict[str, object]) -> str:
    fact = dict(fact)
    ago = fact.pop("ago", None)
    if isinstance(ago, int):
        ticks = SystemClock().read().wall.timestamp() - ago
        fact["at"] = {"boot": "server", "ticks": ticks, "wall": "then"}
    return json.dumps(fact, separators=(",", ":"))


ALONE: Step = ("self_reviewed", "r1", "ana", {})
UNSIGNED = but(CHOSE, request=None)
WRITTEN_AGAIN: Step = ("revised", "r1", "ana", {"revision": "v2"})
TAKEN_BACK: Step = ("sign_off_withdrawn", "", "tom", {"request": "q1"})
HURRY: Step = ("emergency_declared", "", "ana", {})
AGAIN: Step = ("chosen_again", "", "ana", {"entry": "e1", "request": None})

LEAVES = {
    "signed off": [WROTE, JUDGED, SIGNED, CHOSE],
    "a thank-you": [WROTE, PRAISED, UNSIGNED],
    "alone": [WROTE, JUDGED, ALONE, UNSIGNED],
    "an emergency": [WROTE, JUDGED, HURRY, UNSIGNED],
    "signed off anew": [WROTE, JUDGED, SIGNED, TAKEN_BACK, SIGNED, CHOSE],
    "waited for": [written(601), JUDGED, SIGNED, CHOSE],
    "a thank-you that waited": [written(121), PRAISED, UNSIGNED],
}
STAYS = {
    "nobody chose": [WROTE, JUDGED, SIGNED],
    "another entry was chosen": [WROTE, JUDGED, SIGNED, but(CHOSE, entry="e2")],
    "another revision was chosen": [WROTE, JUDGED, SIGNED, but(CHOSE, revision="v0")],
    "written on since": [WROTE, JUDGED, SIGNED, CHOSE, but(WROTE)],
    "nothing was written": [JUDGED, SIGNED, CHOSE],
    "chosen as a holding reply": [WROTE, JUDGED, SIGNED, but(CHOSE, kind="holding")],
    "not judged": [WROTE, SIGNED, CHOSE],
    "nobody signed": [WROTE, JUDGED, CHOSE],
    "nobody asked": [WROTE, JUDGED, UNSIGNED],
    "asked again without": [WROTE, JUDGED, SIGNED, CHOSE, AGAIN],
    "signed before it was written": [SIGNED, JUDGED, WROTE, CHOSE],
    "other words were signed": [WROTE, JUDGED, but(SIGNED, revision="v0"), CHOSE],
    "signed for another request": [WROTE, JUDGED, but(SIGNED, request="q2"), CHOSE],
    "taken back": [WROTE, JUDGED, SIGNED, TAKEN_BACK, CHOSE],
    "written anew": [
        WROTE,
        JUDGED,
        SIGNED,
        WRITTEN_AGAIN,
        but(CHOSE, revision="v2"),
    ],
    "the signer writes, too": [
        JUDGED,
        SIGNED,
        ("revised", "r1", "tom", {"revision": "v1"}),
        CHOSE,
    ],
    "ten minutes are not over": [written(590), JUDGED, SIGNED, CHOSE],
    "two minutes are not over": [written(110), PRAISED, UNSIGNED],
}


@pytest.fixture
def store(cluster: Cluster, founded: str) -> Iterator[PostgresStore]:
    name = cluster.database(like=founded)
    cluster.let_clocks_be(name)
    with closing(open_team(cluster.address(name))) as found:
        samples.cases(found, 2)
        yield found


def do(tx: WriteTransaction, steps: list[Step]) -> None:
    for kind, reply, actor, fact in steps:
        samples.write_line(tx, kind, ONE, actor=actor, subject=reply, payload=_said(fact))


def claim(store: PostgresStore, steps: list[Step]) -> None:
    with store.write() as tx:
        do(tx, steps)
        tx.put_outbox_row(samples.outbox_row("e1", ONE, reply=ReplyId("r1")))
    with store.write() as tx:
        tx.count_attempt(EntryId("e1"), 1)


@pytest.mark.parametrize("steps", LEAVES.values(), ids=LEAVES)
def test_this_may_leave(store: PostgresStore, steps: list[Step]) -> None:
    claim(store, steps)
    with store.read() as tx:
        assert [one.attempts for one in tx.outbox_rows()] == [1]


@pytest.mark.parametrize("steps", STAYS.values(), ids=STAYS)
def test_this_stays(store: PostgresStore, steps: list[Step]) -> None:
    with refused("refused_by_database"):
        claim(store, steps)
    with store.read() as tx:
        assert [one.attempts for one in tx.outbox_rows()] in ([0], [])


def test_words_that_look_like_fields_are_words(store: PostgresStore) -> None:
    said = '","request":"q1","revision":"v1","entry":"e1\x00 \ud83d \\"kind\\":\\"praise\\"'
    with refused("refused_by_database"):
        claim(store, [WROTE, JUDGED, SIGNED, but(CHOSE, entry="e2", record=said)])
    with refused("refused_by_database"):
        claim(store, [WROTE, JUDGED, but(SIGNED, request="q2", record=said), CHOSE])
    claim(store, [but(WROTE, text=said), JUDGED, but(SIGNED, record=said), but(CHOSE, record=said)])


@pytest.mark.parametrize("kind", ["attempt_began", "attempt_ended", "posted"])
def test_nothing_has_left_that_was_not_claimed(store: PostgresStore, kind: str) -> None:
    with store.write() as tx:
        do(tx, [WROTE, JUDGED, SIGNED, CHOSE])
        tx.put_outbox_row(samples.outbox_row("e1", ONE, reply=ReplyId("r1")))
    left: Step = (kind, "", "ana", {"entry": "e1", "number": 1})
    with refused("refused_by_database"), store.write() as tx:
        do(tx, [left])
    with store.write() as tx:
        tx.count_attempt(EntryId("e1"), 1)
        do(tx, [left])
    with refused("refused_by_database"), store.write() as tx:
        do(tx, [but(left, entry="e2")])
