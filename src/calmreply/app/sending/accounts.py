"""Accounts: what a reply is sent by. Settings lie in the store, the secret in the keyring only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

from calmreply.app.home import Actor, Home
from calmreply.app.ledger import NO_CASE, AccountChanged, Ledger, fact_of, writing
from calmreply.app.persons import lockbox
from calmreply.app.ports.changes import ChangeSet
from calmreply.app.ports.channels import HAND, Connects, Field
from calmreply.app.ports.listeners import ShowsLess
from calmreply.app.ports.storage import Account, Source
from calmreply.app.sending.entries import in_own_network, secret_name, tools_of
from calmreply.app.teamwork import keepers
from calmreply.domain.keeping import SecretDropped, SecretKept
from calmreply.errors import KnownError
from calmreply.i18n import _

VALUE_LIMIT = 500
NO_SUCH_ACCOUNT: Final = "no_such_account"
"""Also the trouble of a source whose account was removed."""
_CHANGES: Final = ("account_changed",)
_REMOVED: Final = "removed"


def everything(home: Home) -> tuple[Account, ...]:
    with home.store.read() as tx:
        return tx.accounts()


def find(home: Home, account: str) -> Account:
    """Raises KnownError `no_such_account`."""
    found = next((one for one in everything(home) if one.id == account), None)
    if found is None:
        raise KnownError(
            NO_SUCH_ACCOUNT,
            _("There is no account {account}.").format(account=account),
            _("List the accounts to see what there is."),
        )
    return found


def channel(home: Home, kind: str) -> Connects:
    """What sends or listens by accounts of that kind. Raises KnownError `no_such_channel`."""
    found = home.channels.get(kind) or home.listeners.get(kind)
    if found is None:
        raise KnownError(
            "no_such_channel",
            _("There is no channel called {kind}.").format(kind=kind),
            _("Choose one of: {kinds}.").format(kinds=", ".join(kinds(home))),
        )
    return found


def kinds(home: Home) -> tuple[str, ...]:
    """All kinds by which something leaves or comes in."""
    return tuple(sorted({*home.channels, *home.listeners}))


def secret_field(kind: Connects) -> Field | None:
    """The one field of a channel that is kept in the keyring, if it has one."""
    return next((one for one in kind.fields if one.secret), None)


def add(
    home: Home,
    actor: Actor | None,
    kind: str,
    values: Mapping[str, str],
    secret: str | None = None,
) -> tuple[Account, ChangeSet]:
    """An account of that kind, its fields filled from `values` and their defaults.

    One that was removed and is the same to the letter comes back as itself, if sources waited for
    it: so they go on where they were. Nothing is connected to. Raises KnownError
    `no_such_channel`, `no_account_needed`, `no_such_field`, `field_missing`, `bad_field`.
    """
    found = channel(home, kind)
    if kind == HAND:
        raise KnownError(
            "no_account_needed",
            _("Posting by hand needs no account."),
            _("Write a reply; it goes by hand unless you say otherwise."),
        )
    if not found.fields:
        raise KnownError(
            "no_account_needed",
            _("{title} needs no account.").format(title=found.title),
            _("Listen to it right away."),
        )
    settings = _settings(found, values)
    left = _left(home, kind, settings)
    account = Account(left or home.entropy.token(), kind, settings)
    name = secret_name(account.id)
    if secret:
        home.secrets.set(name, secret)
        home.passwords.note(secret)
    try:
        save(home, actor, account)
    except BaseException:
        if secret:
            home.secrets.delete(name)
        raise
    if left:
        _go_on(home, account)
    return account, ChangeSet(accounts=True, sources=bool(left)) | tell_kept(home)


def _left(home: Home, kind: str, settings: Mapping[str, str]) -> str:
    """The id of the account that was like this and is gone while sources wait for it, or empty."""
    with home.store.read() as tx:
        there = {one.id for one in tx.accounts()}
        lost = [one for one in tx.sources() if one.state.trouble == NO_SUCH_ACCOUNT]
        if not lost:
            return ""
        facts = [fact_of(line) for line in tx.lines(case=NO_CASE, kinds=_CHANGES)]
    wanted = (kind, tuple(sorted(settings.items())))
    for fact in reversed(facts):
        if not isinstance(fact, AccountChanged) or fact.account in there:
            continue
        gone = Account(fact.account, fact.kind, dict(fact.settings))
        if (fact.kind, fact.settings) == wanted and any(_reads(gone, one) for one in lost):
            return fact.account
    return ""


def change(
    home: Home,
    actor: Actor | None,
    account: str,
    values: Mapping[str, str],
    secret: str | None = None,
) -> tuple[Account, ChangeSet]:
    """The same account with other values; what is written to go by it still does.

    Without a `secret` the one that is kept stays. Raises KnownError `no_such_account` and, for the
    values, what `add` does.
    """
    before = find(home, account)
    after = replace(before, settings=_settings(channel(home, before.kind), values))
    if after != before:
        save(home, actor, after)
    if secret:
        home.secrets.set(secret_name(after.id), secret)
        home.passwords.note(secret)
    _ask_anew(home, after)
    return after, ChangeSet(accounts=True, sources=True) | tell_kept(home)


def _go_on(home: Home, account: Account) -> None:
    """Its sources have their account again."""
    with home.store.write() as tx:
        for source in tx.sources():
            if source.state.trouble == NO_SUCH_ACCOUNT and _reads(account, source):
                well = replace(source.state, trouble="", words="", way_out="", failures=0)
                tx.save_poll(source.id, source.title, replace(well, next_at=None))


def _ask_anew(home: Home, account: Account) -> None:
    """What is read by an account that somebody put right need not wait for its turn."""
    with home.store.write() as tx:
        for source in tx.sources():
            state = source.state
            if state.trouble and _reads(account, source):
                next_at = state.next_at if state.asked_to_wait else None
                tx.save_poll(source.id, source.title, replace(state, next_at=next_at))


def save(home: Home, actor: Actor | None, account: Account) -> None:
    """The account and the line that says so; a row without its line is none to send from."""
    with writing(home, actor) as ledger:
        ledger.tx.save_account(account)
        settings = tuple(sorted(account.settings.items()))
        fact = AccountChanged(account.id, account.kind, settings, "added", ledger.reading)
        ledger.record(fact)


def read_by(home: Home, account: Account) -> tuple[Source, ...]:
    """The sources that are read through it, and stop without it."""
    with home.store.read() as tx:
        return tuple(one for one in tx.sources() if _reads(account, one))


def _reads(account: Account, source: Source) -> bool:
    return source.address.startswith(f"{account.kind}:{account.id}/")


def remove(home: Home, actor: Actor | None, account: str) -> ChangeSet:
    """Forget an account and its secret; what was sent by it and brought through it stays.

    What listens through it needs somebody from now on. Raises KnownError `no_such_account`.
    """
    found = find(home, account)
    with writing(home, actor) as ledger:
        ledger.tx.remove_account(found.id)
        settings = tuple(sorted(found.settings.items()))
        fact = AccountChanged(found.id, found.kind, settings, _REMOVED, ledger.reading)
        ledger.record(fact)
        _stop(ledger, found)
    home.secrets.delete(secret_name(found.id))
    return ChangeSet(accounts=True, sources=True) | tell_kept(home)


def _stop(ledger: Ledger, account: Account) -> None:
    why = gone()
    for source in ledger.tx.sources():
        if _reads(account, source):
            state = replace(
                source.state,
                trouble=why.code,
                words=why.words,
                way_out=why.way_out,
                asked_to_wait=False,
                found="",
                next_at=source.state.next_at or ledger.now.wall,
            )
            ledger.tx.save_poll(source.id, source.title, state)


def gone() -> KnownError:
    """The trouble of a source whose account was removed."""
    return KnownError(
        NO_SUCH_ACCOUNT,
        _("The account it was read through is not set up any more."),
        _("Choose an account for it, or stop listening; what it brought stays."),
    )


def tell_kept(home: Home) -> ChangeSet:
    """Tell the others of the team by which accounts this computer can answer and read."""
    if home.team is None or lockbox.is_closed(home.secrets):
        return ChangeSet()
    here, changed = home.computer, ChangeSet()
    with home.store.read() as tx:
        known, kept = tx.accounts(), keepers.Elsewhere(home, tx).kept
    # What is kept for this run only is nobody's to rely on.
    kept_here = home.secrets.keeps or lockbox.is_open(home.secrets)
    asked = known if kept_here else ()
    have = {one.id for one in asked if home.secrets.get(secret_name(one.id)) is not None}
    said = {account: by[here.id] for account, by in kept.items() if here.id in by}
    new = {one for one in have if said.get(one) != here.name}
    gone = said.keys() - have
    if new or gone:
        with writing(home) as ledger:
            for account in sorted(new):
                ledger.record(SecretKept(account, here.id, here.name, ledger.reading))
            for account in sorted(gone):
                ledger.record(SecretDropped(account, here.id, ledger.reading))
        changed = ChangeSet(accounts=True, sources=True)
    return changed


IN_OWN_NETWORK = frozenset({"private_address", "not_protected"})
"""Refusals that a person may lift by saying that this stands in their own network."""


def test(
    home: Home,
    account: str,
    *,
    allow_private: bool = False,  # noqa: PT028 - a use case, none of pytest's tests
) -> Account:
    """Connect and sign in; nothing is sent. Raises KnownError with the reason.

    `allow_private`: the person says that this stands in their own network.
    """
    found = find(home, account)
    secret = home.secrets.get(secret_name(found.id))
    _connect(home, found, secret, allow_private=allow_private)
    return found


def try_out(
    home: Home,
    kind: str,
    values: Mapping[str, str],
    secret: str | None = None,
    account: str | None = None,
    *,
    allow_private: bool = False,
) -> KnownError | None:
    """Connect and sign in as an account of these values would; nothing is kept or sent.

    Without a `secret`, the one that is kept for `account` is tried. Returns what `lacks` does.
    Raises what `add` does, and KnownError with the reason why it does not work.
    """
    found = channel(home, kind)
    if not secret and account is not None:
        secret = home.secrets.get(secret_name(account))
    made = Account(home.entropy.token(), kind, _settings(found, values))
    _connect(home, made, secret or None, allow_private=allow_private)
    return _lacks(home, made, secret or None, allow_private=allow_private)


def lacks(home: Home, account: str, *, allow_private: bool = False) -> KnownError | None:
    """What a place does not show to an account that works there; None where that is nothing.

    Raises what `test` does.
    """
    found = find(home, account)
    secret = home.secrets.get(secret_name(found.id))
    return _lacks(home, found, secret, allow_private=allow_private)


def _lacks(
    home: Home, account: Account, secret: str | None, *, allow_private: bool
) -> KnownError | None:
    listener = home.listeners.get(account.kind)
    if not isinstance(listener, ShowsLess):
        return None
    private = allow_private or in_own_network(account)
    return listener.lacks(account, secret, home.web, allow_private=private)


def _connect(home: Home, account: Account, secret: str | None, *, allow_private: bool) -> None:
    """By what sends with it, or else by what listens with it."""
    sends = home.channels.get(account.kind)
    if sends is not None:
        tools = tools_of(home, account)
        private = allow_private or tools.allow_private
        sends.test(account, secret, replace(tools, allow_private=private))
    else:
        listener = home.listeners[account.kind]
        listener.sign_in(account, secret, home.web, allow_private=allow_private)


def _settings(found: Connects, values: Mapping[str, str]) -> dict[str, str]:
    return filled(found.title, found.fields, values)


def filled(title: str, declared: Iterable[Field], values: Mapping[str, str]) -> dict[str, str]:
    """All fields but secret ones, by `values` and their defaults.

    Raises KnownError `no_such_field`, `field_missing`, `bad_field`.
    """
    fields = {one.name: one for one in declared if not one.secret}
    for name in values:
        if name not in fields:
            raise KnownError(
                "no_such_field",
                _("{channel} has no field called {name}.").format(channel=title, name=name),
                _("Its fields are: {names}.").format(names=", ".join(fields)),
            )
    return {name: _value(one, values.get(name, one.default)) for name, one in fields.items()}


def _value(one: Field, given: str) -> str:
    value = given.strip()
    if one.required and not value:
        raise KnownError(
            "field_missing",
            _("{words} ({name}) is missing.").format(words=one.words, name=one.name),
            one.hint or _("Fill it in."),
        )
    wrong = one.choices and value and value not in one.choices
    if wrong or len(value) > VALUE_LIMIT or not value.isprintable():
        raise KnownError(
            "bad_field",
            _("{value} does not fit {words} ({name}).").format(
                value=value[:60], words=one.words, name=one.name
            ),
            _("Choose one of: {all}.").format(all=", ".join(one.choices))
            if one.choices
            else one.hint or _("Write one short line."),
        )
    return value
