"""Somebody with the data file and no keys: whatever they change by hand, nothing leaves.

Each edit below makes a stopped reply look ready, a short wait look over, or a stranger look like a
second person. `send` refuses, and the journal, where the edit is in it, names a line.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from calmreply.app import facts, queries
from calmreply.app.cases import judge
from calmreply.app.ledger import KIND_OF, InstallationKey, heartbeat, writing
from calmreply.app.persons import people
from calmreply.app.ports.storage import Account
from calmreply.app.proving import beside, clock_seal, trust
from calmreply.app.reviewing import review
from calmreply.app.rules import settings
from calmreply.app.sending import accounts, send
from calmreply.app.sending.held import HeldError
from calmreply.app.words import wording_journal
from calmreply.domain import codec
from calmreply.domain.case import Choice, FeelingSaid, Verdict
from calmreply.domain.journal import Broken, Flaw, Line, Whole, Written, payload_hash
from calmreply.domain.mention import CaseId, MentionVersion, Stars
from calmreply.domain.moment import Reading
from calmreply.domain.outbox import AttemptEnded, EntryId, Outcome, State
from calmreply.domain.people import Enrolled, PersonId, Presence, PresenceChanged
from calmreply.domain.policy import Feeling, Kind, Policy, Waits
from calmreply.domain.review import NEEDED, signed_bytes
from calmreply.errors import KnownError
from calmreply.testing.keys import FastSigner
from calmreply.testing.memory import Data
from calmreply.testing.secrets import FakeSecrets

if TYPE_CHECKING:
    from tests.app.conftest import Bench

Edit = Callable[[Data], None]
TEXT = "Dear Marta, I am sorry. Would a new cake feel right?"


@pytest.fixture
def ready(bench: Bench) -> CaseId:
    """A case whose reply may go, in a home with rules, three people and another such case."""
    ana, tom = bench.person("Ana"), bench.person("Tom")
    bench.person("Mia", may_offer=5_000)
    settings.change(bench.home, ana, {"wait_complaint_calm": "30"})
    other = bench.complaint("The bread was stale.")
    case = bench.complaint()
    bench.until_ready(ana, tom, other, "Dear Marta, about the bread.")
    bench.until_ready(ana, tom, case, TEXT)
    bench.clock.advance(minutes=1)
    send.look(bench.home, ana, case, Choice.SEND)
    assert bench.kinds(case) == []
    return case


# --- ways to change what is stored ---------------------------------------------------------


def position(data: Data, kind: str, case: str | None = "2", which: int = -1) -> int:
    """Where the lines of that kind stand in the list; `case=None` means: of any case or none."""
    found = [
        at
        for at, written in enumerate(data.lines)
        if written.line.kind == kind and (case is None or written.line.case == case)
    ]
    return found[which]


def payload(kind: str, change: Callable[[Any], None], case: str | None = "2") -> Edit:
    """What a line says, and nothing else."""

    def edit(data: Data) -> None:
        at = position(data, kind, case)
        said = data.lines[at].data()
        change(said)
        text = codec.canonical(said).decode()
        data.lines[at] = replace(data.lines[at], payload=text)

    return edit


def payload_and_hash(kind: str, change: Callable[[Any], None], case: str | None = "2") -> Edit:
    """What a line says, with the hash of it put right, and every line after it chained anew."""

    def edit(data: Data) -> None:
        payload(kind, change, case)(data)
        at = position(data, kind, case)
        written = data.lines[at]
        assert written.salt is not None
        assert written.payload is not None
        line = replace(written.line, payload_hash=payload_hash(written.salt, written.payload))
        data.lines[at] = replace(written, line=line)
        chain_anew(data)

    return edit


def line(of: str, of_case: str | None = "2", /, **changes: Any) -> Edit:
    """Fields of a line itself."""

    def edit(data: Data) -> None:
        at = position(data, of, of_case)
        data.lines[at] = replace(data.lines[at], line=replace(data.lines[at].line, **changes))

    return edit


def chain_anew(data: Data) -> None:
    """Number and chain all lines again, as whoever has no keys can."""
    before = "0" * 64
    for at, written in enumerate(data.lines):
        anew = replace(written.line, number=at + 1, before=before)
        data.lines[at] = replace(written, line=anew)
        before = anew.hash


def removed(kind: str, case: str | None = "2", *, mend: bool = False) -> Edit:
    def edit(data: Data) -> None:
        del data.lines[position(data, kind, case)]
        if mend:
            chain_anew(data)

    return edit


def erased(kind: str, case: str | None = "2") -> Edit:
    """As if a person had asked to be forgotten."""

    def edit(data: Data) -> None:
        at = position(data, kind, case)
        data.lines[at] = replace(data.lines[at], payload=None, salt=None)

    return edit


def cut(count: int) -> Edit:
    def edit(data: Data) -> None:
        del data.lines[-count:]

    return edit


def added(data: Data, fact: Any, signer: FastSigner, case: str = "", actor: str = "") -> None:
    """A line at the end, chained and hashed as ours are, signed by a key of somebody's own."""
    text, salt = codec.canonical(codec.to_json(fact)).decode(), bytes(16)
    head = data.lines[-1].line
    new = Line(
        number=head.number + 1,
        before=head.hash,
        kind=KIND_OF[type(fact)],
        case=case,
        subject="",
        actor=actor,
        at=head.at,
        payload_hash=payload_hash(salt, text),
        key_id=signer.key_id,
    )
    new = replace(new, signature=signer.sign(new.words()))
    data.lines.append(Written(new, text, salt))


