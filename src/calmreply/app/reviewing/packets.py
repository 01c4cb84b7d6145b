"""The second pair of eyes far away: a packet goes to their phone, a code comes back.

The packet is one HTML file for one person and one text. It holds the record they are asked to
sign, and their packet key, sealed. What comes back is checked against the record as our own rows
give it: an answer that fits nothing of ours is refused, each with its own reason.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from calmreply.app import facts
from calmreply.app.facts import Known
from calmreply.app.home import BUSINESS_NAME, Actor, Home
from calmreply.app.ledger import Ledger, fact_of, writing
from calmreply.app.ports import SealedKey
from calmreply.app.ports.changes import ChangeSet, of_case
from calmreply.app.ports.storage import ReadTransaction
from calmreply.app.reviewing import packet_errors, packet_page, review
from calmreply.app.words import wording_packet
from calmreply.domain import emergency, packet, private, record
from calmreply.domain.mention import CaseId, Visibility
from calmreply.domain.moment import Reading
from calmreply.domain.packet import Answer, BadCodeError, NewKey
from calmreply.domain.people import PacketKey, Person, PersonId
from calmreply.domain.review import (
    ChangesAsked,
    PacketMade,
    SignedOff,
    SignOffAsked,
    SignOffWithdrawn,
    Tick,
    expired,
    remark_bytes,
    signed_bytes,
)
from calmreply.domain.sign_off import may_sign, open_request
from calmreply.errors import KnownError


@dataclass(frozen=True, slots=True)
class Packet:
    """A packet that can be handed over. `words` are its fingerprint, the page shows the same."""

    reviewer: Person
    page: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Taken:
    """What somebody answered from far away: that they sign off, or a remark or other words."""

    reviewer: Person
    remark: str
    suggestion: str = ""

    @property
    def signs_off(self) -> bool:
        return not self.remark and not self.suggestion


def slot(person: PersonId) -> PersonId:
    """Under which name the sealed packet keys of a person lie beside the others."""
    return PersonId(f"packet:{person}")


def make(
    home: Home, actor: Actor, case: CaseId, who: str, *, blind: bool = False
) -> tuple[Packet, ChangeSet]:
    """Ask somebody, as `review.ask` does, and make the packet about it; once more is the same one.

    `blind`: they read what was said, and think, before they see the reply.
    Raises what `review.ask` does, and KnownError `no_packet_key`, `key_missing`.
    """
    with home.store.read() as tx:
        _key_of(review.active(facts.people(tx), who))
    changes = review.ask(home, actor, case, who)
    with writing(home, actor) as ledger:
        known = facts.load(home, ledger.tx, case)
        reviewer = review.active(known.facts.people, who)
        asked = open_request(known.facts, known.rules, known.now)
        key = _key_of(reviewer)
        sealed = ledger.tx.sealed_key(slot(reviewer.id))
        if sealed is None or sealed.public != key.public:
            raise packet_errors.key_not_here(reviewer.name)
        if asked is None or asked.reviewer != reviewer.id:
            raise review.not_asked(reviewer.name)
        review.refuse_new(known, reviewer, key.id)
        made = _made(ledger, known, asked, key, actor.person.id)
        content = _content(ledger, known, asked, made, sealed)
    page = packet_page.review({**content, "blind": blind})
    said = _record(known, asked, made)
    words = packet_page.fingerprint(record.for_sending(said).encode("utf-8", "surrogatepass"))
    return Packet(reviewer, page, words), changes | of_case(case)


def _made(
    ledger: Ledger, known: Known, asked: SignOffAsked, key: PacketKey, by: PersonId
) -> PacketMade:
    """The packet of this request for this key, put on record the first time.

    Where the rules or the mention have changed since, or somebody said that it cannot wait, so has
    what is asked: that is one more.
    """
    told = known.facts.of(PacketMade)
    mine = [one for one in told if (one.request, one.key_id) == (asked.request, key.id)]
    before = mine[-1] if mine else None
    hurry = record.hurry_digest(emergency.declared(known.facts))
    same = before is not None and packet.digest(_record(known, asked, before)) == before.digest
    if before is not None and same and before.hurry == hurry:
        return before
    salt = before.salt if before is not None else ledger.home.entropy.random(16).hex()
    made = PacketMade(asked.request, key.id, salt, "", by, ledger.reading, hurry)
    made = replace(made, digest=packet.digest(_record(known, asked, made)))
    ledger.record(made, known.facts.id)
    return made


def _record(known: Known, asked: SignOffAsked, made: PacketMade) -> dict[str, object]:
    what = record.present(known.facts, known.rules)
    said = record.hurry_named(known.facts, made.hurry)
    return {} if what is None else record.asking(what, asked, made.key_id, made.salt, said=said)


def _content(
    ledger: Ledger, known: Known, asked: SignOffAsked, made: PacketMade, sealed: SealedKey
) -> dict[str, object]:
    """What the packet holds beside its own words: public things, and the sealed key."""
    told, tx = known.facts, ledger.tx
    revision, mention = told.revision, told.mention
    public = mention.said.visibility is Visibility.PUBLIC
    text = revision.words.text if revision is not None else ""
    said_in_public = revision is not None and revision.words.visibility is Visibility.PUBLIC
    looks = [*private.private_words(text), *told.private] if said_in_public else []
    asker, said = told.person(asked.by), record.hurry_named(told, made.hurry)
    number, head = tx.head()
    return {
        "business": tx.setting(BUSINESS_NAME) or "",
        "reviewer": told.name(asked.reviewer),
        "asker": told.name(asked.by),
        "mail": asker.mail if asker else "",
        "record": record.for_sending(_record(known, asked, made)),
        "mention": packet.shown_mention(mention),
        "site": mention.site if public else "",
        "url": (mention.url or "") if public else "",
        "private": [words for _kind, words in looks],
        "hurried": told.name(said.by) if said else "",
        "key": _sealed(sealed),
        "head": f"{number} {head}",
    }


def _sealed(key: SealedKey) -> dict[str, object]:
    opened = packet.unpack(key.sealed)
    return {
        "public": key.public.hex(),
        "rounds": opened.rounds,
        "salt": opened.salt.hex(),
        "iv": opened.iv.hex(),
        "box": opened.box.hex(),
    }


# --- what comes back -------------------------------------------------------------------------


def read(untrusted: str) -> Answer | NewKey:
    """The code in a text that somebody sent. Raises KnownError `bad_code`."""
    try:
        return packet.read_code(untrusted)
    except BadCodeError as error:
        words, way_out = wording_packet.bad_code(error)
        raise KnownError("bad_code", words, way_out) from error


def take(home: Home, case: CaseId, untrusted: str) -> tuple[Taken, ChangeSet]:
    """Take back what somebody answered about this case, if they signed exactly what we have.

    Nobody needs to act: the answer is the second person's own word, and carries their signature.
    Raises KnownError `bad_code`, `code_of_a_key`, `packet_unknown`, `packet_other_case`,
    `packet_used`, `packet_withdrawn`, `packet_key_revoked`, `packet_expired`, `packet_other_text`,
    `packet_does_not_hold`, `wrote_it`, `not_active`, `reopen_first`.
    """
    answer = read(untrusted)
    if isinstance(answer, NewKey):
        raise packet_errors.of_a_key()
    with writing(home) as ledger:
        known = facts.load(home, ledger.tx, case)
        facts.refuse_ended(known)
        about = _about(ledger.tx, known, answer)
        _refuse_late(known, about)
        if not answer.remark:
            review.refuse_new(known, about.reviewer, about.key.id)
        fact = _fact(home, known, about, answer, ledger.reading)
        if fact is None:
            raise packet_errors.does_not_hold()
        if not may_sign(known.facts, about.reviewer.id):
            raise review.wrote_it(about.reviewer.name)
        ledger.record_from_afar(fact, case)
    return Taken(about.reviewer, answer.remark, answer.suggestion), of_case(case)


@dataclass(frozen=True, slots=True)
class _About:
    """What an answer is about, out of our own rows."""

    asked: SignOffAsked
    made: PacketMade
    reviewer: Person
    key: PacketKey


def _about(tx: ReadTransaction, known: Known, answer: Answer) -> _About:
    asked, made = _asked(tx, known, answer)
    reviewer = review.active(known.facts.people, asked.reviewer)
    key = next((one for one in reviewer.packet_keys if one.id == made.key_id), None)
    if key is None:
        raise packet_errors.unknown()
    return _About(asked, made, reviewer, key)


def _asked(tx: ReadTransaction, known: Known, answer: Answer) -> tuple[SignOffAsked, PacketMade]:
    """The request and the packet that the answer names. Nonce and key are only their beginnings."""
    requests = {one.request: one for one in known.facts.of(SignOffAsked)}
    for made in reversed(known.facts.of(PacketMade)):
        asked = requests.get(made.request)
        begins = f".{answer.key.hex()}"
        if asked and asked.nonce.startswith(answer.nonce.hex()) and begins in made.key_id:
            return asked, made
    for written in tx.lines(kinds=("sign_off_asked",)):
        fact = fact_of(written)
        if fact is not None and fact.nonce.startswith(answer.nonce.hex()):
            if written.line.case == known.facts.id:
                break
            raise packet_errors.other_case(written.line.case)
    raise packet_errors.unknown()


def _refuse_late(known: Known, about: _About) -> None:
    """Nothing counts twice, late, by a key that was revoked, or for other words."""
    told, asked = known.facts, about.asked
    answered = {one.request for one in told.of(SignedOff)}
    if asked.request in answered | {one.request for one in told.of(ChangesAsked)}:
        raise packet_errors.used()
    if any(one.request == asked.request for one in told.of(SignOffWithdrawn)):
        raise packet_errors.withdrawn()
    if about.key.revoked:
        raise packet_errors.revoked()
    if expired(asked, known.now, known.rules.sign_off_holds):
        raise packet_errors.expired()
    revision = told.revision
    same = revision is not None and revision.revision == asked.revision
    if not same or packet.digest(_record(known, asked, about.made)) != about.made.digest:
        raise packet_errors.other_text()


def _fact(
    home: Home, known: Known, about: _About, answer: Answer, at: Reading
) -> SignedOff | ChangesAsked | None:
    """What is put on record, or None where the signature is not over what we have.

    Of two packets about one request one may tell of an emergency: what counts is which was read.
    """
    what, asked, key = record.present(known.facts, known.rules), about.asked, about.key
    if what is None:
        return None
    for made in reversed(known.facts.of(PacketMade)):
        if (made.request, made.key_id) != (asked.request, key.id):
            continue
        said = record.hurry_named(known.facts, made.hurry)
        told = record.asking(what, asked, key.id, made.salt, said=said)
        if not answer.signs_off:
            text = record.for_remark(told, answer.remark, answer.suggestion)
            if home.keys.verify(key.public, remark_bytes(text), answer.signature):
                return _remark(about, answer, text, at)
            continue
        text = record.for_signing(what, asked, key.id, answer.ticks, made.salt, said=said)
        if home.keys.verify(key.public, signed_bytes(text), answer.signature):
            return _sign_off(about, made, answer, text, at)
    return None


def _remark(about: _About, answer: Answer, text: str, at: Reading) -> ChangesAsked:
    return ChangesAsked(
        reply=about.asked.reply,
        revision=about.asked.revision,
        text=answer.remark,
        by=about.asked.reviewer,
        at=at,
        request=about.asked.request,
        key_id=about.key.id,
        record=text,
        signature=answer.signature,
        suggestion=answer.suggestion,
    )


def _sign_off(about: _About, made: PacketMade, answer: Answer, text: str, at: Reading) -> SignedOff:
    return SignedOff(
        request=about.asked.request,
        reply=about.asked.reply,
        revision=about.asked.revision,
        ticks=tuple(tick for tick in Tick if tick in answer.ticks),
        key_id=about.key.id,
        record=text,
        signature=answer.signature,
        by=about.asked.reviewer,
        at=at,
        hurry=made.hurry,
    )


def _key_of(reviewer: Person) -> PacketKey:
    if reviewer.packet_key is None:
        raise packet_errors.no_key(reviewer.name)
    return reviewer.packet_key
