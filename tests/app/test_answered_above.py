"""What a reply answers is told over it, and is nobody's words about us."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from calmreply.app import queries
from calmreply.app.listening import intake, listen, once, urgent
from calmreply.app.ports.listeners import Round
from calmreply.app.ports.storage import Takes
from calmreply.app.rules import settings
from calmreply.app.words import wording_mention
from calmreply.domain import above, alike
from calmreply.domain.mention import Heard, Origin
from calmreply.testing.listeners import ScriptedListener

if TYPE_CHECKING:
    from tests.app.conftest import Bench

OURS = above.title("@bluedoor.example", "Blue Door: nobody got food poisoning here.")
REPLY = Heard("1", "Grace Hall", "no you are not", Origin.FEED, OURS, answers="at://ours")


def test_our_own_words_name_nobody_and_raise_no_alarm(bench: Bench) -> None:
    settings.change(bench.home, None, {"business_name": "Blue Door"})
    box = ScriptedListener(needs_account=False)
    home = replace(bench.home, listeners={"box": box})
    named = replace(REPLY, key="2", text="Blue Door? Never again.")
    titled = replace(REPLY, key="3", title="Blue Door, never again")
    box.will(Round("Box", ()), Round("Box", (REPLY, named, titled), "c1"))
    listen.add_place(home, "box", takes=Takes.NAMED)
    source = listen.sources(home)[0]
    assert intake.wanted(home, source, (REPLY, named, titled)) == [named, titled]
    assert urgent.holds(("food poisoning",), "Food poisoning!", "no you are not")
    assert not urgent.holds(("food poisoning",), OURS, "no you are not")


def test_its_line_is_their_words_and_its_title_is_kept(bench: Bench) -> None:
    box = ScriptedListener(needs_account=False)
    home = replace(bench.home, listeners={"box": box})
    box.will(Round("Box", ()), Round("Box", (REPLY,), "c1"))
    listen.add_place(home, "box")
    assert listen.poll(home, listen.sources(home)[0]).new == 1
    (line,) = queries.inbox(home)
    assert wording_mention.one_line(line.row.title, line.row.text) == "no you are not"
    assert line.row.title == OURS
    # Told once more without what it answers, which could not be had then: nothing has changed.
    box.will(Round("Box", (replace(REPLY, title=""),), "c2"))
    again = listen.poll(home, listen.sources(home)[0])
    assert (again.new, again.changed) == (0, 0)
    assert queries.inbox(home)[0].row.title == OURS


def test_two_replies_to_one_post_are_two_matters(bench: Bench) -> None:
    wall = bench.clock.wall
    page = "https://social.example/post/1"
    one = replace(REPLY, url=page, published=wall)
    other = replace(one, key="2", author="", text="Lovely, see you then!")
    told = [once.heard(each, wall) for each in (one, other)]
    assert alike.alike(*told) is None
    titled = [once.heard(replace(each, title=OURS[2:]), wall) for each in (one, other)]
    assert alike.alike(*titled) is alike.Reason.PAGE, "an article's title would make them one"
