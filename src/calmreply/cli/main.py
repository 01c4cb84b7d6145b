"""From words to an exit. Here, and only here, errors end.

Imports little, so that `--version` and the window's first paint wait for nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from calmreply import __version__
from calmreply.cli.console import Console, said, system_console
from calmreply.errors import KnownError
from calmreply.i18n import _

if TYPE_CHECKING:
    from calmreply.app.sending.held import HeldError
    from calmreply.cli.context import Answer, Context
    from calmreply.cli.start import Start

# Imports inside functions: see above.
# ruff: noqa: PLC0415

DONE, BUG, WRONG_WORDS, HELD, KNOWN = 0, 1, 2, 3, 4


def main(words: Sequence[str], start: Start, console: Console | None = None) -> int:
    """Run one command and return its exit. Never raises."""
    as_json = "--json" in words
    console = console or system_console(as_json=as_json)
    logging.basicConfig(stream=console.err, level=logging.WARNING, format="%(message)s")
    ending = _Run(list(words), start, console).ending()
    try:
        return _give(console, ending, as_json=as_json)
    except BrokenPipeError:  # nobody reads any more, which is no trouble
        console.close_out()
        return ending.exit
    except OSError as error:
        console.close_out()
        console.say(_("The answer could not be written: {why}.").format(why=error.strerror))
        console.say(_("What was done is kept."))
        return KNOWN
    except KeyboardInterrupt:
        console.close_out()
        return KNOWN


@dataclass(frozen=True, slots=True)
class _Ending:
    """The exit, and what is said. `lines` are the result, `trouble` goes to the standard error."""

    exit: int
    data: Any = None
    lines: Sequence[str] = ()
    trouble: Sequence[str] = ()


@dataclass
class _Run:
    """One run; `folder` is known once a command has opened it."""

    words: list[str]
    start: Start
    console: Console
    folder: Path | None = field(default=None, init=False)

    def ending(self) -> _Ending:
        """How it ends, with everything closed that was opened."""
        if "--version" in self.words and set(self.words) <= {"--version", "--json"}:
            return _version()
        try:
            if self._is_window():
                given = self.words[1] if self.words else None
                return _Ending(self.start.window(given))
            return self._command()
        except KnownError as error:
            return _failed(error)
        except KeyboardInterrupt:
            # In the midst of a text that Python runs (a dataclass in the making), Ctrl+C is noted
            # as caught by nobody, and would be our end by signal. Running another forgets it.
            exec("")  # noqa: S102 - nothing in it
            return _failed(_interrupted())
        except Exception as error:  # noqa: BLE001 - whatever is left is a bug of ours
            return self._bug(error)

    def _is_window(self) -> bool:
        """No command at all; a folder may be named."""
        return not self.words or (len(self.words) == 2 and self.words[0] == "--home")

    def _command(self) -> _Ending:
        from calmreply.app.sending.held import HeldError
        from calmreply.cli import passwords
        from calmreply.cli.commands import HelpAskedError, WrongWordsError
        from calmreply.cli.context import Context
        from calmreply.cli.parser import parse

        broken = _broken(self.words)
        if broken:
            return _wrong_words(broken, _("Type it again, or rename the file."))
        try:
            args = parse(self.words)
        except HelpAskedError as asked:
            return _Ending(DONE, {"help": str(asked)}, [str(asked).rstrip()])
        except WrongWordsError as error:
            return _wrong_words(str(error), error.usage)
        if args.handler is None:
            return _version()
        with ExitStack() as closing:
            context = Context(args, self.console, self.start, closing)
            try:
                return _answered(args.handler(context))
            except WrongWordsError as error:
                return _wrong_words(str(error), error.usage)
            except HeldError as held:
                return _held(context, held)
            except KnownError as error:
                raise passwords.told(context, error) from error
            finally:
                self.folder = context.opened.folder if context.is_open else None
        raise AssertionError("an exit stack that swallows errors")

    def _bug(self, error: Exception) -> _Ending:
        """An error nobody foresaw: write a report and name it."""
        from calmreply.cli import report

        written = report.write(report.text(error, self.words), self.folder)
        nowhere = _("no file, because none could be written")
        known = KnownError(
            "our_bug",
            _("Something went wrong that should not have; this is a fault of CalmReply."),
            _("A report lies in {file}. Nothing that was saved is lost.").format(
                file=written or nowhere
            ),
        )
        return _failed(known, exit=BUG)


def _version() -> _Ending:
    return _Ending(DONE, {"version": __version__}, [f"calmreply {__version__}"])


def _answered(answer: Answer) -> _Ending:
    if answer.error is None:
        return _Ending(DONE, answer.data, answer.lines)
    return _failed(answer.error, answer.data, answer.lines)


def _failed(
    error: KnownError,
    data: Mapping[str, Any] | None = None,
    lines: Sequence[str] = (),
    exit: int = KNOWN,  # noqa: A002 - what it is called everywhere
) -> _Ending:
    whole = {**(data or {}), "error": said(error)}
    return _Ending(exit, whole, lines, [error.words, error.way_out])


def _held(context: Context, held: HeldError) -> _Ending:
    from calmreply.cli import shapes

    names, zone = context.names(), context.zone
    data = {"blockers": [shapes.blocker(one, names, zone) for one in held.blockers]}
    lines = shapes.held_lines(held.blockers, names, zone) if held.blockers or not held.words else []
    return _Ending(HELD, data, [*filter(None, [held.words]), *lines])


def _wrong_words(words: str, usage: str) -> _Ending:
    error = KnownError("wrong_words", words, " ".join(usage.split()))
    return _Ending(WRONG_WORDS, {"error": said(error)}, (), [words, usage])


def _give(console: Console, ending: _Ending, *, as_json: bool) -> int:
    if not as_json:
        console.give_lines(ending.lines)
        for line in ending.trouble:
            console.say(line)
    elif ending.data is not None:
        console.give_json(ending.data)
    return ending.exit


def _broken(words: Sequence[str]) -> str:
    """Bytes that are no text come in as halves of characters, which nothing could store."""
    for one in words:
        try:
            one.encode()
        except UnicodeEncodeError:
            return _("{word} is not text in UTF-8.").format(word=ascii(one))
    return ""


def _interrupted() -> KnownError:
    return KnownError(
        "interrupted",
        _("Stopped."),
        _("What was done is kept. If a reply was on its way, look at: calmreply outbox list"),
    )
