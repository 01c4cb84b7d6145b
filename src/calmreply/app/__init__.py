"""Use cases: one function per verb of the mission, over the ports of `app.ports`.

May import `domain`, `errors`, `i18n`, `resources`. Runs on the writer, reader or network threads,
never on the Qt thread. The decision behind it: a use case reads facts, asks the domain, and gives
the storage what was decided; so the window and the command line cannot differ in what they do.
"""
