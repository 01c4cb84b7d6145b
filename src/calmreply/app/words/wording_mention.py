"""What somebody said as one line: the title before the text, where it says something more."""

from __future__ import annotations


def one_line(title: str, text: str) -> str:
    """`title` and `text`; without the title where the text begins with it."""
    if not title or text.startswith(title.rstrip("….")):
        return text
    if not text:
        return title
    between = " " if title[-1] in ".!?…:" else ": "
    return f"{title}{between}{text}"