OWN = FastSigner("stranger.1.616161616161", b"a" * 32)
AS_INSTALLATION = FastSigner("installation.1.626262626262", b"b" * 32)


def a_stranger_enrolled(data: Data) -> None:
    at = data.lines[-1].data()["at"]
    reading = codec.from_json(FeelingSaid, {"feeling": 0, "version": 1, "by": "", "at": at}).at
    enrolled = Enrolled(PersonId("stranger"), "Kim", OWN.key_id, OWN.public, b"", reading)
    added(data, enrolled, OWN, actor="stranger")


def a_line_copied(kind: str) -> Edit:
    """An approval given before is said once more, at the end."""

    def edit(data: Data) -> None:
        written = data.lines[position(data, kind)]
        head = data.lines[-1].line
        anew = replace(written.line, number=head.number + 1, before=head.hash)
        data.lines.append(replace(written, line=anew))

    return edit


def an_approval_of_the_other_case(data: Data) -> None:
    for kind in ("sign_off_asked", "signed_off"):
        at = position(data, kind, "1")
        data.lines[at] = replace(data.lines[at], line=replace(data.lines[at].line, case="2"))


def earlier(minutes: int) -> Callable[[Any], None]:
    def change(said: Any) -> None:
        said["at"]["ticks"] -= minutes * 60

    return change


def said(**values: Any) -> Callable[[Any], None]:
    def change(data: Any) -> None:
        data.update(values)

    return change


def loosened(data: Any) -> None:
    data["rules"]["complaint"] = codec.to_json(Waits(calm=0, stung=0, angry=0, text=0))


