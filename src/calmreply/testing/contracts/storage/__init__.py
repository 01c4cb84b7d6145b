"""What every `app.ports.storage.Store` must do: in memory, in a file, in a shared database.

A test class subclasses `StorageContract` and gives a fixture `store`: an empty store for each
test. Nothing here knows which database it talks to.
"""
# A contract suite is made of assertions:
# ruff: noqa: S101

from __future__ import annotations

from typing import TYPE_CHECKING

from calmreply.testing.contracts.storage.answering import AnsweringContract
from calmreply.testing.contracts.storage.joining import JoiningContract
from calmreply.testing.contracts.storage.journal import JournalContract
from calmreply.testing.contracts.storage.mentions import MentionsContract
from calmreply.testing.contracts.storage.outbox import OutboxContract
from calmreply.testing.contracts.storage.rest import RestContract
from calmreply.testing.contracts.storage.samples import append, cases
from calmreply.testing.contracts.storage.search import SearchContract
from calmreply.testing.contracts.storage.transactions import TransactionContract

if TYPE_CHECKING:
    from calmreply.app.ports.storage import Store


class StorageContract(
    JournalContract,
    MentionsContract,
    JoiningContract,
    AnsweringContract,
    SearchContract,
    RestContract,
    OutboxContract,
    TransactionContract,
):
    """All of it. Subclass it and give a fixture `store`."""

    def test_a_store_that_is_whole_says_so(self, store: Store) -> None:
        cases(store, 3)
        append(store, "page_read", "2")
        assert store.check() == ()
