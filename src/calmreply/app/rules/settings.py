"""Settings: each declared once, with its type, default and words."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any, TypeVar, assert_never
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from calmreply.app import facts
from calmreply.app.home import Actor, Home
from calmreply.app.ledger import Ledger, writing
from calmreply.app.ports.changes import ChangeSet
from calmreply.app.ports.storage import ReadTransaction
from calmreply.app.rules import proposals, rule_lines
from calmreply.domain.names import BadNameError, Name, NameFlaw, parse
from calmreply.domain.names import checked as checked_name
from calmreply.domain.policy import FLOORS, Kind, OpeningHours, Policy
from calmreply.domain.rulebook import RulesSet, demands_proposal
from calmreply.errors import KnownError
from calmreply.i18n import _, ngettext

NAMES = "names"
NOTICE_MAIL = "notice_mail"
TYPE_SIZES = ("90", "100", "110", "125", "150", "175", "200")
_HOURS = re.compile(r"([1-7](?:-[1-7])?(?:,[1-7](?:-[1-7])?)*)\s+(\d?\d:\d\d)\s*-\s*(\d?\d:\d\d)")
URGENT_WORDS = "\n".join(
    (
        *("allergy", "allergic", "injury", "injured", "hospital", "food poisoning"),
        *("police", "lawyer", "solicitor", "court", "press", "journalist"),
        *("Allergie", "allergisch", "verletzt", "Krankenhaus", "Vergiftung"),
        *("Polizei", "Anwalt", "Gericht", "Presse", "Zeitung"),
    )
)
"""What is told at once, whatever the hour; in the languages of the program's first users."""
LONGEST = 60 * 24 * 30
"""Minutes that any time among the rules may have."""
_MIDNIGHT, _END_OF_DAY = "00:00", "24:00"
_Said = TypeVar("_Said", str, Name)


class Sort(Enum):
    """How a setting is asked for."""

    TEXT = "text"
    LINES = "lines"
    MINUTES = "minutes"
    YES_NO = "yes_no"
    ZONE = "zone"
    HOURS = "hours"
    CHOICE = "choice"


@dataclass(frozen=True, slots=True)
class Setting:
    """`rule` settings are part of the policy and go into the journal; the others are plain."""

    name: str
    words: str
    sort: Sort
    default: str
    rule: bool = False
    choices: tuple[str, ...] = ()


def declared() -> tuple[Setting, ...]:
    """All settings, in the order of the settings page."""
    return (
        Setting("business_name", _("What the business is called"), Sort.TEXT, ""),
        Setting(NAMES, _("Names to listen for, one a line"), Sort.LINES, ""),
        Setting("contacts", _("How customers reach somebody, one a line"), Sort.LINES, ""),
        Setting("currency", _("Currency of what we offer"), Sort.TEXT, "EUR"),
        Setting("zone", _("Time zone of the business"), Sort.ZONE, "UTC", rule=True),
        Setting(
            "hours",
            _("Opening hours (days as 1-7 for Monday to Sunday, then from-to)"),
            Sort.HOURS,
            "1-6 09:00-18:00",
            rule=True,
        ),
        Setting("first_word_aim", _("First word after"), Sort.MINUTES, "60", rule=True),
        Setting("full_reply_aim", _("Full reply after"), Sort.MINUTES, "2880", rule=True),
        Setting(
            "answer_aim",
            _("Whoever is asked for a second look has (opening hours)"),
            Sort.MINUTES,
            "1440",
            rule=True,
        ),
        *(_wait(kind, part) for kind in Kind for part in ("calm", "stung", "angry", "text")),
        *_second_person(),
        Setting(
            "theme", _("Light or dark"), Sort.CHOICE, "system", choices=("system", "light", "dark")
        ),
        Setting("type_size", _("Size of type in percent"), Sort.CHOICE, "100", choices=TYPE_SIZES),
        *_notices(),
        Setting(
            "in_tray",
            _("Stay beside the clock when the window is closed"),
            Sort.CHOICE,
            "ask",
            choices=("ask", "yes", "no"),
        ),
        Setting("paused", _("Sending is paused"), Sort.YES_NO, "no"),
    )


def _second_person() -> tuple[Setting, ...]:
    asked = (
        ("sign_question", _("A second person looks at answers to questions")),
        ("sign_praise", _("A second person looks at answers to praise")),
        ("sign_after_week", _("Who is new signs off only after their first week")),
        ("distinct_people", _("Nobody comes in with a name or mail like somebody else's")),
    )
    return tuple(Setting(name, words, Sort.YES_NO, "no", rule=True) for name, words in asked)


def _notices() -> tuple[Setting, ...]:
    how = ("at_once", "gathered", "no")
    return (
        Setting(
            NOTICE_MAIL, _("Tell by mail whoever is asked for a second look"), Sort.YES_NO, "no"
        ),
        Setting("notice", _("Tell me when a wait ends"), Sort.YES_NO, "yes"),
        Setting("tell", _("Tell me of what is new"), Sort.CHOICE, "gathered", choices=how),
        Setting("quiet", _("Outside the opening hours only what is urgent"), Sort.YES_NO, "yes"),
        Setting("urgent_words", _("Urgent words, one a line"), Sort.LINES, URGENT_WORDS),
    )