IN_THE_JOURNAL: dict[str, Edit] = {
    "the time of a feeling": payload("feeling_said", earlier(600)),
    "the time of a feeling, hash and chain mended": payload_and_hash("feeling_said", earlier(600)),
    "a feeling": payload("feeling_said", said(feeling=0)),
    "who felt it": payload("feeling_said", said(by="somebody")),
    "the time of the words": payload("revised", earlier(60)),
    "the words": payload("revised", lambda it: it["words"].update(text="Get lost.")),
    "the words, mended": payload_and_hash("revised", lambda it: it["words"].update(text="No.")),
    "what was judged": payload("judged", said(kind="praise")),
    "what was chosen at the second look": payload("looked", said(version=2)),
    "the time of a line": line("feeling_said", at="2026-01-01T00:00:00.000Z"),
    "the kind of a line": line("page_read", kind="set_aside"),
    "a kind that there is not": line("page_read", kind="nothing_at_all"),
    "the actor of a line": line("judged", actor="somebody"),
    "a signature": line("signed_off", signature=bytes(64)),
    "the signature under what was heard": line("mentions_heard", None, signature=bytes(64)),
    "whose key signed": line("signed_off", key_id="somebody.1.000000000000"),
    "an approval": payload("signed_off", said(ticks=["true", "kind", "promise", "private"][:3])),
    "whose approval": payload("signed_off", said(by="somebody")),
    "the case of an approval": line("signed_off", case="1"),
    "an approval of another case": an_approval_of_the_other_case,
    "an old approval said again": a_line_copied("signed_off"),
    "an old look said again": a_line_copied("looked"),
    "an enrolment put in": a_stranger_enrolled,
    "the key of an enrolment": payload("enrolled", said(public="61" * 32), None),
    "what somebody may offer": payload("enrolled", said(may_offer=10**9), None),
    "the rules": payload("rules_set", loosened, None),
    "the rules, mended": payload_and_hash("rules_set", loosened, None),
    "a payload that is no JSON": lambda data: data.lines.__setitem__(
        position(data, "feeling_said"),
        replace(data.lines[position(data, "feeling_said")], payload="{"),
    ),
    "the version that was heard": payload(
        "mentions_heard", lambda it: it["mentions"][0].__setitem__(2, "0" * 64), None
    ),
    "a line taken out": removed("feeling_said"),
    "a line taken out, mended": removed("feeling_said", mend=True),
    "the last line taken out": cut(1),
    "the end cut off": cut(4),
}


@pytest.mark.parametrize("edit", IN_THE_JOURNAL.values(), ids=IN_THE_JOURNAL)
def test_an_edit_of_the_journal_stops_the_reply(bench: Bench, ready: CaseId, edit: Edit) -> None:
    home, ana = bench.home, bench.actor("Ana")
    edit(bench.data)
    with pytest.raises((KnownError, HeldError)) as refused:
        send.send(home, ana, ready)
    if isinstance(refused.value, KnownError):
        assert refused.value.code == "journal_broken"
    assert not trusted(bench, ready)
    found = trust.verify_journal(home)
    assert isinstance(found, Broken)
    assert 0 < found.number <= len(bench.data.lines) + 4
    assert str(found.number) in wording_journal.flaw(found.flaw, found.number)
    queries.overview(home)
    queries.case_page(home, ready)


def trusted(bench: Bench, case: CaseId) -> bool:
    """Whether `trust` has nothing against a reply of the case."""
    with bench.home.store.read() as tx:
        known = facts.load(bench.home, tx, case)
        try:
            trust.check_case(bench.home, tx, known)
        except KnownError as error:
            return error.code != "journal_broken"
    return True


# --- what is no journal line ---------------------------------------------------------------


def newest(data: Data, **changes: Any) -> None:
    mention = data.mentions[next(one for one in data.mentions if one == "2")]
    *before, last = mention.versions
    data.mentions[mention.id] = replace(mention, versions=(*before, replace(last, **changes)))


def another_version(data: Data) -> None:
    mention = data.mentions[next(one for one in data.mentions if one == "2")]
    last = mention.versions[-1]
    nice = MentionVersion(2, "Lovely cake.", last.author, Stars(5), last.visibility, last.heard)
    data.mentions[mention.id] = replace(mention, versions=(*mention.versions, nice))


def swapped_mentions(data: Data) -> None:
    first, second = data.cases[CaseId("1")], data.cases[CaseId("2")]
    data.cases[CaseId("2")] = replace(second, mention=first.mention)


def other_rules(line_number: Callable[[Data], int]) -> Edit:
    def edit(data: Data) -> None:
        data.cases[CaseId("2")] = replace(data.cases[CaseId("2")], rules_line=line_number(data))

    return edit


