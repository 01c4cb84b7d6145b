"""Why an answer from far away does not count, or no packet can be made: each its own reason."""

from __future__ import annotations

from calmreply.errors import KnownError
from calmreply.i18n import _


def no_key(name: str) -> KnownError:
    return KnownError(
        "no_packet_key",
        _("{name} cannot sign from far away yet.").format(name=name),
        _("Invite them once: in People, “Invite to sign by phone”, or: people invite."),
    )


def key_not_here(name: str) -> KnownError:
    return KnownError(
        "key_missing",
        _("The packet key of {name} is not on this computer.").format(name=name),
        _("Invite them again; a backup holds no keys."),
    )


def of_a_key() -> KnownError:
    return KnownError(
        "code_of_a_key",
        _("This code brings a new key; it is no answer about a reply."),
        _("Enter it in People, at “Enter their code”."),
    )


def unknown() -> KnownError:
    return KnownError(
        "packet_unknown",
        _("This answer belongs to no packet that was made here."),
        _("Ask who sent it which packet they opened, and send them a new one."),
    )


def other_case(case: str) -> KnownError:
    return KnownError(
        "packet_other_case",
        _("This answer is about another case: {case}.").format(case=case),
        _("Open that case and enter it there."),
    )


def used() -> KnownError:
    return KnownError(
        "packet_used",
        _("This packet has been answered already."),
        _("Each packet counts once. Send a new one if something is to be said again."),
    )


def withdrawn() -> KnownError:
    return KnownError(
        "packet_withdrawn",
        _("What was answered to this packet was taken back."),
        _("Ask again and send a new packet."),
    )


def revoked() -> KnownError:
    return KnownError(
        "packet_key_revoked",
        _("The packet key that signed this has been revoked."),
        _("Invite them again, then send a new packet."),
    )


def expired() -> KnownError:
    return KnownError(
        "packet_expired",
        _("This packet has lapsed: too much time went by since it was made."),
        _("Ask again and send a new packet."),
    )


def other_text() -> KnownError:
    return KnownError(
        "packet_other_text",
        _("The reply, or what it answers, is not what it was when this packet was made."),
        _("Ask again and send a new packet about the words as they are now."),
    )


def does_not_hold() -> KnownError:
    return KnownError(
        "packet_does_not_hold",
        _("What was signed are not our words: the packet was changed on its way."),
        _("Call them, and send a new packet by a way you trust."),
    )
