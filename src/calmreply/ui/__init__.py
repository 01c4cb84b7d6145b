"""The window. PySide6 lives here and nowhere else.

May import `app`, `domain`, `errors`, `i18n`, `resources`, never `adapters`. Runs on the Qt thread
and does nothing there that takes longer than a frame: work goes through `ui.runner` to the
executors and comes back as a signal. The decision behind it: the window decides nothing; it shows
what the read models and the gate answer.
"""
