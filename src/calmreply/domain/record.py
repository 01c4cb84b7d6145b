"""The canonical record of a reply: what a reviewer signs and what a sender renders from."""

from __future__ import annotations

from typing import Any

from calmreply.domain import codec, reply, review
from calmreply.domain.case import CaseFacts
from calmreply.domain.policy import Policy
from calmreply.domain.reply import ReplyStarted, Revised
from calmreply.domain.review import SignOffAsked, Tick


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
        "mention": facts.mention.now.digest,
        "rules": rules.digest,
    }


def for_signing(
    what: dict[str, Any], asked: SignOffAsked, key_id: str, ticks: tuple[Tick, ...]
) -> str:
    """The canonical text a reviewer signs: the content, who, with which key, and the ticks."""
    return review.canonical_text(
        {
            **what,
            "reviewer": asked.reviewer,
            "key": key_id,
            "ticks": [tick.value for tick in Tick if tick in ticks],
            "nonce": asked.nonce,
            "requested_at": asked.requested,
            "expires_at": asked.expires,
        }
    )


def for_sending(what: dict[str, Any]) -> str:
    """The canonical text an outbox entry freezes."""
    return review.canonical_text(what)


def present(facts: CaseFacts, rules: Policy) -> dict[str, Any] | None:
    """The content of the present reply, or None where there is none."""
    started, revised = facts.reply, facts.revision
    if started is None or revised is None:
        return None
    return content(facts, started, revised, rules)
