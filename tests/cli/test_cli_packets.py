"""The second person far away, typed: invite, take, ask with a packet, sign by a code, revoke."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Desk
from tests.packets.conftest import Phone

REPLY = "Dear Robin, thank you. That should not have happened."


def test_the_second_person_signs_from_far_away(desk: Desk) -> None:
    desk.enrol("Ana")
    invitation, packet = desk.files / "invitation.html", desk.files / "packet.html"
    desk("people", "invite", "Tom", "--packet", str(invitation), "--may-offer", "30.00", who="Ana")
    phone = Phone()
    page = invitation.read_text(encoding="utf-8")
    code = desk.file(f"Here it is:\n{phone.key_code(page)}\nTom")
    refused = desk("people", "take", code, who="Ana", expect=4)
    assert refused.code == "not_compared"
    taken = desk("people", "take", code, "--compared", who="Ana")
    words = " ".join(taken.data["words"])
    assert words in refused.data["error"]["words"]
    tom = desk("people", "list").data[1]
    assert (tom["name"], tom["may_offer"]) == ("Tom", "30.00")
    assert tom["packet_key"]

    case = desk.paste("The bread was from yesterday.")
    desk("write", case, "--file", desk.file(REPLY), who="Ana")
    asking = ["ask", case, "--who", "Tom", "--packet"]
    assert desk(*asking, str(invitation), who="Ana", expect=4).code == "file_exists"
    made = desk(*asking, str(packet), who="Ana")
    assert len(made.data["words"]) == 6
    held = packet.read_text(encoding="utf-8")
    remark = desk.file(phone.answer(held, "Say when."))
    signed = desk.file(phone.answer(held))
    assert desk("sign", case, "--code-file", remark).data["remark"] == "Say when."
    assert desk("sign", case, "--code-file", signed, expect=4).code == "packet_used"
    assert "Say when." in desk.text("case", "show", case)

    desk("write", case, "--file", desk.file(f"{REPLY} We call you at six."), who="Ana")
    second = Path(f"{packet}.2.html")
    desk(*asking, str(second), "--blind", who="Ana")
    answer = phone.answer(second.read_text(encoding="utf-8"))
    other = desk.paste("And the tea was cold.")
    assert desk("sign", other, "--code-file", desk.file(answer), expect=4).code == (
        "packet_other_case"
    )
    assert desk("sign", case, "--code-file", "-", stdin=answer).data["remark"] is None
    assert not {"needs_second_person", "sign_off_lapsed", "changes_asked"} & set(desk.gate(case))
    desk("people", "revoke", "Tom", who="Ana")
    assert "needs_second_person" not in desk.gate(case)
    assert desk(*asking, f"{packet}.3", who="Ana", expect=4).code == "no_packet_key"
    assert desk("journal", "verify").data["whole"]
    exported = desk.files / "journal.jsonl"
    desk("journal", "export", str(exported))
    assert desk("journal", "verify", str(exported)).data["whole"]
