"""Somebody of the team, with a key of their own, spells a line so that the server does not see of
what moment it says to be: their waits would be over at once. Whoever would send it sees it.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass

import pytest
from tests.storage.cluster import Cluster
from tests.team.two import two_seats

from calmreply.app import ledger
from calmreply.app.ledger import fact_of
from calmreply.app.proving import trust
from calmreply.app.sending import accounts, send
from calmreply.app.sending.held import HeldError
from calmreply.domain import codec
from calmreply.domain.journal import Line, Whole, Written
from calmreply.errors import KnownError

WORDS = {
    "at": {"boot": "server", "ticks": 5.0, "wall": "2026-03-02T09:00:00.000Z"},
    "by": "ana",
    "version": 1,
}
LINE = Line(1, "", "page_read", "1", "", "ana", "", "", "")
SPELLED = (
    codec.canonical_text(WORDS).replace('"at":', '"at": '),
    codec.canonical_text(WORDS).replace('"at"', '"\\u0061t"'),
    codec.canonical_text(WORDS).replace('"by"', '"by":"tom","by"'),
    json.dumps(dict(reversed(WORDS.items())), separators=(",", ":")),
    codec.canonical_text(WORDS).replace("5.0", "5.00"),
    codec.canonical_text(WORDS) + "\n",
)


def test_there_is_one_way_to_spell_a_fact() -> None:
    assert fact_of(Written(LINE, codec.canonical_text(WORDS), b"salt")) is not None
    for words in SPELLED:
        assert fact_of(Written(LINE, words, b"salt")) is None, words


@dataclass
class Doctored:
    """What a program of one's own puts in the place of the spelling."""

    was: object

    def __getattr__(self, name: str) -> object:
        return getattr(self.was, name)

    def canonical(self, value: object) -> bytes:
        return codec.canonical(value).replace(b'"at":', b'"at": ')


def test_what_the_server_could_not_read_is_sent_by_nobody(
    cluster: Cluster, founded: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with two_seats(cluster, founded) as (office, shop):
        accounts.add(office.home, office.ana, "mail", {}, "secret of the shop")
        case = office.letter()
        office.read(case)
        office.judged(case)
        with monkeypatch.context() as doctored:
            doctored.setattr(ledger, "codec", Doctored(codec))
            shop.wrote(case, channel="mail", target="marta@kowalczyk.example")
        assert isinstance(trust.verify_journal(office.home), Whole), "each line is signed"
        with suppress(KnownError):
            office.asked(case)
            office.signed(case)
            office.clock.advance(minutes=61)
            office.looked(case)
        with pytest.raises((KnownError, HeldError)):
            send.send(office.home, office.ana, case)
        assert office.mail.attempts == ()
