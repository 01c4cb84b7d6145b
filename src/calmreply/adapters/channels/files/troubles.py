"""Why a file could not be read, in words."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from calmreply.app.ports import Cancelled
from calmreply.errors import KnownError
from calmreply.i18n import _

from .kinds import Kind, kind_of

_DOCUMENTS: Final = (".doc", ".docx", ".odt", ".ppt", ".pptx", ".odp", ".pages", ".epub")

_TOLD: Final = {"empty": "empty_file", "feeds": "list_of_feeds", "no_mail": "not_a_mail"}
"""The codes of those that are no names of their own."""
_NO_TABLE: Final = frozenset({"spreadsheet", "binary", "markup", "no_table"})


def readable(path: Path, data: bytes) -> Kind:
    """`TABLE`, `MAIL` or `BOX`. Raises KnownError where it is none of these."""
    kind = kind_of(path.suffix, data)
    if kind not in (Kind.TABLE, Kind.MAIL, Kind.BOX):
        raise_for({"fault": kind.value}, path)
    return kind


def raise_for(said: Mapping[str, Any], path: Path) -> None:
    """Raises the KnownError of an answer of `reviews` that holds no rows, or of a `Kind`."""
    fault = str(said.get("fault") or "")
    if not fault:
        return
    column = str(said.get("name", ""))
    words, way_out = _of_columns(fault, column) or _of_file(fault, path.suffix.lower())
    code = "not_a_table" if fault in _NO_TABLE else _TOLD.get(fault, fault)
    raise KnownError(code, words.format(name=path.name, column=column), way_out)


def _of_columns(fault: str, column: str) -> tuple[str, str] | None:
    """With places left open for the file's name and the column."""
    match fault:
        case "no_such_column":
            words = _('{name} has no column called "{column}".')
            way_out = _("Choose one of its headings, or leave it empty to have it found.")
        case "no_text" if column:
            words = _("No column of {name} looks like the text of reviews. Its columns: {column}.")
            way_out = _("Say which one it is: its heading, or its number from 1.")
        case "no_text":
            words = _("No column of {name} looks like the text of reviews.")
            way_out = _("Say which one it is: its number from 1.")
        case _:
            return None
    return words, way_out


def _of_file(fault: str, suffix: str) -> tuple[str, str]:
    """With a place left open for the file's name."""
    match fault:
        case "empty":
            words = _("There is no review in {name} yet.")
            way_out = _("Nothing to do: it is read again when it changes.")
        case "spreadsheet" if suffix == ".zip":
            words = _("{name} is packed, and cannot be read as it is.")
            way_out = _("Unpack it, and choose the CSV file or the mail in it.")
        case "spreadsheet" if suffix in _DOCUMENTS:
            words = _("{name} is a document, no table of reviews.")
            way_out = _("Put the reviews into a table, save it as CSV, and choose that file.")
        case "spreadsheet":
            words = _("{name} is a spreadsheet, which cannot be read as it is.")
            way_out = _("Open it and save the sheet as CSV, then choose that file.")
        case "binary":
            words = _("{name} is not a table of text.")
            way_out = _("Open it where it comes from, save it as CSV, and choose that file.")
        case "feeds":
            words = _("{name} is a list of feeds (OPML), no reviews.")
            way_out = _(
                'Import the list: in the window under "Listening", as a command with'
                " calmreply source import."
            )
        case "no_mail":
            words = _("{name} is no mail: nothing says who wrote it, when, or about what.")
            way_out = _("Save the mail anew as .eml, or the mails as .mbox, and choose that file.")
        case _:
            words = _("{name} is neither a table of reviews nor a mail.")
            way_out = _(
                "Choose a CSV file whose first line names the columns, such as Author, Stars,"
                " Date, Text; or a mail (.eml, .mbox)."
            )
    return words, way_out


def stop_if(cancelled: Cancelled | None) -> None:
    """Raises KnownError `cancelled`."""
    if cancelled is not None and cancelled():
        raise KnownError("cancelled", _("Stopped."), _("Nothing was changed; try it again."))
