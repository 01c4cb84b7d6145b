"""Packets and invitations in a real Chromium, offline, in the size of a phone."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.packets.chromium import Page
from tests.packets.conftest import TEXT, Shop

from calmreply.app import queries
from calmreply.app.cases import second
from calmreply.app.proving import trust
from calmreply.app.reviewing import invitations, packet_page, packets, suggestions
from calmreply.domain import codec
from calmreply.domain.journal import Whole
from calmreply.domain.mention import CaseId
from calmreply.domain.packet import Answer, Code, write_code
from calmreply.domain.review import ChangesAsked, SignedOff
from calmreply.domain.said import Ground
from calmreply.errors import KnownError

Save = Callable[..., Path]
WORDS = st.text(st.characters(codec="utf-8"))
ASCII = st.text(st.characters(max_codepoint=0x7E, min_codepoint=0x20))
TICKS = ("true", "kind", "promise", "private")


def passed_on(page: Page) -> str:
    """The code, once the page says that it is copied."""
    page.wait("document.getElementById('told')?.textContent")
    return page.clipboard()


def invited(shop: Shop, page: Page, save: Save) -> str:
    """Tom's phone makes a key; returns the six words he wrote down."""
    page.open(save(shop.invite(), "invitation.html"))
    page.tap("#make")
    page.wait("document.getElementById('passphrase')")
    words = " ".join(page.text("#passphrase").split())
    page.tap("#send")
    assert "Write your six words down first" in page.text("#trouble")
    page.tap("#written")
    page.tap("#send")
    code = passed_on(page)
    offered = invitations.offered(shop.home, code)
    assert " ".join(offered.words) == page.text("#fingerprint")
    shop.let_in(code)
    return words


def answer(page: Page, words: str) -> str:
    for name in TICKS:
        page.tap(f"#tick-{name}")
    page.tap("#words")
    page.type(words)
    page.tap("#send")
    return passed_on(page)


def refused(shop: Shop, case: CaseId, code: str) -> str:
    with pytest.raises(KnownError) as raised:
        packets.take(shop.home, case, code)
    return raised.value.code


def test_from_the_invitation_to_the_signed_reply(shop: Shop, page: Page, save: Save) -> None:
    words = invited(shop, page, save)
    case = shop.complaint()
    shop.write(case)
    made = shop.packet(case)
    page.taps = 0
    page.open(save(made.page))
    assert TEXT in page.text()
    assert "a new cake" in page.text()
    assert page.text("#fingerprint") == " ".join(made.words)
    code = answer(page, words)
    assert page.taps == 6, "four ticks, the field for the words, one button"
    taken, _changes = packets.take(shop.home, case, code)
    assert taken.reviewer.name == "Tom"
    assert shop.signed(case)
    assert isinstance(trust.verify_journal(shop.home), Whole)
    assert refused(shop, case, code) == "packet_used"
    assert page.requested() <= {"file", "data", "about"}
    assert page.complaints() == []


def test_everything_that_can_go_wrong_with_an_answer(shop: Shop, page: Page, save: Save) -> None:
    """Wrong words; the packet of another text, edited, lapsed; a key that was revoked."""
    words = invited(shop, page, save)
    one, two = words.split()[:2]
    case = shop.complaint()
    shop.write(case)
    made = shop.packet(case)

    page.open(save(made.page))
    page.tap("#send")
    assert "Tick all four" in page.text("#trouble")
    for name in TICKS:
        page.tap(f"#tick-{name}")
    for typed, said in (
        (f"{one} {two}", "there are 2"),
        (f"{one[:-1]}q {two}", f"Did you mean “{one}”?"),
        ("acorn " * 6, "These are not your six words."),
    ):
        page.tap("#words")
        page.run("document.getElementById('words').value = ''")
        page.type(typed)
        page.tap("#send")
        page.wait(f"document.getElementById('trouble').textContent.includes({said!r})")
    assert page.text("#code") == ""

    page.open(save(made.page.replace("That should not", "That shall not")))
    assert page.text("#fingerprint") != " ".join(made.words)
    edited = answer(page, words)
    assert refused(shop, case, edited) == "packet_does_not_hold"
    page.open(save(made.page.replace("The cake said Stan", "The cake said Sian")))
    assert page.run("document.getElementById('main').dataset.state") == "damaged"
    page.open(
        save(made.page.replace("'use strict'", "").replace("const UTF8", "let UTF8")), ready=""
    )
    assert page.run("document.getElementById('main').dataset.state ?? ''") == ""
    assert page.complains("Content Security Policy")

    page.open(save(made.page))
    good = answer(page, words)
    shop.write(case, f"{TEXT} Soon.")
    assert refused(shop, case, good) == "packet_other_text"
    later = shop.packet(case)
    page.open(save(later.page))
    good = answer(page, words.upper().replace(" ", ", "))
    invitations.revoke(shop.home, shop.ana, "Tom")
    assert refused(shop, case, good) == "packet_key_revoked"


