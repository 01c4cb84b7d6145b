"""A keyring in memory that claims to keep: it outlives the objects of one start of the program."""

from __future__ import annotations


class FakeSecrets:
    """`app.ports.Secrets` for tests and the rehearsal."""

    def __init__(self, *, keeps: bool = True, why: str = "") -> None:
        self.keeps = keeps
        self.why = why if keeps else why or "Kept for this run only."
        self._values: dict[str, str] = {}

    def get(self, name: str) -> str | None:
        return self._values.get(name)

    def set(self, name: str, value: str) -> None:
        self._values[name] = value

    def delete(self, name: str) -> None:
        self._values.pop(name, None)

    def names(self) -> list[str]:
        return sorted(self._values)

    def lose(self) -> None:
        """Forget everything, as a keyring does that was made anew."""
        self._values.clear()
