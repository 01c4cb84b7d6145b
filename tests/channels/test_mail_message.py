"""A reply as the bytes of a mail: the same every time, readable by any mail program, injectable
by nobody.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email import message_from_bytes, message_from_string, policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import parseaddr

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from calmreply.adapters.channels import message
from calmreply.adapters.channels.imap.reading import read
from calmreply.adapters.channels.mail import MailChannel
from calmreply.app.ports.storage import Account
from calmreply.errors import KnownError
from calmreply.testing.contracts.channel import CREATED, FIRST, code_of, sample, tools

MAIL = MailChannel()
TARGET = "anna@customer.example"
HEADERS = ["From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type",
           "Content-Transfer-Encoding"]  # fmt: skip
ANYTHING = st.text(st.characters(exclude_categories=["Cs"]))
ONE_LINE = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=200)
TARGETS = st.one_of(
    st.emails(),
    st.text(max_size=30),
    st.builds(lambda a, b: f"{a}@{b}", st.text(max_size=20), st.text(max_size=20)),
    st.sampled_from(["anna@müller.example", "grüße@shop.example", "a@b.example, c@d.example"]),
)


def shop(name: str = "Blue Door", address: str = "hello@bluedoor.example") -> Account:
    return Account("a1", "mail", {"name": name, "address": address})


def rendered(account: Account, target: str = TARGET, **changes: str) -> bytes:
    return MAIL.render(sample(target, **changes), account, MAIL.key(FIRST, account), CREATED)


def parsed(wire: bytes) -> EmailMessage:
    return message_from_string(wire.decode(), policy=policy.SMTPUTF8)


def called(wire: bytes) -> str:
    """The sender's name, by the older and stricter of Python's two parsers."""
    phrase, _ = parseaddr(str(message_from_bytes(wire, policy=policy.compat32)["From"]))
    return str(make_header(decode_header(phrase)))


def lines_made_one(text: str) -> str:
    """What a text is after any mail: line ends alike, and one at the end."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text if text.endswith("\n") else text + "\n"


def test_a_mail_is_these_very_bytes_for_ever() -> None:
    """A reply may be rendered again by a later version: only a new record may look different."""
    record = sample(
        "anna@müller.example",
        subject="Re: Your visit 🫖",
        text="Dear Anna,\nwe are sorry.\n.\nMélanie",
        thread="<77.a@mail.customer.example>",
    )
    account = shop('Mia "Blue" O\'Neil', "hello@bluedoor.example")
    wire = MAIL.render(record, account, "<t0ken@bluedoor.example>", "2026-03-03T09:05:07.123Z")
    assert wire.decode() == (
        'From: "Mia \\"Blue\\" O\'Neil" <hello@bluedoor.example>\r\n'
        "To: anna@xn--mller-kva.example\r\n"
        "Subject: =?utf-8?b?UmU6IFlvdXIgdmlzaXQg8J+rlg==?=\r\n"
        "Date: Tue, 03 Mar 2026 09:05:07 +0000\r\n"
        "Message-ID: <t0ken@bluedoor.example>\r\n"
        "In-Reply-To: <77.a@mail.customer.example>\r\n"
        "References: <77.a@mail.customer.example>\r\n"
        "MIME-Version: 1.0\r\n"
        "Content-Type: text/plain; charset=utf-8\r\n"
        "Content-Transfer-Encoding: quoted-printable\r\n"
        "\r\n"
        "Dear Anna,\r\nwe are sorry.\r\n=2E\r\nM=C3=A9lanie\r\n"
    )


