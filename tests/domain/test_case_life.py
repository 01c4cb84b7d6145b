"""A case's life, lived at random, against a model that is told in plain minutes.

Two writers, two who may sign, anybody who agrees, wants it stricter or is in a hurry, a customer
who edits and answers, a computer that sleeps, restarts and whose clock is set, a network and hands
that do what they like, and a program that is killed between the steps of a send. `Told` keeps the
true minutes and plain rows, and says in its own words what must hold a reply. As long as the clock
is honest and has been confirmed it must say exactly what the gate says; whatever is done to the
clock, the gate never says less.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from calmreply.domain import record
from calmreply.domain.case import Choice
from calmreply.domain.outbox import EntryId, Outcome, State, state
from calmreply.domain.people import Presence
from calmreply.domain.policy import Feeling, Kind
from calmreply.domain.reply import Address
from calmreply.domain.said import Agreement
from calmreply.domain.sign_off import sign_off_state
from calmreply.domain.trying import may_try
from calmreply.testing.builders import CaseBuilder
from calmreply.testing.clock import SOME_MORNING

HOUR, DAY = 60, 24 * 60
FLOORS = {Kind.COMPLAINT: (10, 10, 10, 10), Kind.QUESTION: (0, 0, 0, 2)}
WAITS = {Kind.COMPLAINT: (20, 60, 240, 10), Kind.QUESTION: (0, 0, 0, 5)}
DRIFT = 5
"""Minutes a clock may be wrong without anybody noticing, once a boot."""
NINE = 9 * HOUR
"""The true time begins at nine in the morning; the business is in the same zone."""


@dataclass
class Told:
    """What truly happened, in minutes since the start, kept in plain rows."""

    minute: int = 0
    order: int = 0
    version: int = 1
    turn: int = 1
    turned: int = 0
    """The newest row of the turns before this one."""
    reads: list[dict[str, Any]] = field(default_factory=list)
    feels: list[dict[str, Any]] = field(default_factory=list)
    kind: Kind | None = None
    stricter: list[dict[str, Any]] = field(default_factory=list)
    agreed: list[dict[str, Any]] = field(default_factory=list)
    hurries: list[dict[str, Any]] = field(default_factory=list)
    reply: int = 0
    revisions: list[dict[str, Any]] = field(default_factory=list)
    drafts: dict[str, dict[str, Any]] = field(default_factory=dict)
    requests: list[dict[str, Any]] = field(default_factory=list)
    remarks: list[dict[str, Any]] = field(default_factory=list)
    looks: list[dict[str, Any]] = field(default_factory=list)
    entries: list[dict[str, Any]] = field(default_factory=list)
    away: set[str] = field(default_factory=set)
    boot: int = 1
    exact: bool = True
    """Whether the clock is honest. If not, a wait may seem over a little early, night is when the
    clock says so, and nobody can say from the true time alone when something has lapsed."""

    def row(self, **more: Any) -> dict[str, Any]:
        self.order += 1
        return {"at": self.minute, "order": self.order, **more}

    # --- waits ------------------------------------------------------------------------------

    def is_complaint(self) -> bool:
        loud = [feel["order"] for feel in self.feels if feel["feeling"]]
        loud += [wish["order"] for wish in self.stricter]
        agreed = [one["order"] for one in self.agreed if self.may_agree(one)]
        calmed = bool(agreed) and max(agreed) > max(loud, default=0)
        return self.kind is None or self.kind is Kind.COMPLAINT or (bool(loud) and not calmed)

    def may_agree(self, word: dict[str, Any]) -> bool:
        """Whether it is the word of somebody who is here and has no part in it, of these words."""
        parts = {one["by"] for one in (*self.feels, *self.revisions)} | set(self.typing())
        parts |= {"ana"} if self.kind else set()
        here = word["by"] not in self.away and word["version"] == self.version
        return here and word["by"] not in parts

    def hurried(self) -> bool:
        """Whether it cannot wait, and somebody signed it who knew that.

        All say it in the same words; what one of them says twice in one moment is said once.
        """
        said = [(one["order"], one["what"]) for one in self.hurries if one["order"] > self.turned]
        good = [one["signed"]["order"] for one in self.requests if self.good(one)]
        known = ([what for order, what in said if order < signed] for signed in good)
        return bool(said) and any(one[-1:] == [said[-1][1]] for one in known)

    def waits_now(self) -> tuple[int, int, int, int]:
        kind = Kind.COMPLAINT if self.is_complaint() else Kind.QUESTION
        return FLOORS[kind] if self.hurried() else WAITS[kind]

    def minutes(self, feeling: int, began: int) -> int:
        """How long somebody waits who felt that at minute `began`."""
        wait = self.waits_now()[feeling]
        ends = (NINE + began + wait) % DAY
        if not self.is_complaint() or self.hurried():
            return wait
        if feeling == Feeling.ANGRY and self.exact and not 8 * HOUR <= ends < 20 * HOUR:
            return wait + (8 * HOUR - ends) % DAY
        return wait

    def present(self) -> list[dict[str, Any]]:
        return [one for one in self.revisions if one["reply"] == self.reply]

    def typing(self) -> dict[str, dict[str, Any]]:
        said = self.present()[-1]["text"] if self.present() else ""
        return {who: draft for who, draft in self.drafts.items() if draft["text"] != said}

    def held(self) -> set[str]:
        writers = {one["by"] for one in self.present()}
        felt = {feel["by"] for feel in self.feels if feel["order"] > self.turned}
        return (writers or felt) | set(self.typing())

    def waits(self) -> list[tuple[str, int, int]]:
        """(whose, from, how long), of everybody held and of the text ("")."""
        found = []
        for who in self.held():
            for version in range(1, self.version + 1):
                reads = [r for r in self.reads if (r["by"], r["version"]) == (who, version)]
                highest = -1
                for feel in self.feels:
                    if (feel["by"], feel["version"]) != (who, version):
                        continue
                    if feel["feeling"] > highest and reads:
                        began = max(feel["at"], reads[0]["at"])
                        found.append((who, began, self.minutes(feel["feeling"], began)))
                    highest = max(highest, feel["feeling"])
        if self.present():
            found.append(("", self.words_since(), self.waits_now()[3]))
        return found

    def words_since(self) -> int:
        """Since when the words stand as they are."""
        words = self.present()[-1]["text"]
        since: list[int] = [draft["at"] for draft in self.typing().values()]
        same: list[int] = []
        for one in self.present():
            same = [*same, one["at"]] if one["text"] == words else []
        return max([same[0], *since])

    def over(self, wait: tuple[str, int, int], at: int) -> bool:
        slack = 0 if self.exact else DRIFT * self.boot
        return at - wait[1] + slack >= wait[2]

    # --- what holds it ----------------------------------------------------------------------

    def held_by(self, leaving_out: int | None = None) -> set[str]:
        """The kinds of everything that must be in the way of the present reply."""
        entry = None if leaving_out is None else self.entries[leaving_out]
        return {
            *self.reading(),
            *({"not_judged"} if self.kind is None else ()),
            *({"cooling_person"} if self.hot() else ()),
            *({"empty"} if not self.present() else ()),
            *({"cooling_text"} if self.fresh() else ()),
            *self.second_person(),
            *self.looking(entry),
            *self.going(leaving_out),
        }

    def reading(self) -> set[str]:
        held = self.held() or {""}
        kinds = set()
        for who in held:
            here = [r for r in self.reads if r["order"] > self.turned]
            mine = {r["version"] for r in here if who in ("", r["by"])}
            if self.version not in mine:
                kinds.add("mention_changed" if mine else "not_read")
        return kinds

    def hot(self) -> bool:
        felt = {feel["by"] for feel in self.feels if feel["version"] == self.version}
        waits = [wait for wait in self.waits() if wait[0]]
        return not self.held() or not self.held() <= felt or not self.all_over(waits)

    def fresh(self) -> bool:
        waits = [wait for wait in self.waits() if not wait[0]]
        return bool(self.present()) and (bool(self.typing()) or not self.all_over(waits))

    def all_over(self, waits: list[tuple[str, int, int]]) -> bool:
        return all(self.over(wait, self.minute) for wait in waits)

    def good(self, request: dict[str, Any]) -> bool:
        """Whether this request has a sign-off that holds."""
        carried = any(
            one["request"] == request["id"] and one["claimed"] and one["alive"]
            for one in self.entries
        )
        age = self.minute - request["at"]
        signed = request["signed"]
        return (
            signed is not None
            and self.current(request)
            and signed["version"] == self.version
            and self.may_sign(request["who"])
            and not request["withdrawn"]
            and not any(r["order"] > signed["order"] for r in self.refused())
            and (age <= 72 * HOUR or carried or not self.exact)
        )

    def current(self, row: dict[str, Any]) -> bool:
        return bool(self.present()) and row["revision"] == self.present()[-1]["id"]

    def refused(self) -> list[dict[str, Any]]:
        return [remark for remark in self.remarks if self.current(remark)]

    def may_sign(self, who: str) -> bool:
        return who not in self.away and who not in {one["by"] for one in self.present()}

    def second_person(self) -> set[str]:
        mine = [one for one in self.requests if self.current(one)]
        if any(self.good(one) for one in mine):
            return set()
        unanswered = [one for one in mine if not one["withdrawn"] and not one["answered"]]
        in_time = [one for one in unanswered if self.minute - one["at"] <= 72 * HOUR]
        waiting = [one for one in in_time if self.may_sign(one["who"]) and not self.typing()]
        refused = self.refused()
        if refused and not (waiting and waiting[-1]["order"] > refused[-1]["order"]):
            return {"changes_asked"}
        if not refused and not self.is_complaint():
            return set()
        if waiting:
            return {"needs_second_person"}
        ever = any(one["signed"] and one["reply"] == self.reply for one in self.requests)
        ever = ever and bool(self.present())
        late = any(one not in in_time for one in unanswered)
        return {"sign_off_lapsed" if ever or late else "needs_second_person"}

    def looking(self, entry: dict[str, Any] | None) -> set[str]:
        looks = [
            look for look in self.looks if self.current(look) and look["version"] == self.version
        ]
        if not looks or looks[-1]["choice"] is not Choice.SEND:
            return {"second_look"}
        at = looks[-1]["at"]
        if not all(self.over(wait, at) for wait in self.waits()):
            return {"second_look"}
        age = (entry["asked"] if entry else self.minute) - at
        if entry and not self.current(entry):
            return {"second_look"}
        if not self.exact:
            return set()
        return {"second_look"} if age > 4 * HOUR else {"look_at_page"} if age > 10 else set()

    def going(self, leaving_out: int | None) -> set[str]:
        kinds = set()
        for number, entry in enumerate(self.entries):
            if number == leaving_out:
                continue
            if entry["where"] == "sent" and entry["reply"] == self.reply:
                kinds.add("already_sent")
            if entry["where"] in ("flight", "doubt") and (self.exact or not entry["by_hand"]):
                kinds.add("unsure" if self.lost(entry) else "in_flight")
        return kinds

    def lost(self, entry: dict[str, Any]) -> bool:
        """Whether nobody can be at it any more."""
        held_for = DAY if entry["by_hand"] else 2
        if entry["where"] == "doubt" or (entry["boot"] != self.boot and not entry["by_hand"]):
            return True
        began: int = entry["began"]
        return self.minute - began >= held_for


TEXTS = st.sampled_from(["Dear Robin,", "Dear Robin, sorry.", "Come by tomorrow?"])
WRITERS = st.sampled_from(["ana", "ana", "ben", "tom"])
READERS = st.sampled_from(["ana", "ben", "tom", "mia"])
REVIEWERS = st.sampled_from(["tom", "mia"])
FEELINGS = st.sampled_from([Feeling.CALM, Feeling.CALM, Feeling.STUNG, Feeling.ANGRY])
KILLED = ["", "", "before the claim", "before it left", "after it left"]
UNSIGNED = {"needs_second_person", "sign_off_lapsed", "changes_asked"}
MINUTES = st.sampled_from([1, 2, 5, 10, 11, 20, 45, 60, 240, 15 * HOUR, 25 * HOUR, 73 * HOUR])

LATE = st.sampled_from([0, 0, 1, 20, 60, 5 * HOUR])
"""Minutes for which the computer is on again before the program sees it."""


class CaseLife(RuleBasedStateMachine):
    """Every rule does the same to the case and to what is told of it."""

    def __init__(self) -> None:
        super().__init__()
        self.case = CaseBuilder()
        self.told = Told()
        self.confirmed = True
        self.run = 1
        self.channel = "mail"
        self.delivered: dict[int, int] = {}
        self.arrived: set[int] = set()

    # --- time -------------------------------------------------------------------------------

    @rule(minutes=MINUTES)
    def time_passes(self, minutes: int) -> None:
        self.case.advance(minutes=minutes)
        self.told.minute += minutes

    @rule(minutes=MINUTES, late=LATE, online=st.booleans(), started=st.booleans())
    def off(self, minutes: int, late: int, online: bool, started: bool) -> None:
        """The computer is off for a while; after it come the network and the program."""
        self.case.reboot(timedelta(minutes=late), minutes=minutes)
        self.told.minute += minutes + late
        self.told.boot += 1
        self.confirmed = False
        if online:
            self.connect()
        if started:
            self.restart()

    @rule()
    def connect(self) -> None:
        self.case.connect(SOME_MORNING + timedelta(minutes=self.told.minute))
        self.confirmed = True

    @rule()
    def restart(self) -> None:
        """The program ends and starts again; what it finds open is unsure."""
        self.run += 1
        for number, entry in enumerate(self.told.entries):
            if entry["where"] == "flight" and not entry["by_hand"]:
                self.end(number, Outcome.UNKNOWN)

    # --- the customer and the people ----------------------------------------------------------

    @precondition(lambda self: self.told.version < 7)
    @rule()
    def they_edit(self) -> None:
        self.told.version += 1
        self.case.edited(f"Version {self.told.version}")

    @precondition(lambda self: self.told.turn < 4)
    @rule()
    def they_answer(self) -> None:
        """Whatever was written, sent or said before, their answer has none yet."""
        self.told.turn += 1
        self.told.version += 1
        self.told.reply += 1
        self.told.turned = self.told.order
        self.case.answered(f"Turn {self.told.turn}")

    @rule(who=READERS)
    def read(self, who: str) -> None:
        self.case.read(who)
        self.told.reads.append(self.told.row(by=who, version=self.told.version))

    @rule(who=READERS, feeling=FEELINGS)
    def feel(self, who: str, feeling: Feeling) -> None:
        self.case.feel(who, feeling)
        row = self.told.row(by=who, version=self.told.version, feeling=int(feeling))
        self.told.feels.append(row)

    @rule(kind=st.sampled_from([Kind.COMPLAINT, Kind.QUESTION]))
    def judge(self, kind: Kind) -> None:
        self.case.judge(kind)
        self.told.kind = kind

    @rule(who=READERS)
    def make_stricter(self, who: str) -> None:
        self.case.stricter(who)
        self.told.stricter.append(self.told.row())

    @rule(who=READERS)
    def agree_that_it_is_no_complaint(self, who: str) -> None:
        self.case.agree(Agreement.NOT_COMPLAINT, who)
        self.told.agreed.append(self.told.row(by=who, version=self.told.version))

    @rule(who=st.sampled_from(["ana", "ben"]))
    def say_that_it_cannot_wait(self, who: str) -> None:
        self.case.emergency(who)
        self.told.hurries.append(self.told.row(what=(who, self.case.reading.wall)))

    @rule(who=REVIEWERS, presence=st.sampled_from([Presence.ACTIVE, Presence.AWAY]))
    def go_or_come(self, who: str, presence: Presence) -> None:
        self.case.person(who, presence)
        (self.told.away.discard if presence is Presence.ACTIVE else self.told.away.add)(who)

    # --- writing ------------------------------------------------------------------------------

    @rule(who=WRITERS, text=TEXTS)
    def write(self, who: str, text: str) -> None:
        self._write(who, text, afresh=self.told.reply == 0)

    @precondition(lambda self: self.told.reply < 7)
    @rule(who=WRITERS, text=TEXTS, channel=st.sampled_from(["mail", "hand"]))
    def begin_afresh(self, who: str, text: str, channel: str) -> None:
        self.channel = channel
        self._write(who, text, afresh=True)

    def _write(self, who: str, text: str, *, afresh: bool) -> None:
        self.told.reply += afresh
        to = Address(self.channel, target="somewhere")
        self.case.undraft(who).write(who, text, afresh=afresh, to=to)
        self.told.drafts.pop(who, None)
        number = len(self.told.revisions)
        row = self.told.row(id=number, reply=self.told.reply, by=who, text=text)
        self.told.revisions.append(row)

    @rule(who=WRITERS, text=TEXTS)
    def type_words(self, who: str, text: str) -> None:
        if self.told.drafts.get(who, {}).get("text") != text:
            self.case.draft(who, text)
            self.told.drafts[who] = self.told.row(text=text)

    @rule(who=WRITERS)
    def throw_draft_away(self, who: str) -> None:
        self.case.undraft(who)
        self.told.drafts.pop(who, None)

    # --- the second pair of eyes, and the second look -----------------------------------------

    def written(self) -> bool:
        return bool(self.told.present())

    @precondition(written)
    @rule(who=REVIEWERS)
    def ask(self, who: str) -> None:
        self.case.ask(who)
        row = {"id": f"request-{len(self.told.requests) + 1}", "who": who, "answered": False}
        row |= {"withdrawn": False, "signed": None, "reply": self.told.reply}
        revision = self.told.present()[-1]["id"]
        self.told.requests.append(self.told.row(revision=revision, **row))

    def asked(self) -> bool:
        last = self.told.requests[-1] if self.told.requests else None
        return last is not None and not last["answered"] and self.told.current(last)

    @precondition(asked)
    @rule()
    def sign(self) -> None:
        """Whoever was asked last signs the words and the mention as they are now."""
        request = self.told.requests[-1]
        self.case.sign(request["who"])
        request["signed"] = self.told.row(version=self.told.version)
        request["answered"] = True

    @precondition(asked)
    @rule()
    def remark(self) -> None:
        request = self.told.requests[-1]
        self.case.remark(request["who"])
        request["answered"] = True
        self.told.remarks.append(self.told.row(revision=request["revision"]))

    @precondition(lambda self: self.told.requests)
    @rule()
    def withdraw(self) -> None:
        request = self.told.requests[-1]
        newest = [r for r in self.told.requests if r["who"] == request["who"]][-1]
        self.case.withdraw(request["who"])
        same = (request["who"], newest["revision"])
        for one in self.told.requests:
            # Whoever takes a signature back takes back what they signed of these words before.
            signed = one["signed"] and (one["who"], one["revision"]) == same
            one["withdrawn"] = one["withdrawn"] or one is newest or bool(signed)

    @precondition(written)
    @rule(choice=st.sampled_from([Choice.SEND, Choice.SEND, Choice.SEND, Choice.CHANGE]))
    def look(self, choice: Choice) -> None:
        """The product refuses a look while a wait is not surely over; any other is made."""
        cooling = {"cooling_person", "cooling_text"}
        if cooling & set(self.case.kinds()) - self.told.held_by():
            return
        self.case.look("ana", choice)
        row = {"revision": self.told.present()[-1]["id"], "version": self.told.version}
        row |= {"boot": self.told.boot, "vouched": self.confirmed}
        self.told.looks.append(self.told.row(choice=choice, **row))

    @rule()
    def take_the_next_step(self) -> None:
        """What a sensible person does next, so that lives get as far as a send."""
        kinds = set(self.case.kinds())
        if kinds & {"not_read", "mention_changed"}:
            for who in sorted(self.told.held()) or ["ana"]:
                self.read(who)
        elif "not_judged" in kinds:
            self.judge(Kind.COMPLAINT)
        elif "empty" in kinds:
            self.write("ana", "Dear Robin,")
        elif self.told.typing():
            self.throw_draft_away(next(iter(self.told.typing())))
        elif kinds & UNSIGNED:
            self.get_it_signed()
        elif kinds & {"cooling_person", "cooling_text"}:
            self.cool_off()
        elif kinds & {"second_look", "look_at_page"}:
            self.look(Choice.SEND)
        elif kinds & {"unsure", "in_flight"}:
            self.time_passes(2)
            self.somebody_looks_whether_it_appeared()

    def get_it_signed(self) -> None:
        free = [who for who in ("tom", "mia") if self.told.may_sign(who)]
        if free:
            self.ask(free[0])
            self.sign()

    def cool_off(self) -> None:
        felt = {f["by"] for f in self.told.feels if f["version"] == self.told.version}
        for who in sorted(self.told.held() - felt) or []:
            self.feel(who, Feeling.CALM)
        left = [began + wait - self.told.minute for _, began, wait in self.told.waits()]
        self.time_passes(max(1, *left))

    @rule(
        steps=st.integers(1, 12),
        outcome=st.sampled_from(Outcome),
        arrives=st.booleans(),
        killed=st.sampled_from(KILLED),
    )
    def go_on(self, steps: int, outcome: Outcome, arrives: bool, killed: str) -> None:
        """Some steps in a row, and Send if nothing holds it any more."""
        for _ in range(steps):
            self.take_the_next_step()
        if not self.case.kinds():
            self.send(outcome, arrives, killed)

    # --- sending ------------------------------------------------------------------------------

    @precondition(lambda self: not self.case.kinds())
    @rule(outcome=st.sampled_from(Outcome), arrives=st.booleans(), killed=st.sampled_from(KILLED))
    def send(self, outcome: Outcome, arrives: bool, killed: str) -> None:
        """A person says Send, while the gate says that it may go."""
        number = self._choose()
        if killed == "before the claim":
            self.restart()
        else:
            self.attempt(number, outcome, arrives=arrives, killed=killed)

    def _choose(self) -> int:
        """The entry for the present words, asked for again or new; another one is given up."""
        told, present = self.told, record.present(self.case.facts, self.case.rules)
        assert present is not None
        for number, entry in enumerate(told.entries):
            if entry["reply"] == told.reply and self.frozen(number) == record.for_sending(present):
                self.case.about(self.id(number)).again()
                entry |= {"where": "ready", "alive": True, "asked": told.minute}
                return number
            if entry["reply"] == told.reply and entry["alive"]:
                self.case.about(self.id(number)).cancel()
                entry |= {"where": "given up", "alive": False}
        signed = sign_off_state(self.case.facts, self.case.rules, self.case.now).signed
        self.case.choose()
        row = {"revision": told.present()[-1]["id"], "text": told.present()[-1]["text"]}
        row |= {"request": signed.request if signed else None, "by_hand": self.channel == "hand"}
        row |= {"reply": told.reply, "where": "ready", "alive": True, "claimed": False}
        row |= {"came": False, "turn": told.turn}
        told.entries.append(told.row(asked=told.minute, **row))
        return len(told.entries) - 1

    def id(self, number: int) -> EntryId:
        return EntryId(f"entry-{number + 1}")

    def frozen(self, number: int) -> str:
        return self.case.facts.entries[number].chosen.record

    def attempt(self, number: int, outcome: Outcome, *, arrives: bool, killed: str) -> None:
        """One attempt: the claim under the gate, the network, and what is written down of it."""
        entry = self.told.entries[number]
        if self.case.kinds(leaving_out=self.id(number)):
            return
        self.nothing_holds(number)
        self.case.about(self.id(number)).begin(f"run-{self.run}")
        entry |= {"where": "flight", "began": self.told.minute, "boot": self.told.boot}
        entry |= {"claimed": True}
        if entry["by_hand"] or killed == "before it left":
            return
        if outcome is Outcome.DELIVERED or (outcome is Outcome.UNKNOWN and arrives):
            self.arrive(number)
        if not killed:
            self.end(number, outcome)

    def nothing_holds(self, number: int) -> None:
        """At the claim: whoever looks with own eyes finds nothing in the way, for these words."""
        entry = self.told.entries[number]
        assert not entry["came"]
        assert entry["turn"] == self.told.turn
        assert self.told.current(entry)
        assert entry["text"] == self.told.present()[-1]["text"]
        assert self.told.held_by(leaving_out=number) == set()
        signers = {one["who"] for one in self.told.requests if one["signed"]}
        writers = {one["by"] for one in self.told.present()}
        assert not self.told.is_complaint() or signers - writers

    def arrive(self, number: int) -> None:
        """It stands there for everybody to read."""
        entry = self.told.entries[number]
        entry["came"] = True
        self.delivered[entry["reply"]] = self.delivered.get(entry["reply"], 0) + 1

    def end(self, number: int, outcome: Outcome) -> None:
        """The end of an attempt is written down, by the sender or by the next run."""
        self.case.about(self.id(number)).end(outcome)
        where = {
            Outcome.DELIVERED: "sent",
            Outcome.REFUSED: "refused",
            Outcome.UNKNOWN: "doubt",
        }.get(outcome, "waiting")
        alive = where not in ("refused", "given up")
        self.told.entries[number] |= {"where": where, "alive": alive}

    @rule(outcome=st.sampled_from(Outcome), arrives=st.booleans())
    def the_outbox_tries(self, outcome: Outcome, arrives: bool) -> None:
        """By itself it tries only what surely did not leave."""
        for number, entry in enumerate(self.case.facts.entries):
            if may_try(entry, self.case.now, f"run-{self.run}"):
                assert self.told.entries[number]["where"] == "waiting"
                self.attempt(number, outcome, arrives=arrives, killed="")

    def by_hand_open(self) -> list[int]:
        return [
            n for n, e in enumerate(self.told.entries) if e["by_hand"] and e["where"] == "flight"
        ]

    @precondition(lambda self: bool(self.by_hand_open()))
    @rule(does=st.sampled_from(["posts", "posts and says nothing", "does not"]))
    def by_hand(self, does: str) -> None:
        number = self.by_hand_open()[-1]
        entry = self.told.entries[number]
        if does != "does not" and not entry["came"]:
            self.arrive(number)
        if entry["came"] and does != "posts and says nothing":
            self.case.about(self.id(number)).posted()
            entry |= {"where": "sent"}
        elif does == "does not":
            self.case.about(self.id(number)).not_posted()
            entry |= {"where": "given up", "alive": False}

    @rule()
    def somebody_looks_whether_it_appeared(self) -> None:
        for number, entry in enumerate(self.told.entries):
            if state(self.case.facts.entries[number], self.case.now) is State.UNSURE:
                self.case.about(self.id(number)).settle(appeared=entry["came"])
                where = "sent" if entry["came"] else "given up"
                entry |= {"where": where, "alive": entry["came"]}

    @precondition(lambda self: self.told.entries)
    @rule()
    def give_up(self) -> None:
        """Do not try again: it says nothing about whether it arrived."""
        number = len(self.told.entries) - 1
        entry = self.told.entries[number]
        self.case.about(self.id(number)).cancel()
        if entry["where"] in ("ready", "waiting", "refused"):
            entry |= {"where": "given up", "alive": False}

    # --- what always holds --------------------------------------------------------------------

    @invariant()
    def a_reply_arrives_once(self) -> None:
        assert all(times == 1 for times in self.delivered.values())
        for number, entry in enumerate(self.told.entries):
            found = state(self.case.facts.entries[number], self.case.now)
            # Whatever came is never taken for something that may be sent again.
            assert not entry["came"] or found in (State.SENT, State.UNSURE, State.IN_FLIGHT)
            assert found is not State.SENT or entry["came"]

    @invariant()
    def the_gate_says_what_is_told(self) -> None:
        says, told = set(self.case.kinds()), self.told.held_by()
        if self.told.exact and self.confirmed and not self.looked_in_doubt():
            assert says == told
        else:
            assert loosely(told) <= loosely(says)

    def looked_in_doubt(self) -> bool:
        """Whether the last look was made in a boot that ended before anybody vouched for its clock.

        What went by before that boot counts now, but not for whether the look came after a wait.
        """
        look = self.told.looks[-1] if self.told.looks else None
        return look is not None and not look["vouched"] and look["boot"] != self.told.boot

    @invariant()
    def who_signs_did_not_write(self) -> None:
        standing = sign_off_state(self.case.facts, self.case.rules, self.case.now)
        writers = {one["by"] for one in self.told.present()}
        assert standing.signed is None or standing.signed.by not in writers


class UnderASetClock(CaseLife):
    """Somebody sets the clock, forward and back: the gate may say more than is told, never less."""

    def __init__(self) -> None:
        super().__init__()
        self.told.exact = False

    @rule(minutes=st.integers(-12 * HOUR, 12 * HOUR) | st.integers(-9, 9))
    def set_the_clock(self, minutes: int) -> None:
        self.case.step_wall(minutes=minutes)

    @rule()
    def set_it_right(self) -> None:
        true = SOME_MORNING + timedelta(minutes=self.told.minute)
        self.case.step_wall(seconds=(true - self.case.clock.wall).total_seconds())


def loosely(kinds: set[str]) -> set[str]:
    """Kinds that only time tells apart count as one."""
    one = dict.fromkeys(UNSIGNED, "unsigned")
    one |= {"look_at_page": "second_look", "in_flight": "unsure"}
    return {one.get(kind, kind) for kind in kinds}


TestCaseLife = CaseLife.TestCase
TestUnderASetClock = UnderASetClock.TestCase
TestCaseLife.settings = settings(max_examples=200, stateful_step_count=40)
TestUnderASetClock.settings = settings(max_examples=100, stateful_step_count=40)
