"""Why a file could not be read, in words."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from calmreply.app.ports import Cancelled
from calmreply.errors import KnownError
from calmreply.i18n import _


def raise_for(said: Mapping[str, Any], path: Path) -> None:
    """Raises the KnownError of an answer of `reviews` that holds no rows."""
    match said.get("fault"):
        case None:
            return
        case "empty":
            words = _("There is no review in {name} yet.")
            way_out = _("Nothing to do: it is read again when it changes.")
        case "spreadsheet":
            words = _("{name} is a spreadsheet, which cannot be read as it is.")
            way_out = _("Open it and save the sheet as CSV, then choose that file.")
        case "no_such_column":
            words = _('{name} has no column called "{column}".')
            way_out = _("Choose one of its headings, or leave it empty to have it found.")
        case "no_text":
            words = _("No column of {name} looks like the text of reviews. Its columns: {column}.")
            way_out = _("Say which one it is: its heading, or its number from 1.")
        case _:
            words = _("{name} is not a table of text.")
            way_out = _("Choose a CSV file with reviews, or a mail (.eml, .mbox).")
    code = "empty_file" if said["fault"] == "empty" else str(said["fault"])
    code = "not_a_table" if code in ("spreadsheet", "binary") else code
    column = str(said.get("name", ""))
    raise KnownError(code, words.format(name=path.name, column=column), way_out)


def stop_if(cancelled: Cancelled | None) -> None:
    """Raises KnownError `cancelled`."""
    if cancelled is not None and cancelled():
        raise KnownError("cancelled", _("Stopped."), _("Nothing was changed; try it again."))
