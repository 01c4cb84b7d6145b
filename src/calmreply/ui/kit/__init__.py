"""What rooms are built from: colours, type, text, buttons, cards, lists. No room, no domain.

May import PySide6 (QtCore, QtGui, QtWidgets), `calmreply.i18n` and `calmreply.errors`, nothing
else of ours. Everything runs on the Qt thread and does no work at import.

    palette   the tokens of the look as plain strings; contrast of two colours
    sizes     how high type is, role by role
    theme     one `Theme` per application: follows the system's light and dark, text scale, fonts
    sheet     the style sheet made from a palette and sizes
    text      labels that only ever show plain text; tooltips; names for the screen reader
    views     text areas for foreign words and for one's own, with marks under words
    reveal    makes hidden and direction-turning characters visible
    diff      what changed between two texts
    buttons   buttons, links, ticks, a choice from a list
    dropping  how a field is painted below which something opens
    pills     words in a pill: what something is, or a choice of a few
    widgets   card, bar, notice, empty room, page head, stars
    checks    the lines of "Before it can go"
    clock     the card with a clock
    fields    form rows, passphrase, search
    flow      a layout that wraps
    rest      many changes of a page, laid out and painted once
    turns     long work on the Qt thread, a part in each turn
    rail      the sections on the left
    lines     the list of mentions, quick at any length (a table of one column underneath);
              `line_data` is what a row shows, `line_layout` its words measured and laid out

Decisions behind it:

- Foreign text is never handed to anything that might take it for HTML: Qt opens local files
  named in HTML, even in a plain `QLabel`. Labels here are fixed to plain text, text areas hold a
  document whose resources are always one transparent pixel, tooltips are escaped.
- Colours and sizes live in the style sheet; what paints itself asks `theme()` while painting, so
  that a change of light and dark needs no listener in any widget.
- A colour never stands alone: `Tone` always comes with a word or a sign.
"""
