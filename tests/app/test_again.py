"""A case that goes on: answered outside and written again, an older reply still waiting, a new
version of the mention that hurts differently.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from calmreply.app.cases import judge
from calmreply.app.ports.storage import Account
from calmreply.app.sending import accounts, send
from calmreply.domain.mention import CaseId
from calmreply.domain.outbox import State
from calmreply.domain.policy import Feeling
from calmreply.testing import channels as script

if TYPE_CHECKING:
    from tests.app.conftest import Bench


def test_after_an_answer_outside_writing_begins_a_new_reply(bench: Bench) -> None:
    ana, tom = bench.person("Ana"), bench.person("Tom")
    case = bench.complaint()
    bench.until_ready(ana, tom, case, "Dear Marta, I am sorry.")
    judge.answered_outside(
        bench.home, ana, case, text="I rang her.", url="", when="2026-11-18T12:00:00Z"
    )
    assert "already_sent" in bench.kinds(case)
    bench.until_ready(ana, tom, case, "Dear Marta, thank you for talking to me.")
    assert bench.kinds(case) == []


def test_an_older_reply_that_waits_is_stopped_by_a_newer_one(bench: Bench) -> None:
    ana, tom = bench.person("Ana"), bench.person("Tom")
    case = bench.complaint()
    accounts.save(bench.home, None, Account("shop", "mail", {}))
    bench.write(ana, case, "Dear Marta.", channel="mail", to="m@c.example")
    bench.until_ready(ana, tom, case, "Dear Marta, I am sorry.")
    bench.channel.will(script.NOT_LEFT)
    send.send(bench.home, ana, case, when_connected=True)
    bench.write(ana, case, "Dear Marta, once more from the start.", afresh=True)
    bench.until_ready(ana, tom, case, "Dear Marta, once more from the start.")
    assert send.send(bench.home, ana, case).state is State.SENT
    bench.clock.advance(hours=2)
    assert send.due(bench.home) == ()
    assert len(bench.channel.delivered) == 1


def test_a_changed_mention_is_felt_anew(bench: Bench) -> None:
    site = bench.listens()
    site.show("1")
    bench.poll()
    ana, case = bench.person("Ana"), CaseId("1")
    judge.read_all(bench.home, ana, case)
    judge.say_feeling(bench.home, ana, case, Feeling.ANGRY)
    assert judge.say_feeling(bench.home, ana, case, Feeling.STUNG).nothing
    site.show("1", "Stale bread, and it was mouldy, too.")
    bench.clock.advance(minutes=5)
    bench.poll()
    assert "mention_changed" in bench.kinds(case)
    judge.read_all(bench.home, ana, case)
    assert not judge.say_feeling(bench.home, ana, case, Feeling.STUNG).nothing
    assert "cooling_person" in bench.kinds(case)
