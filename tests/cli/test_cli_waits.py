"""What the command line says while a site wants to be left alone, and while nobody can know."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from tests.cli.test_cli_journey import ready

from calmreply.app.ports.channels import SendResult
from calmreply.app.ports.storage import Account
from calmreply.app.sending import accounts
from calmreply.bootstrap.homes import open_home
from calmreply.domain.outbox import Outcome
from calmreply.testing.channels import CUT, ScriptedChannel, Step

if TYPE_CHECKING:
    from tests.cli.conftest import Desk

    from calmreply.testing.clock import FakeClock

BUSY = Step(SendResult(Outcome.TRY_LATER, "It is busy.", wait=timedelta(hours=1)))


def by_mail(desk: Desk, clock: FakeClock, *steps: Step) -> tuple[str, ScriptedChannel]:
    """A case that is ready to be answered by a mail that goes as it is told."""
    mail = ScriptedChannel("mail", "E-mail")
    mail.will(*steps)
    desk.parts = replace(desk.parts, channels={**dict(desk.parts.channels or {}), "mail": mail})
    desk.enrol("Ana")
    desk.enrol("Ben", vouching="Ana")
    with open_home(desk.folder, desk.parts) as opened:
        accounts.save(opened.home, None, Account("shop", "mail", {}))
    case = desk.paste("Stale bread.")
    ready(desk, clock, case, "--channel", "mail", "--to", "robin@customer.example")
    return case, mail


def test_send_again_is_refused_until_the_site_wants_it(desk: Desk, clock: FakeClock) -> None:
    case, mail = by_mail(desk, clock, BUSY)
    assert desk("send", case, who="Ana", expect=4).code == "send_waiting"
    again = desk("send", case, who="Ana", expect=4)
    until = "The site asked us to wait until "
    assert again.code == "send_ready"
    assert until in again.data["error"]["words"]
    assert again.data["error"]["way_out"] == "Send it again then."
    assert until in desk("outbox", "list").data[0]["words"]
    assert len(mail.attempts) == 1
    clock.advance(hours=1)
    assert desk("send", case, who="Ana").data["state"] == "sent"
    assert desk("journal", "verify").exit == 0


def test_not_there_is_refused_until_somebody_can_know(desk: Desk, clock: FakeClock) -> None:
    case, mail = by_mail(desk, clock, CUT)
    assert desk("send", case, who="Ana", expect=4).code == "send_unsure"
    (row,) = desk("outbox", "list").data
    no = ("outbox", "settle", row["id"], "--appeared", "no")
    assert desk(*no, who="Ana", expect=4).code == "too_early"
    clock.advance(minutes=10)
    assert desk(*no, who="Ana").data["state"] == "cancelled"
    assert len(mail.attempts) == 1
