"""Channels: the ways by which a reply leaves, and the places that are asked what is new.

    registry   finds the channels of this installation by entry point; our own like all others
    hand       by hand: the text as it is; a person carries it
    mail       e-mail: the settings, and one reply handed to a mail server (SMTP)
    message    a canonical record to the bytes of a mail, and back to its two addresses; pure
    smtp       one conversation with a mail server, stage by stage, and how each stage ends
    line       the connection under it: deadlines, TLS, whole answers only
    answers    what a mail server or the network said, in plain words
    interface  a site's interface asked in JSON, and picking from what it says
    walking    a list of posts, newest first, read down to where the last round began

and one package for each kind of place (`imap`, `wordpress`, `bluesky`, `mastodon`, `files`).

Why smtplib's conversation is driven step by step and not by its `sendmail`: the outbox must know
whether anything can have left. Until the first byte of the message goes out nothing has; from
then on only a complete answer proves anything, and everything else is "unsure". Why the bytes of
a mail are made by hand and not by `email`: they are rendered again and compared when a reply is
claimed, perhaps after an update of Python, and must come out the same.

May import `app`, `domain`, `errors`, `i18n` and the one cleaner, `adapters.html`. Runs on the
network pool, never on the Qt thread; `message` and `hand` are pure.
"""
