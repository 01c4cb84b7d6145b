"""The room "Outbox": what waits to go, what is on its way or in doubt, what left lately.

    page   `OutboxPage`

May import `ui.kit`, `ui.desk`, `ui.dates`, `app`, `domain`, `i18n`. Runs on the Qt thread. It only
shows; what can be done about an entry is done on the page of its case.
"""
