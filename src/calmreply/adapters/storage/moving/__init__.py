"""A whole home from a folder to a server, or back; beneath `calmreply.app.teamwork.moving`.

    sides     a home as the move sees it: a file or a server, each in its own way
    copying   makes the other side equal, table by table, page by page; the same when done again
    checking  compares both sides and verifies both journals
    course    the order of it all, so that at any moment exactly one of the two homes counts

Slow: on a thread of its own. The decision behind it: nothing remembers how far a move came. Each
run compares what is on the other side with what is here and writes what differs, as the role that
works there and by plain statements, so that the laws of the journal hold for every line that
arrives. A run that was killed is gone on with by another run.
"""
