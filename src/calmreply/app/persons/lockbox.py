"""Where no keyring of the system is safe: passwords in one file that a passphrase protects.

It is asked for once per start. Until then what needs a password of that file says so, and goes on
by itself afterwards. Without the file passwords live until the program is closed; never anywhere in
plain text.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from calmreply.app.home import Home
from calmreply.app.ports import Secrets
from calmreply.app.ports.changes import ChangeSet
from calmreply.app.ports.lockbox import Lockbox, Standing
from calmreply.errors import KnownError
from calmreply.i18n import _

LOCKED: Final = "passwords_locked"


def standing(home: Home) -> Standing:
    return of(home.secrets)


def of(secrets: Secrets) -> Standing:
    return secrets.standing if isinstance(secrets, Lockbox) else Standing.NOT_NEEDED


def is_open(secrets: Secrets) -> bool:
    return of(secrets) is Standing.OPEN


def is_closed(secrets: Secrets) -> bool:
    return of(secrets) is Standing.CLOSED


def use(home: Home, passphrase: str) -> ChangeSet:
    """Open the file, or make it; what waited for it is asked anew. Raises what `Lockbox` does."""
    box = home.secrets
    if isinstance(box, Lockbox):
        unlock(box, passphrase)
    with home.store.write() as tx:
        for source in tx.sources():
            if source.state.trouble == LOCKED:
                tx.save_poll(source.id, source.title, replace(source.state, next_at=None))
    return ChangeSet(sources=True, accounts=True)


def unlock(box: Lockbox, passphrase: str) -> None:
    """Open the file, or make it. Raises what `Lockbox` does."""
    if box.standing is Standing.CLOSED:
        box.open(passphrase)
    elif box.standing is Standing.NONE:
        box.begin(passphrase)


def hold(home: Home, name: str, secret: str) -> None:
    """Have a password at hand until the program ends, and keep it nowhere new."""
    box = home.secrets
    if isinstance(box, Lockbox):
        box.hold(name, secret)
    else:
        box.set(name, secret)


def locked() -> KnownError:
    return KnownError(
        LOCKED,
        _("The passwords of your accounts are locked since CalmReply was started."),
        _("Open them with their passphrase; then it goes on by itself."),
    )
