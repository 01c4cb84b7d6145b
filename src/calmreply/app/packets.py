"""The second pair of eyes far away: a packet goes to their phone, a code comes back.

The packet is one HTML file for one person and one text. It holds the record they are asked to
sign, and their packet key, sealed. What comes back is checked against the record as our own rows
give it: an answer that fits nothing of ours is refused, each with its own reason.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from calmreply.app import facts, packet_page, review, wording_packet
from calmreply.app.changes import ChangeSet, of_case
from calmreply.app.facts import Known
from calmreply.app.home import BUSINESS_NAME, Actor, Home
from calmreply.app.ledger import Ledger, fact_of, writing
from calmreply.app.ports import SealedKey
from calmreply.app.storage import ReadTransaction
from calmreply.domain import packet, private, record
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
from calmreply.i18n import _


@dataclass(frozen=True, slots=True)
class Packet:
    """A packet that can be handed over. `words` are its fingerprint, the page shows the same."""

    reviewer: Person
    page: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Taken:
    """What somebody answered from far away. `remark` is empty where they signed off."""

    reviewer: Person
    remark: str


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
            raise _key_not_here(reviewer.name)
        if asked is None or asked.reviewer != reviewer.id:
            raise review.not_asked(reviewer.name)
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

    Where the rules or the mention have changed since, so has what is asked: that is one more.
    """
    told = known.facts.of(PacketMade)
    mine = [one for one in told if (one.request, one.key_id) == (asked.request, key.id)]
    before = mine[-1] if mine else None
    if before is not None and packet.digest(_record(known, asked, before)) == before.digest:
        return before
    salt = before.salt if before is not None else ledger.home.entropy.random(16).hex()
    made = PacketMade(asked.request, key.id, salt, "", by, ledger.reading)
    made = replace(made, digest=packet.digest(_record(known, asked, made)))
    ledger.record(made, known.facts.id)
    return made


def _record(known: Known, asked: SignOffAsked, made: PacketMade) -> dict[str, object]:
    what = record.present(known.facts, known.rules)
    return {} if what is None else record.asking(what, asked, made.key_id, made.salt)


def _content(
    ledger: Ledger, known: Known, asked: SignOffAsked, made: PacketMade, sealed: SealedKey
) -> dict[str, object]:
    """What the packet holds beside its own words: public things, and the sealed key."""
    told, tx = known.facts, ledger.tx
    revision, mention = told.revision, told.mention
    public = mention.now.visibility is Visibility.PUBLIC
    text = revision.words.text if revision is not None else ""
    said_in_public = revision is not None and revision.words.visibility is Visibility.PUBLIC
    looks = [*private.private_words(text), *told.private] if said_in_public else []
    asker = told.person(asked.by)
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
        raise _of_a_key()
    with writing(home) as ledger:
        known = facts.load(home, ledger.tx, case)
        facts.refuse_ended(known)
        about = _about(ledger.tx, known, answer)
        _refuse_late(known, about)
        fact = _fact(home, known, about, answer, ledger.reading)
        if fact is None:
            raise _does_not_hold()
        if not may_sign(known.facts, about.reviewer.id):
            raise review.wrote_it(about.reviewer.name)
        ledger.record_from_afar(fact, case)
    return Taken(about.reviewer, answer.remark), of_case(case)


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
        raise _unknown()
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
            raise _other_case(written.line.case)
    raise _unknown()


def _refuse_late(known: Known, about: _About) -> None:
    """Nothing counts twice, late, by a key that was revoked, or for other words."""
    told, asked = known.facts, about.asked
    answered = {one.request for one in told.of(SignedOff)}
    if asked.request in answered | {one.request for one in told.of(ChangesAsked)}:
        raise _used()
    if any(one.request == asked.request for one in told.of(SignOffWithdrawn)):
        raise _withdrawn()
    if about.key.revoked:
        raise _revoked()
    if expired(asked, known.now, known.rules.sign_off_holds):
        raise _expired()
    revision = told.revision
    same = revision is not None and revision.revision == asked.revision
    if not same or packet.digest(_record(known, asked, about.made)) != about.made.digest:
        raise _other_text()


