"""One mail to mentions: whose words it is, how many there are, and what is left out."""

from __future__ import annotations

import base64
import quopri
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calmreply.adapters.channels.imap import links, quoting, reading, sorting

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
RECEIVED = datetime(2026, 11, 20, 9, tzinfo=UTC)
OWN = "hello@bluedoor.example"
ABOUT = {"own": [OWN], "now": NOW.timestamp(), "received": RECEIVED.timestamp()}
HEADERS = {
    "From": "Anna Berg <anna@customer.example>",
    "To": OWN,
    "Subject": "Your rolls",
    "Date": "Fri, 20 Nov 2026 08:30:00 +0100",
    "Message-ID": "<one@customer.example>",
    "Content-Type": "text/plain; charset=utf-8",
}
ALERT = {
    "From": "Google Alerts <googlealerts-noreply@google.com>",
    "Subject": "Google Alert - Blue Door Bakery",
    "Content-Type": "text/html; charset=utf-8",
    "Content-Transfer-Encoding": "quoted-printable",
    "Auto-Submitted": "auto-generated",
    "Return-Path": "<>",
}
REVIEW_PAGE = "https://www.trustpilot.com/reviews/64"


def letter(body: str | bytes = "They were hard.", **headers: str | None) -> bytes:
    told: dict[str, str | None] = dict(HEADERS)
    told |= {name.replace("_", "-"): value for name, value in headers.items()}
    lines = [f"{name}: {value}" for name, value in told.items() if value is not None]
    text = body.encode() if isinstance(body, str) else body
    return "\r\n".join([*lines, "", ""]).encode("utf-8", "surrogateescape") + text


def everything(message: bytes, **about: Any) -> list[dict[str, Any]]:
    said = reading.read(message, {**ABOUT, **about})
    assert not said["damaged"]
    heard: list[dict[str, Any]] = said["heard"]
    return heard


def only(message: bytes, **about: Any) -> dict[str, Any]:
    [one] = everything(message, **about)
    return one


def mixed(kind: str, *parts: tuple[str, str]) -> bytes:
    pieces = "".join(f"--b1\r\nContent-Type: {t}\r\n\r\n{body}\r\n" for t, body in parts)
    return letter(pieces + "--b1--\r\n", Content_Type=f'multipart/{kind}; boundary="b1"')


