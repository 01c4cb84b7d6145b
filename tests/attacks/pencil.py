"""What somebody with SQL and without a key can do to the data file: rows, payloads, the chain.

They know how our program works: they can write a payload as it would, hash it, and number and
chain the lines again. They cannot sign.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from calmreply.app.ports import SealedKey
from calmreply.domain import codec
from calmreply.domain.journal import START, Line, payload_hash

Change = Callable[[Any], None]


class OwnKey:
    """A good key that somebody made for themselves; nobody let it in."""

    def __init__(self, owner: str = "stranger", number: int = 1) -> None:
        self._private = Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32)
        self.public = self._private.public_key().public_bytes_raw()
        self.key_id = SealedKey(owner, 1, self.public, b"", b"").id

    def sign(self, message: bytes) -> bytes:
        return self._private.sign(message)


class Pencil:
    """The open data file, its laws dropped."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def sql(self, statement: str, **values: object) -> None:
        """Raises AssertionError for a statement that changes nothing: it would test nothing."""
        assert self._connection.execute(statement, values).rowcount > 0, statement

    def one(self, statement: str, **values: object) -> Any:
        """The first value of the first row."""
        return self._connection.execute(statement, values).fetchone()[0]

    def newest(self, kind: str, case: str | None = None) -> int:
        """The number of the newest line of that kind, of a case or of any."""
        of_case = "AND case_id = :case" if case else ""
        found = self.one(
            f"SELECT max(number) FROM journal WHERE kind = :kind {of_case}",  # noqa: S608 - ours
            kind=kind,
            case=case,
        )
        assert found is not None, f"no {kind} in {case}"
        return int(found)

    def said(self, number: int) -> Any:
        body = self.one("SELECT body FROM payloads WHERE number = :number", number=number)
        return json.loads(bytes(body).decode())

    def say(self, number: int, data: Any, *, mend: bool = False) -> None:
        """Put other words into a line; `mend`: with the hash of them, and chain it all anew."""
        body = codec.canonical(data)
        self.sql(
            "UPDATE payloads SET body = :body WHERE number = :number", body=body, number=number
        )
        if mend:
            salt = self.one("SELECT salt FROM payloads WHERE number = :number", number=number)
            hashed = payload_hash(bytes(salt), body.decode())
            self.sql(
                "UPDATE journal SET payload_hash = :hashed WHERE number = :number",
                hashed=hashed,
                number=number,
            )
            self.chain()

    def change(
        self, kind: str, case: str | None, change: Change | dict[str, Any], *, mend: bool = False
    ) -> int:
        """Change what the newest such line says; returns its number."""
        number = self.newest(kind, case)
        data = self.said(number)
        if callable(change):
            change(data)
        else:
            data.update(change)
        self.say(number, data, mend=mend)
        return number

    def earlier(self, kind: str, case: str | None, hours: float) -> int:
        """Have been said so many hours before."""

        def before(data: Any) -> None:
            data["at"]["ticks"] -= hours * 3600

        return self.change(kind, case, before)

    def chain(self) -> None:
        """Number all lines again, one after the other, and chain them."""
        rows = self._connection.execute("SELECT * FROM journal ORDER BY number").fetchall()
        before = START
        self._connection.execute("PRAGMA foreign_keys = OFF")
        for number, row in enumerate(rows, 1):
            line = self._line(row, number, before)
            self._connection.execute(
                "UPDATE journal SET number = ?, before = ?, hash = ? WHERE number = ?",
                (number, before, line.hash, row["number"]),
            )
            self._connection.execute(
                "UPDATE payloads SET number = ? WHERE number = ?", (number, row["number"])
            )
            before = line.hash

    def take_out(self, *numbers: int, mend: bool = False) -> None:
        for number in numbers:
            self.sql("DELETE FROM payloads WHERE number = :number", number=number)
            self.sql("DELETE FROM journal WHERE number = :number", number=number)
        if mend:
            self.chain()

    def swap(self, one: int, other: int) -> None:
        """What two lines say changes places."""
        first, second = self.said(one), self.said(other)
        self.say(one, second)
        self.say(other, first)

    def copy(self, number: int, case: str | None = None, **changes: Any) -> int:
        """A line is said once more at the end, in another case or with other words."""
        row = dict(
            self._connection.execute("SELECT * FROM journal WHERE number = ?", (number,)).fetchone()
        )
        row["case_id"] = row["case_id"] if case is None else int(case)
        data = {**self.said(number), **changes}
        return self._append(row, codec.canonical(data), bytes(row["signature"]), row["key_id"])

    def add(self, kind: str, data: Any, signer: OwnKey, actor: str = "", case: int = 0) -> int:
        """A line of one's own at the end, chained well and signed with a key of one's own."""
        row: dict[str, Any] = {"kind": kind, "subject": "", "actor": actor, "case_id": case or None}
        row["at"] = self.one("SELECT at FROM journal ORDER BY number DESC LIMIT 1")
        return self._append(row, codec.canonical(data), None, signer.key_id, signer)

    def _append(
        self,
        row: dict[str, Any],
        body: bytes,
        signature: bytes | None,
        key_id: str,
        signer: OwnKey | None = None,
    ) -> int:
        newest = self._connection.execute(
            "SELECT number, hash FROM journal ORDER BY number DESC LIMIT 1"
        ).fetchone()
        number, salt = newest["number"] + 1, bytes(16)
        hashed = payload_hash(salt, body.decode())
        row = {**row, "payload_hash": hashed, "key_id": key_id, "signature": b""}
        line = self._line(row, number, newest["hash"])
        signature = signer.sign(line.words()) if signer else signature
        self._connection.execute(
            "INSERT INTO journal (number, before, kind, case_id, subject, actor, at, payload_hash,"
            " key_id, signature, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(number, line.before, line.kind, row["case_id"], line.subject, line.actor),
                *(line.at, hashed, key_id, signature, line.hash),
            ),
        )
        self._connection.execute("INSERT INTO payloads VALUES (?, ?, ?)", (number, salt, body))
        return int(number)

    @staticmethod
    def _line(row: Any, number: int, before: str) -> Line:
        return Line(
            number=number,
            before=before,
            kind=row["kind"],
            case="" if row["case_id"] is None else str(row["case_id"]),
            subject=row["subject"],
            actor=row["actor"],
            at=row["at"],
            payload_hash=row["payload_hash"],
            key_id=row["key_id"],
            signature=bytes(row["signature"]),
        )