@given(text=ANYTHING, subject=ONE_LINE, name=ONE_LINE)
@example(text="", subject="", name="")
@example(text="a" * 5000, subject="=?utf-8?q?x?= " * 9, name="=?utf-8?b?eA==?=")
@example(
    text="tail \t\n \n.\n..\nFrom x\r\r\n\x0c\x00\x85\u2028", subject=" a  b ", name="a, b <c@d>"
)
@example(text="雪" * 4000, subject="🫖" * 200, name='\\"')
@example(text="x = 1=20", subject="a" * 400, name="b" * 400)
def test_any_words_come_out_of_a_mail_program_as_they_went_in(
    text: str, subject: str, name: str
) -> None:
    wire = rendered(shop(name), text=text, subject=subject)
    mail = parsed(wire)
    assert mail.get_content() == lines_made_one(text).replace("\n", "\r\n")
    assert str(mail["Subject"] or "") == subject
    assert [sender.addr_spec for sender in mail["From"].addresses] == ["hello@bluedoor.example"]
    name = " ".join(name.split())
    assert called(wire) == name
    if len(name.encode()) < 40:  # the newer parser puts spaces between the parts of a longer one
        assert mail["From"].addresses[0].display_name == name
    assert [found for found in mail.keys() if subject or found != "Subject"] == [  # noqa: SIM118 - a mail, not a dict
        header for header in HEADERS if subject or header != "Subject"
    ]
    assert mail.defects == []
    assert datetime.fromisoformat(CREATED) == mail["Date"].datetime.astimezone(UTC)
    assert max(map(len, wire.split(b"\r\n"))) <= 76
    assert wire.isascii()
    assert re.search(rb"(?<!\r)\n|\r(?!\n)", wire) is None


@given(target=TARGETS, subject=st.text(max_size=60), name=st.text(max_size=60), thread=st.text())
@example(target="a@b.example\r\nBcc: c@d.example", subject="x", name="x", thread="")
@example(target=TARGET, subject="a\r\nBcc: c@d.example", name="x", thread="")
@example(target=TARGET, subject="a", name="x\nBcc: c@d.example", thread="")
@example(target=TARGET, subject="a\u2028b", name="x", thread="")
@example(target=TARGET, subject="a", name="x\x85y", thread="")
@example(target=TARGET, subject="a", name="x", thread="<a@b>\r\nBcc: c@d.example")
@example(target=TARGET, subject="a", name="x", thread="<a@b.example> <c@d.example>")
def test_nobody_writes_a_header_of_their_own(
    target: str, subject: str, name: str, thread: str
) -> None:
    account, wires = shop(name), []
    code = code_of(lambda: wires.append(rendered(account, target, subject=subject, thread=thread)))
    assert code in (None, "bad_address", "bad_subject", "bad_name")
    assert MAIL.target_fits(target) == (code != "bad_address") or code == "bad_name"
    if code is not None:
        return
    [wire] = wires
    mail = parsed(wire)
    threaded = {"In-Reply-To", "References"} & set(mail.keys())
    expected = [header for header in HEADERS if subject or header != "Subject"]
    assert [found for found in mail.keys() if found not in threaded] == expected  # noqa: SIM118 - a mail, not a dict
    assert not threaded or thread == mail["References"]
    local, _, domain = target.rpartition("@")
    envelope = message.envelope(wire)
    assert envelope.sender == "hello@bluedoor.example"
    assert envelope.recipient == mail["To"].addresses[0].addr_spec
    assert envelope.recipient.rpartition("@")[0] == local
    assert envelope.recipient.rpartition("@")[2] == message.ascii_host(domain)
    assert len(mail["To"].addresses) == 1


@given(st.emails(domains=st.sampled_from(["customer.example", "mail.customer.example"])))
def test_every_usual_address_fits(address: str) -> None:
    assert MAIL.target_fits(address)
    assert message.mailbox(address) == address


@pytest.mark.parametrize(
    ("address", "wire"),
    [
        ("anna@customer.example", "anna@customer.example"),
        ("o'brien+tea.4%x@sub.customer.example", "o'brien+tea.4%x@sub.customer.example"),
        ("Anna@Customer.EXAMPLE", "Anna@customer.example"),
        ("anna@straße.example", "anna@xn--strae-oqa.example"),
        ("anna@鍵.example", "anna@xn--5y4a.example"),
        ("grüße@customer.example", "grüße@customer.example"),
        ("a" * 64 + "@customer.example", "a" * 64 + "@customer.example"),
    ],
)
def test_addresses_that_fit(address: str, wire: str) -> None:
    assert message.mailbox(address) == wire


