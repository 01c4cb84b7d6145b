"""`app.ports.words_kept.WordsKept` as small files in the data folder, one a case and person.

Written whole or not at all; only their owner may read them. A file that is none of ours, or of
another team's home, is as good as none.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
from datetime import datetime
from pathlib import Path

from calmreply.app.ports.words_kept import KeptWords
from calmreply.domain.mention import CaseId
from calmreply.domain.people import PersonId
from calmreply.errors import KnownError
from calmreply.i18n import _

_LOG = logging.getLogger(__name__)
_OWNER_ONLY, _FOLDER_MODE = 0o600, 0o700


class FileWords:
    """In `folder`, which is made at the first words; for the home of that name."""

    def __init__(self, folder: Path, home: str) -> None:
        self._folder, self._home = folder, home

    def keep(self, words: KeptWords) -> None:
        data = {
            "home": self._home,
            "case": str(words.case),
            "person": str(words.person),
            "text": words.text,
            "subject": words.subject,
            "at": words.at.isoformat(),
        }
        target = self._file(words.case, words.person)
        fresh = target.with_suffix(".new")
        try:
            self._folder.mkdir(mode=_FOLDER_MODE, parents=True, exist_ok=True)
            handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _OWNER_ONLY)
            with os.fdopen(handle, "w", encoding="ascii") as file:
                file.write(json.dumps(data))
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(target)
        except OSError as error:
            raise KnownError(
                "cannot_write",
                _("Your words cannot be kept on this computer: {why}.").format(
                    why=error.strerror or error
                ),
                _("They still stand here. Copy them to be safe, then try again."),
            ) from error

    def of(self, case: CaseId, person: PersonId) -> KeptWords | None:
        try:
            data = json.loads(self._file(case, person).read_text(encoding="ascii"))
            said = (data["home"], data["case"], data["person"])
            if said != (self._home, str(case), str(person)):
                return None
            at = datetime.fromisoformat(data["at"])
            return KeptWords(case, person, str(data["text"]), str(data["subject"]), at)
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError) as error:
            _LOG.warning("words that were kept cannot be read: %s", type(error).__name__)
            return None

    def drop(self, case: CaseId, person: PersonId) -> None:
        try:
            self._file(case, person).unlink(missing_ok=True)
        except OSError as error:
            _LOG.warning("words that were kept cannot be removed: %s", error)

    def _file(self, case: CaseId, person: PersonId) -> Path:
        name = hashlib.sha256(f"{self._home}\n{case}\n{person}".encode()).hexdigest()[:32]
        return self._folder / f"{name}.json"
