"""The shell: the window itself, and everything that belongs to no single room.

May import the kit, the desk, the inbox and `app`; rooms only by name through `ui.rooms`. Runs on
the Qt thread.

    frame      the bare window: rail, list, page, notice, status bar. Knows the kit only, so that
               it can be painted before the rest of the program is imported
    panes      list and page beside each other, or one at a time where the window is narrow
    pages      the right side: rooms by name, brought in when first opened
    shell      joins frame and home: what is chosen where leads to what is shown where
    actions    every action of the menu bar with its keys, declared once
    status     the line at the bottom
    saying     what that line says by itself
    touch      notices that somebody is at the keyboard
    focus      from one part of the window to the next
    pulse      one timer that looks at the clock, and what is due by it
    teller     says beside the clock what is new
    errands    what somebody has sent is tried again, looked for and filed
    following  what others of the team write is told here
    schedule   sources asked and replies tried again when their time has come
    notices    what is said once: a wait ended, a reply still waits for somebody's word
    choices    how this window behaves, as the settings say
    standing   place and size of the window, from one start to the next
    leaving    whether every word is kept before the window goes, and what to do where one is not
    staying    the offer to stay when the window is closed, and the notes of one that has
    tray       the icon beside the clock
    autostart  starting with the computer
    trouble    the page that stands there when the data cannot be opened
    help       the help, in the window
    mark       the program's sign, drawn

The decision behind it: no timer here means anything. The pulse asks use cases whose answers are
data; a window that never beats neither shortens nor lengthens a wait.
"""
