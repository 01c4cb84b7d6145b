"""The terminal: what comes in by numbered files and prompts, and output that no text can break.

Mentions are written by strangers. What a person sees is cleared of characters that would command
the terminal or turn the reading direction; what a script reads is JSON in UTF-8, always one value.
"""

from __future__ import annotations

import getpass
import io
import json
import os
import sys
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, TextIO

from calmreply.errors import KnownError
from calmreply.i18n import _

LONGEST_LINE = 4096
"""Bytes in a line that holds a passphrase or a secret."""
JOINERS = "\u200c\u200d"
"""Invisible, and yet part of the spelling of many languages and of joined pictures."""


@dataclass
class Console:
    """Standard input and outputs; a test hands in its own. `asks`: a person sits there."""

    stdin: BinaryIO
    out: TextIO
    err: TextIO
    asks: bool = False
    _stdin_taken: bool = field(default=False, init=False)

    def line(self, number: int) -> str:
        """One line from the open file of that number, without its end.

        Read byte by byte, so that whoever reads next finds the rest. Raises KnownError
        `no_such_file_number`, `not_text`.
        """
        taken = bytearray()
        try:
            while len(taken) <= LONGEST_LINE:
                byte = self.stdin.read(1) if number == 0 else os.read(number, 1)
                if byte in (b"", b"\n"):
                    break
                taken += byte
        except OSError as error:
            raise KnownError(
                "no_such_file_number",
                _("There is no open file with the number {number}.").format(number=number),
                _('Open it in the same line, as in: --passphrase-fd 3 3< "the-file"'),
            ) from error
        if len(taken) > LONGEST_LINE:
            raise KnownError(
                "line_too_long",
                _("That line is too long for a passphrase."),
                _("Give a file whose first line is the passphrase."),
            )
        return _decoded(bytes(taken).removesuffix(b"\r"))

    def secret(self, number: int, question: str) -> str:
        """As `line`; where a person types it, it is asked for and not shown."""
        return self.ask_secret(question) if number == 0 and self.asks else self.line(number)

    def everything(self, limit: int) -> bytes:
        """What stands in the standard input, once; at most `limit` bytes and one more."""
        if self._stdin_taken:
            raise KnownError(
                "input_taken",
                _("The standard input can be read only once."),
                _("Put one of the two texts into a file."),
            )
        self._stdin_taken = True
        return self.stdin.read(limit + 1)

    def ask(self, question: str) -> str:
        """Ask the person at the terminal; empty where they end the input."""
        self.say(question, end=" ")
        return self.line(0).strip()

    def ask_secret(self, question: str) -> str:
        """Ask without showing what is typed."""
        try:
            return getpass.getpass(question + " ", self.err)
        except EOFError:
            return ""

    def say(self, words: str, end: str = "\n") -> None:
        """A word to the person that is no result: to the standard error, if that takes it."""
        try:
            self.err.write(shown(words) + end)
            self.err.flush()
        except OSError:
            _lead_nowhere(self.err)

    def give_json(self, data: Any) -> None:
        """The one value of this run."""
        self.out.write(json.dumps(data, ensure_ascii=False, indent=2, allow_nan=False) + "\n")
        self.out.flush()

    def give_lines(self, lines: Iterable[str]) -> None:
        self.out.writelines(f"{shown(line)}\n" for line in lines)
        self.out.flush()

    def close_out(self) -> None:
        """Nobody reads any more: keep Python from complaining about that at its end."""
        _lead_nowhere(self.out)


def system_console(*, as_json: bool) -> Console:
    """The process's own. JSON is UTF-8 whatever the terminal speaks; a lone half of a character
    comes out as its escape, which JSON reads back.
    """
    if isinstance(sys.stdout, io.TextIOWrapper):
        if as_json:
            sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")
        else:
            sys.stdout.reconfigure(errors="replace")
    if isinstance(sys.stderr, io.TextIOWrapper):
        sys.stderr.reconfigure(errors="backslashreplace")
    stdin: BinaryIO = io.BytesIO() if sys.stdin is None else sys.stdin.buffer
    asks = sys.stdin is not None and sys.stdin.isatty()
    return Console(stdin, sys.stdout or _nowhere(), sys.stderr or _nowhere(), asks=asks)


def _lead_nowhere(stream: TextIO) -> None:
    """Let what is still held back for an output that takes nothing go, without an error."""
    try:
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, stream.fileno())
        os.close(nothing)
    except (OSError, ValueError):  # no real file under it, as in a test
        return


def _nowhere() -> TextIO:
    """In the place of an output that was closed before we were started: nobody wants it."""
    return Path(os.devnull).open("w", encoding="utf-8")


def said(error: KnownError) -> dict[str, str]:
    """A known error as JSON."""
    return {"code": error.code, "words": error.words, "way_out": error.way_out}


def shown(text: str) -> str:
    """The text with whatever commands the terminal or hides in it made visible; lines stay."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_harmless(sign, before) for before, sign in zip(f" {text}", text, strict=False))


def _harmless(sign: str, before: str) -> str:
    if sign in "\n\t" or sign.isprintable():
        return sign
    if unicodedata.category(sign) == "Zs":
        return " "
    joins = sign in JOINERS and not before.isascii()
    return sign if joins else f"\u27e8U+{ord(sign):04X}\u27e9"


def _decoded(line: bytes) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError as error:
        raise KnownError(
            "not_text",
            _("That line is not text in UTF-8."),
            _("Save the file as UTF-8 and try again."),
        ) from error
