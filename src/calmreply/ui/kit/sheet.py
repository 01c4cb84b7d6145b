"""The style sheet, made from a palette and the sizes of type.

What Qt can draw from a sheet stands here; what it cannot (ticks, bars, pills, list lines) paints
itself with the same tokens. Looks are chosen by the dynamic property `look` of a widget.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from calmreply.ui.kit.palette import Palette
    from calmreply.ui.kit.sizes import Sizes


def sheet(p: Palette, s: Sizes) -> str:
    """The whole style sheet."""
    parts = (_labels(p, s), _buttons(p), _fields(p, s), _lists(p, s), _bars(p, s), _menus(p, s))
    return "".join(parts)


def _labels(p: Palette, s: Sizes) -> str:
    tones = "".join(
        f'QLabel[tone="{tone}"] {{ color: {color}; }}'
        for tone, color in (
            ("teal", p.teal),
            ("amber", p.amber),
            ("red", p.red),
            ("green", p.green),
            ("violet", p.violet),
            ("soft", p.soft),
        )
    )
    return f"""
QLabel {{ background: transparent; color: {p.ink}; }}
QLabel:disabled {{ color: {p.soft}; }}
QLabel[look="second"] {{ color: {p.soft}; font-size: {s.second}px; }}
QLabel[look="section"] {{ color: {p.soft}; font-size: {s.section}px; font-weight: 600; }}
QLabel[look="strong"] {{ font-weight: 600; }}
QLabel[look="title"] {{ font-size: {s.title}px; font-weight: 600; }}
QLabel[selectable="true"] {{
    border: 2px solid transparent; border-radius: 5px; padding: 0 3px;
}}
QLabel[selectable="true"]:focus {{ border-color: {p.teal}; }}
{tones}
QToolTip {{
    background: {p.panel}; color: {p.ink}; border: 1px solid {p.line}; padding: 5px 7px;
    font-size: {s.second}px;
}}
"""


def _buttons(p: Palette) -> str:
    # The fill of a focused primary button is painted by the button itself, within its ring.
    return f"""
