"""By hand, by script, and how channels are found."""

from __future__ import annotations

import tomllib
from contextlib import contextmanager
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from calmreply.adapters.channels import registry
from calmreply.adapters.channels.hand import HandChannel
from calmreply.app.ports.channels import Dislikes, SendResult
from calmreply.app.ports.storage import Account
from calmreply.bootstrap.lazy import Plugins
from calmreply.domain.outbox import Outcome
from calmreply.errors import KnownError
from calmreply.testing import channels as scripted
from calmreply.testing.channels import Killed, ScriptedChannel
from calmreply.testing.contracts import channel as contract

if TYPE_CHECKING:
    from collections.abc import Iterator

CHECKOUT = Path(__file__).parents[2]


class TestByHandIsAChannel(contract.ChannelContract):
    def make(self) -> HandChannel:
        return HandChannel()

    def account(self) -> None:
        return None

    def target(self) -> str:
        return "https://site.example/review/1"

    def test_it_is_the_text_and_nothing_else(self) -> None:
        hand = HandChannel()
        text = "Dear Anna,\r\n雪\n\x00 "
        wire = hand.render(contract.sample("", text=text), None, "key", contract.CREATED)
        assert wire == text.encode()
        assert hand.target_fits("")
        assert hand.length("Grüße 🫖") == len("Grüße 🫖".encode())
        assert hand.rules("Google").max_length == 4096
        assert Dislikes.CONTACT in hand.rules("www.tripadvisor.example").dislikes
        assert (hand.rules("any").max_length, hand.can_look, hand.fields) == (None, False, ())

    def test_the_program_never_sends_it_by_itself(self) -> None:
        with pytest.raises(RuntimeError, match="posted by a person"):
            HandChannel().send(Account("a", "hand", {}), None, b"text", "key", contract.tools())


class ScriptedWorld:
    secret = None

    def __init__(self, channel: ScriptedChannel) -> None:
        self.channel = channel

    def account(self, road: contract.Road) -> Account:
        steps = {
            contract.Road.ANSWER_LOST: scripted.ANSWER_LOST,
            contract.Road.REFUSES: scripted.REFUSED,
            contract.Road.LATER: scripted.TRY_LATER,
            contract.Road.CLOSED: scripted.NOT_LEFT,
        }
        if road in steps:
            self.channel.will(steps[road])
        closed = KnownError("cannot_connect", "Nobody there.", "Try later.")
        self.channel.trouble = closed if road is contract.Road.CLOSED else None
        return Account("a1", "mail", {})

    def received(self) -> list[bytes]:
        return [message.wire for message in self.channel.delivered]


class TestScriptedIsAChannel(contract.SendingContract):
    def make(self) -> ScriptedChannel:
        return ScriptedChannel()

    def account(self) -> Account:
        return Account("a1", "mail", {})

    def target(self) -> str:
        return "anna@customer.example"

    @contextmanager
    def world(self) -> Iterator[ScriptedWorld]:
        yield ScriptedWorld(ScriptedChannel())


def test_a_script_is_played_in_order_and_then_all_goes_well() -> None:
    channel, account = ScriptedChannel(max_length=10), Account("a1", "mail", {})
    happened: list[int] = []
    channel.during = lambda: happened.append(len(channel.delivered))
    channel.will(scripted.CUT, scripted.KILLED_BEFORE, scripted.KILLED_AFTER)
    wire = channel.render(contract.sample("anna@x.example"), account, "k1", contract.CREATED)
    assert channel.send(account, None, wire, "k1", contract.tools()).outcome is Outcome.UNKNOWN
    assert not channel.appeared("k1")
    for key in ("k2", "k3"):
        with pytest.raises(Killed):
            channel.send(account, None, wire, key, contract.tools())
    assert channel.send(account, None, wire, "k4", contract.tools()) == SendResult(
        Outcome.DELIVERED, "", "k4"
    )
    assert channel.attempts == ("k1", "k2", "k3", "k4")
    assert [message.key for message in channel.delivered] == ["k3", "k4"]
    assert channel.appeared("k3")
    assert happened == [0, 0, 0, 1]
    first = channel.delivered[0]
    assert (first.target, first.text) == ("anna@x.example", contract.TEXT)


# --- finding them ---------------------------------------------------------------------------


class Pigeon(ScriptedChannel):
    def __init__(self) -> None:
        super().__init__("pigeon", "Carrier pigeon")


class Impostor(ScriptedChannel):
    """Calls itself as ours does."""

    def __init__(self) -> None:
        super().__init__("mail", "E-mail, honestly")


def entry(name: str, value: str) -> EntryPoint:
    return EntryPoint(name, value, registry.GROUP)


def test_ours_are_found_and_declared_like_everybodys() -> None:
    found = registry.find()
    assert {"hand", "mail", "bluesky", "mastodon"} <= set(found.channels)
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = project["entry-points"][registry.GROUP]
    assert declared == {own.name: own.value for own in registry.OWN}


def test_a_plug_in_is_found_and_none_takes_our_place(monkeypatch: pytest.MonkeyPatch) -> None:
    foreign = [
        entry("mail", f"{__name__}:Impostor"),
        entry("pigeon", f"{__name__}:Pigeon"),
        *registry.OWN,
    ]

    def entry_points(**_: object) -> list[EntryPoint]:
        return foreign

    monkeypatch.setattr(registry, "entry_points", entry_points)
    monkeypatch.setattr(EntryPoint, "load", _load)
    found = registry.find()
    assert set(found.channels) == {*registry.load(registry.OWN).channels, "pigeon"}
    assert found.channels["mail"].title == "E-mail"
    assert found.channels["pigeon"].title == "Carrier pigeon"
    assert [error.code for error in found.broken] == ["broken_channel"]


def test_a_broken_plug_in_is_named_and_left_out(caplog: pytest.LogCaptureFixture) -> None:
    entries = [
        *registry.OWN,
        entry("gone", "no_such_package.channels:Channel"),
        entry("crashes", "calmreply.testing.channels:no_such_name"),
        entry("liar", "calmreply.adapters.channels.hand:HandChannel"),
        entry("odd", "calmreply.adapters.channels.hand:HAND"),
    ]
    found = registry.load(entries)
    assert set(found.channels) == set(registry.load(registry.OWN).channels)
    assert len(found.broken) == len(caplog.records) == 4
    for error, name in zip(found.broken, ("gone", "crashes", "liar", "odd"), strict=True):
        assert f'"{name}"' in error.words
        assert error.way_out


def _load(self: EntryPoint) -> Any:
    """Load as the real one does, but know this very test module by its name."""
    module, _, name = self.value.partition(":")
    if module == __name__:
        return globals()[name]
    return getattr(__import__(module, fromlist=[name]), name)


def test_one_of_ours_is_loaded_alone_until_all_are_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    real = registry.find

    def counted() -> registry.Found:
        asked.append("all")
        return real()

    monkeypatch.setattr(registry, "find", counted)
    plugins = Plugins()
    assert plugins.channels["hand"].kind == "hand"
    assert "mail" in plugins.channels
    assert "imap" not in plugins.channels
    assert plugins.listeners["file"].kind == "file"
    assert asked == [], "nobody asked for all of them"
    assert "carrier" not in plugins.channels
    assert {"hand", "mail"} <= set(plugins.channels)
    assert {"imap", "file"} <= set(plugins.listeners)
    assert plugins.channels["hand"].kind == "hand"
    assert asked == ["all"]
    assert plugins.broken == ()
