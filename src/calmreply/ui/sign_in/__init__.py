"""Who is at the desk: unlocking a key, the first person's enrolment, a forgotten passphrase.

    asking    `SignIn`: asks for somebody, once for everything that waits for the answer
    unlock    somebody who is known here, and their passphrase
    enrol     the first person: a name, a passphrase, and the recovery code
    restore   the recovery code in place of the passphrase
    sheet     the dialog that these three are
    strength  what a passphrase is worth, in words

May import `ui.kit`, `ui.desk`, `app`, `domain`, `errors`, `i18n`. Runs on the Qt thread.
`SignIn.ask` is the desk's way to ask for somebody. Nothing is asked before the first writing.
Deriving a key takes a moment by design, so it happens off the Qt thread like everything else.
"""
