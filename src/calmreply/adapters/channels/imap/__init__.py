"""A mailbox to listen to (IMAP, always protected): what arrives in one of its folders.

    listener   the plug-in: one round in one folder, and waiting until the server tells of more
    brought    messages, read apart from us, to what a round brings
    folder     a folder from a place in it on: which messages are new, and their bytes
    sent       the copy of what we sent, put among the sent mail
    wire       the connection under it: deadlines, TLS, limits on what a server may send
    troubles   what the server or the network said, in plain words
    reading    one message to mentions; with everything below a pure function over bytes that
               strangers wrote, run in a process of its own
    mime       the parts of a message, with limits, whatever is broken in it
    headers    header lines: encoded words, addresses, times
    sorting    what is nobody's words to us: own mail, bounces, automatic answers, digests
    links      links in what strangers sent, as text; redirects of Google undone
    alerts     Google Alerts: one mail to its several hits
    reviews    notices of review sites: the stars and the page
    quoting    the history of a conversation, off, where it is clearly marked

Nothing that lies in the mailbox is ever changed: folders are opened read-only and messages are
looked at without being marked as read; only copies of our own mail are added to those sent. Why
Python's own mail parser only reads header lines here: some real mails make it raise, deeply nested
ones make it recurse without end, and many boundaries make it slow; finding the parts within limits
is little code.

May import `app`, `domain`, `errors`, `i18n` and, for the pure half, `adapters.html`. Runs on the
network pool; `reading` and what it needs import nothing that opens a file or a socket.
"""
