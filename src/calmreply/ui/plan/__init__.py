"""The room "Response plan": wordings by what they are for, who to reach, who may offer what.

    page      `PlanPage`
    rows      one wording in its group, and the cards beside the groups
    editor    a wording to write or change
    signing   the person who did not write it signs
    taking    a text of wordings, or an example plan: what it would bring, and taking it in
    using     from the case: a wording filled in, for the reply

May import `ui.kit`, `ui.desk`, `ui.dialogs`, `app`, `domain`, `errors`, `i18n`. Runs on the Qt
thread. Whoever signs types their passphrase for this one deed, as at a sign-off of a reply.
"""
