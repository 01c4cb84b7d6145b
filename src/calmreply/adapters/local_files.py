"""What lies in a data folder beside the data, for this computer alone: two small files.

`computer.toml` says which computer this is. `team.toml` is there where the home lies on a team's
server, and says where; never its password. Both are written whole or not at all, and only their
owner may read them.
"""

from __future__ import annotations

import logging
import os
import re
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

from calmreply.app.ports import Entropy
from calmreply.app.teamwork.computer import LONGEST_NAME, Computer
from calmreply.app.teamwork.team import PORT, Proof, TeamAddress, is_host
from calmreply.errors import KnownError
from calmreply.i18n import _

COMPUTER, TEAM = "computer.toml", "team.toml"

_LOG = logging.getLogger(__name__)
_OWNER_ONLY, _FOLDER_MODE = 0o600, 0o700
_LONGEST = 64_000
_ID = re.compile(r"[a-z0-9]{26}")


def computer(folder: Path, entropy: Entropy) -> Computer:
    """Which computer this is; it gets its id at the first asking.

    Where the file cannot be written it has one for this run only.
    """
    found = _known(folder)
    if found is not None:
        return found
    import platform  # noqa: PLC0415 - once per computer

    made = Computer(entropy.token(), platform.node())
    file = folder / COMPUTER
    try:
        _put(file, {"id": made.id, "name": made.name}, over=file.exists())
    except FileExistsError:  # another program of ours was faster
        return _known(folder) or made
    except OSError as error:
        _LOG.warning("the name of this computer cannot be kept: %s", error)
    return made


def rename(folder: Path, name: str, entropy: Entropy) -> Computer:
    """Call this computer so, in one line, from now on. Raises KnownError `cannot_write`."""
    said = "".join(one if one.isprintable() else " " for one in name)
    there = replace(computer(folder, entropy), name=" ".join(said.split())[:LONGEST_NAME])
    try:
        _put(folder / COMPUTER, {"id": there.id, "name": there.name}, over=True)
    except OSError as error:
        raise KnownError(
            "cannot_write",
            _("The name of this computer cannot be kept: {why}.").format(
                why=error.strerror or error
            ),
            _("Get the right to write in {folder}, then try again.").format(folder=folder),
        ) from error
    return there


def team(folder: Path) -> TeamAddress | None:
    """Where the home of this folder lies, without a password; None where it lies in the folder.

    Raises KnownError `bad_team_file`, `cannot_read`.
    """
    try:
        found = _take(folder / TEAM)
    except FileNotFoundError:
        return None
    except NotADirectoryError:  # whoever opens the data says it better
        return None
    except OSError as error:
        if not os.access(folder, os.X_OK):  # likewise
            return None
        raise KnownError(
            "cannot_read",
            _("The file that says where the team's home lies cannot be read: {why}.").format(
                why=error.strerror or error
            ),
            _("Give yourself the right to read {file}, then try again.").format(file=folder / TEAM),
        ) from error
    except ValueError as error:
        raise _bad_team_file(folder) from error
    address = _address(found)
    if address is None:
        raise _bad_team_file(folder)
    return address


def make(folder: Path) -> None:
    """The folder, where it is missing, for its owner only. Raises KnownError `cannot_write`."""
    try:
        folder.mkdir(mode=_FOLDER_MODE, parents=True, exist_ok=True)
    except OSError as error:
        raise _cannot_write(folder, error) from error


def keep_team(folder: Path, address: TeamAddress) -> None:
    """From now on the home of this folder lies there. Raises KnownError `cannot_write`."""
    data: dict[str, Any] = {
        "host": address.host,
        "port": address.port,
        "database": address.database,
        "user": address.user,
        "sslmode": address.proof,
        "certificates": address.certificates,
    }
    make(folder)
    try:
        _put(folder / TEAM, data, over=True)
    except OSError as error:
        raise _cannot_write(folder, error) from error


def forget_team(folder: Path) -> None:
    """The home of this folder lies in it again. Raises KnownError `cannot_write`."""
    try:
        (folder / TEAM).unlink(missing_ok=True)
    except OSError as error:
        raise _cannot_write(folder, error) from error


def _known(folder: Path) -> Computer | None:
    """None where there is no file, or none of ours."""
    try:
        found = _take(folder / COMPUTER)
    except (OSError, ValueError):
        return None
    said, name = found.get("id"), found.get("name", "")
    if not isinstance(said, str) or not isinstance(name, str) or not _ID.fullmatch(said):
        return None
    return Computer(said, name.strip())


def _address(found: dict[str, Any]) -> TeamAddress | None:
    """None for a file of which something is not as it should be."""
    texts = [found.get(name, "") for name in ("host", "database", "user", "certificates")]
    port, proof = found.get("port", PORT), found.get("sslmode", "verify-full")
    if not all(isinstance(one, str) and one.isprintable() for one in texts) or not all(texts[:3]):
        return None
    if type(port) is not int or not 0 < port < 65536 or proof not in get_args(Proof):
        return None
    host, database, user, certificates = texts
    if not host.startswith("/") and not is_host(host):  # by hand it may be a socket's folder
        return None
    return TeamAddress(host, database, user, "", port, proof, certificates)


def _take(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        body = file.read(_LONGEST)
    import tomllib  # noqa: PLC0415 - not before there is something to read

    try:
        return tomllib.loads(body.decode("utf-8"))
    except RecursionError as error:
        raise ValueError("nested too deep") from error


def _put(path: Path, data: dict[str, Any], *, over: bool) -> None:
    """Whole or not at all; `over` what is there. Raises OSError."""
    import tomli_w  # noqa: PLC0415 - once per computer, and whenever a team is joined

    fresh = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _OWNER_ONLY)
        with os.fdopen(handle, "wb") as file:
            file.write(tomli_w.dumps(data).encode())
            file.flush()
            os.fsync(file.fileno())
        if over:
            fresh.replace(path)
        else:
            os.link(fresh, path)
    finally:
        with suppress(OSError):
            fresh.unlink(missing_ok=True)


def _bad_team_file(folder: Path) -> KnownError:
    return KnownError(
        "bad_team_file",
        _("The file {file} does not say where the team's home lies.").format(file=folder / TEAM),
        _("Move it away and join the team again, or bring it back from a backup."),
    )


def _cannot_write(folder: Path, error: OSError) -> KnownError:
    return KnownError(
        "cannot_write",
        _("Where the team's home lies cannot be kept in {folder}: {why}.").format(
            folder=folder, why=error.strerror or error
        ),
        _("Choose another folder, or get the right to write there."),
    )
