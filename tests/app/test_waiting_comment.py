"""A comment that waits to be let through: what answers it is for everybody, and that is checked."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from calmreply.app import facts, queries
from calmreply.app.cases import own_site
from calmreply.app.ledger import writing
from calmreply.app.listening import intake, listen
from calmreply.app.ports.storage import Account, Source, Takes
from calmreply.app.sending import accounts, send, write
from calmreply.domain.blockers import PrivateData
from calmreply.domain.mention import CaseId, Heard, Origin, SourceId, Visibility
from calmreply.domain.own_site import Moderation
from calmreply.testing.own_site import ScriptedSite

if TYPE_CHECKING:
    from tests.app.conftest import Bench

PRIVATE = "Write to carla@mail.example, as you asked."


@pytest.fixture
def held(bench: Bench) -> CaseId:
    """Carla's comment on the own page, which nobody sees there yet."""
    site = ScriptedSite()
    bench.home = replace(bench.home, channels={**bench.home.channels, site.kind: site})
    accounts.save(bench.home, bench.person("Ana"), Account("1", site.kind, {}))
    heard = Heard(
        *("1", "Carla", "Cold and late.", Origin.PASTE),
        visibility=Visibility.PRIVATE,
        contact="carla@mail.example",
        target="wordpress:1/7/12",
        title="On: Hello world!",
    )
    _mention, case, _changes = listen.add_mention(bench.home, heard)
    return case


def words(bench: Bench, case: CaseId, **how: object) -> tuple[str, Visibility]:
    """The way and who sees it, of words that say nothing of it but `how`."""
    with bench.home.store.read() as tx:
        known, all_accounts = facts.load(bench.home, tx, case), tx.accounts()
    made = write.words_like(bench.home, known.facts, all_accounts, text=PRIVATE, **how)  # type: ignore[arg-type]  # as the test says
    return made.to.channel, made.visibility


def test_the_answer_is_public_by_whichever_way_it_is_left_there(bench: Bench, held: CaseId) -> None:
    assert words(bench, held) == ("wordpress", Visibility.PUBLIC)
    assert words(bench, held, private=True) == ("wordpress", Visibility.PUBLIC)
    assert words(bench, held, channel="hand") == ("hand", Visibility.PUBLIC)
    # By hand a person may tell them alone, and an e-mail goes to one person.
    assert words(bench, held, channel="hand", private=True) == ("hand", Visibility.PRIVATE)


def test_private_words_stop_it_also_where_they_were_written_as_private(
    bench: Bench, held: CaseId
) -> None:
    ana = bench.actor("Ana")
    with bench.home.store.read() as tx:
        known, all_accounts = facts.load(bench.home, tx, held), tx.accounts()
    made = write.words_like(bench.home, known.facts, all_accounts, text=PRIVATE)
    # As releases wrote it that took a waiting comment for a private one.
    write.revise(bench.home, ana, held, replace(made, visibility=Visibility.PRIVATE))
    blocked = [one for one in send.blockers(bench.home, held) if isinstance(one, PrivateData)]
    assert "carla@mail.example" in {text for one in blocked for _kind, text in one.found}
    with bench.home.store.read() as tx:
        now = facts.load(bench.home, tx, held).facts.revision
    assert now is not None
    assert now.words.visibility is Visibility.PUBLIC


def test_its_line_says_that_it_waits_until_somebody_lets_it_through(
    bench: Bench, held: CaseId
) -> None:
    heard = Heard(
        *("2", "Dora", "Who made that cake?", Origin.FEED),
        visibility=Visibility.PRIVATE,
        target="wordpress:1/7/13",
    )
    with writing(bench.home) as ledger:
        place = Source(SourceId(""), "wordpress", "wordpress:1/all", "The shop", Takes.ALL)
        source, wall = ledger.tx.add_source(place), ledger.now.wall
        (one,) = ledger.tx.add_mentions(source, [heard], wall, older=[False], rules_line=0)
        intake.note(ledger, source, 0, [heard], [one])
    assert one.case not in (None, held)

    def waits() -> dict[str, bool]:
        return {line.row.author: line.waits for line in queries.inbox(bench.home)}

    assert waits() == {"Dora": True, "Carla": False}, "what a person brought in stands nowhere"
    assert one.case is not None
    own_site.moderate(bench.home, bench.actor("Ana"), one.case, Moderation.SHOW)
    assert waits() == {"Dora": False, "Carla": False}


def test_it_waits_until_somebody_lets_it_through(bench: Bench, held: CaseId) -> None:
    def waits() -> bool:
        return own_site.waits(bench.home, own_site.known(bench.home, held))

    assert waits()
    own_site.moderate(bench.home, bench.actor("Ana"), held, Moderation.SHOW)
    assert not waits()
