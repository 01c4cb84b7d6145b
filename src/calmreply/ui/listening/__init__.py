"""The room "Listening": what we listen for, and where.

    page     `ListeningPage`: names on top, sources below
    names    the names by their kinds, each to be changed in place
    naming   the form of one name
    ready    searches made from the names, each one press from being a source
    sources  the table of sources: how each stands, and what to do about it
    states   how a source stands, in words; no Qt

May import `ui.kit`, `ui.desk`, `ui.links`, `ui.dialogs`, `app`, `domain`, `errors`, `i18n`, and
from the shell only what says which source needs somebody. Runs on the Qt thread.

The room asks nobody by itself: "Check all now" presses the window's own action, so that no source
is asked twice at once.
"""
