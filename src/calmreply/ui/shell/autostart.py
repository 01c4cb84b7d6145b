"""Starting with the computer: the fact stands in the system, nowhere in our data.

Reads and writes small files (or a line of the registry): off the Qt thread, like all of that.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QSettings

from calmreply.errors import KnownError
from calmreply.i18n import _

_RUN = r"HKEY_CURRENT_USER\Software\Microsoft\Windows\CurrentVersion\Run"
_NAME = "CalmReply"
_ESCAPED = frozenset('"`$\\')


class Autostart(Protocol):
    """Whether the program starts when this person signs in to the computer."""

    def is_on(self) -> bool: ...

    def set(self, *, on: bool) -> None:
        """Raises KnownError `autostart_refused`."""
        ...


def here(command: Sequence[str]) -> Autostart | None:
    """The way of this system to start `command`; None where there is no command to start."""
    if not command:
        return None
    if sys.platform == "win32":
        return Registry(tuple(command))
    if sys.platform == "darwin":
        agents = Path.home() / "Library" / "LaunchAgents"
        return StartFile(agents / "example.calmreply.plist", _agent(command))
    config = os.environ.get("XDG_CONFIG_HOME", "")
    folder = Path(config) if config.startswith("/") else Path.home() / ".config"
    return StartFile(folder / "autostart" / "calmreply.desktop", _desktop_entry(command))


@dataclass(frozen=True, slots=True)
class StartFile:
    """A file whose being there is the fact: a desktop entry, or a launch agent."""

    path: Path
    contents: bytes

    def is_on(self) -> bool:
        return self.path.is_file()

    def set(self, *, on: bool) -> None:
        try:
            if on:
                self.path.parent.mkdir(parents=True, exist_ok=True)
                self.path.write_bytes(self.contents)
            else:
                self.path.unlink(missing_ok=True)
        except OSError as error:
            raise _refused(str(self.path)) from error


@dataclass(frozen=True, slots=True)
class Registry:
    """A value among the programs that Windows starts for this person."""

    command: tuple[str, ...]

    def is_on(self) -> bool:
        return QSettings(_RUN, QSettings.Format.NativeFormat).contains(_NAME)

    def set(self, *, on: bool) -> None:
        settings = QSettings(_RUN, QSettings.Format.NativeFormat)
        if on:
            settings.setValue(_NAME, " ".join(f'"{part}"' for part in self.command))
        else:
            settings.remove(_NAME)
        settings.sync()
        if settings.status() != QSettings.Status.NoError:
            raise _refused(_RUN)


def _desktop_entry(command: Sequence[str]) -> bytes:
    lines = (
        "[Desktop Entry]",
        "Type=Application",
        f"Name={_NAME}",
        f"Exec={' '.join(_quoted(part) for part in command)}",
        "Terminal=false",
        "X-GNOME-Autostart-enabled=true",
        "",
    )
    return "\n".join(lines).encode()


def _quoted(part: str) -> str:
    """One word of an Exec line, after the Desktop Entry Specification: quoted, then escaped."""
    inner = "".join(f"\\{sign}" if sign in _ESCAPED else sign for sign in part)
    return '"' + inner.replace("\\", "\\\\").replace("%", "%%") + '"'


def _agent(command: Sequence[str]) -> bytes:
    import plistlib  # noqa: PLC0415 - for one system, and not for the start

    return plistlib.dumps(
        {"Label": "example.calmreply", "ProgramArguments": list(command), "RunAtLoad": True}
    )


def _refused(where: str) -> KnownError:
    return KnownError(
        "autostart_refused",
        _("The computer does not let CalmReply change what it starts."),
        _("Allow writing here, or add CalmReply to the programs it starts: {where}").format(
            where=where
        ),
    )
