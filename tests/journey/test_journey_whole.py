"""The whole main job through the real window, by mouse and again by keyboard alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.journey.hands import Hands, Keys, Mouse
from tests.journey.said import MAIL, PASTED, PASTED_REPLY, REPLY, SAID, SUBJECT
from tests.journey.whole import Journey

from calmreply.app import queries
from calmreply.app.proving import trust
from calmreply.app.sending import outgoing
from calmreply.domain.journal import Whole
from calmreply.domain.outbox import Posted, State
from calmreply.domain.stage import Stage

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.journey.conftest import Shop

# A menu asks for the keyboard, which a screen that is none cannot give.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)


@pytest.mark.parametrize("way", [Mouse, Keys])
def test_from_the_first_start_to_the_debrief(
    shop: Shop, way: type[Hands], record_property: Callable[[str, object], None]
) -> None:
    hands = shop.window(way)
    journey = Journey(hands, shop)
    journey.set_up()
    journey.set_up_mail()
    journey.hear()
    journey.find()
    journey.read_and_feel("stung")
    journey.judge()
    journey.hold()
    journey.write()
    journey.by_mail()
    journey.ask()
    journey.sign()
    assert hands.sending()[1] is False
    hands.later(minutes=59)
    assert set(hands.before_it_goes()) == {"cooling_person", "second_look"}
    hands.later(minutes=2)
    journey.look()
    assert shop.post.raw == []  # nothing leaves by looking
    journey.send_by_mail()
    journey.close_and_debrief()

    journey.paste()
    journey.read_and_feel("calm")
    journey.judge()
    journey.write(PASTED_REPLY)
    journey.ask_again()
    journey.sign()
    hands.later(minutes=21)
    journey.look()
    journey.send_by_hand()
    record_property("steps", [(one.name, one.count) for one in hands.steps])
    shop.close()
    check_what_is_kept(shop)


def check_what_is_kept(shop: Shop) -> None:
    """What a person finds there later, and what really left."""
    with shop.home() as opened:
        home = opened.home
        assert isinstance(trust.verify_journal(home), Whole)
        held, mailed, posted = outgoing.outbox(home)
        assert {one.state for one in (held, mailed, posted)} == {State.SENT}
        assert shop.post.raw == [mailed.entry.chosen.wire]
        assert '"visibility":"private"' in mailed.entry.chosen.record
        assert posted.entry.chosen.wire.decode() == PASTED_REPLY
        (said,) = [one for one in posted.entry.happened if isinstance(one, Posted)]
        assert said.url == PASTED + "#reply"
        stages = {line.row.text: line.state.stage for line in queries.inbox(home)}
    assert stages[SAID] is Stage.CLOSED
    assert Stage.FOLLOW_UP in stages.values()
    (mail,) = shop.post.taken
    assert (mail["To"], mail["Subject"]) == (MAIL, SUBJECT)
    assert mail.get_content().splitlines() == REPLY.splitlines()