QPushButton {{
    background: {p.panel}; color: {p.ink}; border: 1px solid {p.line}; border-radius: 7px;
    padding: 8px 14px; font-weight: 500;
}}
QPushButton:hover {{ background: {p.ground}; border-color: {p.soft}; }}
QPushButton:pressed, QPushButton:checked {{ background: {p.rail}; }}
QPushButton:focus {{ border: 2px solid {p.teal}; padding: 7px 13px; }}
QPushButton:disabled {{ background: {p.rail}; color: {p.soft}; border-color: {p.line}; }}
QPushButton[look="primary"] {{
    background: {p.teal}; color: {p.on_teal}; border-color: {p.teal};
}}
QPushButton[look="primary"]:hover {{ background: {p.teal_deep}; border-color: {p.teal_deep}; }}
QPushButton[look="primary"]:pressed {{ background: {p.teal_deep}; }}
QPushButton[look="primary"]:focus {{
    background: transparent; border: 2px solid {p.teal}; padding: 7px 13px;
}}
QPushButton[look="primary"]:disabled {{
    background: {p.rail}; color: {p.soft}; border: 1px solid {p.line};
}}
QPushButton[look="stop"] {{ color: {p.red}; }}
QPushButton[look="link"] {{
    background: transparent; color: {p.teal}; border: 1px solid transparent; border-radius: 4px;
    padding: 1px 2px; font-weight: 400; text-align: left;
}}
QPushButton[look="link"]:hover {{ color: {p.teal_deep}; text-decoration: underline; }}
QPushButton[look="link"]:focus {{ border: 2px solid {p.teal}; padding: 0 1px; }}
QPushButton[look="link"]:disabled {{ background: transparent; color: {p.soft}; }}
QToolButton {{
    background: transparent; color: {p.ink}; border: 1px solid transparent; border-radius: 5px;
    padding: 4px 6px;
}}
QToolButton:hover {{ background: {p.rail}; }}
QToolButton:focus {{ border: 2px solid {p.teal}; padding: 3px 5px; }}
"""


def _fields(p: Palette, s: Sizes) -> str:
    boxes = "QLineEdit, QComboBox, QSpinBox, QDateTimeEdit, QTextEdit, QPlainTextEdit"
    focused = ", ".join(f"{box.strip()}:focus" for box in boxes.split(","))
    disabled = ", ".join(f"{box.strip()}:disabled" for box in boxes.split(","))
    return f"""
{boxes} {{
    background: {p.ground}; color: {p.ink}; border: 1px solid {p.edge}; border-radius: 7px;
    padding: 7px 9px; selection-background-color: {p.teal}; selection-color: {p.on_teal};
}}
{focused} {{ border: 2px solid {p.teal}; padding: 6px 8px; }}
{disabled} {{ background: {p.rail}; color: {p.soft}; border-color: {p.line}; }}
QLineEdit[wrong="true"], QTextEdit[wrong="true"], QComboBox[wrong="true"] {{
    border-color: {p.red};
}}
QLineEdit, QTextEdit, QPlainTextEdit {{ placeholder-text-color: {p.soft}; }}
QTextEdit[look="view"], QTextEdit[look="bare"] {{
    background: transparent; border: 2px solid transparent; border-radius: 6px; padding: 2px 4px;
}}
QTextEdit[look="view"]:focus, QTextEdit[look="bare"]:focus {{
    border-color: {p.teal}; padding: 2px 4px;
}}
QComboBox {{ padding-right: 26px; }}
QComboBox:focus {{ padding-right: 25px; }}
QComboBox::drop-down {{ border: none; width: 24px; }}
QComboBox::down-arrow {{ image: none; }}
QComboBox QAbstractItemView {{
    background: {p.panel}; border: 1px solid {p.line}; padding: 4px; outline: none;
    selection-background-color: {p.teal_tint}; selection-color: {p.ink};
}}
QComboBox QAbstractItemView::item {{ padding: 5px 8px; border: none; border-radius: 5px; }}
QComboBox QAbstractItemView::item:selected {{ background: {p.teal_tint}; color: {p.ink}; }}
QComboBoxPrivateContainer {{ background: {p.panel}; border: none; }}
QDateTimeEdit::drop-down {{ border: none; width: 24px; }}
QDateTimeEdit::down-arrow {{ image: none; }}
QSpinBox::up-button, QSpinBox::down-button, QDateTimeEdit::up-button, QDateTimeEdit::down-button {{
    border: none; width: 0;
}}
QSpinBox {{ padding: 7px 0; }}
QSpinBox:focus {{ padding: 6px 0; }}
QAbstractSpinBox QLineEdit, QAbstractSpinBox QLineEdit:focus {{
    background: transparent; border: none; padding: 0; margin: 0;
}}
QCalendarWidget QWidget#qt_calendar_navigationbar {{ background: {p.rail}; }}
QCalendarWidget QTableView::item {{ padding: 0; border: none; }}
QCalendarWidget QToolButton::menu-indicator {{ image: none; }}
QToolButton#qt_calendar_prevmonth {{ qproperty-icon: none; qproperty-text: "<"; }}
QToolButton#qt_calendar_nextmonth {{ qproperty-icon: none; qproperty-text: ">"; }}
QGroupBox {{ font-weight: 600; }}
QCheckBox, QRadioButton {{ spacing: {s.text // 2 + 2}px; }}
"""


def _lists(p: Palette, s: Sizes) -> str:
    return f"""
QListView, QTableView, QTreeView {{
    background: {p.panel}; color: {p.ink}; border: none; outline: none;
    selection-background-color: {p.teal_tint}; selection-color: {p.ink};
}}
QTableView, QTreeView {{ gridline-color: {p.line}; alternate-background-color: {p.ground}; }}
QTableView::item, QTreeView::item {{ padding: 6px 10px; border-bottom: 1px solid {p.line}; }}
QTableView::item:selected, QTreeView::item:selected {{
    background: {p.teal_tint}; color: {p.ink};
}}
QTableView::item:focus, QTreeView::item:focus {{ border: 2px solid {p.teal}; }}
QHeaderView {{ background: {p.panel}; border: none; }}
QHeaderView::section {{
    background: {p.panel}; color: {p.soft}; border: none; border-bottom: 1px solid {p.line};
    padding: 8px 10px; font-size: {s.second}px; font-weight: 600; text-align: left;
}}
QListView[look="rail"] {{ background: {p.rail}; }}
"""


def _bars(p: Palette, s: Sizes) -> str:
    return f"""
QScrollArea, QScrollArea > QWidget > QWidget[look="scrolled"] {{
    background: transparent; border: none;
}}
QScrollBar:vertical {{ background: transparent; width: 10px; margin: 0; }}
QScrollBar:horizontal {{ background: transparent; height: 10px; margin: 0; }}
QScrollBar::handle {{ background: {p.edge}; border-radius: 3px; margin: 2px; }}
QScrollBar::handle:vertical {{ min-height: 32px; }}
QScrollBar::handle:horizontal {{ min-width: 32px; }}
QScrollBar::handle:hover, QScrollBar::handle:pressed {{ background: {p.soft}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
QSplitter::handle {{ background: {p.line}; }}
QSplitter::handle:horizontal {{ width: 1px; }}
QSplitter::handle:vertical {{ height: 1px; }}
QStatusBar {{ background: {p.rail}; color: {p.soft}; border-top: 1px solid {p.line}; }}
QStatusBar::item {{ border: none; }}
QStatusBar QPushButton {{ font-size: {s.second}px; }}
QTabWidget::pane {{ border: none; border-top: 1px solid {p.line}; }}
QTabBar::tab {{
    background: transparent; color: {p.soft}; padding: 7px 12px; border: 2px solid transparent;
}}
QTabBar::tab:selected {{ color: {p.ink}; border-bottom-color: {p.teal}; }}
QTabBar::tab:focus {{ border-color: {p.teal}; }}
"""


def _menus(p: Palette, s: Sizes) -> str:
    return f"""
QMenuBar {{
    background: {p.rail}; color: {p.soft}; border-bottom: 1px solid {p.line}; padding: 3px 4px;
    font-size: {s.second}px;
}}
QMenuBar::item {{ background: transparent; padding: 5px 9px; border-radius: 5px; }}
QMenuBar::item:selected {{ background: {p.panel}; color: {p.ink}; }}
QMenu {{ background: {p.panel}; color: {p.ink}; border: 1px solid {p.line}; padding: 4px; }}
QMenu::item {{ padding: 6px 22px 6px 12px; border-radius: 5px; }}
QMenu::item:selected {{ background: {p.teal_tint}; color: {p.ink}; }}
QMenu::item:disabled {{ color: {p.soft}; }}
QMenu::separator {{ height: 1px; background: {p.line}; margin: 4px 8px; }}
"""
