"""`calmreply`: a command where one is given, else the window."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from calmreply.cli.main import main as command_line


def main(words: Sequence[str] | None = None) -> int:
    """Run the program and return its exit."""
    from calmreply.bootstrap import Program  # noqa: PLC0415 - `--version` needs nothing of it

    return command_line(sys.argv[1:] if words is None else words, Program())


if __name__ == "__main__":
    sys.exit(main())
