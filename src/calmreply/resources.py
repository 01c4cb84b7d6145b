"""Files that ship beside the code: sample mentions, wordings, pictures.

In a checkout they are in the top-level `resources/`, in an installed wheel in
`calmreply/_resources`. May be imported by everybody; imports nothing of ours.
"""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).parent


def path(name: str) -> Path:
    """Return where the file or folder `name` (with `/` between its parts) is.

    Raises `FileNotFoundError` if it did not ship, which is a fault of ours and not the person's.
    """
    packed = _PACKAGE / "_resources"
    root = packed if packed.is_dir() else _PACKAGE.parents[1] / "resources"
    found = root.joinpath(*name.split("/"))
    if not found.exists():
        raise FileNotFoundError(f"{name} is not among the files of this program ({root})")
    return found


def text(name: str) -> str:
    """Return the contents of the UTF-8 file `name`."""
    return path(name).read_text(encoding="utf-8")
