"""From words to an exit. Here, and only here, errors end."""

from __future__ import annotations

import contextlib
import logging
import os
import sys
import tempfile
import traceback
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from calmreply import __version__
from calmreply.app.held import HeldError
from calmreply.cli.console import Console, said, system_console
from calmreply.cli.start import Start
from calmreply.errors import KnownError
from calmreply.i18n import _

if TYPE_CHECKING:
    from calmreply.cli.context import Answer, Context

DONE, BUG, WRONG_WORDS, HELD, KNOWN = 0, 1, 2, 3, 4


def main(words: Sequence[str], start: Start, console: Console | None = None) -> int:
    """Run one command and return its exit. Never raises, save SystemExit(0) after help."""
    as_json = "--json" in words
    console = console or system_console(as_json=as_json)
    logging.basicConfig(stream=console.err, level=logging.WARNING, format="%(message)s")
    try:
        return _run(list(words), start, console, as_json=as_json)
    except BrokenPipeError:
        console.close_out()
        return KNOWN


def _run(words: list[str], start: Start, console: Console, *, as_json: bool) -> int:
    if "--version" in words and set(words) <= {"--version", "--json"}:
        _give(console, {"version": __version__}, [f"calmreply {__version__}"], as_json=as_json)
        return DONE
    from calmreply.cli.context import Context  # noqa: PLC0415 - not for --version: it is slower
    from calmreply.cli.parser import WrongWordsError, parse  # noqa: PLC0415

    try:
        _refuse_broken(words)
        args = parse(words)
    except WrongWordsError as error:
        return _wrong_words(console, str(error), error.usage, as_json=as_json)
    except KnownError as error:
        return _wrong_words(console, error.words, error.way_out, as_json=as_json)
    with ExitStack() as closing:
        context = Context(args, console, start, closing)
        try:
            if args.handler is None:
                return start.window(start.data_folder(args.home))
            return _answered(console, args.handler(context), as_json=as_json)
        except HeldError as held:
            return _held(context, held, as_json=as_json)
        except BrokenPipeError:
            raise
        except KnownError as error:
            return _failed(console, error, {}, as_json=as_json)
        except KeyboardInterrupt:
            return _failed(console, _interrupted(), {}, as_json=as_json)
        except Exception as error:  # noqa: BLE001 - whatever is left is a bug of ours
            return _bug(context, error, words, as_json=as_json)
    raise AssertionError("an exit stack that swallows errors")


def _answered(console: Console, answer: Answer, *, as_json: bool) -> int:
    if answer.error is None:
        _give(console, answer.data, answer.lines, as_json=as_json)
        return DONE
    if not as_json:
        console.give_lines(answer.lines)
    return _failed(console, answer.error, answer.data, as_json=as_json)


def _failed(console: Console, error: KnownError, data: Mapping[str, Any], *, as_json: bool) -> int:
    if as_json:
        console.give_json({**data, "error": said(error)})
    else:
        console.say(f"{error.words}\n{error.way_out}")
    return KNOWN


def _held(context: Context, held: HeldError, *, as_json: bool) -> int:
    from calmreply.cli import shapes  # noqa: PLC0415 - see _run

    names, zone = context.names(), context.zone
    data = {"blockers": [shapes.blocker(one, names, zone) for one in held.blockers]}
    lines = shapes.held_lines(held.blockers, names, zone)
    _give(context.console, data, lines, as_json=as_json)
    return HELD


def _wrong_words(console: Console, words: str, usage: str, *, as_json: bool) -> int:
    if as_json:
        way_out = " ".join(usage.split())
        console.give_json({"error": {"code": "wrong_words", "words": words, "way_out": way_out}})
    else:
        console.say(f"{words}\n{usage}")
    return WRONG_WORDS


def _bug(context: Context, error: Exception, words: list[str], *, as_json: bool) -> int:
    """An error nobody foresaw: write a report and name it."""
    text = "\n".join(
        (
            f"calmreply {__version__}, Python {sys.version}, {sys.platform}",
            f"command: {words}",
            "".join(traceback.format_exception(error)),
        )
    )
    known = KnownError(
        "our_bug",
        _("Something went wrong that should not have; this is a fault of CalmReply."),
        _("A report lies in {file}. Nothing that was saved is lost.").format(
            file=_report(context, text) or _("no file, because none could be written")
        ),
    )
    if as_json:
        context.console.give_json({"error": said(known)})
    else:
        context.console.say(f"{known.words}\n{known.way_out}")
    logging.getLogger(__name__).debug("%s", text)
    return BUG


def _report(context: Context, text: str) -> Path | None:
    """Where the report was written: the data folder, or else the folder for temporary files."""
    folders: list[str | None] = [str(context.opened.folder)] if context.is_open else []
    for folder in [*folders, None]:
        with contextlib.suppress(OSError):
            handle, name = tempfile.mkstemp(".txt", "calmreply-report-", folder)
            with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace") as file:
                file.write(text)
            return Path(name)
    return None


def _give(console: Console, data: Any, lines: Sequence[str], *, as_json: bool) -> None:
    if as_json:
        console.give_json(data)
    else:
        console.give_lines(lines)


def _refuse_broken(words: list[str]) -> None:
    """Bytes that are no text come in as halves of characters, which nothing could store."""
    for one in words:
        try:
            one.encode()
        except UnicodeEncodeError as error:
            raise KnownError(
                "not_text",
                _("{word} is not text in UTF-8.").format(word=ascii(one)),
                _("Type it again, or rename the file."),
            ) from error


def _interrupted() -> KnownError:
    return KnownError(
        "interrupted",
        _("Stopped."),
        _("What was done is kept. If a reply was on its way, look at: calmreply outbox list"),
    )