def find(name: str) -> Setting:
    """Raises KnownError `no_such_setting`."""
    found = next((one for one in declared() if one.name == name), None)
    if found is None:
        raise KnownError(
            "no_such_setting",
            _("There is no setting called {name}.").format(name=name),
            _("List the settings to see their names."),
        )
    return found


def read(home: Home, name: str) -> str:
    """The value in force, as text."""
    with home.store.read() as tx:
        return value(tx, find(name))


def everything(home: Home) -> tuple[tuple[Setting, str], ...]:
    with home.store.read() as tx:
        return tuple((setting, value(tx, setting)) for setting in declared())


def value(tx: ReadTransaction, setting: Setting) -> str:
    if setting.rule:
        return _rule_value(facts.rules_in_force(tx)[1], setting.name)
    stored = tx.setting(setting.name)
    return setting.default if stored is None else stored


def change(home: Home, actor: Actor | None, values: dict[str, str]) -> ChangeSet:
    """Set several at once, all or none.

    Rules below a floor are refused; those that ask for less than today's are only proposed as
    soon as somebody has begun a case (`proposals`): the owner is held like everybody else. Once
    there are people, one of them changes the rules. Raises KnownError `no_such_setting`,
    `bad_value`, `below_floor`, `who_acts`.
    """
    rules = {name: text for name, text in values.items() if find(name).rule}
    plain = {name: _checked(find(name), text) for name, text in values.items() if name not in rules}
    with writing(home, actor) as ledger:
        for name, text in plain.items():
            ledger.tx.set_setting(name, text)
        if rules:
            _change_rules(ledger, actor, rules)
    return ChangeSet(rules=True)


def _change_rules(ledger: Ledger, actor: Actor | None, values: dict[str, str]) -> None:
    """Each at once, or where it would weaken the rules, as a part of one proposal."""
    rule_lines.carry_out(ledger)
    book = rule_lines.book(ledger.tx, begun=bool(ledger.tx.touched_cases()))
    wanted = _with_rules(book.rules, values)
    if wanted == book.rules:
        return
    proposals.nobody_changes_rules(ledger, actor)
    at_once = book.rules
    for name, text in values.items():
        one = _with_rules(at_once, {name: text})
        at_once = at_once if demands_proposal(book, one) else one
    if at_once != book.rules:
        ledger.record(RulesSet(at_once, ledger.reading))
    if wanted != at_once:
        proposals.propose(ledger, proposals.demand_actor(actor), wanted)


def weakens(home: Home, values: dict[str, str]) -> tuple[str, ...]:
    """Which of these would only be proposed, and not be in force at once.

    Raises KnownError `no_such_setting`, `bad_value`, `below_floor`.
    """
    rules = {name: text for name, text in values.items() if find(name).rule}
    with home.store.read() as tx:
        book = rule_lines.book(tx, begun=bool(tx.touched_cases()))
    return tuple(
        name
        for name, text in rules.items()
        if demands_proposal(book, _with_rules(book.rules, {name: text}))
    )


def _wait(kind: Kind, part: str) -> Setting:
    said = {
        Kind.COMPLAINT: _("Complaint: wait in minutes, {part}"),
        Kind.QUESTION: _("Question: wait in minutes, {part}"),
        Kind.PRAISE: _("Praise: wait in minutes, {part}"),
    }[kind]
    parts = {
        "calm": _("when calm"),
        "stung": _("when stung"),
        "angry": _("when angry"),
        "text": _("for the words"),
    }
    default = getattr(Policy().waits(kind), part)
    name = f"wait_{kind.value}_{part}"
    return Setting(name, said.format(part=parts[part]), Sort.MINUTES, str(default), rule=True)


def proposed(rules: Policy, name: str) -> str:
    """The value of a rule in other rules than those in force."""
    return _rule_value(rules, name)


def _rule_value(rules: Policy, name: str) -> str:
    if name.startswith("wait_"):
        _prefix, kind, part = name.split("_")
        return str(getattr(rules.waits(Kind(kind)), part))
    if name == "hours":
        return _hours_text(rules.hours)
    found = getattr(rules, name)
    if isinstance(found, bool):
        return "yes" if found else "no"
    return str(found)


def _with_rules(rules: Policy, values: dict[str, str]) -> Policy:
    for name, text in values.items():
        setting = find(name)
        checked = _checked(setting, text)
        changed: dict[str, Any]
        if name.startswith("wait_"):
            _prefix, kind, part = name.split("_")
            minutes = _above_floor(Kind(kind), part, int(checked))
            changed = {kind: replace(rules.waits(Kind(kind)), **{part: minutes})}
        elif setting.sort is Sort.HOURS:
            changed = {name: _hours(checked)}
        elif setting.sort is Sort.YES_NO:
            changed = {name: checked == "yes"}
        elif setting.sort is Sort.MINUTES:
            changed = {name: int(checked)}
        else:
            changed = {name: checked}
        rules = replace(rules, **changed)
    return rules


