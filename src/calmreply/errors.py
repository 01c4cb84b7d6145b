"""The two kinds of error: known ones (a sentence and a way out), and our own bugs.

Anything that is not a `KnownError` is a bug of ours and ends in a report the person can copy.
Adapters wrap the errors of their library at their own edge, so that nobody above them has to
know which library is underneath. May be imported by everybody; imports nothing.
"""

from __future__ import annotations


class KnownError(Exception):
    """Something went wrong in a way that was foreseen.

    `code` is a stable word for programs (`no_such_host`), `words` one plain sentence for the
    person, `way_out` one sentence that says what they can do now.
    """

    def __init__(self, code: str, words: str, way_out: str) -> None:
        super().__init__(words)
        self.code = code
        self.words = words
        self.way_out = way_out

    def alone(self) -> KnownError:
        """Itself without the calls that it came through: who keeps it would keep what they held.

        A download is 20 MB; an error that tells of one lives as long as a person has not read it.
        """
        self.__traceback__ = self.__cause__ = self.__context__ = None
        return self

    def __str__(self) -> str:
        return f"{self.words} {self.way_out}"
