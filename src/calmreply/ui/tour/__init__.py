"""The guided tour: the real window, driven through the whole main job, one picture a step.

    guide     finds widgets by name, presses and types as a person does, waits, lets time pass
    pictures  what is on the screen as a PNG: the window, and over it the dialogs that stand there
    steps     the job, step by step, with the words under each picture
    run       from start to end: the window over a rehearsal, the steps, and what to say of it

May import everything in `ui`, and PySide6.QtTest, which drives the window through the same events
as a mouse and a keyboard would. What it is driven over it gets from outside (`rehearsing`). Runs
on the Qt thread, and is imported by nobody but `bootstrap`.

The decision behind it: the pictures in the README are made by the program that they show. A step
that cannot be done ends the tour with a sentence, so that no picture shows what is no longer so.
"""