def _fact(
    home: Home, known: Known, about: _About, answer: Answer, at: Reading
) -> SignedOff | ChangesAsked | None:
    """What is put on record, or None where the signature is not over what we have."""
    what = record.present(known.facts, known.rules)
    if what is None:
        return None
    asked, key, salt = about.asked, about.key, about.made.salt
    signature = answer.signature
    if answer.remark:
        text = record.for_remark(what, asked, key.id, answer.remark, salt)
        if not home.keys.verify(key.public, remark_bytes(text), signature):
            return None
        return ChangesAsked(
            reply=asked.reply,
            revision=asked.revision,
            text=answer.remark,
            by=asked.reviewer,
            at=at,
            request=asked.request,
            key_id=key.id,
            record=text,
            signature=signature,
        )
    ticks = tuple(tick for tick in Tick if tick in answer.ticks)
    text = record.for_signing(what, asked, key.id, ticks, salt)
    if not home.keys.verify(key.public, signed_bytes(text), signature):
        return None
    return SignedOff(
        request=asked.request,
        reply=asked.reply,
        revision=asked.revision,
        ticks=ticks,
        key_id=key.id,
        record=text,
        signature=signature,
        by=asked.reviewer,
        at=at,
    )


# --- what is refused -------------------------------------------------------------------------


def _key_of(reviewer: Person) -> PacketKey:
    if reviewer.packet_key is None:
        raise KnownError(
            "no_packet_key",
            _("{name} cannot sign from far away yet.").format(name=reviewer.name),
            _("Invite them once: in People, “Invite to sign by phone”, or: people invite."),
        )
    return reviewer.packet_key


def _key_not_here(name: str) -> KnownError:
    return KnownError(
        "key_missing",
        _("The packet key of {name} is not on this computer.").format(name=name),
        _("Invite them again; a backup holds no keys."),
    )


def _of_a_key() -> KnownError:
    return KnownError(
        "code_of_a_key",
        _("This code brings a new key; it is no answer about a reply."),
        _("Enter it in People, at “Enter their code”."),
    )


def _unknown() -> KnownError:
    return KnownError(
        "packet_unknown",
        _("This answer belongs to no packet that was made here."),
        _("Ask who sent it which packet they opened, and send them a new one."),
    )


def _other_case(case: str) -> KnownError:
    return KnownError(
        "packet_other_case",
        _("This answer is about another case: {case}.").format(case=case),
        _("Open that case and enter it there."),
    )


def _used() -> KnownError:
    return KnownError(
        "packet_used",
        _("This packet has been answered already."),
        _("Each packet counts once. Send a new one if something is to be said again."),
    )


def _withdrawn() -> KnownError:
    return KnownError(
        "packet_withdrawn",
        _("What was answered to this packet was taken back."),
        _("Ask again and send a new packet."),
    )


def _revoked() -> KnownError:
    return KnownError(
        "packet_key_revoked",
        _("The packet key that signed this has been revoked."),
        _("Invite them again, then send a new packet."),
    )


def _expired() -> KnownError:
    return KnownError(
        "packet_expired",
        _("This packet has lapsed: too much time went by since it was made."),
        _("Ask again and send a new packet."),
    )


def _other_text() -> KnownError:
    return KnownError(
        "packet_other_text",
        _("The reply, or what it answers, is not what it was when this packet was made."),
        _("Ask again and send a new packet about the words as they are now."),
    )


def _does_not_hold() -> KnownError:
    return KnownError(
        "packet_does_not_hold",
        _("What was signed are not our words: the packet was changed on its way."),
        _("Call them, and send a new packet by a way you trust."),
    )
