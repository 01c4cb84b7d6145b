"""Mail that comes back: which of ours it was, by the notices that servers write."""

from __future__ import annotations

from typing import Any

import pytest

from calmreply.adapters.channels.imap import reading

OURS = "<a-token@bluedoor.example>"
ABOUT = {"own": ["hello@bluedoor.example"], "now": 1_790_000_000.0, "received": None}

REPORT = f"""\
From: MAILER-DAEMON@mx.customer.example (Mail Delivery System)
To: hello@bluedoor.example
Subject: Undelivered Mail Returned to Sender
Message-ID: <notice@mx.customer.example>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

I'm sorry to have to inform you that your message could not be delivered.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.customer.example

Final-Recipient: rfc822; marta@customer.example
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 <marta@customer.example>:
    no such \u202emailbox here

--b
Content-Type: text/rfc822-headers

From: hello@bluedoor.example
To: marta@customer.example
Message-ID: {OURS}

--b--
"""
PLAIN = f"""\
From: Mail Delivery System <Mailer-Daemon@mx.customer.example>
To: hello@bluedoor.example
X-Failed-Recipients: marta@customer.example
References: {OURS}
Subject: Mail delivery failed: returning message to sender
Message-ID: <other@mx.customer.example>

This message was created automatically by mail delivery software.
"""


def read(letter: str) -> dict[str, Any]:
    return reading.read(letter.replace("\n", "\r\n").encode(), ABOUT)


def test_a_report_names_it_and_says_why() -> None:
    said = read(REPORT)
    assert said["heard"] == []
    names, why = said["returned"]
    assert names == (OURS,)
    assert why == "550 5.1.1 <marta@customer.example>: no such mailbox here"


def test_a_notice_without_a_report_is_one_by_its_head() -> None:
    said = read(PLAIN)
    assert (said["heard"], said["returned"]) == ([], ((OURS,), ""))


@pytest.mark.parametrize(
    "letter",
    [
        REPORT.replace("Action: failed", "Action: delayed"),
        REPORT.replace("Action: failed", "Action: relayed"),
        REPORT.replace("multipart/report; report-type=delivery-status", "multipart/mixed"),
        PLAIN.replace("X-Failed-Recipients: marta@customer.example\n", ""),
        REPORT.replace(
            "To: hello", "X-Failed-Recipients: marta@customer.example\nTo: hello", 1
        ).replace("failed\nStatus", "delayed\nStatus"),
        f"From: Marta <marta@customer.example>\nIn-Reply-To: {OURS}\n\nAction: failed\n",
    ],
)
def test_late_mail_and_answers_are_none(letter: str) -> None:
    assert read(letter)["returned"] == ((), "")


@pytest.mark.parametrize(
    "junk", ["\n" * 200_000, "message-id:" * 50_000, "diagnostic-code: x\n" * 9_000]
)
def test_hostile_notices_cost_little(junk: str) -> None:
    names, why = read(REPORT.replace("Action: failed\n", f"Action: failed\n{junk}"))["returned"]
    assert len(names) <= 10
    assert len(why) <= 300
