"""A home that lies on a team's server: how this computer comes to it, and leaves it.

    form     the address, and the password; a server founded, if there is nothing yet
    window   the form in a window of its own: try it, then open the home that is there
    card     in the settings: where this home lies
    trouble  on the page of a home that does not open: the passphrase, or another address

May import `ui.kit`, `ui.runner`, `ui.ways`, `ui.dialogs`, `app`, `domain`, `errors`, `i18n`. Runs
on the Qt thread; whatever asks the server or the keyring runs on the network's.

A home is never changed under an open window. Whoever joins or leaves closes this home first; then
the folder is told where its home lies, and the program opens what it finds.
"""
