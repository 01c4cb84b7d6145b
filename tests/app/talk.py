"""A comment on the shop's own site, and what is said after it: for tests of turns."""

from __future__ import annotations

from dataclasses import replace

from tests.app.conftest import Bench

from calmreply.app import facts, queries
from calmreply.app.cases import conversation
from calmreply.app.cases.conversation import Theirs
from calmreply.app.listening import listen
from calmreply.app.ports.channels import Seen
from calmreply.app.ports.listeners import Round
from calmreply.app.ports.storage import Account, Source, Takes
from calmreply.app.proving import beside, trust
from calmreply.app.sending import accounts, send
from calmreply.domain.journal import Whole
from calmreply.domain.mention import CaseId, Heard, Origin, SourceId, Stars
from calmreply.domain.outbox import State
from calmreply.domain.stage import Stage
from calmreply.testing.channels import ScriptedChannel
from calmreply.testing.listeners import ScriptedListener

WORDS = "Dear Marta, we are sorry about the name on the cake."
MORE = "Dear Marta, the new cake is ready from four o'clock."
HEARD = Heard(
    key="shop#comment-5",
    author="Marta Sample",
    text="The cake said Stan. Her name is Sian.",
    origin=Origin.FEED,
    site="The shop",
    stars=Stars(1),
    target="12/5",
    thread="12",
)
ANSWER = replace(
    HEARD,
    key="shop#comment-9",
    text="And who pays for the second cake?",
    stars=None,
    target="12/9",
    answers="site:1",
)


class Talk:
    """A comment on the shop's own site, and what its writer and others say after it."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.channel = ScriptedChannel("site", "The site", can_look=True, answers=("site",))
        self.listener = ScriptedListener("site")
        channels = {**bench.home.channels, "site": self.channel}
        bench.home = replace(bench.home, channels=channels, listeners={"site": self.listener})
        self.ana, self.tom = bench.person("Ana"), bench.person("Tom")
        accounts.save(bench.home, None, Account("acc", "site", {}))
        self.sources: list[str] = []
        (self.case,) = self.comes(HEARD)
        self.channel.seen = Seen(HEARD)

    def comes(self, *heard: Heard, name: str = "INBOX", takes: Takes = Takes.ALL) -> list[CaseId]:
        """What a round brings; the case of each, in their order."""
        home = self.bench.home
        address = f"site:acc/{name}"
        if address not in self.sources:
            with home.store.write() as tx:
                tx.add_source(Source(SourceId(""), "site", address, name, takes))
            self.sources.append(address)
        source = next(one for one in listen.sources(home) if one.address == address)
        self.listener.will(Round(name, heard))
        listen.poll(home, source)
        with home.store.read() as tx:
            cases = {one.key: one.case for one, _row in tx.mentions() if one.source == source.id}
        return [CaseId(str(cases[one.key])) for one in heard if one.key in cases]

    def answered(self) -> State:
        """Ana answers what there is to answer."""
        self.bench.until_ready(self.ana, self.tom, self.case, WORDS)
        return self.send()

    def send(self) -> State:
        return send.send(self.bench.home, self.ana, self.case).state

    def wait(self, **time: int) -> None:
        self.bench.clock.advance(**time)

    @property
    def known(self) -> facts.Known:
        with self.bench.home.store.read() as tx:
            return facts.load(self.bench.home, tx, self.case)

    @property
    def page(self) -> queries.CasePage:
        return queries.case_page(self.bench.home, self.case)

    def stands(self) -> Stage:
        line = next(one for one in queries.inbox(self.bench.home) if one.row.case == self.case)
        assert line.state.stage is self.page.stage
        return self.page.stage

    @property
    def kinds(self) -> list[str]:
        return [blocker.kind for blocker in send.blockers(self.bench.home, self.case)]

    @property
    def said(self) -> list[str]:
        spoken = conversation.conversation(self.known)
        return [one.mention.now.text if isinstance(one, Theirs) else one.text for one in spoken]

    def in_order(self) -> bool:
        """Whether the tables are as the journal says."""
        assert [*beside.differences(self.bench.home)] == []
        return isinstance(trust.verify_journal(self.bench.home), Whole)