BESIDE_THE_JOURNAL: dict[str, Edit] = {
    "the stars": lambda data: newest(data, stars=Stars(5)),
    "what they said": lambda data: newest(data, text="Lovely cake."),
    "who said it": lambda data: newest(data, author="Somebody else"),
    "the number of the version": lambda data: newest(data, number=2),
    "a version put on top": another_version,
    "the mention of the case": swapped_mentions,
    "no rules of its own": other_rules(lambda _data: 0),
    "rules by a line that sets none": other_rules(lambda data: position(data, "revised") + 1),
    "rules by a line that is not there": other_rules(lambda _data: 10_000),
}


@pytest.mark.parametrize("edit", BESIDE_THE_JOURNAL.values(), ids=BESIDE_THE_JOURNAL)
def test_an_edit_of_a_row_stops_the_reply(bench: Bench, ready: CaseId, edit: Edit) -> None:
    edit(bench.data)
    with pytest.raises((KnownError, HeldError)):
        send.send(bench.home, bench.actor("Ana"), ready)
    assert not trusted(bench, ready)
    assert isinstance(trust.verify_journal(bench.home), Whole)
    named = [wording_journal.difference(one) for one in beside.differences(bench.home)]
    assert named
    assert all(words.startswith("Case 2: ") for words in named)
    queries.overview(bench.home)
    assert queries.case_page(bench.home, ready).blockers is not None


def test_stars_edited_up_do_not_shorten_the_wait_of_a_complaint(bench: Bench) -> None:
    """The gate believes the row and lets it pass; what holds it is the line that brought it in."""
    ana = bench.person("Ana")
    case = bench.complaint()
    home = bench.home
    data = bench.data
    mention = data.mentions[next(iter(data.mentions))]
    nice = replace(mention.now, stars=Stars(5))
    data.mentions[mention.id] = replace(mention, versions=(nice,))
    judge.read_all(home, ana, case)
    judge.say_feeling(home, ana, case, Feeling.CALM)
    judge.judge(home, ana, case, kind=Kind.PRAISE, verdict=Verdict.GENUINE, evidence="none")
    bench.write(ana, case, "Thank you!")
    bench.clock.advance(minutes=2)
    send.look(home, ana, case, Choice.SEND)
    assert bench.kinds(case) == []
    with pytest.raises(KnownError, match="What the customer said has been changed") as refused:
        send.send(home, ana, case)
    assert refused.value.code == "journal_broken"


def test_an_earlier_version_put_back(bench: Bench) -> None:
    """The customer made it worse; the row is put back to what was read."""
    ana, tom, site = bench.person("Ana"), bench.person("Tom"), bench.listens()
    site.show("1", "The cake said Stan.")
    bench.poll()
    case = CaseId("1")
    bench.until_ready(ana, tom, case, TEXT)
    site.show("1", "It gets worse: they laughed at me.")
    assert bench.poll().changed == 1
    assert "mention_changed" in bench.kinds(case)
    (mention,) = bench.data.mentions.values()
    bench.data.mentions[mention.id] = replace(mention, versions=mention.versions[:1])
    assert bench.kinds(case) == []
    with pytest.raises(KnownError, match="What the customer said has been changed"):
        send.send(bench.home, ana, case)


@pytest.mark.parametrize("hidden", ["edited", "erased"])
def test_an_earlier_version_put_back_and_its_line_silenced(bench: Bench, hidden: str) -> None:
    """As above, and the line that brought the later version says nothing of it any more."""
    ana, tom, site = bench.person("Ana"), bench.person("Tom"), bench.listens()
    site.show("1", "The cake said Stan.")
    bench.poll()
    case = CaseId("1")
    bench.until_ready(ana, tom, case, TEXT)
    site.show("1", "It gets worse: they laughed at me.")
    bench.poll()
    people.set_presence(bench.home, ana, "Tom", Presence.ACTIVE)
    settings.change(bench.home, ana, {"first_word_aim": "59"})
    (mention,) = bench.data.mentions.values()
    bench.data.mentions[mention.id] = replace(mention, versions=mention.versions[:1])
    if hidden == "edited":
        payload("mentions_heard", said(mentions=[]), None)(bench.data)
    else:
        erased("mentions_heard", None)(bench.data)
    assert bench.kinds(case) == []
    with pytest.raises(KnownError) as refused:
        send.send(bench.home, ana, case)
    assert refused.value.code == "journal_broken"


