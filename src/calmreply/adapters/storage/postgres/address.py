"""Where a team's home is."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Proof = Literal["verify-full", "verify-ca", "require", "disable"]


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
    port: int = 5432
    proof: Proof = "verify-full"
    certificates: str = ""
