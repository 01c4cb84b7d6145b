"""Every sentence about somebody who is here: for whom they could be taken, and what has changed."""

from __future__ import annotations

from typing import assert_never

from calmreply.app.words import wording
from calmreply.domain.people import PacketKeyRevoked, PassphraseChanged, Presence, PresenceChanged
from calmreply.domain.resembling import Doubt, Sort
from calmreply.i18n import _, ngettext


def doubt(found: Doubt) -> str:
    """A whole sentence, beside somebody's name."""
    name = found.other.name
    gone = found.other.presence is Presence.LEFT
    match found.sort:
        case Sort.NAME:
            words = _("Reads like {name}.")
            if gone:
                words = _("Reads like {name}, who has left.")
        case Sort.NEAR:
            words = _("One letter away from {name}.")
        case Sort.MAIL:
            words = _("Their mail ends up in the same box as that of {name}.")
        case Sort.HAND:
            words = _("Let in today by {name}.")
        case Sort.NOBODY:
            words = _("Came in today on nobody's word.")
        case _:
            assert_never(found.sort)
    return words.format(name=name)


def programs(count: int) -> str:
    """Keys of the program that came in by no word but their own."""
    return ngettext(
        "The program wrote here with a key that was new: on another computer, or because a "
        "keyring was lost. If it was neither, somebody else wrote it: verify the journal.",
        "The program wrote here with {n} keys that were new: on other computers, or because a "
        "keyring was lost. If it was neither, somebody else wrote it: verify the journal.",
        count,
    ).format(n=count)


def amount(much: int, currency: str) -> str:
    return wording.money(much, currency)


def entered(name: str, by: str, *, phone: bool, here: bool, again: bool) -> str:
    """A key came in. `by`: who let it in, or empty; `again`: in place of one before."""
    if phone:
        words = _("{name} signs by phone from now on")
        if again:
            words = _("{name} has another phone to sign with")
    elif again:
        words = _("{name} has another key")
    elif here:
        words = _("{name} has a key here, too")
    else:
        words = _("{name} came in")
    return _with_hand(words.format(name=name), _("let in by {by}"), by)


def changed(name: str, by: str, *, contact: str | None, role: str | None, limit: str | None) -> str:
    """What is known of somebody is another now; None is as it was. `by`: whose hand, or empty."""
    parts = []
    if contact is not None:
        parts.append(
            _("{name} is reached by {contact}").format(name=name, contact=contact)
            if contact
            else _("{name}: how to reach them was taken out").format(name=name)
        )
    if role is not None:
        parts.append(_("{name} does: {role}").format(name=name, role=role or "-"))
    if limit is not None:
        parts.append(_("{name} may offer up to {limit} now").format(name=name, limit=limit))
    return _with_hand("; ".join(parts), _("said by {by}"), by) if parts else ""


def granted(name: str, limit: str) -> str:
    return _("{name} may offer up to {limit} now, by the rules").format(name=name, limit=limit)


def happened(fact: object, name: str, by: str) -> str:
    """`by`: whose hand it was, where it was another one's; empty for what is told elsewhere."""
    match fact:
        case PassphraseChanged(by_code=True):
            return _("{name} came back with the recovery code").format(name=name)
        case PassphraseChanged():
            return _("{name} has another passphrase").format(name=name)
        case PacketKeyRevoked():
            words = _("The phone of {name} signs nothing any more")
        case PresenceChanged(presence=Presence.AWAY):
            words = _("{name} is away")
        case PresenceChanged(presence=Presence.LEFT):
            words = _("{name} has left")
        case PresenceChanged():
            words = _("{name} is back")
        case _:
            return ""
    return _with_hand(words.format(name=name), _("said by {by}"), by)


def _with_hand(words: str, hand: str, by: str) -> str:
    return f"{words} ({hand.format(by=by)})" if by else words