# --- taking away what was said against it ---------------------------------------------------


def test_a_remark_taken_away_from_the_end(bench: Bench, ready: CaseId) -> None:
    """Its signer's last word is cut off, and a line of the program stands where it was."""
    home = bench.home
    review.remark(home, bench.actor("Tom"), ready, "Not like this.")
    data = bench.data
    at = position(data, "changes_asked")
    del data.lines[at]
    assert not [fact for fact in data.lines if fact.line.kind == "changes_asked"]
    assert bench.kinds(ready) == []
    with pytest.raises(KnownError, match="ends before line"):
        send.send(home, bench.actor("Ana"), ready)


@pytest.mark.parametrize("kind", ["feeling_said", "changes_asked"])
def test_a_payload_erased_by_hand(bench: Bench, ready: CaseId, kind: str) -> None:
    """Forgetting a person takes payloads out and leaves the journal whole, but no reply leaves."""
    review.remark(bench.home, bench.actor("Tom"), ready, "Not like this.")
    erased(kind)(bench.data)
    assert isinstance(trust.verify_journal(bench.home), Whole)
    with pytest.raises((KnownError, HeldError)):
        send.send(bench.home, bench.actor("Ana"), ready)
    assert not trusted(bench, ready)


def test_a_cut_end_is_remembered_while_the_program_goes_on(bench: Bench, ready: CaseId) -> None:
    home = bench.home
    cut(2)(bench.data)
    remembered = trust.verify_journal(home)
    assert isinstance(remembered, Broken)
    bench.complaint("One more.")
    bench.complaint("And one more.")
    bench.complaint("And another, so that the journal is longer than it was.")
    assert isinstance(found := trust.verify_journal(home), Broken)
    assert found.flaw is Flaw.HEAD_MISSING
    assert found.number == remembered.number
    with pytest.raises((KnownError, HeldError)):
        send.send(home, bench.actor("Ana"), ready)
    assert not trusted(bench, ready)


def test_somebody_says_that_they_put_back_a_backup(bench: Bench, ready: CaseId) -> None:
    home, ana = bench.home, bench.actor("Ana")
    bench.complaint("Heard after the backup.")
    cut(1)(bench.data)
    with pytest.raises(KnownError, match="ends before line") as refused:
        send.send(home, ana, ready)
    assert "journal resume" in refused.value.way_out
    trust.resume(home, ana)
    assert isinstance(trust.verify_journal(home), Whole)
    assert bench.data.lines[-1].line.kind == "journal_resumed"
    assert send.send(home, ana, ready).text == TEXT
    with pytest.raises(KnownError, match="every line that this computer remembers"):
        trust.resume(home, ana)


def test_a_changed_journal_is_not_resumed(bench: Bench, ready: CaseId) -> None:
    assert ready
    payload("judged", said(kind="praise"))(bench.data)
    with pytest.raises(KnownError) as refused:
        trust.resume(bench.home, bench.actor("Ana"))
    assert refused.value.code == "journal_broken"


def test_a_remark_replaced_where_nothing_is_remembered(bench: Bench, ready: CaseId) -> None:
    """The keyring is lost; a line of no meaning stands where the remark was, chained well."""
    home = bench.home
    review.remark(home, bench.actor("Tom"), ready, "Not like this.")
    assert isinstance(home.secrets, FakeSecrets)
    home.secrets.lose()
    at = position(bench.data, "changes_asked")
    written = bench.data.lines[at]
    idle = replace(written.line, kind="source_changed", case="", actor="")
    bench.data.lines[at] = replace(written, line=idle)
    assert bench.kinds(ready) == []
    with pytest.raises(KnownError) as refused:
        send.send(home, bench.actor("Ana"), ready)
    assert refused.value.code == "journal_broken"


# --- with a key of one's own ----------------------------------------------------------------


def last_reading(data: Data) -> Reading:
    return codec.from_json(Reading, data.lines[-1].data()["at"])


