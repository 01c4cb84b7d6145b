"""The first start: what is asked once, and where each answer leads.

    question     the one question, and what stands under each answer
    steps        setting up calmly: each step keeps what it asks, and may be skipped
    page         the question as a room of the window
    first_start  the same as a dialog

May import what `ui.dialogs` may, and `ui.dialogs`, `ui.plan`, `ui.team`. Runs on the Qt thread. It
is shown while there is nothing else to show, and needs no answer.
"""
