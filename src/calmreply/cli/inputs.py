"""What people type or put into files, checked: texts, stars, days, times, amounts."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from enum import Enum
from pathlib import Path
from typing import Final, NoReturn, TypeVar
from zoneinfo import ZoneInfo

from calmreply.cli.console import Console
from calmreply.domain.mention import Stars
from calmreply.domain.review import Tick
from calmreply.errors import KnownError
from calmreply.i18n import _

LONGEST_FILE: Final = 1_000_000
"""Bytes; longer than any text a person writes to a person."""
LONGEST_LIST: Final = 10_000_000

_STARS: Final = re.compile(r"(\d{1,4}(?:\.\d{1,4})?)(?:\s*(?:/|of)\s*(\d{1,4}(?:\.\d{1,4})?))?")
_AMOUNT: Final = re.compile(r"(\d{1,9})(?:[.,](\d{1,2}))?")

E = TypeVar("E", bound=Enum)


def file_bytes(console: Console, name: str, limit: int = LONGEST_FILE) -> bytes:
    """The contents of the file `name`, or of the standard input for `-`.

    Raises KnownError `no_such_file`, `cannot_read`, `file_too_big`.
    """
    try:
        if name == "-":
            body = console.everything(limit)
        else:
            with Path(name).open("rb") as file:
                body = file.read(limit + 1)
    except FileNotFoundError as error:
        raise KnownError(
            "no_such_file",
            _("There is no file {name}.").format(name=name),
            _("Check its name and folder."),
        ) from error
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else str(error)
        raise KnownError(
            "cannot_read",
            _("The file {name} cannot be read: {why}.").format(name=name, why=why),
            _("Choose another file."),
        ) from error
    if len(body) > limit:
        raise KnownError(
            "file_too_big",
            _("The file {name} is far too big for this.").format(name=name),
            _("Give a file that holds just the text."),
        )
    return body


def text(console: Console, name: str) -> str:
    """The text in a file, or of the standard input for `-`; its lines end in a line feed.

    The line end that closes a file is no part of the text. Raises KnownError `not_text` and those
    of `file_bytes`.
    """
    try:
        found = file_bytes(console, name).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _not_text(name) from error
    if "\x00" in found:
        raise _not_text(name)
    return found.replace("\r\n", "\n").rstrip("\n")


def stars(given: str) -> Stars:
    """`4`, `4.5`, `4/5` or `8 of 10`; without a scale it is 5."""
    match = _STARS.fullmatch(given.strip())
    try:
        return Stars(float(match[1]), float(match[2] or 5)) if match else _no_stars(given)
    except ValueError:
        return _no_stars(given)


def _no_stars(given: str) -> NoReturn:
    words = _("{given} is no number of stars; write it as in 4 or 4.5 or 8/10")
    raise argparse.ArgumentTypeError(words.format(given=given))


def day(given: str) -> date:
    """A day as in 2026-11-30."""
    try:
        return date.fromisoformat(given)
    except ValueError as error:
        words = _("{given} is no day; write it as in 2026-11-30")
        raise argparse.ArgumentTypeError(words.format(given=given)) from error


def moment(given: str) -> datetime:
    """A time or a day, as in 2026-11-30T14:05 or 2026-11-30; without a zone until `placed`."""
    try:
        return datetime.fromisoformat(given.strip())
    except ValueError as error:
        words = _("{given} is no time; write it as in 2026-11-30T14:05 or 2026-11-30")
        raise argparse.ArgumentTypeError(words.format(given=given)) from error


def placed(when: datetime, zone: str) -> datetime:
    """The time in UTC; one without a zone is the business's. Raises KnownError `bad_time`."""
    try:
        return (when if when.tzinfo else when.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)
    except OverflowError as error:
        raise KnownError(
            "bad_time", _("There is no such time."), _("Write it as in 2026-11-30T14:05.")
        ) from error


def amount(given: str) -> int:
    """Money as in 28 or 28.00, in the smallest unit."""
    match = _AMOUNT.fullmatch(given.strip())
    if match is None:
        words = _("{given} is no amount; write it as in 28.00")
        raise argparse.ArgumentTypeError(words.format(given=given))
    return int(match[1]) * 100 + int((match[2] or "").ljust(2, "0"))


def ticks(given: str) -> tuple[Tick, ...]:
    """Ticks by name with commas between them."""
    names = [name.strip() for name in given.split(",") if name.strip()]
    return tuple(dict.fromkeys(one_of(Tick)(name) for name in names))


def pair(given: str) -> tuple[str, str]:
    """`NAME=VALUE`."""
    name, sign, value = given.partition("=")
    if not sign or not name.strip():
        words = _("{given} is not of the form NAME=VALUE")
        raise argparse.ArgumentTypeError(words.format(given=given))
    return name.strip(), value


def one_of(known: Iterable[E]) -> Callable[[str], E]:
    """One of these values of an enum (or of all) by its word."""
    words = {word(one): one for one in known}

    def chosen(given: str) -> E:
        if given not in words:
            problem = _("{given} is none of: {all}")
            raise argparse.ArgumentTypeError(problem.format(given=given, all=", ".join(words)))
        return words[given]

    return chosen


def word(one: Enum) -> str:
    """The word by which a value is called on the command line."""
    return one.value if isinstance(one.value, str) else one.name.lower()


def _not_text(name: str) -> KnownError:
    return KnownError(
        "not_text",
        _("The file {name} is not text in UTF-8.").format(name=name),
        _("Save it as plain text in UTF-8 and try again."),
    )
