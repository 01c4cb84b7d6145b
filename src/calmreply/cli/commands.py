"""What a command is declared with, and what is said of one that nobody knows."""

from __future__ import annotations

import argparse
import difflib
from collections.abc import Callable
from typing import Any, NoReturn

from calmreply.cli.context import Answer, Context
from calmreply.i18n import _

Handler = Callable[[Context], Answer]


class WrongWordsError(Exception):
    """What was typed is no command. `usage` shows how it is."""

    def __init__(self, words: str, usage: str) -> None:
        super().__init__(words)
        self.usage = usage


class HelpAskedError(Exception):
    """How a command is used was asked for; the text says it."""


class Parser(argparse.ArgumentParser):
    """Raises instead of ending the program, so that `--json` holds for wrong words and help."""

    def print_help(self, file: object = None) -> NoReturn:
        del file
        raise HelpAskedError(self.format_help())

    def error(self, message: str) -> NoReturn:
        raise WrongWordsError(message, self.format_usage().strip())

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        """For a command nobody knows, name the nearest one instead of all of them."""
        known = action.choices
        if action.nargs != argparse.PARSER or known is None or value in known:
            super()._check_value(action, value)
            return
        words = _("There is no command: {typed}.").format(typed=f"{self.prog} {value}")
        near = difflib.get_close_matches(value, [str(one) for one in known], 1)
        if near:
            more = _("Did you mean: {command}?").format(command=f"{self.prog} {near[0]}")
        else:
            more = _("All there are: {command}").format(command=f"{self.prog} --help")
        self.error(f"{words} {more}")


class Commands:
    """Where commands are added: at the top, or below a word such as `source`."""

    def __init__(self, parser: argparse.ArgumentParser, common: argparse.ArgumentParser) -> None:
        self._common = common
        self._below: argparse._SubParsersAction[Any] = parser.add_subparsers(
            metavar=_("COMMAND"), title=_("commands"), parser_class=Parser
        )

    def command(self, name: str, does: str, handler: Handler) -> argparse.ArgumentParser:
        parser = self._add(name, does)
        parser.set_defaults(handler=handler)
        return parser

    def group(self, name: str, does: str) -> Commands:
        parser = self._add(name, does)
        parser.set_defaults(handler=None, incomplete=parser)
        return Commands(parser, self._common)

    def _add(self, name: str, does: str) -> argparse.ArgumentParser:
        parser: argparse.ArgumentParser = self._below.add_parser(
            name, help=does, description=does, parents=[self._common], allow_abbrev=False
        )
        return parser


def number(text: str) -> int:
    """A whole number from 0 up."""
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise argparse.ArgumentTypeError(_("{text} is no whole number").format(text=text))
    return int(text)
