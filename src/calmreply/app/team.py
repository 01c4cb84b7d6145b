"""A team's home: where it lies, and what this computer keeps of that.

The folder of such a home holds no data of the business, only a small file with the address; the
password lies with this computer's secrets. What looks at the server is behind `Teams`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final, Literal

Proof = Literal["verify-full", "verify-ca", "require", "disable"]

PORT: Final = 5432
SECRETS: Final = "team:"
"""How the names of the passwords of teams' databases begin."""


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