def own_installation(data: Data) -> None:
    at = last_reading(data)
    brought = InstallationKey(AS_INSTALLATION.key_id, AS_INSTALLATION.public, kept=True, at=at)
    added(data, brought, AS_INSTALLATION)


def feeling_of(data: Data) -> Any:
    return json.loads(data.lines[position(data, "feeling_said")].payload or "")


@pytest.mark.parametrize("kind", [FeelingSaid, AttemptEnded])
def test_a_fact_forged_with_a_key_of_ones_own_installation(
    bench: Bench, ready: CaseId, kind: type
) -> None:
    """Anybody may bring in an installation's key; it is no person's word, and verifying tells."""
    data = bench.data
    own_installation(data)
    forged: Any = replace(codec.from_json(FeelingSaid, feeling_of(data)), at=last_reading(data))
    actor = ""
    if kind is AttemptEnded:
        forged = AttemptEnded(EntryId("none"), 1, Outcome.REFUSED, forged.at)
        actor = str(bench.actor("Ana").person.id)
    added(data, forged, AS_INSTALLATION, "2", actor)
    with pytest.raises(KnownError) as refused:
        send.send(bench.home, bench.actor("Ana"), ready)
    assert refused.value.code == "journal_broken"
    found = trust.verify_journal(bench.home)
    if actor:
        # Somebody is named by whom it is not signed.
        assert found == Broken(len(data.lines), Flaw.WRONG_ACTOR)
        return
    assert isinstance(found, Whole)
    assert len(data.lines) - 1 in found.own_word


def test_a_fact_of_ones_own_dated_back_is_found(bench: Bench, ready: CaseId) -> None:
    """With a key that may say it: whoever felt it says now that it was hours ago."""
    home, ana = bench.home, bench.actor("Ana")
    with writing(home, ana) as ledger:
        back = replace(ledger.reading, ticks=ledger.reading.ticks - 6 * 3600)
        number = ledger.record(FeelingSaid(Feeling.ANGRY, 1, ana.person.id, back), ready)
    assert trust.verify_journal(home) == Broken(number, Flaw.BACK_IN_TIME)
    assert "an earlier time" in wording_journal.flaw(Flaw.BACK_IN_TIME, number)
    assert not trusted(bench, ready)


@pytest.mark.parametrize("who", ["Tom", "the program"])
def test_nobody_speaks_for_somebody_else(bench: Bench, ready: CaseId, who: str) -> None:
    """With a key that is in the chain: a line says "by Ana" and is signed by another."""
    home, ana = bench.home, bench.actor("Ana")
    with writing(home, bench.actor("Tom") if who == "Tom" else None) as ledger:
        ledger.record(FeelingSaid(Feeling.CALM, 1, ana.person.id, ledger.reading), ready)
    with pytest.raises(KnownError) as refused:
        send.send(home, ana, ready)
    assert refused.value.code == "journal_broken"


def test_a_sign_off_of_a_made_up_key_is_none(bench: Bench) -> None:
    """The gate itself counts only signatures of keys that are in the chain of enrolments."""
    home, ana, tom = bench.home, bench.person("Ana"), bench.person("Tom")
    case = bench.complaint()
    bench.until_ready(ana, tom, case, TEXT)

    def forge(said_before: Any) -> None:
        record = said_before["record"]
        said_before["signature"] = OWN.sign(signed_bytes(record)).hex()

    payload("signed_off", forge, str(case))(bench.data)
    assert "sign_off_lapsed" in bench.kinds(case)
    with pytest.raises(HeldError):
        send.send(home, ana, case)


def test_a_person_who_left_put_back(bench: Bench, ready: CaseId) -> None:
    """Presence is a signed line like any other."""
    home, ana = bench.home, bench.actor("Ana")
    people.set_presence(home, ana, "Tom", Presence.LEFT)
    assert "sign_off_lapsed" in bench.kinds(ready)
    payload("presence_changed", said(presence="active"), None)(bench.data)
    assert bench.kinds(ready) == []
    with pytest.raises(KnownError) as refused:
        send.send(home, ana, ready)
    assert refused.value.code == "journal_broken"
    assert KIND_OF[PresenceChanged] == "presence_changed"