def test_a_packet_that_lapsed_says_so_on_both_sides(shop: Shop, page: Page, save: Save) -> None:
    words = invited(shop, page, save)
    case = shop.complaint()
    shop.write(case)
    page.open(save(shop.packet(case).page))
    good = answer(page, words)
    shop.clock.advance(hours=73)
    assert refused(shop, case, good) == "packet_expired"
    shop.clock.step_wall(datetime(2020, 3, 3, tzinfo=UTC) - shop.clock.wall)
    shop.write(case, f"{TEXT} Soon.")
    page.open(save(shop.packet(case).page))
    assert "This packet lapsed on" in page.text()
    assert not page.run("Boolean(document.getElementById('send'))")


def test_a_remark_with_the_mention_first(shop: Shop, page: Page, save: Save) -> None:
    words = invited(shop, page, save)
    case = shop.complaint()
    shop.write(case)
    made = shop.packet(case, blind=True)
    page.open(save(made.page))
    assert "The cake said Stan" in page.text()
    assert "That should not" not in page.text()
    page.tap("#show")
    assert "That should not" in page.text("#reply")
    page.tap("#turn")
    page.type("“Sian”, not “Stan”. Say it once 🙂")
    page.tap("#words")
    page.type(words)
    page.tap("#send")
    taken, _changes = packets.take(shop.home, case, passed_on(page))
    assert taken.remark == "“Sian”, not “Stan”. Say it once 🙂"
    (told,) = queries.case_page(shop.home, case).known.facts.of(ChangesAsked)
    assert told.text == taken.remark
    assert isinstance(trust.verify_journal(shop.home), Whole)


def test_other_words_are_proposed_on_the_phone(shop: Shop, page: Page, save: Save) -> None:
    words = invited(shop, page, save)
    case = shop.complaint()
    shop.write(case, f"{TEXT}\r\n\r\nAna")
    page.open(save(shop.packet(case).page))
    page.tap("#turn")
    page.tap("#suggest")
    assert page.run("document.activeElement.id") == "others"
    page.tap("#words")
    page.type(words)
    page.tap("#send")
    page.wait("!document.getElementById('trouble').hidden")
    assert page.text("#trouble") == "Write what should change.", "nothing was changed yet"
    page.tap("#others")
    page.run("document.getElementById('others').setRangeText('Dearest 🙂', 0, 4)")
    page.tap("#send")
    taken, _changes = packets.take(shop.home, case, passed_on(page))
    assert (taken.signs_off, taken.remark) == (False, "")
    assert taken.suggestion == f"Dearest 🙂{TEXT[4:]}\n\nAna"
    suggestions.accept(shop.home, shop.ana, case, 1)
    page.open(save(shop.packet(case).page))
    assert "Dearest 🙂" in page.text("#reply")
    packets.take(shop.home, case, answer(page, words))
    assert shop.signed(case)
    assert isinstance(trust.verify_journal(shop.home), Whole)


def test_that_it_cannot_wait_is_said_and_signed(shop: Shop, page: Page, save: Save) -> None:
    words = invited(shop, page, save)
    case = shop.complaint()
    shop.write(case)
    reason = "There is glass <b>in</b> it, \u202eyes."
    second.declare_emergency(shop.home, shop.ana, case, Ground.SAFETY, reason)
    page.open(save(shop.packet(case).page))
    shown = page.text("#hurried")
    assert "Ana says that this cannot wait: Somebody may come to harm." in shown
    assert "There is glass <b>in</b> it, [U+202E]yes." in shown
    packets.take(shop.home, case, answer(page, words))
    (signed,) = queries.case_page(shop.home, case).known.facts.of(SignedOff)
    assert signed.hurry
    assert shop.signed(case)
    page.open(save(shop.packet(case).page.replace("There is glass", "There is grass")))
    assert refused(shop, case, answer(page, words)) == "packet_does_not_hold"


def test_what_hides_in_the_words_is_seen_and_nothing_is_run(
    shop: Shop, page: Page, save: Save
) -> None:
    words = invited(shop, page, save)
    case = shop.complaint("</script><script>window.run = 1</script><img src=x onerror='run = 1'>")
    shop.write(
        case,
        "Pay \u202eon us\u202c\u200b at https://b\u0430kery.example/x, with \u2764\ufe0f "
        "<b>from</b> 👩\u200d🍳 \u0645\u06cc\u200c\u062e "
        "<img src=x onerror='run = 1'>\r\nAna\u2028",
    )
    page.open(save(shop.packet(case).page))
    shown = page.text("#reply")
    assert "Pay [U+202E]on us[U+202C][U+200B] at" in shown
    assert "[U+2028]" in shown
    assert not {"[U+FE0F]", "[U+200D]", "[U+200C]"} & set(shown.split())
    assert "U+200D" not in shown
    assert "xn--bkery-4ve.example" in page.text("#links")
    assert page.run("window.run ?? 0") == 0
    assert page.run("document.images.length") == 0
    packets.take(shop.home, case, answer(page, words))
    assert shop.signed(case)
    assert page.complaints() == []


