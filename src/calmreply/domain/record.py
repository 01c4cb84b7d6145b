"""The canonical record of a reply: what a reviewer signs and what a sender renders from."""

from __future__ import annotations

from typing import Any

from calmreply.domain import codec, reply, review
from calmreply.domain.case import CaseFacts
from calmreply.domain.mention import Visibility
from calmreply.domain.policy import Policy
from calmreply.domain.reply import ReplyStarted, Revised
from calmreply.domain.review import SignOffAsked, Tick
from calmreply.domain.said import EmergencyDeclared


def content(
    facts: CaseFacts, started: ReplyStarted, revised: Revised, rules: Policy
) -> dict[str, Any]:
    """The part of the record that says what goes where: everything a render may use.

    `rules` are the effective ones for this case.
    """
    words = revised.words
    offer = None if words.offer is None else codec.to_json(words.offer)
    return {
        "v": 1,
        "business": facts.business,
        "case": facts.id,
        "reply": started.reply,
        "revision": revised.revision,
        "kind": started.kind.value,
        "subject": words.subject,
        "text": words.text,
        "links": list(reply.links(words.text)),
        "attachments": [],
        "channel": words.to.channel,
        "account": words.to.account,
        "target": words.to.target,
        "thread": words.to.thread,
        "visibility": words.visibility.value,
        "offer": offer,
        "mention": facts.mention.said.digest,
        "rules": rules.digest,
    }


def hurry(said: EmergencyDeclared) -> dict[str, Any]:
    """What a reviewer is told of an emergency, since their signature shortens the waits."""
    return {
        "ground": said.ground.value,
        "reason": said.reason,
        "by": said.by,
        "at": codec.rfc3339(said.at.wall),
    }


def hurry_digest(said: EmergencyDeclared | None) -> str:
    """By which a sign-off names the emergency it knows of; empty where there is none."""
    return "" if said is None else codec.digest(hurry(said))


def hurry_named(facts: CaseFacts, digest: str) -> EmergencyDeclared | None:
    """The emergency a sign-off or a packet names, or None."""
    told = reversed(facts.of(EmergencyDeclared))
    return next((said for said in told if hurry_digest(said) == digest), None)


def asking(
    what: dict[str, Any],
    asked: SignOffAsked,
    key_id: str,
    salt: str = "",
    *,
    said: EmergencyDeclared | None = None,
) -> dict[str, Any]:
    """What a reviewer is asked about: the content, who, and with which key.

    With the `salt` of a packet a private reply does not tell whom it goes to, only a digest of it.
    `said`: that it cannot wait, where somebody said so.
    """
    shown = what if said is None else {**what, "emergency": hurry(said)}
    if salt and what["visibility"] == Visibility.PRIVATE.value:
        hidden = {part: codec.digest([salt, what[part]]) for part in ("target", "thread")}
        shown = {**shown, **hidden}
    return {
        **shown,
        "reviewer": asked.reviewer,
        "key": key_id,
        "nonce": asked.nonce,
        "requested_at": asked.requested,
        "expires_at": asked.expires,
    }


def for_signing(
    what: dict[str, Any],
    asked: SignOffAsked,
    key_id: str,
    ticks: tuple[Tick, ...],
    salt: str = "",
    *,
    said: EmergencyDeclared | None = None,
) -> str:
    """The canonical text a reviewer signs: what they are asked about, and the ticks."""
    ticked = [tick.value for tick in Tick if tick in ticks]
    return review.canonical_text({**asking(what, asked, key_id, salt, said=said), "ticks": ticked})


def for_remark(asked_about: dict[str, Any], remark: str, suggestion: str = "") -> str:
    """The canonical text that somebody far away signs instead, where they want a change.

    `asked_about` is what `asking` gave.
    """
    words = {"suggestion": suggestion} if suggestion else {}
    return review.canonical_text({**asked_about, "remark": remark, **words})


def for_sending(what: dict[str, Any]) -> str:
    """The canonical text an outbox entry freezes."""
    return review.canonical_text(what)


def present(facts: CaseFacts, rules: Policy) -> dict[str, Any] | None:
    """The content of the present reply, or None where there is none."""
    started, revised = facts.reply, facts.revision
    if started is None or revised is None:
        return None
    return content(facts, started, revised, rules)
