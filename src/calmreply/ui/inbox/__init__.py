"""The inbox: lines of mentions, search, the stages.

May import the kit, the desk and the read models of `app.queries`. Runs on the Qt thread; every
read goes through the desk.

    pane    search field, list, and what stands there when there is nothing to list (kit only, so
            that the window can paint it before anything else is imported)
    model   ids, and the rows of those that are looked at
    rows    a read model's line as the kit shows it
    places  the stages as rows of the rail, and the words of an empty one
    reads   what of it is read on a reader's thread
    inbox   brings the ids, keeps choice and scroll position over reloads, drops stale answers
    older   the page of a mention that asks for no answer

The decision behind it: the model holds ids only and asks for rows when they are painted, so that
a hundred thousand mentions cost a list of ids and nothing more.
"""
