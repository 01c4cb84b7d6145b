"""Forms out of declared fields: what a plug-in asks for becomes rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QLineEdit

from calmreply.ui.kit.buttons import Choice
from calmreply.ui.kit.fields import FormRow, PassphraseField

if TYPE_CHECKING:
    from collections.abc import Mapping

    from calmreply.app.ports.channels import Field
    from calmreply.errors import KnownError

    DeclaredField = QLineEdit | Choice | PassphraseField


def field_for(one: Field, value: str | None = None) -> DeclaredField:
    """A field for it, holding `value`, or what is usual where there is none."""
    if one.secret:
        return PassphraseField()
    held = one.default if value is None else value
    if one.choices:
        words = one.called or one.choices
        choice = Choice(list(zip(one.choices, words, strict=True)))
        choice.choose(held if held in one.choices else one.choices[0])
        return choice
    return QLineEdit(held)


def values_of(fields: Mapping[str, DeclaredField]) -> dict[str, str]:
    """What stands in them, by name; everything but secrets."""
    found = {}
    for name, field in fields.items():
        if isinstance(field, Choice):
            found[name] = field.key()
        elif isinstance(field, QLineEdit):
            found[name] = field.text()
    return found


def say_beside(rows: Mapping[str, FormRow], error: KnownError) -> str | None:
    """Say an error beside the field it names; returns that field's name, or None for none."""
    about = next((name for name in rows if f"({name})" in error.words), None)
    if about is not None:
        words = error.words.replace(f" ({about})", "")  # its name is for the command line
        rows[about].set_error(f"{words} {error.way_out}")
    return about
