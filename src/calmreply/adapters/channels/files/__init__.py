"""Files of this computer to listen to: a table of reviews (CSV), a mail, or a box of mails.

    listener   the kind of place: its fields, and one round at one file
    preview    what a table holds and how it would be read, for a person to look at
    kinds      what a file is by how it begins: a table, mails, or nothing of ours; pure
    disk       the bytes of a file, with limits; never a device or a pipe
    reviews    a table's rows to mentions; with everything below a pure function over bytes that
               strangers wrote, run in a process of its own
    columns    which column of a table is which: by its heading and its values
    headings   what a heading says its column is, in English, German, French, Spanish
    table      bytes to rows: charset, what divides the cells, quotes that were never closed
    values     dates, stars, links and languages as people and programs write them; pure
    box        a box of mails to its mails; pure

A file is read again when its size or time changes and taken again when its bytes did. A row is
known by the site's own number for it, by its link where each row has another, or by what it says;
so one that only moved within the file is not told twice. Cells are text: what looks like a
formula is shown as it stands and never worked out. Mails are read by the mailbox's own reader.

Nothing is imported here, so that the worker loads `reviews` and what it needs alone. May import
`adapters.html`, `app`, `domain`, `errors`, `i18n` and the mailbox's reader. Runs on the network
pool.
"""
