"""Days as the people at this desktop write them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QDateTimeEdit
from pytestqt.qtbot import QtBot

from calmreply.ui import dates

NOON = datetime(2026, 11, 21, 12, 3, tzinfo=UTC)
MADRID = "Europe/Madrid"


@pytest.mark.parametrize(
    ("locale", "said", "typed"),
    [
        ("C", "21 Nov 2026, 13:03", "21 Nov 2026 13:03"),
        ("en_GB", "21 Nov 2026, 13:03", "21/11/2026 13:03"),
        ("en_US", "Nov 21, 2026, 13:03", "11/21/2026 13:03"),
        ("de_DE", "21. Nov. 2026, 13:03", "21.11.2026 13:03"),
        ("ja_JP", "2026年11月21日, 13:03", "2026/11/21 13:03"),
    ],
)
def test_a_moment_is_written_as_the_desktop_writes_it(
    qtbot: QtBot, locale: str, said: str, typed: str
) -> None:
    before = QLocale()
    QLocale.setDefault(QLocale(locale))
    try:
        assert dates.exact(NOON, MADRID) == said
        field = QDateTimeEdit()
        qtbot.addWidget(field)
        field.setDisplayFormat(dates.typed_moment())
        field.setDateTime((NOON + timedelta(hours=1)).replace(tzinfo=None))  # type: ignore[arg-type]  # it takes Python's
        assert field.text() == typed
    finally:
        QLocale.setDefault(before)


def test_no_locale_loses_a_part_of_the_day() -> None:
    before = QLocale()
    try:
        for locale in QLocale.matchingLocales(
            QLocale.Language.AnyLanguage, QLocale.Script.AnyScript, QLocale.Country.AnyCountry
        ):
            QLocale.setDefault(locale)
            said = dates.of_day(date(2026, 11, 21))
            assert locale.dayName(6) not in said, locale.name()
            parts = dates.typed_day()
            assert "yyyy" in parts, locale.name()
            assert "M" in parts, locale.name()
            assert "d" in parts, locale.name()
    finally:
        QLocale.setDefault(before)


def test_what_is_near_is_called_by_its_name_at_midnight_of_the_business() -> None:
    late = datetime(2026, 11, 21, 23, 30, tzinfo=UTC)  # past midnight in Madrid
    assert dates.when(late, NOON, MADRID) == "tomorrow\u00a000:30"
    assert dates.when(late, NOON, "UTC") == "today\u00a023:30"
    assert dates.when(NOON, late, MADRID) == "yesterday\u00a013:03"
    assert dates.when(NOON, late + timedelta(days=1), "UTC") == "yesterday\u00a012:03"
    assert dates.heading(NOON, late, MADRID) == "Yesterday"
    assert dates.heading(NOON, late, "UTC") == "Today"
    assert dates.heading(NOON, NOON + timedelta(days=9), "UTC") == dates.day(NOON, "UTC")
    far = dates.when(NOON, NOON + timedelta(days=9), "UTC")
    assert far == dates.exact(NOON, "UTC")
