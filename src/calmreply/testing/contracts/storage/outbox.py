"""The outbox as far as the database itself guards it."""
# A contract suite is made of assertions:
# ruff: noqa: S101

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING

from calmreply.domain.mention import (
    CaseId,
)
from calmreply.domain.outbox import EntryId
from calmreply.domain.reply import ReplyId
from calmreply.errors import KnownError

if TYPE_CHECKING:
    from calmreply.app.ports.storage import Store

from calmreply.testing.contracts.storage.samples import (
    WAIT,
    cases,
    outbox_row,
    put_chosen,
    refused,
)


class OutboxContract:
    """One living entry for each reply and place, and one claim for each attempt."""

    def test_one_living_entry_for_a_reply(self, store: Store) -> None:
        one, two = cases(store, 2)
        first = outbox_row("e1", one, reply=ReplyId("r"))
        second = outbox_row("e2", one, reply=ReplyId("r"))
        elsewhere = outbox_row("e0", two, holding=True)
        with store.write() as tx:
            tx.put_outbox_row(first)
            tx.put_outbox_row(elsewhere)
        with refused("already_in_outbox"), store.write() as tx:
            tx.put_outbox_row(second)
        with store.write() as tx:
            tx.put_outbox_row(replace(first, live=False))
            tx.put_outbox_row(second)
            assert tx.outbox_rows() == (elsewhere, second)
            gone = replace(first, live=False)
            assert tx.outbox_rows(live_only=False) == (gone, elsewhere, second)
        with refused("already_in_outbox"), store.write() as tx:
            tx.put_outbox_row(first)
        with refused("no_such_case"), store.write() as tx:
            tx.put_outbox_row(outbox_row("e9", CaseId("99")))

    def test_one_living_holding_reply_at_a_place(self, store: Store) -> None:
        one, two = cases(store, 2)
        holding = outbox_row("e1", one, holding=True)
        with store.write() as tx:
            tx.put_outbox_row(holding)
            tx.put_outbox_row(outbox_row("e2", one))
            tx.put_outbox_row(outbox_row("e3", two, holding=True, place="mail:kim@a.example:"))
        with refused("already_in_outbox"), store.write() as tx:
            tx.put_outbox_row(outbox_row("e4", two, holding=True))
        with store.write() as tx:
            tx.put_outbox_row(replace(holding, live=False))
            tx.put_outbox_row(outbox_row("e4", two, holding=True))

    def test_an_attempt_is_claimed_once(self, store: Store) -> None:
        (case,) = cases(store, 1)
        with store.write() as tx:
            put_chosen(tx, outbox_row("e1", case, holding=True))
            tx.count_attempt(EntryId("e1"), 1)
        for entry, number in (("e1", 1), ("e1", 3), ("e1", 0), ("e2", 1)):
            with refused("claimed_elsewhere"), store.write() as tx:
                tx.count_attempt(EntryId(entry), number)
        with store.write() as tx:
            tx.count_attempt(EntryId("e1"), 2)
            assert tx.outbox_rows()[0].attempts == 2
            tx.put_outbox_row(replace(tx.outbox_rows()[0], live=False))
        with refused("claimed_elsewhere"), store.write() as tx:
            tx.count_attempt(EntryId("e1"), 3)

    def test_of_two_that_race_one_wins(self, store: Store) -> None:
        (case,) = cases(store, 1)
        with store.write() as tx:
            put_chosen(tx, outbox_row("e1", case, holding=True))
        ready = threading.Barrier(4, timeout=WAIT)

        def claim() -> str:
            ready.wait()
            try:
                with store.write() as tx:
                    tx.count_attempt(EntryId("e1"), 1)
            except KnownError as error:
                return error.code
            return "won"

        with ThreadPoolExecutor(4) as threads:
            found = sorted(future.result() for future in [threads.submit(claim) for _ in range(4)])
        assert found == ["claimed_elsewhere"] * 3 + ["won"]
