r"""The response plan as a text that can be read and changed in any editor.

    # Response plan
    Whatever stands here is a remark.

    # Contacts
    - Ana at the counter, 0211 5550 17

    # Wordings

    ## We heard you
    Id: we_heard_you
    Use: holding
    For: late, broken
    Channels: mail, hand
    Language: en

    Hello {name}, thank you for telling us ...

A wording begins with its title, then come the lines of its head, an empty line, and the words up
to the next title. Only title and words are needed; `Use` is one of holding, reply, private, walk
away, thanks (reply, if nothing is said). `Signed` is written for the reader and never read back:
nobody signs with a text editor. A line of the words that begins with # or \ has one more \ before
it. Lines that begin with > outside of a wording are remarks.

What cannot be read is told with its line, and the rest is read all the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum

from calmreply.domain.wordings import BadWordingError, Prepared, Problem, Use, checked

_HEAD = re.compile(r"([A-Za-z]+)[ \t]*:(.*)")
_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")
_USES = {use.value.replace("_", " "): use for use in Use}
_IGNORED = ("signed",)


class Trouble(Enum):
    """What is wrong with a place in the file, beside what is wrong with a wording itself."""

    NO_SUCH_PART = "no_such_part"
    STRAY = "stray"
    NO_SUCH_LINE = "no_such_line"
    NO_SUCH_USE = "no_such_use"
    BAD_ID = "bad_id"
    TWICE = "twice"
    TITLE_TAKEN = "title_taken"


@dataclass(frozen=True, slots=True)
class Entry:
    """A wording as it stands in the file, from `line` on. `id` is empty where none is given."""

    id: str
    prepared: Prepared
    line: int
    signed: str = ""


@dataclass(frozen=True, slots=True)
class Unread:
    """Something that was not taken: where, why, and the words it is about."""

    line: int
    why: Trouble | Problem
    what: str


@dataclass(frozen=True, slots=True)
class PlanFile:
    contacts: tuple[str, ...]
    entries: tuple[Entry, ...]
    unread: tuple[Unread, ...] = ()


# --- writing ---------------------------------------------------------------------------------


def render(file: PlanFile, remarks: Iterable[str] = ()) -> str:
    """The text of a plan; `remarks` stand at its top, one a line."""
    lines = ["# Response plan", *remarks, "", "# Contacts", ""]
    lines += [f"- {one}" for one in file.contacts]
    lines += ["", "# Wordings"]
    for entry in file.entries:
        lines += ["", *_rendered(entry)]
    return "\n".join(lines) + "\n"


def _rendered(entry: Entry) -> list[str]:
    found = entry.prepared
    lines = [f"## {found.title}"]
    for key, value in (
        ("Id", entry.id),
        ("Use", found.use.value.replace("_", " ")),
        ("For", ", ".join(found.fits)),
        ("Channels", ", ".join(found.channels)),
        ("Language", found.language),
        ("Signed", entry.signed),
    ):
        if value:
            lines.append(f"{key}: {value}")
    words = (f"\\{one}" if one.startswith(("#", "\\")) else one for one in found.text.split("\n"))
    return [*lines, "", *words]


# --- reading ---------------------------------------------------------------------------------


def parse(text: str) -> PlanFile:
    """Never fails: what it cannot read is in `unread`, in the order of its lines."""
    reader = _Reader()
    lines = re.split(r"\r\n|\r|\n", text.removeprefix("\ufeff"))
    for number, line in enumerate(lines, start=1):
        reader.take(number, line)
    reader.end_wording()
    unread = tuple(sorted(reader.unread, key=lambda one: one.line))
    return PlanFile(tuple(dict.fromkeys(reader.contacts)), tuple(reader.entries), unread)


@dataclass
class _Open:
    """A wording that is being read. `said` has each line of its head by its name."""

    title: str
    line: int
    said: dict[str, tuple[int, str]] = field(default_factory=dict)
    words: list[str] = field(default_factory=list)
    in_head: bool = True
    trouble: Unread | None = None


class _Reader:
    def __init__(self) -> None:
        self.contacts: list[str] = []
        self.entries: list[Entry] = []
        self.unread: list[Unread] = []
        self._part = "remarks"
        self._open: _Open | None = None

    def take(self, number: int, line: str) -> None:
        if line.startswith("# "):
            self.end_wording()
            self._begin_part(number, line[2:].strip())
        elif line.startswith("## ") and self._part == "wordings":
            self.end_wording()
            self._open = _Open(line[3:].strip(), number)
        elif self._open is not None:
            _take_into(self._open, number, line)
        elif line.strip() and not line.startswith(">"):
            self._take_beside(number, line.strip())

    def _begin_part(self, number: int, name: str) -> None:
        known = {"contacts": "contacts", "wordings": "wordings", "response plan": "remarks"}
        self._part = known.get(name.casefold(), "unknown")
        if self._part == "unknown":
            self.unread.append(Unread(number, Trouble.NO_SUCH_PART, name))

    def _take_beside(self, number: int, line: str) -> None:
        """A line that belongs to no wording."""
        if self._part == "contacts":
            contact = line.removeprefix("-").strip()
            if contact.isprintable() and contact:
                self.contacts.append(contact)
            elif contact:
                self.unread.append(Unread(number, Trouble.STRAY, line))
        elif self._part != "remarks":
            self.unread.append(Unread(number, Trouble.STRAY, line))

    def end_wording(self) -> None:
        found, self._open = self._open, None
        if found is None:
            return
        entry = _entry(found)
        if isinstance(entry, Unread):
            self.unread.append(entry)
        elif entry.id and any(one.id == entry.id for one in self.entries):
            self.unread.append(Unread(found.said["id"][0], Trouble.TWICE, entry.id))
        elif any(_title(one) == _title(entry) for one in self.entries):
            self.unread.append(Unread(found.line, Trouble.TWICE, entry.prepared.title))
        else:
            self.entries.append(entry)


def _title(entry: Entry) -> str:
    return entry.prepared.title.casefold()


def _take_into(found: _Open, number: int, line: str) -> None:
    if not found.in_head:
        found.words.append(line[1:] if line.startswith(("\\#", "\\\\")) else line)
        return
    said = _HEAD.fullmatch(line)
    if not line.strip():
        found.in_head = False
    elif said is None:
        found.in_head = False
        _take_into(found, number, line)
    elif said[1].casefold() in ("id", "use", "for", "channels", "language", *_IGNORED):
        found.said[said[1].casefold()] = (number, said[2].strip())
    elif found.trouble is None:
        found.trouble = Unread(number, Trouble.NO_SUCH_LINE, line.strip())


def _entry(found: _Open) -> Entry | Unread:
    if found.trouble is not None:
        return found.trouble
    line, said = found.said.get("use", (found.line, "reply"))
    use = _USES.get(" ".join(said.casefold().replace("_", " ").split()))
    if use is None:
        return Unread(line, Trouble.NO_SUCH_USE, said)
    line, name = found.said.get("id", (found.line, ""))
    if name and not _ID.fullmatch(name):
        return Unread(line, Trouble.BAD_ID, name)
    given = Prepared(
        title=found.title,
        text="\n".join(found.words),
        use=use,
        fits=_listed(found, "for"),
        channels=_listed(found, "channels"),
        language=found.said.get("language", (0, ""))[1],
    )
    try:
        return Entry(name, checked(given), found.line)
    except BadWordingError as error:
        return Unread(_line_of(found, error), error.problem, error.what or found.title)


def _listed(found: _Open, name: str) -> tuple[str, ...]:
    return tuple(found.said.get(name, (0, ""))[1].split(","))


def _line_of(found: _Open, error: BadWordingError) -> int:
    """The line of the head that the error is about, or where the wording begins."""
    names = {
        Problem.BAD_FITS: "for",
        Problem.BAD_CHANNEL: "channels",
        Problem.BAD_LANGUAGE: "language",
    }
    return found.said.get(names.get(error.problem, ""), (found.line, ""))[0]
