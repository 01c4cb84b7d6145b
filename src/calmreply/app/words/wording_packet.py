"""Every sentence about packets and codes; those of the page travel in it as data."""

from __future__ import annotations

from typing import assert_never

from calmreply.app.words import wording_second
from calmreply.domain.packet import BadCodeError, CodeFlaw
from calmreply.domain.said import Ground
from calmreply.i18n import _, ngettext


def bad_code(error: BadCodeError) -> tuple[str, str]:
    """What is wrong with a code, and what helps."""
    match error.flaw:
        case CodeFlaw.NONE:
            return (
                _("There is no code in this. A code begins with CR1-."),
                _("Copy the whole answer that came back and put it in here."),
            )
        case CodeFlaw.OTHER_VERSION:
            return (
                _("This code was made by another version of CalmReply."),
                _("Install the newest CalmReply here, then enter it again."),
            )
        case CodeFlaw.STRANGE_SIGN:
            words = _("Sign {place} of the code is “{sign}”, which no code has.").format(
                place=error.place, sign=error.sign
            )
            return words, _("Compare it with what was sent, or copy it once more.")
        case CodeFlaw.TOO_SHORT:
            words = ngettext(
                "The end of the code is missing: {missing} sign.",
                "The end of the code is missing: {missing} signs.",
                error.missing,
            )
            return words.format(missing=error.missing), _("Copy the whole code, to its end.")
        case CodeFlaw.MISTYPED:
            return (
                _("Somewhere in the code a sign is wrong."),
                _("Copy it once more; if it was typed, compare it group by group."),
            )
        case _:
            assert_never(error.flaw)


def page() -> dict[str, str]:
    """What both pages say. `{…}` is filled in by the page."""
    return {
        "calmreply": "CalmReply",
        "noCrypto": _("This browser cannot make a signature."),
        "noCryptoWay": _(
            "Save the file and open it in a current Chrome, Edge, Firefox or Safari, not in the "
            "preview of a mail or chat program."
        ),
        "damaged": _("This file is damaged or was changed on its way. Ask for a new one."),
        "share": _("Share…"),
        "copy": _("Copy the code"),
        "copied": _("Copied. Paste it into a message to {name}."),
        "copyFailed": _("Press on the code and copy it by hand."),
        "mail": _("Write a mail"),
        "save": _("Save as a file"),
        "sendBack": _("Send back my answer"),
        "codeFor": _("The code for {name}"),
        "hidden": _("hidden sign"),
        "words": _("Words of this file"),
        "wordsWhy": _("Unsure whether {name} sent it? Call: the same six words stand there."),
        "once": _("Nothing leaves this device until you send it. No network is used."),
    }


def _hurried() -> dict[str, str]:
    """What it says where somebody said that it cannot wait."""
    return {
        "hurried": _("{name} says that this cannot wait: {ground}. “{reason}”"),
        "hurriedWhy": _("If you sign, it can go after the shortest wait."),
        **{f"ground_{one.value}": wording_second.ground(one) for one in Ground},
    }


def _others() -> dict[str, str]:
    """What it says about other words."""
    return {
        "suggest": _("Suggest other words"),
        "others": _("The whole reply, as you would put it"),
        "othersHint": _("Nothing is changed by this: whoever writes takes it over, or not."),
        "tooLong": _("This is too long for an answer. Say it shorter."),
    }


def review_page() -> dict[str, str]:
    """What the page of a review packet says."""
    said = {
        "title": _("A second pair of eyes"),
        "hello": _("{reviewer}, {asker} asks you to read a reply before it is sent."),
        "they": _("What they said"),
        "theyPrivate": _(
            "It was said in private and is not in this file. Ask {asker} to tell you on the phone."
        ),
        "stars": _("{given} of {scale} stars"),
        "first": _("First: what would you want to hear, if you had written this?"),
        "showReply": _("Show me the reply"),
        "reply": _("The reply, exactly as it will go"),
        "subject": _("Subject: {subject}"),
        "public": _("Everybody will be able to read it."),
        "privately": _("It goes to them alone."),
        "links": _("Where links in it lead"),
        "unlikeHost": _("it has letters beyond a to z: is it the right one?"),
        "offer": _("We offer: {offer}"),
        "offerAmount": _("worth {amount} {currency}"),
        "looksPrivate": _("This looks private: {found}"),
        "tick_true": _("Only what we know to be true"),
        "tick_kind": _("It is kind; nobody is blamed"),
        "tick_promise": _("No promise we cannot keep"),
        "tick_private": _("Nothing private in public"),
        "tick_not_private": _("What looks private here is not"),
        "sign": _("I sign off these words"),
        "change": _("Something should change"),
        "remark": _("What should change?"),
        "remarkHint": _("One sentence that helps {asker}."),
        "passphrase": _("Your six words"),
        "passphraseHint": _("The packet passphrase you wrote down when you were invited."),
        "needTicks": _("Tick all four, or say what should change."),
        "needRemark": _("Write what should change."),
        "needWords": _("Six words are needed; there are {count}."),
        "noSuchWord": _("“{word}” is not one of the words. Did you mean “{near}”?"),
        "noSuchWordAtAll": _("“{word}” is not one of the words."),
        "wrong": _("These are not your six words."),
        "working": _("Signing…"),
        "lapsed": _("This packet lapsed on {when}. Ask {asker} for a new one."),
        "until": _("Please answer by {when}."),
        "signed": _("You have signed. Now send it back to {asker}."),
        "remarked": _("Your remark is signed. Now send it back to {asker}."),
        "message": _("My answer about the reply:"),
        "mailSubject": _("My answer"),
        "head": _("Journal: {head}"),
    }
    return page() | _hurried() | _others() | said


def invitation_page() -> dict[str, str]:
    """What the page of an invitation says."""
    return page() | {
        "title": _("An invitation"),
        "hello": _("{name}, {asker} asks you to be the second pair of eyes of {business}."),
        "helloUnnamed": _("{name}, {asker} asks you to be the second pair of eyes."),
        "what": _(
            "When a reply is to be checked, {asker} sends you a file. You read it on this phone or "
            "any other device, sign with six words, and send a code back."
        ),
        "make": _("Make my six words"),
        "working": _("Making your key…"),
        "yours": _("Your six words"),
        "yoursWhy": _(
            "Write them down on paper. Nobody else knows them, and nobody can look them up."
        ),
        "written": _("I have written them down"),
        "compare": _("Words to read to {asker} on the phone"),
        "compareWhy": _(
            "These are not secret. When {asker} has your code, call, and read them out."
        ),
        "needWritten": _("Write your six words down first, and tick that you have."),
        "done": _("Now send the code to {asker}."),
        "message": _("My key for signing from far away:"),
        "mailSubject": _("My key"),
        "words": _("Words of this file"),
    }
