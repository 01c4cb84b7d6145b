"""Values as the JSON that scripts read, and as lines for a person. Times are RFC 3339 UTC."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, assert_never

from calmreply.app.cases.conversation import Ours, Theirs
from calmreply.app.cases.promises import Intended
from calmreply.app.listening.searches import FeedAt, Offer, PageAt, PlaceAt
from calmreply.app.planning.similar import SentAlike
from calmreply.app.planning.wordings import PlanLine, ResponsePlan
from calmreply.app.ports.channels import Field
from calmreply.app.ports.listeners import Listener
from calmreply.app.ports.storage import Account, Source
from calmreply.app.proving.beside import Difference
from calmreply.app.queries import CasePage
from calmreply.app.sending.outgoing import OutboxItem
from calmreply.app.sending.send import SendReport
from calmreply.app.words import wording, wording_next
from calmreply.domain import codec, paths
from calmreply.domain.blockers import Blocker
from calmreply.domain.debrief import Debriefed
from calmreply.domain.due import TheirClock
from calmreply.domain.mention import Mention, Stars
from calmreply.domain.next_asked import next_asked
from calmreply.domain.people import Person, PersonId
from calmreply.domain.plan import Wording
from calmreply.domain.reply import Revised
from calmreply.domain.wordings import Use
from calmreply.i18n import _

Names = Callable[[PersonId], str]
Data = dict[str, Any]


def time(moment: datetime | None) -> str | None:
    return None if moment is None else codec.rfc3339(moment)


def rating(stars: Stars | None) -> float | None:
    """On the scale of five."""
    if stars is None:
        return None
    five = stars.given if stars.scale == 5 else round(stars.share * 5, 2)
    return int(five) if five == int(five) else five


def blocker(held: Blocker, names: Names, zone: str) -> Data:
    return {
        "kind": held.kind,
        "clears_by": held.clears_by.value,
        "clears_at": time(held.clears_at),
        "words": wording.blocker(held, names, zone),
    }


def held_lines(held: Sequence[Blocker], names: Names, zone: str) -> list[str]:
    if not held:
        return [_("Nothing is in the way.")]
    return [
        _("Before it can go:"),
        *(f"  - {wording.blocker(one, names, zone)}" for one in held),
    ]


def next_lines(page: CasePage, names: Names) -> list[str]:
    """That whoever was asked does not answer, and who else could be."""
    known = page.known
    found = next_asked(known.facts, known.rules, known.now)
    return [] if found is None else [f"  {wording_next.next_asked(found, known.rules, names)}"]


def _ask_next(page: CasePage) -> Data | None:
    found = next_asked(page.known.facts, page.known.rules, page.known.now)
    if found is None:
        return None
    return {"why": found.why.value, "who": found.next.name if found.next else None}


def mention(found: Mention) -> Data:
    now, promise = found.now, found.promise
    return {
        "mention": str(found.id),
        "author": now.author,
        "handle": found.handle,
        "text": now.text,
        "stars": rating(now.stars),
        "language": found.language,
        "place": found.place,
        "title": found.title,
        "how": found.origin.value,
        "site": found.site,
        "source": None if found.source is None else str(found.source),
        "url": found.url,
        "published": time(found.published),
        "heard": time(found.heard),
        "visibility": now.visibility.value,
        "contact": found.contact,
        "promise": promise and {"words": promise.words, "due": time(promise.due)},
        "version": len(found.versions),
    }


def said(one: Theirs | Ours) -> Data:
    """One thing that was said in a conversation."""
    if isinstance(one, Theirs):
        now = one.mention.now
        told = {"who": "they", "mention": str(one.mention.id), "outbox": None, "by": now.author}
        return {**told, "text": now.text, "link": one.mention.url, "at": time(one.at)}
    entry = str(one.entry.id) if one.entry else None
    told = {"who": "we", "mention": None, "outbox": entry, "by": one.by}
    return {**told, "text": one.text, "link": one.link or None, "at": time(one.at)}


def reply(revised: Revised | None, names: Names) -> Data | None:
    if revised is None:
        return None
    words = revised.words
    return {
        "reply": str(revised.reply),
        "revision": str(revised.revision),
        "number": revised.number,
        "by": names(revised.by),
        "text": words.text,
        "subject": words.subject,
        "channel": words.to.channel,
        "account": words.to.account,
        "target": words.to.target,
        "visibility": words.visibility.value,
        "offer": words.offer and codec.to_json(words.offer),
    }


def their_clock(clock: TheirClock) -> Data:
    return {
        "began": time(clock.began),
        "due": time(clock.due),
        "waited_minutes": int(clock.waited.total_seconds() // 60),
        "answered": time(clock.answered),
        "late": clock.late,
    }


def case_page(page: CasePage, names: Names, zone: str) -> Data:
    told, judged = page.known.facts, page.known.facts.judged
    sign_off = page.sign_off
    return {
        "case": str(told.id),
        "stage": page.stage.value,
        "kind": page.kind.value if page.kind else None,
        "mention": mention(told.mention),
        "read_by": list(dict.fromkeys(names(read.by) for read in told.reads)),
        "feelings": [
            {"who": names(said.by), "feeling": said.feeling.word} for said in told.feelings
        ],
        "judgement": judged
        and {
            "kind": judged.kind.value,
            "verdict": judged.verdict.value,
            "evidence": judged.evidence,
            "by": names(judged.by),
        },
        "reply": reply(told.revision, names),
        "sign_off": {
            "standing": sign_off.standing.value,
            "asked": names(sign_off.asked.reviewer) if sign_off.asked else None,
            "expires": sign_off.asked.expires if sign_off.asked else None,
            "changes": sign_off.changes.text if sign_off.changes else None,
            "ask_next": _ask_next(page),
        },
        "blockers": [blocker(one, names, zone) for one in page.blockers],
        "first_word": their_clock(page.first_word),
        "full_reply": their_clock(page.full_reply),
        "answer_by": time(page.answer_by),
        "outbox": [
            {"id": str(entry.id), "kind": entry.chosen.kind.value, "state": state.value}
            for entry, state in page.entries
        ],
    }


def debriefed(fact: Debriefed, names: Names, at: datetime) -> Data:
    """A debrief, its answers as its form takes them."""
    return {"at": time(at), "by": names(fact.by), "answers": codec.to_json(fact.answers)}


def intended(one: Intended) -> Data:
    return {
        "words": one.action.words,
        "who": one.action.who,
        "by_when": one.action.by_when or None,
        "case": str(one.case),
        "author": one.author,
        "said_by": one.by_name,
        "said_at": time(one.at),
    }


def standing(page: CasePage, names: Names, zone: str) -> Data:
    """What a command that changed a case answers."""
    return {
        "case": str(page.known.facts.id),
        "stage": page.stage.value,
        "blockers": [blocker(one, names, zone) for one in page.blockers],
    }


def source(found: Source) -> Data:
    state = found.state
    trouble = {"code": state.trouble, "words": state.words, "way_out": state.way_out}
    return {
        "source": str(found.id),
        "kind": found.kind,
        "feed": paths.shown(found.address),
        "title": found.title,
        "takes": found.takes.value,
        "allow_private": found.allow_private,
        "mentions": found.mentions,
        "polled": time(state.polled_at),
        "heard": time(state.heard_at),
        "next": time(state.next_at),
        "error": trouble if state.trouble else None,
    }


def idea(offer: Offer) -> Data:
    """A ready search: `listen` (a feed's address), `place` (kind and fields) or `open` (a page)."""
    search = offer.search
    data = {
        "what": search.what,
        "name": search.name.name,
        "name_kind": search.name.kind.value,
        "title": search.title,
        "words": search.words,
        "listened": offer.listened,
    }
    match search.way:
        case FeedAt(address):
            return {**data, "listen": address}
        case PlaceAt(kind, said):
            return {**data, "place": {"kind": kind, "fields": dict(said)}}
        case PageAt(address):
            return {**data, "open": address}
        case _:
            assert_never(search.way)


def person(found: Person, names: Names, since: datetime) -> Data:
    return {
        "person": str(found.id),
        "name": found.name,
        "role": found.role,
        "mail": found.mail,
        "may_offer": f"{found.may_offer / 100:.2f}",
        "presence": found.presence.value,
        "since": time(since),
        "vouched_by": names(found.vouched_by) if found.vouched_by else None,
        "packet_key": found.packet_key.id if found.packet_key else None,
    }


def own_wording(one: Wording) -> Data:
    """A holding reply of the program's own, in the form of `plan_line`."""
    return {
        "id": one.id,
        "title": one.title,
        "text": one.text,
        "use": Use.HOLDING.value,
        "for": [],
        "channels": [],
        "language": "",
        "slots": [slot.value for slot in one.slots],
        "own": True,
        "standing": "own",
    }


def plan_line(line: PlanLine, plan: ResponsePlan) -> Data:
    """A wording of the plan and how it stands: `signed`, `not_signed` or `lapsed`."""
    found, stands, now = line.prepared, line.standing, line.planned.now
    return {
        "id": str(line.id),
        "title": found.title,
        "text": found.text,
        "use": found.use.value,
        "for": list(found.fits),
        "channels": list(found.channels),
        "language": found.language,
        "slots": [slot.value for slot in found.slots],
        "own": False,
        "standing": stands.stands.value,
        "revision": now.number,
        "written_by": plan.name(now.by),
        "written_at": time(plan.now.wall_of(now.at)),
        "signed_by": plan.name(stands.by) if stands.by else None,
        "signed_at": time(stands.since),
        "signed_until": time(stands.until),
        "self_reviewed": stands.alone,
    }


def sent_alike(found: SentAlike | None) -> Data | None:
    if found is None:
        return None
    return {
        "case": str(found.case),
        "author": found.author,
        "at": time(found.at),
        "share": round(found.share, 2),
        "holding": found.holding,
    }


def account(found: Account) -> Data:
    return {"account": found.id, "kind": found.kind, "settings": dict(found.settings)}


def field(one: Field) -> Data:
    return {
        "name": one.name,
        "words": one.words,
        "hint": one.hint,
        "default": one.default,
        "required": one.required,
        "secret": one.secret,
        "choices": list(one.choices),
    }


def listener(one: Listener) -> Data:
    return {
        "kind": one.kind,
        "title": one.title,
        "needs_account": one.needs_account,
        "fields": [field(each) for each in one.place_fields],
    }


def report(sent: SendReport) -> Data:
    return {
        "state": sent.state.value,
        "entry": str(sent.entry),
        "words": sent.words,
        "reference": sent.reference,
        "text": sent.text,
        "url": sent.url,
        "not_kept": sent.not_kept,
    }


def difference(found: Difference, words: str) -> Data:
    return {
        "case": found.case,
        "mention": found.mention,
        "account": found.account or None,
        "person": found.person or None,
        "thing": found.thing.value,
        "words": words,
    }


def outbox_item(item: OutboxItem) -> Data:
    chosen = item.entry.chosen
    return {
        "id": str(item.entry.id),
        "case": str(item.case),
        "author": item.author,
        "kind": chosen.kind.value,
        "channel": chosen.channel,
        "state": item.state.value,
        "attempts": item.entry.attempts,
        "words": item.words,
        "not_kept": "" if item.entry.copy is None else item.entry.copy.words,
        "reference": item.entry.reference,
        "link": item.entry.link,
        "showing": None if item.entry.seen is None else item.entry.seen.showing.value,
        "code": item.entry.code,
        "created": chosen.created,
    }