class TestAnOrdinaryMail:
    def test_everything_it_says(self) -> None:
        assert only(letter(Content_Language="de-AT, en")) == {
            "key": "<one@customer.example>",
            "author": "Anna Berg",
            "contact": "anna@customer.example",
            "title": "Your rolls",
            "text": "They were hard.",
            "published": datetime(2026, 11, 20, 7, 30, tzinfo=UTC).timestamp(),
            "public": False,
            "language": "de-AT",
            "target": "anna@customer.example",
            "thread": "<one@customer.example>",
            "answers": "",
        }

    def test_an_answer_goes_where_it_is_wanted(self) -> None:
        one = only(letter(Reply_To="Anna at home <anna@home.example>"))
        assert (one["author"], one["contact"]) == ("Anna Berg", "anna@home.example")
        assert one["target"] == "anna@home.example"

    @pytest.mark.parametrize(
        ("headers", "answers"),
        [
            ({"In_Reply_To": "<a@shop.example>"}, "<a@shop.example>"),
            (
                {
                    "In_Reply_To": "<a@shop.example>",
                    "References": "<x@b.example>\r\n <c@d.example>",
                },
                "<a@shop.example>",
            ),
            ({"References": "<x@b.example>\r\n <a@shop.example>"}, "<a@shop.example>"),
            (
                {"In_Reply_To": "Your mail on Monday", "References": "<a@b.example>"},
                "<a@b.example>",
            ),
            ({"In_Reply_To": "Your mail <a@b.example> of Monday"}, "<a@b.example>"),
            ({"In_Reply_To": f"<{'x' * 900}@b.example>"}, ""),
            ({"In_Reply_To": "<>", "References": "<nothing> x@y.example"}, ""),
        ],
    )
    def test_which_mail_it_answers(self, headers: dict[str, str], answers: str) -> None:
        assert only(letter(**headers))["answers"] == answers

    def test_without_a_name_of_its_own_it_stands_in_no_thread(self) -> None:
        assert only(letter(Message_ID=None))["thread"] == ""
        assert only(letter(Message_ID=None, References="<a@b.example>"))["thread"] == ""

    @pytest.mark.parametrize(
        ("headers", "before"),
        [
            ({"References": "<x@b.example>\r\n <a@b.example>"}, "<x@b.example> <a@b.example> "),
            (
                {"References": "<x@b.example>", "In_Reply_To": "<other@b.example>"},
                "<x@b.example> ",
            ),
            ({"In_Reply_To": "<a@b.example>"}, "<a@b.example> "),
            ({"In_Reply_To": "<a@b.example> <c@d.example>"}, ""),
            ({"References": "<x@b.example>,<x@b.example> (a) <>"}, "<x@b.example> "),
            ({"References": "<one@customer.example> <a@b.example>"}, "<a@b.example> "),
            ({"References": f"<{'x' * 900}@b.example>"}, ""),
            ({"References": "<a b@c.example> nothing"}, ""),
        ],
    )
    def test_what_an_answer_to_it_refers_to(self, headers: dict[str, str], before: str) -> None:
        """RFC 5322, 3.6.4."""
        assert only(letter(**headers))["thread"] == f"{before}<one@customer.example>"

    @pytest.mark.parametrize("size", [10, 60, 190])
    def test_of_a_thousand_mails_in_a_row_the_first_and_the_newest_are_named(
        self, size: int
    ) -> None:
        many = [f"<{n:04}{'x' * size}@b.example>" for n in range(1_000)]
        one = only(letter(References="\r\n ".join(many)))
        named = one["thread"].split(" ")
        assert len(one["thread"]) <= 900
        assert named[0] == many[0]
        assert named[-1] == one["key"]
        assert 2 <= len(named[1:-1]) <= 20
        assert named[1:-1] == many[len(many) - len(named) + 2 :]
        assert one["answers"] == many[-1]

    @pytest.mark.parametrize(
        ("sent", "author"),
        [
            ("=?utf-8?q?J=C3=B6rg?= <j@c.example>", "Jörg"),
            ("=?utf-8?b?SsO2?= =?utf-8?b?cmc=?= <j@c.example>", "Jörg"),
            ("=?utf-8?b?SsM=?= =?utf-8?b?tnJn?= <j@c.example>", "Jörg"),  # a letter cut in two
            ("=?x-nothing?q?J=C3=B6rg?= <j@c.example>", "Jörg"),
            ("=?utf-8?b?####?= <j@c.example>", "j@c.example"),
            ('"Berg, Jörg" <j@c.example>', "Berg, Jörg"),
            ("j@c.example (Jörg)", "Jörg"),
            ("j@c.example", "j@c.example"),
            ("Jörg\r\n <j@c.example>", "Jörg"),
            ("Jörg <<j@c.example>>, k@c.example", "Jörg"),
            ("=?utf-8?q?J=C3=B6rg_=3Cj=40c=2Eexample=3E?=", "Jörg"),
        ],
    )
    def test_names_and_addresses(self, sent: str, author: str) -> None:
        one = only(letter(From=sent))
        assert one["contact"] == "j@c.example"
        assert one["author"] == author

    @pytest.mark.parametrize(
        ("told", "meant"),
        [
            ("Fri, 20 Nov 2026 08:30:00 -0000", datetime(2026, 11, 20, 8, 30, tzinfo=UTC)),
            ("Fri, 20 Nov 2026 13:30:00 +0000", RECEIVED),  # after now
            ("Fri, 20 Nov 2026 11:30:00 +0000", RECEIVED),  # long after it was received
            ("Fri, 20 Nov 1896 08:30:00 +0000", RECEIVED),
            ("Fri, 20 Nov 99999 08:30:00 +9999", RECEIVED),
            ("yesterday", RECEIVED),
            (None, RECEIVED),
        ],
    )
    def test_when_it_was_written(self, told: str | None, meant: datetime) -> None:
        assert only(letter(Date=told))["published"] == meant.timestamp()

    def test_without_a_message_id_it_is_known_by_what_it_is(self) -> None:
        first = only(letter(Message_ID=None))["key"]
        assert first.startswith("digest:")
        assert only(letter(Message_ID=None))["key"] == first
        assert only(letter("Other words.", Message_ID=None))["key"] != first
        assert only(letter(Message_ID="none"))["key"] == first

    def test_texts_in_any_coding(self) -> None:
        said = "Grüße aus Köln"
        latin = said.encode("latin-1")
        quoted = quopri.encodestring(latin)
        packed = base64.encodebytes(said.encode("utf-16"))
        for body, kind, coding in (
            (latin, "text/plain; charset=iso-8859-1", None),
            (latin, "text/plain", "8bit"),
            (latin, "text/plain; charset=us-ascii", None),
            (latin, "text/plain; charset=punycode", None),  # no charset of a mail, and slow
            (said.encode(), 'text/plain; charset="no-such"', None),
            (said.encode(), "nonsense", None),
            (quoted, "text/plain; charset=windows-1252", "Quoted-Printable"),
            (packed, "text/plain; charset=utf-16", "BASE64"),
            (packed[:-3] + b"!\r\n", "text/plain; charset=utf-16", "base64"),
        ):
            one = only(letter(body, Content_Type=kind, Content_Transfer_Encoding=coding))
            assert one["text"].startswith(said[:-1]), (kind, coding)

    def test_lines_that_flow_are_put_together(self) -> None:
        body = "They were \r\nhard.\r\n\r\nAll of \r\n them.\r\n-- \r\nAnna"
        one = only(letter(body, Content_Type="text/plain; format=flowed"))
        assert one["text"] == "They were hard.\n\nAll of them.\n--\nAnna"


