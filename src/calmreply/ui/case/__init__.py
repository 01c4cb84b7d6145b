"""The case page: one mention, how it is read, judged and answered, and what stands before Send.

    page        `CasePage`: loads one case and shows it in its cards
    cards       those cards, and where they stand
    columns     the cards side by side, or in one row where there is little room
    deeds       what links, menus and keys do; `actions` are its menu entries
    work        what the page reads, and the few use cases it puts together; no Qt, worker threads
    doing       `ui.deeds` for a card: an error stands in the card that asked
    head        who it is from, what it is, and how the case can end
    clocks      their clock and your clock
    mention     what they said, and "I have read all of it"
    judgement   "Is this really ours?"
    reply       the card of the reply: the editor and what stands around it
    editor      the words themselves, held while they must not change; the question in place
    hidden      characters in one's own words that nobody can see: said, and taken out
    asking      what has to be said before the reply changes
    from_plan   a wording of the response plan for the reply, and a word about repeats
    saver       keeps the words as they are typed (`typed`: what and whose they are; `kept_here`:
                kept on this computer while the team's home is out of reach)
    words       what stands around the words, in words; no Qt
    details     by which way, to whom, in private, and with which offer
    beside      who else is at these words
    versions    the revisions, each against the one before
    lines       what stands before Send and what is done, as plain values; no Qt
    before      "Before it can go" and the one Send button (`send_button`: what that says; no Qt)
    sending     the card of a reply that was sent; `told` says what became of it
    story       what happened in a case that is answered or at its end
    doors       the dialogs that a case opens
    times       how spans are said on the page; no Qt

May import `ui.kit`, `ui.desk`, `ui.deeds`, `ui.dates`, `ui.links`, `ui.dialogs` and `ui.plan`
(lazily), `ui.inbox.places` (the stages' colours), `app`, `domain`, `errors`, `i18n`. Runs on the Qt
thread, except `work`.

Decisions behind it:

- The page decides nothing. It shows `queries.case_page` and asks the gate nothing of its own; every
  second it paints the clocks from due times, and reads again when one of them has come.
- Whatever a card does, it does for the case it *shows*, never for the one that is being loaded.
- Words are kept apart from what is read: an answer from the store never overwrites what somebody
  is writing.
"""
