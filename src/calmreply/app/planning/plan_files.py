"""The response plan out to a text and back in, and the example plans that ship.

The form of the text is told in `domain.plan_file`. What comes in is signed by nobody, whatever the
file says; nothing that the plan has is lost by it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from calmreply import resources
from calmreply.app import facts
from calmreply.app.home import CONTACTS, Actor, Home
from calmreply.app.ledger import present, writing
from calmreply.app.own_file import new_file
from calmreply.app.planning import wordings
from calmreply.app.ports.changes import ChangeSet
from calmreply.app.ports.storage import ReadTransaction
from calmreply.app.words.wording_plan import signed_by
from calmreply.domain.plan_file import Entry, PlanFile, Trouble, Unread, parse, render
from calmreply.domain.wordings import Planned, Prepared, WordingId, standing
from calmreply.errors import KnownError
from calmreply.i18n import _

_EXAMPLES = "plan"
LONGEST = 1_000_000
"""Bytes; longer than any plan that people write."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a text would bring. `changed` has each entry with the wording that it changes.

    `missing`: wordings of the plan that do not stand in the text; they stay as they are.
    """

    new: tuple[Entry, ...]
    changed: tuple[tuple[Entry, Planned], ...]
    same: int
    contacts: tuple[str, ...]
    unread: tuple[Unread, ...]
    missing: tuple[str, ...]

    @property
    def anything(self) -> bool:
        return bool(self.new or self.changed or self.contacts)


@dataclass(frozen=True, slots=True)
class Example:
    """A starting plan that ships. `name` is the word by which it is asked for."""

    name: str
    title: str
    about: str
    file: PlanFile


def export(home: Home) -> str:
    """The plan as text."""
    with home.store.read() as tx:
        now, zone = present(home, tx), facts.rules_in_force(tx)[1].zone
        names = {one.id: one.name for one in facts.people(tx)}
        entries = []
        for one in wordings.planned(tx):
            stands = standing(one, now)
            signed = signed_by(stands, names.get(stands.by, "") if stands.by else "", zone)
            if not one.retired:
                entries.append(Entry(str(one.id), one.prepared, 0, signed))
        contacts = wordings.contacts_of(tx)
    remarks = (
        _("Change it in any editor and take it in again. Only title and words are needed."),
        _("What is taken in has to be signed off by somebody who did not write it."),
    )
    return render(PlanFile(contacts, tuple(entries)), remarks)


def write_file(home: Home, target: Path) -> None:
    """The plan as a new file. Raises KnownError `file_exists`, `cannot_write`."""
    text = export(home)
    with new_file(target) as file:
        file.write(text)


def read_file(source: Path) -> str:
    """The text in a file. Raises KnownError `cannot_read`, `not_text`."""
    try:
        with source.open("rb") as file:
            body = file.read(LONGEST + 1)
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else error
        raise KnownError(
            "cannot_read",
            _("The file {name} cannot be read: {why}.").format(name=source.name, why=why),
            _("Choose another file."),
        ) from error
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _not_text(source) from error
    if "\x00" in text or len(body) > LONGEST:
        raise _not_text(source)
    return text


def _not_text(source: Path) -> KnownError:
    return KnownError(
        "not_text",
        _("The file {name} is not a text in UTF-8, or far too long.").format(name=source.name),
        _("Save it as plain text in UTF-8 and try again."),
    )


def compare(home: Home, text: str) -> Comparison:
    """What taking in this text would do."""
    with home.store.read() as tx:
        return _compared(tx, parse(text))


def take(home: Home, actor: Actor, text: str) -> tuple[Comparison, ChangeSet]:
    """Take in all that can be read; the rest is told. Nothing that is there goes away.

    Raises KnownError `nothing_readable` where the text holds nothing of a plan.
    """
    return _taken(home, actor, parse(text))


def examples() -> tuple[Example, ...]:
    """The plans that ship, the same ones every time."""
    told = {
        "shop": (_("A shop"), _("Counter, bakery, hairdresser, anything people walk into.")),
        "trade": (_("A trade"), _("Painters, plumbers, builders: work at somebody's home.")),
        "restaurant": (_("A restaurant"), _("Café, bar, takeaway, guest house.")),
        "online": (_("An online shop"), _("Orders, parcels, returns.")),
        "practice": (_("A practice"), _("Doctor, dentist, therapist: where nothing may be said.")),
    }
    return tuple(
        Example(name, title, about, parse(resources.text(f"{_EXAMPLES}/{name}.md")))
        for name, (title, about) in told.items()
    )


def start_from(home: Home, actor: Actor, name: str) -> tuple[Comparison, ChangeSet]:
    """Begin with an example: its wordings come in unsigned, beside what is there.

    Raises KnownError `no_such_example`.
    """
    found = next((one for one in examples() if one.name == name), None)
    if found is None:
        raise KnownError(
            "no_such_example",
            _("There is no example plan called {name}.").format(name=name),
            _("Choose one of: {all}.").format(all=", ".join(one.name for one in examples())),
        )
    return _taken(home, actor, found.file)


def _taken(home: Home, actor: Actor, file: PlanFile) -> tuple[Comparison, ChangeSet]:
    if not file.entries and not file.contacts and not file.unread:
        raise KnownError(
            "nothing_readable",
            _("There is no wording and no contact in it."),
            _("A wording begins with ## and its title; export the plan to see how it looks."),
        )
    with writing(home, actor) as ledger:
        found = _compared(ledger.tx, file)
        for entry, before in found.changed:
            known = wordings.planned(ledger.tx)
            wordings.put(ledger, actor, known, entry.prepared, before.id)
        for entry in found.new:
            known = wordings.planned(ledger.tx)
            wordings.put(ledger, actor, known, entry.prepared, _wanted(entry, known))
        if found.contacts:
            listed = wordings.contacts_of(ledger.tx)
            joined = "\n".join((*listed, *found.contacts))
            ledger.tx.set_setting(CONTACTS, joined)
    plan = bool(found.new or found.changed)
    return found, ChangeSet(plan=plan, rules=bool(found.contacts))


def _wanted(entry: Entry, known: tuple[Planned, ...]) -> WordingId | None:
    """The id the text gives it, unless somebody else has it."""
    taken = {str(one.id) for one in known} | set(wordings.OWN)
    return WordingId(entry.id) if entry.id and entry.id not in taken else None


def _compared(tx: ReadTransaction, file: PlanFile) -> Comparison:
    known = wordings.planned(tx)
    meant = _meant(file.entries, known)
    taken = _titles_taken(meant, known)
    met = {one.id for one in meant.values() if one is not None}
    changed = tuple(
        (entry, one)
        for entry, one in meant.items()
        if one is not None and (one.retired or one.prepared != entry.prepared)
    )
    listed = wordings.contacts_of(tx)
    refused = (Unread(one.line, Trouble.TITLE_TAKEN, one.prepared.title) for one in taken)
    return Comparison(
        new=tuple(entry for entry, one in meant.items() if one is None and entry not in taken),
        changed=tuple(pair for pair in changed if pair[0] not in taken),
        same=len(met) - len(changed),
        contacts=tuple(one for one in file.contacts if one not in listed),
        unread=tuple(sorted((*file.unread, *refused), key=lambda one: one.line)),
        missing=tuple(one.prepared.title for one in known if not one.retired and one.id not in met),
    )


def _meant(entries: Sequence[Entry], known: Sequence[Planned]) -> dict[Entry, Planned | None]:
    """The wording that each entry is about: by its id, else one that is in use by its title."""
    ids = {str(one.id): one for one in known}
    by_id = {entry: ids.get(entry.id) for entry in entries}
    named = {one.id for one in by_id.values() if one is not None}
    left = [one for one in known if not one.retired and one.id not in named]
    titles = {_title(one.prepared): one for one in left}
    return {entry: one or titles.get(_title(entry.prepared)) for entry, one in by_id.items()}


def _titles_taken(
    meant: Mapping[Entry, Planned | None], known: Sequence[Planned]
) -> frozenset[Entry]:
    """Those that would have the title of another wording: they could not be told apart.

    What is not taken keeps its own title, which no other can have then.
    """
    refused: frozenset[Entry] = frozenset()
    while True:
        renamed = {one.id for entry, one in meant.items() if one and entry not in refused}
        kept = {_title(o.prepared) for o in known if not o.retired and o.id not in renamed}
        more = {entry for entry in meant if _title(entry.prepared) in kept} | refused
        if more == refused:
            return refused
        refused = frozenset(more)


def _title(prepared: Prepared) -> str:
    return prepared.title.casefold()