class TestParts:
    def test_the_plain_part_is_read_and_not_the_page(self) -> None:
        page = "<p>They were <b>hard</b>.</p><script>alert(1)</script>"
        both = mixed("alternative", ("text/plain", "They were hard."), ("text/html", page))
        assert only(both)["text"] == "They were hard."
        assert only(mixed("alternative", ("text/html", page)))["text"] == "They were hard."

    def test_a_plain_part_that_only_points_to_the_page_is_not_enough(self) -> None:
        page = f"<p>{'The rolls were hard and nobody said a word. ' * 6}</p>"
        stub = mixed("alternative", ("text/plain", "See the page."), ("text/html", page))
        assert only(stub)["text"].startswith("The rolls were hard")

    def test_attachments_are_not_read(self) -> None:
        attached = "text/plain\r\nContent-Disposition: attachment"
        pieces = mixed(
            "mixed", ("text/plain", "Hello"), (attached, "secret"), ("text/plain", "Bye")
        )
        assert only(pieces)["text"] == "Hello\n\nBye"

    def test_a_mail_within_a_mail_is_read(self) -> None:
        inner = "Subject: Inner\r\n\r\nThey were hard."
        assert only(mixed("mixed", ("message/rfc822", inner)))["text"] == "They were hard."

    def test_a_line_that_is_no_header_line_is_no_end_of_them(self) -> None:
        torn = letter().replace(b"Subject:", b"torn off\r\nSubject:")
        assert only(torn) == only(letter())
        part = mixed("mixed", ("text/plain\r\nThey were hard.", ""))
        assert only(part)["text"] == "They were hard."

    @pytest.mark.parametrize("kind", ["multipart/mixed", 'multipart/mixed; boundary="zz"'])
    def test_a_boundary_that_is_missing_is_guessed(self, kind: str) -> None:
        body = "--xyz\r\nContent-Type: text/plain\r\n\r\nThey were hard.\r\n--xyz--\r\n"
        assert only(letter(body, Content_Type=kind))["text"] == "They were hard."
        assert only(letter("They were hard.", Content_Type=kind))["text"] == "They were hard."