def test_what_looks_private_is_ticked_apart(shop: Shop, page: Page, save: Save) -> None:
    words = invited(shop, page, save)
    case = shop.complaint()
    shop.write(case, f"{TEXT} Our gift card 4111 1111 1111 1111 is a sample.")
    assert "private_data" in shop.kinds(case)
    page.open(save(shop.packet(case).page))
    assert "This looks private: 4111 1111 1111 1111" in page.text("#answer")
    page.tap("#tick-not_private")
    packets.take(shop.home, case, answer(page, words))
    assert "private_data" not in shop.kinds(case)
    assert shop.signed(case)


def test_one_press_shares_where_the_phone_can(shop: Shop, page: Page, save: Save) -> None:
    words = invited(shop, page, save)
    case = shop.complaint()
    shop.write(case)
    page.open(save(shop.packet(case).page))
    page.run("navigator.share = async (what) => { window.shared = what.text; }")
    for name in TICKS:
        page.tap(f"#tick-{name}")
    page.tap("#words")
    page.type(words)
    page.tap("#send")
    packets.take(shop.home, case, page.wait("window.shared"))
    assert shop.signed(case)
    mail = page.run("document.getElementById('mail').href")
    assert mail.startswith("mailto:ana@corner-bakery.example?subject=")
    kept = page.run("decodeURIComponent(document.getElementById('save').href)")
    assert page.run("document.getElementById('code').value") in kept


def test_both_sides_write_the_same_bytes(shop: Shop, page: Page, save: Save) -> None:
    """The canonical form, the fingerprint and the codes, in Python and in the page."""
    page.open(save(shop.invite()))

    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(
        st.recursive(
            st.none() | st.booleans() | st.integers(-(2**53), 2**53) | WORDS,
            lambda more: st.lists(more) | st.dictionaries(ASCII, more),
        ),
        st.binary(max_size=80),
    )
    def same(value: Any, data: bytes) -> None:
        text = json.dumps(json.dumps(value))
        assert page.run(f"canonical(JSON.parse({text}))") == codec.canonical(value).decode()
        words = page.run(f"fingerprint(bytes('{data.hex()}')).then((six) => six.join(' '))")
        assert words == " ".join(packet_page.fingerprint(data))
        signed = Answer(Code.SIGNED, data[:3].ljust(3), data[3:7].ljust(4), data.ljust(64)[:64])
        body = bytes([1]) + signed.key + signed.nonce + signed.signature
        assert page.run(f"code(bytes('{body.hex()}'))") == write_code(signed)

    same()


def test_a_browser_that_cannot_sign_says_so(shop: Shop, page: Page, save: Save) -> None:
    case = shop.complaint()
    shop.write(case)
    invited(shop, page, save)
    page.ask(
        "Page.addScriptToEvaluateOnNewDocument",
        source="SubtleCrypto.prototype.generateKey = async () => { throw new Error('no'); }",
    )
    page.open(save(shop.packet(case).page))
    assert "This browser cannot make a signature." in page.text()
    assert "current Chrome, Edge, Firefox or Safari" in page.text()


@pytest.mark.parametrize("dark", [False, True])
def test_it_fits_a_phone_and_can_be_read(
    shop: Shop, page: Page, save: Save, tmp_path: Path, *, dark: bool
) -> None:
    """No sideways scrolling, targets of 44 pixels or more, contrast by WCAG in both schemes."""
    invited(shop, page, save)
    case = shop.complaint("Never again. " * 40 + "Nooooo" * 40)
    shop.write(case, f"{TEXT} https://corner-bakery.example/{'very-' * 30}long")
    page.open(save(shop.packet(case).page), dark=dark)
    page.tap("#send")
    assert page.run("document.documentElement.scrollWidth") == 390
    heights = page.run(
        "[...document.querySelectorAll('button, a.button, .tick, input[type=text]')]"
        ".filter((one) => one.offsetParent).map((one) => one.getBoundingClientRect().height)"
    )
    assert min(heights) >= 44
    colors = page.run(
        "[...document.querySelectorAll('p, h1, h2, label, button.main')].map((one) => {"
        "let under = one; while (getComputedStyle(under).backgroundColor === 'rgba(0, 0, 0, 0)')"
        " under = under.parentElement;"
        "return [getComputedStyle(one).color, getComputedStyle(under).backgroundColor]; })"
    )
    assert min(contrast(*pair) for pair in colors) >= 4.5
    page.picture(tmp_path / "packet.png")
    assert (tmp_path / "packet.png").stat().st_size > 20_000


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(color: str) -> float:
    parts = [int(part) / 255 for part in color.removeprefix("rgb(").rstrip(")").split(",")]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
