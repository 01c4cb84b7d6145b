"""What a reply is sent by: settings in the store, the secret in the keyring and nowhere else."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from calmreply.app.ledger import AccountChanged, fact_of
from calmreply.app.ports.channels import Field
from calmreply.app.proving import trust
from calmreply.app.sending import accounts
from calmreply.app.sending.send import secret_name
from calmreply.domain.journal import Whole
from calmreply.errors import KnownError
from calmreply.testing.channels import ScriptedChannel
from calmreply.testing.listeners import ScriptedListener
from calmreply.testing.secrets import FakeSecrets

if TYPE_CHECKING:
    from tests.app.conftest import Bench

FIELDS = (
    Field("host", "Mail server", "mail.shop.example"),
    Field("port", "Port", default="587"),
    Field("security", "Security", default="starttls", choices=("starttls", "tls")),
    Field("name", "Shown name", required=False),
    Field("password", "Password", secret=True),
)
GOOD = {"host": "mail.shop.example"}


@pytest.fixture
def mail(bench: Bench) -> ScriptedChannel:
    channel = ScriptedChannel(fields=FIELDS)
    bench.home = replace(bench.home, channels={**bench.home.channels, "mail": channel})
    return channel


def secrets(bench: Bench) -> FakeSecrets:
    assert isinstance(bench.home.secrets, FakeSecrets)
    return bench.home.secrets


def test_added_and_removed(bench: Bench, mail: ScriptedChannel) -> None:
    home, ana = bench.home, bench.person("Ana")
    values = {"host": " mail.shop.example ", "security": "tls"}
    account, changes = accounts.add(home, ana, "mail", values, "s3cret word")
    assert changes.accounts
    assert account.settings == {
        "host": "mail.shop.example",
        "port": "587",
        "security": "tls",
        "name": "",
    }
    assert accounts.everything(home) == (account,)
    assert home.secrets.get(secret_name(account.id)) == "s3cret word"
    assert "s3cret" not in str([one.payload for one in bench.data.lines])
    assert accounts.secret_field(mail) == FIELDS[-1]
    assert accounts.remove(home, ana, account.id).accounts
    assert accounts.everything(home) == ()
    assert home.secrets.get(secret_name(account.id)) is None
    told = [fact_of(one) for one in bench.data.lines if one.line.kind == "account_changed"]
    assert [one.what for one in told if isinstance(one, AccountChanged)] == ["added", "removed"]
    assert isinstance(trust.verify_journal(home), Whole)
    with pytest.raises(KnownError, match="no account"):
        accounts.remove(home, ana, account.id)


@pytest.mark.parametrize(
    ("kind", "values", "code"),
    [
        ("pigeon", {}, "no_such_channel"),
        ("hand", {}, "no_account_needed"),
        ("mail", {}, "field_missing"),
        ("mail", {"host": "  "}, "field_missing"),
        ("mail", {**GOOD, "password": "in clear"}, "no_such_field"),
        ("mail", {**GOOD, "colour": "red"}, "no_such_field"),
        ("mail", {**GOOD, "security": "none"}, "bad_field"),
        ("mail", {"host": "a" * 501}, "bad_field"),
        ("mail", {"host": "mail.shop.example\r\nX: y"}, "bad_field"),
        ("mail", {"host": "half\ud800"}, "bad_field"),
    ],
)
def test_refused_and_nothing_is_kept(
    bench: Bench, mail: ScriptedChannel, kind: str, values: dict[str, str], code: str
) -> None:
    assert mail.kind == "mail"
    before = secrets(bench).names()
    for call in (accounts.add, _try_out):
        if (call, kind) == (_try_out, "hand"):
            continue
        with pytest.raises(KnownError) as refused:
            call(bench.home, None, kind, values, "s3cret word")
        assert refused.value.code == code
        assert refused.value.way_out
    assert accounts.everything(bench.home) == ()
    assert secrets(bench).names() == before


def _try_out(home: Any, _actor: None, kind: str, values: dict[str, str], secret: str) -> None:
    accounts.try_out(home, kind, values, secret)


def test_a_secret_is_not_left_behind_where_the_account_is_not_kept(
    bench: Bench, mail: ScriptedChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert mail
    before = secrets(bench).names()

    def full(*_all: object) -> None:
        raise KnownError("disk_full", "The disk is full.", "Make room.")

    monkeypatch.setattr("calmreply.testing.store._Writing.save_account", full)
    with pytest.raises(KnownError):
        accounts.add(bench.home, None, "mail", GOOD, "s3cret word")
    assert secrets(bench).names() == before


def test_trying_whether_it_works(bench: Bench, mail: ScriptedChannel) -> None:
    account, _changes = accounts.add(bench.home, None, "mail", GOOD, "s3cret word")
    assert accounts.test(bench.home, account.id) == account
    accounts.try_out(bench.home, "mail", GOOD)
    mail.trouble = KnownError("wrong_password", "The server says no.", "Type it again.")
    with pytest.raises(KnownError, match="The server says no"):
        accounts.test(bench.home, account.id)
    with pytest.raises(KnownError, match="The server says no"):
        accounts.try_out(bench.home, "mail", GOOD)
    assert len(accounts.everything(bench.home)) == 1


def test_what_stands_in_the_own_network_is_tried_only_when_somebody_says_so(bench: Bench) -> None:
    box = ScriptedListener()
    bench.home = replace(bench.home, listeners={"box": box})
    account, _changes = accounts.add(bench.home, None, "box", {"host": "nas.example"}, "secret")
    accounts.test(bench.home, account.id)
    accounts.test(bench.home, account.id, allow_private=True)
    accounts.try_out(bench.home, "box", {"host": "nas.example"})
    accounts.try_out(bench.home, "box", {"host": "nas.example"}, allow_private=True)
    assert box.allowed == [False, True, False, True]


def test_changed_and_still_the_same_account(bench: Bench, mail: ScriptedChannel) -> None:
    """The way out of a lost keyring: the password again, or a server that moved."""
    assert mail
    account, _changes = accounts.add(bench.home, None, "mail", GOOD, "s3cret word")
    name = secret_name(account.id)
    secrets(bench).lose()
    same, changes = accounts.change(bench.home, None, account.id, GOOD, "another word")
    assert (same, changes.accounts, secrets(bench).get(name)) == (account, True, "another word")
    moved, _changes = accounts.change(bench.home, None, account.id, {**GOOD, "host": "new.example"})
    assert (moved.id, moved.settings["host"]) == (account.id, "new.example")
    assert secrets(bench).get(name) == "another word"
    assert accounts.everything(bench.home) == (moved,)
    assert isinstance(trust.verify_journal(bench.home), Whole)
    with pytest.raises(KnownError) as problem:
        accounts.change(bench.home, None, "none", GOOD)
    assert problem.value.code == "no_such_account"
