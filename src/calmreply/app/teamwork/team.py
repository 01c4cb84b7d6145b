"""A team's home: where it lies, and what this computer keeps of that.

The folder of such a home holds no data of the business, only a small file with the address; the
password lies with this computer's secrets. What looks at the server is behind `Teams`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, Protocol, cast, get_args

from calmreply.errors import KnownError
from calmreply.i18n import _

if TYPE_CHECKING:
    from calmreply.app.ports.lockbox import Standing
    from calmreply.app.teamwork.computer import Computer

Proof = Literal["verify-full", "verify-ca", "require", "disable"]

PORT: Final = 5432
SECRETS: Final = "team:"
"""How the names of the passwords of teams' databases begin."""
_LONGEST: Final = 1000
PROOFS: Final[tuple[str, ...]] = get_args(Proof)
FIELDS: Final = ("host", "port", "database", "user", "sslmode", "certificates")
"""What an address is made of, as it is typed."""


@dataclass(frozen=True, slots=True)
class TeamAddress:
    """A database on a server, and who asks. The password comes from the keyring.

    `proof`: how the server must show who it is (libpq's `sslmode`). `certificates`: a file with
    the authorities to believe, empty for those of this computer.
    """

    host: str
    database: str
    user: str
    password: str = field(default="", repr=False)
    port: int = PORT
    proof: Proof = "verify-full"
    certificates: str = ""

    @property
    def secret(self) -> str:
        """Under which name the password lies with the secrets."""
        return f"{SECRETS}{self.user}@{self.host}:{self.port}/{self.database}"

    @property
    def place(self) -> TeamAddress:
        """The same without the password."""
        return replace(self, password="")


@dataclass(frozen=True, slots=True)
class Looked:
    """What was found at an address that may be worked at.

    `people`: how many of them are in that home. `warnings`: what is wrong there all the same.
    """

    people: int
    warnings: tuple[str, ...] = ()


class Teams(Protocol):
    """Homes on servers, as this computer knows them. Slow: never on the Qt thread."""

    def look(self, address: TeamAddress) -> Looked:
        """Go there and see. Raises KnownError that says what is wrong, as opening it does."""
        ...

    def found(self, owner: TeamAddress, works_as: str, password: str = "") -> bool:
        """Make a home in an empty database, as its owner; returns whether a role was made.

        `works_as` is the role that the program works as. Where there is none, it is made, with
        this password. Raises KnownError as `look`, and `not_allowed`, `no_such_role`, `one_role`.
        """
        ...

    def at(self, folder: Path) -> TeamAddress | None:
        """Where the home of a folder lies, without the password; None for the folder itself."""
        ...

    def demand_room(self, folder: Path, address: TeamAddress) -> None:
        """Raises KnownError `home_there`, `other_team` where `join` would."""
        ...

    def standing(self, folder: Path) -> Standing:
        """How passwords are kept for the home of a folder."""
        ...

    def join(self, folder: Path, address: TeamAddress, passphrase: str | None = None) -> bool:
        """From now on the home of this folder lies there, after a look that went well.

        The password goes to the keyring, or into the sealed file with this passphrase; returns
        whether either keeps it. Raises KnownError as `look`, and `home_there`, `other_team`,
        `folder_in_use`, `cannot_write`, and what `app.ports.lockbox.Lockbox` raises.
        """
        ...

    def leave(self, folder: Path) -> None:
        """The folder is empty again, and its password forgotten; the home stays where it is.

        Raises KnownError `no_team`, `folder_in_use`, `cannot_write`.
        """
        ...

    def call(self, folder: Path, name: str) -> Computer:
        """What people call this computer, from the next opening on. Raises `cannot_write`."""
        ...

    def unlock(self, folder: Path, passphrase: str) -> None:
        """Open the file with the passwords. Raises what `app.ports.lockbox.Lockbox` does."""
        ...


def address(values: Mapping[str, str], password: str = "") -> TeamAddress:
    """What was typed as an address, checked.

    Raises KnownError `bad_team_address` for the first of `FIELDS` that is not right.
    """
    typed = {name: value.strip() for name, value in values.items()}
    for name, value in typed.items():
        if name not in FIELDS:
            words = _("{name} is no part of the address of a database.").format(name=name)
            raise _bad(words, _("Known are: {all}").format(all=", ".join(FIELDS)))
        if not value.isprintable() or len(value) > _LONGEST:
            words = _("There is something in {name} that cannot be seen, or it is far too long.")
            raise _bad(words.format(name=name), _("Type it anew."))
    host = typed.get("host", "")
    if host.startswith("[") and host.endswith("]"):  # as in a web address
        host = host[1:-1]
    if not is_host(host):
        words = _("The name of the server is missing, or is none.")
        raise _bad(words, _("Write it as in db.example.com or 192.168.1.20."))
    port = typed.get("port") or str(PORT)
    if not (port.isascii() and port.isdigit()) or not 0 < int(port[:6]) < 65536:
        words = _("{port} is no number of a port.").format(port=port)
        raise _bad(words, _("Leave it empty for the usual one, {port}.").format(port=PORT))
    proof = typed.get("sslmode") or PROOFS[0]
    if proof not in PROOFS:
        words = _("{way} is no way in which a server can prove itself.").format(way=proof)
        raise _bad(words, _("Known are: {all}").format(all=", ".join(PROOFS)))
    for name, words in (
        ("database", _("The name of the database is missing.")),
        ("user", _("The name to sign in with at the database is missing.")),
    ):
        if not typed.get(name):
            raise _bad(words, _("Whoever looks after the server knows it."))
    return TeamAddress(
        host,
        typed["database"],
        typed["user"],
        password,
        int(port),
        cast("Proof", proof),
        typed.get("certificates", ""),
    )


def is_host(name: str) -> bool:
    """Whether this can be the name or the number of a server at all."""
    try:
        name.encode("idna")
    except UnicodeError:
        return False
    return bool(name) and not any(one.isspace() or one in "/@,\\" for one in name)


def _bad(words: str, way_out: str) -> KnownError:
    return KnownError("bad_team_address", words, way_out)