@pytest.mark.parametrize(
    "address",
    [
        "", "@", "anna", "anna@", "@customer.example", "anna@customer", "anna@.example",
        "anna@customer..example", "anna@customer.example.", "anna@-customer.example",
        "anna@1.2.3.4", "anna@[1.2.3.4]", "anna@customer.example:25", "anna@cust_omer.example",
        ".anna@customer.example", "anna.@customer.example", "an..na@customer.example",
        "an na@customer.example", " anna@customer.example", "anna@customer.example\n",
        "anna@customer.example,ben@customer.example", "anna@customer.example ben@customer.example",
        "Anna <anna@customer.example>", "<anna@customer.example>", "anna@ben@customer.example",
        '"anna"@customer.example', "anna(tea)@customer.example", "an\0na@customer.example",
        "anna\u200b@customer.example", "anna@cus\u200dtomer.example", "anna\u202e@customer.example",
        "anna@customer\u3000.example", "a" * 65 + "@customer.example", "ü" * 33 + "@x.example",
        "anna@" + "a" * 64 + ".example", "anna@" + ".".join(["abcdefghi"] * 26) + ".example",
        "an\ud800na@customer.example", "gru\u0308\u00dfe@x.example", "mailto:anna@x.example,y",
    ],
)  # fmt: skip
def test_addresses_that_do_not_fit(address: str) -> None:
    assert not MAIL.target_fits(address)
    with pytest.raises(KnownError) as caught:
        rendered(shop(), address)
    assert caught.value.code == "bad_address"


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "\0", "\x1b", "\x85", "\u2028", "\ud83d"])
def test_a_subject_or_a_name_of_two_lines_is_refused(end: str) -> None:
    """Not cleaned: what is sent must be what was signed."""
    two = f"Hello{end}Bcc: ben@customer.example"
    assert code_of(lambda: rendered(shop(), subject=two)) == "bad_subject"
    assert code_of(lambda: rendered(shop(two))) == "bad_name"


def test_it_refers_to_its_parent_and_to_all_before_that() -> None:
    """RFC 5322, 3.6.4; no line of it is longer than a mail may have."""
    named = [f"<{n}{'x' * 80}@customer.example>" for n in range(20)]
    wire = rendered(shop(), thread=" ".join(named))
    mail = parsed(wire)
    assert mail["In-Reply-To"] == named[-1]
    assert str(mail["References"]).split() == named
    assert max(map(len, wire.split(b"\r\n"))) < 200


def test_what_a_customer_wrote_in_a_long_exchange_is_answered_in_it() -> None:
    """As it is read from their mail, through to the mail that leaves."""
    letter = (
        b"From: anna@customer.example\r\nTo: hello@bluedoor.example\r\n"
        b"Message-ID: <3@customer.example>\r\nIn-Reply-To: <2@bluedoor.example>\r\n"
        b"References: <1@customer.example>\r\n\t<2@bluedoor.example>\r\n\r\nAnd the cake?\r\n"
    )
    about = {"own": ["hello@bluedoor.example"], "now": 1_800_000_000, "received": None}
    (heard,) = read(letter, about)["heard"]
    mail = parsed(rendered(shop(), thread=heard["thread"]))
    assert mail["In-Reply-To"] == "<3@customer.example>"
    assert mail["References"] == "<1@customer.example> <2@bluedoor.example> <3@customer.example>"


def test_a_thread_that_is_no_mail_is_left_alone() -> None:
    wrong = ("<a@b> ", "<a@b>  <c@d>", "<a@b> c@d", " ".join(["<a@b.example>"] * 51))
    for thread in wrong:
        assert b"In-Reply-To" not in rendered(shop(), thread=thread)
    for thread in ("", "https://site.example/review/1", "<>", "a@b.example", "<a@b", "<a b@c>"):
        assert b"In-Reply-To" not in rendered(shop(), thread=thread)


def test_without_an_account_or_with_a_wrong_one_there_is_no_mail() -> None:
    with pytest.raises(KnownError) as caught:
        MAIL.key(FIRST, None)
    assert caught.value.code == "no_account"
    with pytest.raises(KnownError) as caught:
        MAIL.key(FIRST, shop(address="hello"))
    assert caught.value.code == "bad_settings"


def test_bytes_that_are_not_ours_are_never_sent() -> None:
    for wire in (b"", b"To: a@b.example\r\n\r\nFrom: <a@b.example>", b"\xff\r\n\r\n"):
        with pytest.raises(ValueError, match=r"mail of ours|decode"):
            MAIL.send(shop(), None, wire, "<a@b.example>", tools())
    with pytest.raises(ValueError, match="Message-ID"):
        MAIL.render(sample(TARGET), shop(), "<a@b.example>\r\nBcc: <c@d.example>", CREATED)
    with pytest.raises(ValueError, match="attachments"):
        MAIL.render(
            {**sample(TARGET), "attachments": ["menu.pdf"]}, shop(), "<a@b.example>", CREATED
        )