def _above_floor(kind: Kind, part: str, minutes: int) -> int:
    floor = getattr(FLOORS[kind], part)
    if minutes < floor:
        raise KnownError(
            "below_floor",
            ngettext(
                "This wait is never shorter than {n} minute.",
                "This wait is never shorter than {n} minutes.",
                floor,
            ).format(n=floor),
            _("Choose a longer one."),
        )
    return minutes


def _checked(setting: Setting, text: str) -> str:
    """The value in its stored form. Raises KnownError `bad_value`."""
    text = text.strip()
    checks: dict[Sort, Callable[[], bool]] = {
        Sort.TEXT: lambda: len(text) <= 200 and text.isprintable(),
        Sort.LINES: lambda: len(text) <= 10_000 and _can_be_seen(text),
        Sort.MINUTES: lambda: (
            text.isascii() and text.isdigit() and len(text) < 7 and int(text) <= LONGEST
        ),
        Sort.YES_NO: lambda: text in ("yes", "no"),
        Sort.ZONE: lambda: _is_zone(text),
        Sort.HOURS: lambda: _hours(text) is not None,
        Sort.CHOICE: lambda: text in setting.choices,
    }
    if not checks[setting.sort]():
        raise _bad_value(setting, text)
    if setting.name == NAMES:
        for line in filter(str.strip, text.splitlines()):
            _each_name(parse, line)
    return text


def heard_name(name: Name) -> Name:
    """The name itself. Raises KnownError `bad_value` where nothing could be heard of it."""
    return _each_name(checked_name, name)


def _each_name(check: Callable[[_Said], Name], said: _Said) -> Name:
    try:
        return check(said)
    except BadNameError as error:
        way_out = _("Write it as in: product: Sunday loaf = Sundayloaf - bread machine.")
        match error.flaw:
            case NameFlaw.NO_NAME:
                words = _("A name is missing here: {line}").format(line=error.line or "-")
            case NameFlaw.NEVER_HEARD:
                words = _("Its own excluding words stand in this name: {line}")
                words = words.format(line=error.line)
                way_out = _("Take those words out, or choose others.")
            case _:
                assert_never(error.flaw)
        raise KnownError("bad_value", words, way_out) from error


def _can_be_seen(text: str) -> bool:
    return all(line.replace("\t", " ").isprintable() for line in text.splitlines())


def _is_zone(text: str) -> bool:
    try:
        return bool(text) and ZoneInfo(text) is not None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False


def _bad_value(setting: Setting, text: str) -> KnownError:
    ways = {
        Sort.TEXT: _("Write one short line."),
        Sort.LINES: _("Write fewer lines."),
        Sort.MINUTES: _("Write a number of minutes."),
        Sort.YES_NO: _("Say yes or no."),
        Sort.ZONE: _("Write it as in Europe/London."),
        Sort.HOURS: _("Write it as in: 1-6 09:00-18:00."),
        Sort.CHOICE: _("Choose one of: {all}.").format(all=", ".join(setting.choices)),
    }
    words = _("{value} does not fit the setting {name}.")
    return KnownError(
        "bad_value", words.format(value=text or "-", name=setting.name), ways[setting.sort]
    )


def _hours(text: str) -> OpeningHours:
    """`1-6 09:00-18:00` or `1,3,5 10:00-16:00`; 24:00 is the end of a day, and what closes before
    it opens is open over midnight. Raises KnownError `bad_value`.
    """
    said = _HOURS.fullmatch(text.strip())
    if said is None:
        raise _bad_value(find("hours"), text)
    days: set[int] = set()
    for part in said[1].split(","):
        first, _dash, last = part.partition("-")
        if last and last < first:
            raise _bad_value(find("hours"), text)
        days |= set(range(int(first) - 1, int(last or first)))
    opens, closes = said[2].zfill(5), said[3].zfill(5)
    all_day = (opens, closes) == (_MIDNIGHT, _END_OF_DAY)
    hours = OpeningHours(tuple(sorted(days)), opens, closes.replace(_END_OF_DAY, _MIDNIGHT))
    try:
        from_to = hours.window()
    except ValueError as error:
        raise _bad_value(find("hours"), text) from error
    if from_to[0] == from_to[1] and not all_day:
        raise _bad_value(find("hours"), text)
    return hours


def _hours_text(hours: OpeningHours) -> str:
    days = [day + 1 for day in hours.days]
    in_a_row = len(days) > 1 and days == list(range(days[0], days[-1] + 1))
    said = f"{days[0]}-{days[-1]}" if in_a_row else ",".join(str(day) for day in days)
    closes = _END_OF_DAY if hours.closes == _MIDNIGHT else hours.closes
    return f"{said} {hours.opens}-{closes}"
