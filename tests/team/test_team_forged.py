"""Somebody with the program's password for the database writes a line there that nobody signed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.storage.cluster import Cluster
from tests.team.two import Seat, two_seats
from tests.ui.case_robot import REPLY

from calmreply.app.home import Actor
from calmreply.app.proving import trust
from calmreply.app.reviewing import review
from calmreply.app.sending import accounts, attempts, send
from calmreply.app.sending.held import HeldError
from calmreply.domain.journal import Broken, Flaw, Whole
from calmreply.domain.mention import CaseId
from calmreply.domain.review import NEEDED
from calmreply.errors import KnownError
from calmreply.testing.keys import FastSigner


def forged(someone: Actor) -> Actor:
    """Called like them, with a key that is not theirs."""
    return replace(someone, signer=FastSigner(someone.signer.key_id, b"x" * 32))


def almost(office: Seat) -> CaseId:
    """A reply that lacks its sign-off, and goes by itself once it is sent."""
    accounts.add(office.home, office.ana, "mail", {}, "secret of the shop")
    case = office.letter()
    office.written(case, channel="mail", target="marta@kowalczyk.example")
    office.asked(case)
    return case


def test_a_forged_sign_off_passes_the_database_and_not_the_program(
    cluster: Cluster, founded: str
) -> None:
    with two_seats(cluster, founded) as (office, shop):
        case = almost(office)
        assert isinstance(trust.verify_journal(office.home), Whole)
        review.sign(shop.home, forged(shop.tom), case, NEEDED)
        office.clock.advance(minutes=21)

        office.looked(case)
        assert office.kinds(case) == ["sign_off_lapsed"]
        with pytest.raises(HeldError):
            send.send(office.home, office.ana, case)
        assert office.mail.attempts == ()
        found = trust.verify_journal(office.home)
        assert isinstance(found, Broken)
        assert found.flaw is Flaw.BAD_SIGNATURE
        with office.home.store.read() as tx:
            assert not any(one.attempts for one in tx.outbox_rows())


def test_a_forged_send_is_refused_by_the_computer_that_would_send_it(
    cluster: Cluster, founded: str
) -> None:
    with two_seats(cluster, founded) as (office, shop):
        case = almost(office)
        office.signed(case)
        office.clock.advance(minutes=21)
        office.looked(case)
        said = send.send(shop.home, forged(shop.ana), case)
        assert said.elsewhere

        (due,) = attempts.due(office.home)
        with pytest.raises(KnownError) as refused:
            attempts.attempt(office.home, *due)
        assert refused.value.code == "journal_broken"
        assert office.mail.delivered == ()
        assert attempts.due(office.home) == ()
        assert isinstance(trust.verify_journal(shop.home), Broken)
        assert REPLY in office.revisions(case)
