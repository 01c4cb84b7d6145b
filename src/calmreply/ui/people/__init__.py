"""The room "People": who is here, what they may offer, how new their key is.

    page   `PeoplePage`

May import `ui.kit`, `ui.desk`, `ui.dialogs`, `app`, `domain`, `errors`, `i18n`. Runs on the Qt
thread. Somebody who has left stays in the list: what they signed stays, too.
"""
