"""Dialogs: what is signed, chosen, told or added in one sitting, each opened with `.open()`.

    frame        the window of a dialog: head, body that scrolls, notice, buttons
    kept         words of a dialog that was closed before they were used
    work         what dialogs read, and the few use cases they put together; no Qt, worker threads
    holds        the same for the holding reply
    sources      what an address would bring; no Qt, worker threads
    moments      days and times in the business's own zone, and amounts as they are typed
    person       the form for somebody new, and their recovery code
    review       the second person at the same computer (`review_sides` are its cards)
    ask          who is asked; brings the second person in where there is none
    answer       what somebody far away sent back (`afar` is what these three have in common)
    invite       somebody far away makes a key, and their code is let in
    add_person   somebody new, from the room "People"
    look         mention and reply once more, and the choice
    debrief      sitting down after it (`timeline` is its left side, `actions` its list)
    close, aside, outside, holding   how a case ends, and what may go at once
    add_mention  a pasted review, a call, a letter, a talk at the counter (`heard_form` is its form)
    add_source   an address to listen to
    keeping      where a password is kept, asked beside it

May import `ui.kit`, `ui.desk`, `ui.deeds`, `ui.dates`, `ui.links`, `ui.sign_in.strength`,
`app`, `domain`, `errors`, `i18n`. Runs on the Qt thread, except `work`. Rooms and the case page
import a dialog when it is opened, never before.

Decisions behind it:

- `done` comes once, with what came of it, and only if the thing was done; leaving says nothing.
- Esc never loses words: what was typed is kept for the same dialog on the same case until it has
  been used. Passphrases are never kept.
- A press while something is under way does nothing; buttons are not greyed, so that the focus
  stays where it is.
- Where somebody signs who need not be at the desk (the second person), their key is unlocked for
  this one deed on a worker thread and let go of with its result.
"""