class TestNobodysWords:
    @pytest.mark.parametrize(
        "headers",
        [
            {"From": f"Us <{OWN.upper()}>"},
            {"From": OWN, "Reply_To": OWN},
            {"Auto_Submitted": "auto-replied (vacation)"},
            {"Auto_Submitted": "auto-generated"},
            {"Content_Type": "multipart/report; report-type=delivery-status; boundary=x"},
            {"Return_Path": "< >"},
            {"From": "Mail Delivery System <MAILER-DAEMON@mail.example>"},
            {"X_Failed_Recipients": "anna@customer.example"},
            {"X_Autoreply": "yes"},
            {"Precedence": "auto_reply"},
            {"Content_Type": "multipart/digest; boundary=x"},
            {"List_Id": "<bakers.lists.example>", "Subject": "Bakers Digest, Vol 3, Issue 7"},
        ],
    )
    def test_are_never_mentions(self, headers: dict[str, str]) -> None:
        assert everything(letter(**headers)) == []

    def test_a_form_on_our_page_brings_the_words_of_its_writer(self) -> None:
        one = only(letter(From=f"Blue Door <{OWN}>", Reply_To="Anna <anna@customer.example>"))
        assert (one["author"], one["contact"]) == ("Anna", "anna@customer.example")

    def test_a_machine_behind_which_somebody_stands_is_heard(self) -> None:
        form = letter(From="form@host.example", Auto_Submitted="auto-generated",
                      Reply_To="anna@customer.example")  # fmt: skip
        assert only(form)["contact"] == "anna@customer.example"
        assert only(letter(Auto_Submitted="no", Return_Path="<anna@customer.example>"))
        assert only(letter(List_Id="<bakers.lists.example>"))

    @pytest.mark.parametrize("name", ["Sent", "INBOX.Sent", "[Gmail]/Sent Mail", "Gesendet"])
    def test_folders_of_what_was_sent(self, name: str) -> None:
        assert sorting.is_sent_folder(name)
        assert not sorting.is_sent_folder(f"{name} by customers")


def redirect(target: str, way: str = "url") -> str:
    return f"https://www.google.com/url?rct=j&amp;sa=t&amp;{way}={target}&amp;ct=ga&amp;usg=AO"


class TestGoogleAlerts:
    NEW = (
        "<html><body><table><tr><td>Blue Door Bakery</td></tr>"
        '<tr itemscope><td><div><span><a href="{a}"><span itemprop="name">The <b>Blue Door</b> is '
        "closed</span></a></span><div><div itemprop=publisher><span>Town News</span></div><div>A "
        '<b>bakery</b> that everybody knew.</div></div><a href="https://www.google.com/alerts/share'
        '?ru=x">Share</a> <a href="https://www.google.com/alerts/feedback?ffu=y">Flag as irrelevant'
        '</a></div></td></tr><tr itemscope><td><div><a href="{b}"></a><a href="{b}">Ten bakeries'
        '</a><div>Ranked by us &amp; you</div></div></td></tr></table><hr><a href="https://www.google.'
        'com/alerts/remove">Unsubscribe</a> You have received this because you subscribed.</body>'
    )
    A, B = "https://town.example/news?id=1&p=2", "http://list.example/ten"

    def test_every_hit_is_a_mention_with_its_real_address(self) -> None:
        page = self.NEW.format(a=redirect("https://town.example/news%3Fid%3D1%26p%3D2"),
                               b=redirect(self.B, "q"))  # fmt: skip
        first, second = everything(letter(quopri.encodestring(page.encode()), **ALERT))
        assert (first["url"], second["url"]) == (self.A, self.B)
        assert (first["site"], second["site"]) == ("town.example", "list.example")
        assert (first["title"], second["title"]) == ("The Blue Door is closed", "Ten bakeries")
        assert first["text"] == "Town News\nA bakery that everybody knew."
        assert second["text"] == "Ranked by us & you"
        assert first["public"]
        assert first["key"] != second["key"]
        assert first["key"].startswith("<one@customer.example>#")

    def test_an_old_layout_without_cells_to_hold_the_words(self) -> None:
        page = (
            f'<p><a href="{redirect(self.B, "q")}">Ten bakeries</a><br><font>Town News<br>Ranked.'
            f'<br><a href="{redirect("http://news.google.com/news/story", "q")}">See all</a></font>'
            f'<p><a href="{redirect("http://blog.example/x", "q")}">Crumbs</a><br>By Jo'
        )
        found = everything(letter(quopri.encodestring(page.encode()), **ALERT))
        assert [each["url"] for each in found] == [self.B, "http://blog.example/x"]
        assert [each["text"] for each in found] == ["Town News\nRanked.", "By Jo"]

    def test_a_mail_without_markup(self) -> None:
        body = (
            "=== News - 2 new results for [Blue Door] ===\r\n\r\nTen bakeries\r\nTown News\r\n"
            "Ranked.\r\n<https://www.google.com/url?q=http://list.example/ten&ct=ga>\r\n\r\nCrumbs"
            "\r\n<https://www.google.com/url?url=http://blog.example/x>\r\n\r\nUnsubscribe:\r\n"
            "<https://www.google.com/alerts/remove?s=1>\r\n"
        )
        plain = {"Content_Type": "text/plain", "Content_Transfer_Encoding": None}
        first, second = everything(letter(body, **{**ALERT, **plain}))
        assert (first["title"], first["text"]) == ("Ten bakeries", "Town News\nRanked.")
        assert (first["url"], second["url"]) == (self.B, "http://blog.example/x")
        assert (second["title"], second["text"]) == ("Crumbs", "Crumbs")

    def test_an_alert_without_hits_is_one_plain_mail_or_none(self) -> None:
        assert everything(letter("<p>Confirm your alert</p>", **ALERT)) == []

    @pytest.mark.parametrize(
        ("link", "target"),
        [
            ("https://www.google.com/url?url=https://a.example/x%3Fy%3D1&ct=ga",
             "https://a.example/x?y=1"),
            ("https://www.google.co.uk/url?q=http://a.example/", "http://a.example/"),
            ("https://google.de/url?q=https://www.google.com/url%3Furl%3Dhttp://a.example/",
             "http://a.example/"),
            ("https://www.google.com/url?q=javascript:alert(1)", None),
            ("https://www.google.com/url?q=file:///etc/passwd", None),
            ("https://www.google.com/url?q=http://u:p@a.example/", None),
            ("https://www.google.com/alerts?q=http://a.example/", None),
            ("https://www.google.evil.example/url?q=http://a.example/", None),
            ("https://notgoogle.com/url?q=http://a.example/", None),
            ("https://www.google.com/url?" + "&".join("q=http://a.example/" for _ in range(60)),
             None),
        ],
    )  # fmt: skip
    def test_where_redirects_lead(self, link: str, target: str | None) -> None:
        assert links.target(link) == target


