"""Transactions: all or nothing, one writer, a view that stands still."""
# A contract suite is made of assertions:
# ruff: noqa: S101

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from calmreply.app.ports import SealedKey
from calmreply.app.ports.storage import (
    Account,
    StoredDraft,
)
from calmreply.domain.moment import Boot, Reading
from calmreply.domain.outbox import EntryId
from calmreply.errors import KnownError

if TYPE_CHECKING:
    from calmreply.app.ports.storage import Store

from calmreply.testing.contracts.storage.samples import (
    ANNA,
    NOON,
    WAIT,
    append,
    cases,
    everything,
    heard,
    listen,
    outbox_row,
    write_line,
)


class TransactionContract:
    """All or nothing, one writer, and a view that stands still."""

    def test_all_or_nothing(self, store: Store) -> None:
        (case,) = cases(store, 1)
        source = listen(store)
        append(store, "rules_set", payload='{"a":1}')
        with store.read() as tx:
            before = everything(tx)

        try:
            with store.write() as tx:
                write_line(tx, "page_read", case)
                tx.forget(1)
                tx.add_mentions(source, [heard("n")], NOON, older=[False], rules_line=0)
                tx.add_mentions(None, [heard("case 0", "Edit")], NOON, older=[False], rules_line=0)
                tx.save_draft(StoredDraft(case, ANNA, None, "Dear", "", Reading(NOON, "b", 1.0)))
                tx.save_boots([Boot("b", NOON, 1.0, 1.0)])
                tx.set_setting("a", "b")
                tx.remove_source(source)
                tx.save_account(Account("a", "mail", {}))
                tx.save_sealed_key(SealedKey("anna", 1, b"", b"", b""))
                tx.put_outbox_row(outbox_row("e1", case))
                assert everything(tx) != before
                tx.count_attempt(EntryId("e1"), 9)
        except KnownError as error:
            stopped = error.code
        with store.read() as tx:
            assert stopped == "claimed_elsewhere"
            assert everything(tx) == before
            assert tx.setting("a") is None
            assert tx.search("edit") == ()
            assert len(tx.search("cold")) == 1

    def test_a_reader_keeps_the_view_it_began_with(self, store: Store) -> None:
        append(store, "rules_set")
        with ThreadPoolExecutor(1) as writer, store.read() as tx:
            before = tx.head()
            writer.submit(append, store, "rules_set").result(WAIT)
            assert tx.head() == before
            assert len(tuple(tx.lines())) == 1
        with store.read() as tx:
            assert tx.head()[0] == 2

    def test_readers_go_on_while_somebody_writes(self, store: Store) -> None:
        with ThreadPoolExecutor(2) as readers, store.write() as tx:
            tx.set_setting("a", "unfinished")

            def read() -> str | None:
                with store.read() as view:
                    return view.setting("a")

            found = [readers.submit(read) for _ in range(4)]
            assert [one.result(WAIT) for one in found] == [None] * 4

    def test_one_writes_at_a_time(self, store: Store) -> None:
        def count(times: int) -> None:
            for _ in range(times):
                with store.write() as tx:
                    tx.set_setting("n", str(int(tx.setting("n") or 0) + 1))

        with ThreadPoolExecutor(4) as writers:
            for done in [writers.submit(count, 25) for _ in range(4)]:
                done.result(WAIT * 3)
        with store.read() as tx:
            assert tx.setting("n") == "100"

    def test_nothing_of_a_transaction_outlives_it(self, store: Store) -> None:
        with store.write() as tx:
            write_line(tx, "rules_set")
            lines = tx.lines()
        for use in (tx.head, lambda: next(lines), lambda: tx.set_setting("a", "b")):
            try:
                use()
            except RuntimeError:
                continue
            raise AssertionError("used after its end")
        with store.read() as view:
            assert view.setting("a") is None

    def test_a_write_inside_a_write_is_a_mistake_of_ours(self, store: Store) -> None:
        with store.write() as tx:
            tx.set_setting("a", "outer")
            try:
                with store.write():
                    raise AssertionError("began a second one")
            except RuntimeError:
                pass
        with store.read() as view:
            assert view.setting("a") == "outer"