def test_nothing_edited_nothing_refused(bench: Bench, ready: CaseId) -> None:
    assert trusted(bench, ready)
    assert isinstance(trust.verify_journal(bench.home), Whole)
    assert [*beside.differences(bench.home)] == []
    assert Policy() != settings_rules(bench)
    assert send.send(bench.home, bench.actor("Ana"), ready).text == TEXT


def settings_rules(bench: Bench) -> Policy:
    with bench.home.store.read() as tx:
        return facts.rules_in_force(tx)[1]


# --- the time that passed ------------------------------------------------------------------


@pytest.fixture
def waiting(bench: Bench) -> CaseId:
    """A signed reply that is held by its waits; the computer has been started again since."""
    home, ana, tom = bench.home, bench.person("Ana"), bench.person("Tom")
    case = bench.complaint()
    judge.read_all(home, ana, case)
    judge.say_feeling(home, ana, case, Feeling.ANGRY)
    judge.judge(home, ana, case, kind=Kind.COMPLAINT, verdict=Verdict.GENUINE, evidence="none")
    bench.write(ana, case, TEXT)
    review.ask(home, ana, case, "Tom")
    review.sign(home, tom, case, NEEDED)
    bench.clock.reboot(timedelta(minutes=1))
    bench.complaint("Heard after the start.")
    return case


FIVE_HOURS = 5 * 3600.0


def longer(data: Data) -> None:
    data.boots = tuple(
        replace(boot, last=boot.last + FIVE_HOURS, stepped=True) for boot in data.boots
    )


def one_more(data: Data) -> None:
    first, *others = data.boots
    first = replace(first, stepped=True)
    data.boots = (first, replace(first, id="made up", last=FIVE_HOURS), *others)


def confirmed(data: Data) -> None:
    *before, last = data.boots
    data.boots = (*before, replace(last, confirmed=last.began + timedelta(hours=5)))


def met_sooner(data: Data) -> None:
    *before, last = data.boots
    data.boots = (*before, replace(last, met=last.met - FIVE_HOURS))


def unsealed(data: Data) -> None:
    longer(data)
    del data.settings[clock_seal.SETTING]


def sealed_by_somebody(data: Data) -> None:
    longer(data)
    number, digest, _key, signature = data.settings[clock_seal.SETTING].split(" ")
    data.settings[clock_seal.SETTING] = f"{number} {digest} {OWN.key_id} {signature}"


TIME_ADDED: dict[str, Edit] = {
    "a boot that lasted longer": longer,
    "a boot put in": one_more,
    "a clock that was confirmed hours ahead": confirmed,
    "a boot met hours before": met_sooner,
    "the seal taken away": unsealed,
    "the seal of a key that nobody let in": sealed_by_somebody,
}


@pytest.mark.parametrize("edit", TIME_ADDED.values(), ids=TIME_ADDED)
def test_time_added_by_hand_lets_nothing_leave(bench: Bench, waiting: CaseId, edit: Edit) -> None:
    home, ana = bench.home, bench.actor("Ana")
    assert isinstance(trust.verify_journal(home), Whole)
    edit(bench.data)
    send.look(home, ana, waiting, Choice.SEND)
    assert bench.kinds(waiting) == [], "the gate believes the rows; what holds it is their seal"
    with pytest.raises(KnownError, match="time that passed") as refused:
        send.send(home, ana, waiting)
    assert refused.value.code == "journal_broken"
    found = trust.verify_journal(home)
    assert isinstance(found, Broken)
    assert found.flaw is Flaw.CLOCK_CHANGED
    assert "time" in wording_journal.flaw(found.flaw, found.number)
    bench.complaint("A broken seal is not mended by going on.")
    assert isinstance(trust.verify_journal(home), Broken)