def notice(body: str, **headers: str | None) -> dict[str, Any]:
    told: dict[str, str | None] = {
        "From": "Trustpilot <noreply@mail.trustpilot.com>",
        "Subject": "Anna B. left you a 2-star review",
        "Content_Type": "text/html; charset=utf-8",
        "Auto_Submitted": "auto-generated",
        **headers,
    }
    found = everything(letter(body, **told))
    return found[0] if found else {}


class TestReviewNotices:
    LINK = f'<a href="{REVIEW_PAGE}">Reply to the review</a>'

    @pytest.mark.parametrize(
        ("stars", "given", "scale"),
        [
            ("2 out of 5", 2, 5),
            ("Rating: 2/5", 2, 5),
            ("★★☆☆☆", 2, 5),
            ("⭐⭐", 2, 5),
            ("⭐️ ⭐️", 2, 5),
            ("Bewertung: 2 von 5 Sternen", 2, 5),
            ("Note : 2 sur 5", 2, 5),
            ('<img src="https://x.example/s.png" alt="2 out of 5 stars">', 2, 5),
            ("Score 6.5 / 10", 6.5, 10),
            ("Bewertung 6,5 von 10", 6.5, 10),
            ("2 out of 5</p><p>Your new average rating: 4.5 out of 5", 2, 5),
        ],
    )
    def test_the_stars_in_words_and_signs(self, stars: str, given: float, scale: float) -> None:
        one = notice(f"<p>{stars}</p><p>The rolls were hard.</p>{self.LINK}",
                     Subject="Anna B. left you a review")  # fmt: skip
        assert (one["stars"], one["public"]) == ([given, scale], True)
        assert (one["url"], one["site"]) == (REVIEW_PAGE, "Trustpilot")
        assert one["author"] == "Anna B."
        assert "The rolls were hard." in one["text"]

    def test_the_star_may_stand_in_the_subject(self) -> None:
        assert notice(f"<p>The rolls were hard.</p>{self.LINK}")["stars"] == [2, 5]

    @pytest.mark.parametrize(
        ("sender", "link", "site"),
        [
            ("businessprofile-noreply@google.com", "https://g.page/r/abc/review", "Google"),
            ("notification@facebookmail.com", "https://www.facebook.com/bluedoor/reviews/",
             "Facebook"),
            ("noreply@booking.com", "https://admin.booking.com/hotel/reviews.html",
             "Booking.com"),
            ("no-reply@reviews.co.uk", "https://www.reviews.co.uk/company/blue-door",
             "reviews.co.uk"),
        ],
    )  # fmt: skip
    def test_by_what_all_sites_have(self, sender: str, link: str, site: str) -> None:
        one = notice(
            f'<p>3 out of 5</p><a href="{link}">See review</a>', From=sender, Subject="New"
        )
        assert (one["stars"], one["url"], one["site"], one["author"]) == ([3, 5], link, site, "")

    @pytest.mark.parametrize(
        "body",
        [
            "<p>2 out of 5</p><a href='https://evil.example/review'>Reply to the review</a>",
            "<p>2 out of 5</p><a href='https://www.trustpilot.com/unsubscribe'>Stop these</a>",
            f"<p>2 out of 5</p><p>Service: 4 out of 5</p>{LINK}",
            f"<p>The meeting is on 2/5/2026.</p>{LINK}",
            f"<p>Two stars</p>{LINK}",
        ],
    )
    def test_what_is_not_sure_is_an_ordinary_mail(self, body: str) -> None:
        one = notice(body, Subject="A review for you")
        assert "stars" not in one
        assert (one["public"], one["author"]) == (False, "Trustpilot")

    def test_a_customer_who_writes_of_stars_is_a_customer(self) -> None:
        body = "I gave you 2 out of 5 in my review: https://blog.customer.example/review/1"
        one = only(letter(body, Subject="Our review"))
        assert (one["public"], one["author"]) == (False, "Anna Berg")


