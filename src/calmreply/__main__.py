"""`calmreply`: a command where one is given, else the window."""

from __future__ import annotations

import sys
from collections.abc import Sequence

INTERRUPTED = 4
"""As `cli.main` ends on Ctrl+C."""


def main(words: Sequence[str] | None = None) -> int:
    """Run the program and return its exit."""
    try:
        # Here, so that Ctrl+C while they are imported ends in no traceback either.
        from calmreply.bootstrap import Program  # noqa: PLC0415
        from calmreply.cli.main import main as command_line  # noqa: PLC0415
    except KeyboardInterrupt:
        exec("")  # noqa: S102 - see `cli.main`
        return INTERRUPTED
    return command_line(sys.argv[1:] if words is None else words, Program())


if __name__ == "__main__":
    sys.exit(main())
