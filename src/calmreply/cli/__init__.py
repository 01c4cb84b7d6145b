"""The whole product without a window: every verb of the mission as a command.

    main       from words to an exit: which error ends how, the report of a bug of ours
    parser     all commands and options in one table; cheap to import, so that `--version` is quick
    start      what `bootstrap` hands in: the folder, an open home, the window
    console    the terminal: lines from numbered files, prompts, output that no text can break
    context    one run of one command; who acts
    inputs     what people type or put into files: texts, stars, days, amounts
    shapes     values as the JSON that scripts read
    listening, cases, replying, sending, plans, business, upkeep   the commands, by room

A command is a function from `Context` to `Answer`: the data for `--json`, the lines for a person,
the exit. It calls the use cases of `app` and decides nothing. May import `app`, `domain`,
`errors`, `i18n`; adapters come in through `start`, and PySide6 is never needed. Runs on the main
thread, save `listen`, which asks several sources at once.

Exits: 0 done, 2 wrong words, 3 held by the gate, 4 a known error, 1 a bug of ours.
"""
