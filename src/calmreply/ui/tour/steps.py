"""The whole main job, step by step: what is done, and what the picture after it shows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtWidgets import QWidget

from calmreply.app.rehearse import sample
from calmreply.i18n import _
from calmreply.ui.tour.guide import Guide, bring, to_top

Do = Callable[[Guide, dict[str, Any]], None]


@dataclass(frozen=True, slots=True)
class Step:
    """`name` names the picture; `words` stand under it. `dark`: a dark one is made as well.

    `alone`: another picture shows the dialog without the window behind it.
    """

    name: str
    words: str
    do: Do
    dark: bool = False
    alone: bool = False


def texts() -> dict[str, Any]:
    """What is written, signed and said in the tour."""
    data = sample()
    first, second = (one["name"] for one in data["people"][:2])
    told = {"who": data["mentions"][0]["author"], "handler": first, "reviewer": second}
    return {**data["tour"], **told, "passphrase": data["passphrase"]}


def steps() -> tuple[Step, ...]:
    """In their order. The first two are done at the window of the first start."""
    return (
        *_starting(),
        *_reading(),
        *_writing(),
        *_waiting(),
        *_answering(),
        *_learning(),
        *_around(),
    )


def _starting() -> tuple[Step, ...]:
    return (
        Step("first-start", _("The one question at the first start"), _wait),
        Step("rehearsal", _("A rehearsal: everything is real, but nothing leaves"), _rehearse),
    )


def _reading() -> tuple[Step, ...]:
    return (
        Step("new", _("What people said, newest first"), _without_banner),
        Step("complaint", _("Read it to the end before anything else"), _open),
        Step("sign-in", _("The first thing you say is signed, so it asks who you are"), _say_read),
        Step("feeling", _("How did that feel? Both clocks stand side by side"), _sign_in),
        Step("cooling", _("Stung: an hour of cooling off begins"), _feel, dark=True),
        Step("holding", _("They need not wait for a word: the holding reply goes at once"), _hold),
        Step("holding-posted", _("It was posted by hand, so you say where"), _hold_go),
        Step("judgement", _("Is this really ours? With what it rests on"), _judge),
    )


def _writing() -> tuple[Step, ...]:
    return (
        Step("draft", _("The wait is for writing: it is kept as you type"), _draft),
        Step("offer", _("Where it goes, and what you offer"), _offer),
        Step("before", _("What still stands before it can go, and who clears it"), _before),
        Step("asked", _("Tom is asked for a second pair of eyes, meanwhile the wait runs"), _ask),
        Step("remark", _("Tom would rather have one sentence changed"), _remark, alone=True),
        Step("remarked", _("His remark stands over the words"), _remark_go),
        Step("second-draft", _("The second draft"), _second_draft),
        Step("versions", _("What changed from one version to the next"), _versions),
        Step("case", _("Asked once more: everything about the case on one page"), _case, dark=True),
        Step(
            "review",
            _("Exactly what will be posted, four ticks, a passphrase"),
            _review,
            dark=True,
            alone=True,
        ),
        Step("signed", _("Signed off: for this text only"), _review_go),
    )


def _waiting() -> tuple[Step, ...]:
    return (
        Step("change-asks-again", _("Changing a word now would ask Tom again"), _change),
        Step("wait-over", _("The wait is over"), _wait_over),
        Step("second-look", _("Once more, with a calm eye: send it, change it, or not"), _look),
    )


def _answering() -> tuple[Step, ...]:
    return (
        Step("ready", _("Nothing stands in the way, so the one button is on"), _ready),
        Step("copied", _("By hand: it is copied, and the page opened"), _send),
        Step("follow-up", _("Posted, with its link. Now follow up"), _posted),
    )


def _learning() -> tuple[Step, ...]:
    return (
        Step("close", _("Next day she is glad. Closing leads to the debrief"), _close),
        Step(
            "debrief", _("Sitting down after it, with the timeline filled in"), _debrief, dark=True
        ),
        Step("closed", _("The whole story of the case"), _debrief_go),
    )


def _around() -> tuple[Step, ...]:
    return (
        Step("search", _("Search finds every word, also in what is older"), _search),
        Step("listening", _("What is listened to, and what needs somebody"), _listening),
        Step("inbox", _("And something new has been said"), _inbox, dark=True),
    )


# --- the first start -----------------------------------------------------------------------------


def _wait(guide: Guide, _said: dict[str, Any]) -> None:
    guide.settle()


def _rehearse(guide: Guide, _said: dict[str, Any]) -> None:
    guide.press("welcome.rehearse")
    guide.go_on()


# --- reading -------------------------------------------------------------------------------------


def _without_banner(guide: Guide, _said: dict[str, Any]) -> None:
    """From here on it is left out: it would stand in every picture."""
    banner: QWidget = guide.find("rehearsal.banner")
    banner.hide()
    guide.settle()


def _open(guide: Guide, said: dict[str, Any]) -> None:
    guide.pick(said["who"])


def _say_read(guide: Guide, _said: dict[str, Any]) -> None:
    guide.press("case.read")
    guide.find("sign_in.passphrase")


def _sign_in(guide: Guide, said: dict[str, Any]) -> None:
    guide.sign_in(said["handler"], said["passphrase"])


def _feel(guide: Guide, _said: dict[str, Any]) -> None:
    guide.press("case.feel.stung")
    guide.later(minutes=2)
    to_top("case.left")


def _hold(guide: Guide, said: dict[str, Any]) -> None:
    guide.press("case.holding")
    guide.press(f"holding.wording.{said['holding_wording']}")


def _hold_go(guide: Guide, said: dict[str, Any]) -> None:
    guide.press("holding.send")
    guide.type("holding.link", said["held_at"])
    guide.press("holding.posted")
    to_top("case.right")


def _judge(guide: Guide, said: dict[str, Any]) -> None:
    guide.press("case.judge.verdict.genuine")
    guide.press("case.judge.kind.complaint")
    guide.type("case.judge.evidence", said["evidence"])


# --- writing -------------------------------------------------------------------------------------


def _draft(guide: Guide, said: dict[str, Any]) -> None:
    guide.press("case.judge.save")
    guide.later(minutes=4)
    guide.type("case.editor", said["first_draft"])
    guide.until(lambda: _saved(guide), _("the words are kept"))


def _offer(guide: Guide, said: dict[str, Any]) -> None:
    guide.press("case.details")
    guide.press("case.offer")
    guide.type("case.offer.words", said["offer"]["words"])
    guide.type("case.offer.amount", f"{said['offer']['amount'] / 100:.2f}")
    bring(guide.find("case.details.use"))


def _before(guide: Guide, _said: dict[str, Any]) -> None:
    guide.press("case.details.use")
    guide.later(minutes=1)
    bring(guide.find("case.send"))
    to_top("case.left")


def _ask(guide: Guide, _said: dict[str, Any]) -> None:
    guide.press("case.check.needs_second_person")
    guide.later(minutes=3)
    bring(guide.find("case.send"))


def _remark(guide: Guide, said: dict[str, Any]) -> None:
    guide.press("case.check.needs_second_person")
    guide.type("review.note", said["remark"])
    guide.type("review.passphrase", said["passphrase"])


def _remark_go(guide: Guide, _said: dict[str, Any]) -> None:
    guide.press("review.changes")
    to_top("case.left")


def _second_draft(guide: Guide, said: dict[str, Any]) -> None:
    guide.later(minutes=5)
    guide.type("case.editor", said["second_draft"])
    guide.until(lambda: _saved(guide), _("the words are kept"))
    to_top("case.left")
    bring(guide.find("case.send"))


def _versions(guide: Guide, _said: dict[str, Any]) -> None:
    guide.focus(guide.find("case.mention"))
    guide.settle()
    guide.press("case.versions")


def _case(guide: Guide, said: dict[str, Any]) -> None:
    guide.press("case.versions.back")
    guide.press(_ASK)
    guide.later(minutes=2)
    guide.go_to("with_reviewer")
    guide.pick(said["who"])
    guide.let_go()
    to_top("case.left")


def _review(guide: Guide, said: dict[str, Any]) -> None:
    guide.press(_ASK)
    for tick in ("true", "kind", "promise", "private"):
        guide.press(f"review.tick.{tick}")
    guide.type("review.passphrase", said["passphrase"])


def _review_go(guide: Guide, _said: dict[str, Any]) -> None:
    guide.press("review.sign")
    bring(guide.find("case.send"))


_ASK = "case.check.needs_second_person"


# --- the wait ------------------------------------------------------------------------------------


def _change(guide: Guide, _said: dict[str, Any]) -> None:
    guide.focus(guide.find("case.editor"))
    guide.keys("!")


def _wait_over(guide: Guide, _said: dict[str, Any]) -> None:
    guide.press("case.question.leave")
    guide.later(minutes=52)
    to_top("case.left")
    bring(guide.find("case.send"))


def _look(guide: Guide, _said: dict[str, Any]) -> None:
    guide.press("case.check.second_look")


# --- the answer ----------------------------------------------------------------------------------


def _ready(guide: Guide, _said: dict[str, Any]) -> None:
    guide.press("look.send")
    bring(guide.find("case.send"))


def _send(guide: Guide, _said: dict[str, Any]) -> None:
    guide.press("case.send")
    to_top("case.right")


def _posted(guide: Guide, said: dict[str, Any]) -> None:
    guide.type("case.sending.link", said["posted_at"])
    guide.press("case.sending.posted")
    guide.go_to("follow_up")
    guide.pick(said["who"])


# --- learning ------------------------------------------------------------------------------------


def _close(guide: Guide, _said: dict[str, Any]) -> None:
    guide.later(minutes=20 * 60)
    guide.press("case.close")
    guide.press("debrief.outcome.resolved")


def _debrief(guide: Guide, said: dict[str, Any]) -> None:
    told = said["debrief"]
    for name in ("escalated", "better", "opportunity"):
        guide.type(f"debrief.{name}", told[name])
    for cause in told["causes"]:
        guide.press(f"debrief.causes.{cause}")
    for number, action in enumerate(told["actions"], start=1):
        if number > 1:
            guide.press("debrief.action.more")
        guide.type(f"debrief.action.{number}.what", action["words"])
        guide.type(f"debrief.action.{number}.who", action["who"])
    guide.type("debrief.with", told["debriefed_with"])
    guide.press(f"debrief.feeling.{told['feeling']}")


def _debrief_go(guide: Guide, said: dict[str, Any]) -> None:
    guide.press("debrief.done")
    guide.go_to("closed")
    guide.pick(said["who"])


# --- around it -----------------------------------------------------------------------------------


def _search(guide: Guide, said: dict[str, Any]) -> None:
    guide.go_to("new")
    guide.type("inbox.search", said["search"])


def _listening(guide: Guide, _said: dict[str, Any]) -> None:
    guide.go_to("listening")


def _inbox(guide: Guide, said: dict[str, Any]) -> None:
    guide.go_to("new")
    guide.pick(said["who"])
    guide.let_go()


def _saved(guide: Guide) -> bool:
    label: Any = guide.find("case.saved")
    return _("Saved {time}").split("{", maxsplit=1)[0] in label.text()
