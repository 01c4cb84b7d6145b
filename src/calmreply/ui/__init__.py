"""The window. PySide6 lives here and nowhere else.

May import `app`, `domain`, `errors`, `i18n`, `resources`, never `adapters`. Runs on the Qt thread
and does nothing there that takes longer than a frame: work goes through `ui.runner` to the
executors and comes back as a signal. The decision behind it: the window decides nothing; it shows
what the read models and the gate answer.

From the top down; each may import what stands below it (an import contract holds that):

    tour        the window driven through the whole job, for the pictures
    app         the program: a home in its window, and a rehearsal in place of it for a while
    rehearsing  the window over a rehearsal; `running` is what holds around the event loop
    sitting     one home in one window, from the first paint to the last thread
    shell       the window itself, and everything that belongs to no single room
    the rooms   case, inbox, listening, outbox, paste, people, plan, settings, welcome; beside
                them `team`, for a home that lies on a server
    dialogs     what is signed, chosen, told or added in one sitting
    sign_in     who is at the desk
    deeds       running use cases for whoever asked, one at a time; `rooms` finds a room by name
    desk        what every room shares, and its only way to the use cases
    ways        what the program is given to reach what it must not know; `earlier`, `slots`
    runner      futures to Qt signals; `pool`, its threads; `dates`, `said`, `links`, `screen`,
                `imports`
    kit         what all of it is built from; knows nothing of us
"""