def as_the_first_version_left_it(bench: Bench) -> None:
    """Its boots, and its seal over them, once the migration has been over the rows."""
    data = bench.data
    heartbeat(bench.home)
    data.boots = tuple(replace(boot, met=boot.last) for boot in data.boots)
    number, digest, key_id, _signature = data.settings[clock_seal.SETTING].split(" ")
    boots = [codec.to_json(boot) for boot in data.boots]
    for boot in boots:
        del boot["met"]
    said = codec.canonical({"boots": boots, "head": digest, "number": int(number)})
    signed = bench.home.keys.installation().sign(b"CalmReply clock v1\n" + said).hex()
    data.settings[clock_seal.SETTING] = f"{number} {digest} {key_id} {signed}"


def test_the_seal_of_the_first_version_holds_and_is_put_anew(bench: Bench, waiting: CaseId) -> None:
    home = bench.home
    as_the_first_version_left_it(bench)
    older = bench.data.settings[clock_seal.SETTING]
    assert isinstance(trust.verify_journal(home), Whole)
    assert trusted(bench, waiting)
    bench.clock.advance(minutes=1)
    heartbeat(home)
    assert bench.data.settings[clock_seal.SETTING] != older
    assert isinstance(trust.verify_journal(home), Whole)
    bench.data.settings[clock_seal.SETTING] = older
    assert isinstance(trust.verify_journal(home), Broken)


@pytest.mark.parametrize("edit", [longer, one_more, confirmed, met_sooner])
def test_the_seal_of_the_first_version_lets_no_time_be_added(
    bench: Bench, waiting: CaseId, edit: Edit
) -> None:
    as_the_first_version_left_it(bench)
    edit(bench.data)
    assert isinstance(trust.verify_journal(bench.home), Broken)
    assert not trusted(bench, waiting)


def test_time_in_doubt_is_forgotten_when_somebody_says_so(bench: Bench, waiting: CaseId) -> None:
    home, ana = bench.home, bench.actor("Ana")
    longer(bench.data)
    trust.resume(home, ana)
    assert isinstance(trust.verify_journal(home), Whole)
    assert len(bench.data.boots) == 1
    assert "cooling_person" in bench.kinds(waiting)
    with pytest.raises(HeldError):
        send.send(home, ana, waiting)


def test_a_seal_with_the_line_of_its_key_taken_out_again(bench: Bench, waiting: CaseId) -> None:
    """Somebody lets a key of their own in, seals with it, and takes its line out afterwards."""
    home, data = bench.home, bench.data
    at = home.clock.read()
    own = InstallationKey(AS_INSTALLATION.key_id, AS_INSTALLATION.public, kept=True, at=at)
    added(data, own, AS_INSTALLATION)
    longer(data)
    with home.store.write() as tx:
        clock_seal.put(tx, AS_INSTALLATION)
    assert isinstance(found := trust.verify_journal(home), Whole)
    assert found.own_word == (len(data.lines),)
    heartbeat(home)
    del bench.data.lines[-1]
    assert isinstance(trust.verify_journal(home), Broken)
    assert not trusted(bench, waiting)


# --- where it goes -------------------------------------------------------------------------


@pytest.mark.parametrize("settings", [{"name": "Evil Shop"}, {"host": "mail.evil.example"}])
def test_an_account_changed_by_hand(bench: Bench, settings: dict[str, str]) -> None:
    home, ana, tom = bench.home, bench.person("Ana"), bench.person("Tom")
    accounts.save(home, None, Account("shop", "mail", {"name": "Shop", "host": "mail.example"}))
    case = bench.complaint()
    bench.write(ana, case, TEXT, channel="mail", to="m@c.example")
    bench.until_ready(ana, tom, case, TEXT)
    account = bench.data.accounts["shop"]
    bench.data.accounts["shop"] = replace(account, settings={**account.settings, **settings})
    assert bench.kinds(case) == []
    with pytest.raises(KnownError, match="An account to send from has been changed") as refused:
        send.send(home, ana, case)
    assert refused.value.code == "journal_broken"
    bench.data.accounts["shop"] = account
    assert send.send(home, ana, case).state is State.SENT
