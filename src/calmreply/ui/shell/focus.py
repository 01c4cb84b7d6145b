"""F6: from one part of the window to the next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QScrollArea, QWidget

if TYPE_CHECKING:
    from collections.abc import Sequence


def enter(part: QWidget) -> bool:
    """Put the focus into `part`: on its `next_step`, if it has one, or the first that takes it.

    A part that is its own next step moves the focus on by itself.

    Looks among the children and not along Qt's own chain: Shiboken (6.11) keeps a reference for
    every step of `nextInFocusChain`, and when one widget of the chain is deleted it declares what
    C++ made for all the others to be gone, layout items first.
    """
    proxy = part.focusProxy()
    if proxy is not None and proxy.isVisible():
        _focus(proxy)
        return True
    next_step = getattr(part, "next_step", None)
    step = next_step() if callable(next_step) else None
    if step is part:
        part.setFocus(Qt.FocusReason.OtherFocusReason)
        return True
    if step is not None and _takes_focus(step):
        _focus(step)
        return True
    for inside in (part, *part.findChildren(QWidget)):
        if _takes_focus(inside):
            _focus(inside)
            return True
    return False


def _focus(widget: QWidget) -> None:
    """And bring it into sight: Qt does that for Tab alone."""
    widget.setFocus(Qt.FocusReason.TabFocusReason)
    above = widget.parentWidget()
    while above is not None:
        if isinstance(above, QScrollArea):
            above.ensureWidgetVisible(widget, 20, 20)
        above = above.parentWidget()


def next_part(parts: Sequence[QWidget], *, back: bool = False) -> None:
    """Go on to the next of `parts` that is seen and takes the focus."""
    seen = [part for part in parts if part.isVisible()]
    focused = QApplication.focusWidget()
    here = [n for n, part in enumerate(seen) if focused is not None and _within(part, focused)]
    start = here[0] if here else (0 if back else -1)
    step = -1 if back else 1
    for distance in range(1, len(seen) + 1):
        if enter(seen[(start + step * distance) % len(seen)]):
            return


def _within(part: QWidget, focused: QWidget) -> bool:
    return part is focused or part.isAncestorOf(focused)


def _takes_focus(widget: QWidget) -> bool:
    by_key = widget.focusPolicy() & Qt.FocusPolicy.TabFocus
    return bool(by_key) and widget.isVisible() and widget.isEnabled()
