"""The room "Settings": each declared setting as a sentence and a field, and what a reply goes by.

    page      `SettingsPage`: the groups, what is not saved yet, saving
    fields    a row for each sort of setting
    accounts  what a reply is sent by: the list, and the form built from a channel's own fields

May import `ui.kit`, `ui.desk`, `ui.dialogs`, `app`, `domain`, `errors`, `i18n`. Runs on the Qt
thread.

Nothing is saved while it is typed: a rule that became stricter by accident could not be taken back
once a case has begun. So there is one Save, and it says how many things it saves.
"""