class TestHistory:
    GMAIL = "On Thu, 19 Nov 2026 at 10:00, Blue Door <hello@bluedoor.example>\nwrote:\n"

    @pytest.mark.parametrize(
        "history",
        [
            f"{GMAIL}\n> Dear Anna,\n> sorry.\n>\n",
            "Am 19.11.2026 um 10:00 schrieb Blue Door:\n> Liebe Anna,\n",
            "Le jeu. 19 nov. 2026 à 10:00, Blue Door a écrit :\n> Chère Anna\n",
            "-----Original Message-----\nFrom: us\nWhatever",
            "-----Ursprüngliche Nachricht-----\nVon: uns",
            "__________\nFrom: Us <h@b.example>\nSent: Today\nTo: Anna\nSubject: x\n\nHi",
            "Von: Blue Door <h@b.example>\nGesendet: Donnerstag\nAn: Anna\nBetreff: Brötchen\n\nx",
        ],
    )
    def test_goes_where_it_is_marked(self, history: str) -> None:
        assert quoting.new_words(f"They were hard.\n\n{history}") == "They were hard."

    @pytest.mark.parametrize(
        "text",
        [
            f"{GMAIL}> Dear Anna,\n> sorry.\n\nThat is not enough!",
            f"{GMAIL}> all of it is quoted",
            "Your sign says:\n> Best rolls in town",
            "They were hard.\nFrom: the beginning to the end\nTo: be honest",
            "A rule -----\n----- and another",
        ],
    )
    def test_stays_in_doubt(self, text: str) -> None:
        assert quoting.new_words(text) == text

    def test_what_is_forwarded_is_no_history(self) -> None:
        text = "See below.\n-----Original Message-----\nThey were hard."
        assert quoting.new_words(text, "Fwd: rolls") == text

    def test_a_page_ends_where_its_quote_begins(self) -> None:
        quote = (
            '<div class="gmail_quote"><div>On Thursday</div><blockquote>Sorry</blockquote></div>'
        )
        html = {"Content_Type": "text/html"}
        assert only(letter(f"<p>Hard.</p>{quote}", **html))["text"] == "Hard."
        below = only(letter(f"<p>Hard.</p>{quote}<p>And dry.</p>", **html))["text"]
        assert "Sorry" in below
        assert "And dry." in below


@given(st.binary(max_size=400), st.binary(max_size=400))
def test_any_bytes_are_read(head: bytes, body: bytes) -> None:
    """Whatever stands there: an answer, in strings that can be stored, and the same twice."""
    message = letter(body)[:-200] + head + b"\r\n\r\n" + body
    said = reading.read(message, ABOUT)
    assert said == reading.read(message, ABOUT)
    for one in said["heard"]:
        assert one["key"]
        for value in one.values():
            assert not isinstance(value, str) or "\0" not in value
