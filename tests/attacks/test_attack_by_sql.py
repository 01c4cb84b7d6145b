"""Edits of the data file by hand, without a key, each meant to make one reply leave.

For each: nothing leaves by any way, a person is told why in a sentence, and `journal verify` names
what was changed. The names say what somebody did.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from tests.attacks.conftest import OTHER_PHONE, REPLY, Shop
from tests.attacks.pencil import OwnKey, Pencil

from calmreply.app.home import Home
from calmreply.app.persons import people, people_lately
from calmreply.app.planning import wordings
from calmreply.app.reviewing import review
from calmreply.app.rules import settings
from calmreply.app.sending import send
from calmreply.domain import codec
from calmreply.domain.people import PersonId, Presence, enrolment_words
from calmreply.domain.review import signed_bytes
from calmreply.domain.wordings import Prepared, Use
from calmreply.errors import KnownError
from calmreply.testing import channels

Edit = Callable[[Pencil, Shop], object]
Before = Callable[[Shop, Home], object]
LINE_SAYS = r"what line \d+ says was changed after it was written"
CHANGED = r"The record of this case has been changed from outside \(line \d+\)"
LAPSED = "The sign-off no longer holds: ask again"
TIME_CHANGED = "the time or a setting kept beside them was changed"
WORDS_CHANGED = "What the customer said has been changed from outside"


@dataclass(frozen=True)
class Attack:
    """`told` stands on the screen of whoever says Send, `named` in what the journal's check says.

    `before`: what honest people did first, so that there is something to talk away.
    """

    name: str
    case: str
    edit: Edit
    told: str
    named: str = LINE_SAYS
    before: Before | None = None


def of(case: str, kind: str, change: Any, *, mend: bool = False) -> Edit:
    """What the newest line of that kind in a case says is changed; `mend`: and all hashes."""
    return lambda pencil, shop: pencil.change(kind, shop.cases[case], change, mend=mend)


def anybodys(kind: str, change: Any, *, mend: bool = False) -> Edit:
    """The same for a line of no case."""
    return lambda pencil, _shop: pencil.change(kind, None, change, mend=mend)


def sql(statement: str, **values: object) -> Edit:
    """A statement; in it `:case` and `:sent` are numbers of cases."""

    def edit(pencil: Pencil, shop: Shop) -> None:
        cases = {name: int(case) for name, case in shop.cases.items() if f":{name}" in statement}
        pencil.sql(statement, **cases, **values)

    return edit


def felt_hours_ago(pencil: Pencil, shop: Shop) -> None:
    pencil.earlier("feeling_said", shop.cases["waiting"], 6)


def written_an_hour_ago(pencil: Pencil, shop: Shop) -> None:
    pencil.earlier("revised", shop.cases["fresh"], 1)


def signed_for_the_other_case(pencil: Pencil, shop: Shop) -> None:
    """Ben's word about one reply is said again about another."""
    for kind in ("sign_off_asked", "signed_off"):
        old = pencil.newest(kind, shop.cases["ready"])
        now = pencil.said(pencil.newest("revised", shop.cases["unsigned"]))
        about = {"reply": now["reply"], "revision": now["revision"]}
        pencil.copy(old, shop.cases["unsigned"], **about)


def signed_with_a_key_of_ones_own(pencil: Pencil, shop: Shop) -> None:
    """The request goes to a stranger, who is enrolled by nobody's word and signs very well."""
    own, case = OwnKey(), shop.cases["unsigned"]
    person = PersonId("stranger")
    at = pencil.said(pencil.newest("revised", case))["at"]
    proof = own.sign(enrolment_words(person, "Kim", own.public))
    keys = {"key_id": own.key_id, "public": own.public.hex(), "proof": proof.hex()}
    pencil.add("enrolled", {"person": person, "name": "Kim", "at": at, **keys}, own, person)
    old = pencil.said(pencil.newest("signed_off", shop.cases["ready"]))
    record = json.loads(old["record"])
    now = pencil.said(pencil.newest("revised", case))
    about = {"reply": now["reply"], "revision": now["revision"]}
    record |= {**about, "case": case, "reviewer": person, "key": own.key_id}
    text = codec.canonical(record).decode()
    signed = {"by": person, "key_id": own.key_id, "signature": own.sign(signed_bytes(text)).hex()}
    asked = pencil.said(pencil.newest("sign_off_asked", shop.cases["ready"]))
    pencil.add("sign_off_asked", {**asked, **about, "reviewer": person}, own, person, int(case))
    pencil.add("signed_off", {**old, **about, **signed, "record": text}, own, person, int(case))


def a_bigger_purse(pencil: Pencil, _shop: Shop) -> None:
    """Ben's, who signed."""
    second = "SELECT number FROM journal WHERE kind = 'enrolled' ORDER BY number LIMIT 1 OFFSET 1"
    number = pencil.one(second)
    pencil.say(number, {**pencil.said(number), "may_offer": 10**9})


def looser(data: Any) -> None:
    for waits in (data["rules"][kind] for kind in ("complaint", "question", "praise")):
        waits.update(dict.fromkeys(waits, 0))


def cheaper(data: Any) -> None:
    data["words"]["offer"]["amount"] = 0


def elsewhere(data: Any) -> None:
    data["words"]["to"]["target"] = "evil.example/1"


def ruder(data: Any) -> None:
    data["words"]["text"] = "Get lost."


def taken_out(kind: str, case: str, *, mend: bool = False) -> Edit:
    def edit(pencil: Pencil, shop: Shop) -> None:
        pencil.take_out(pencil.newest(kind, shop.cases[case]), mend=mend)

    return edit


def approvals_exchanged(pencil: Pencil, shop: Shop) -> None:
    numbers = (pencil.newest("signed_off", shop.cases[name]) for name in ("ready", "other"))
    pencil.swap(*numbers)


def lines_in_another_order(pencil: Pencil, shop: Shop) -> None:
    """The look comes before the words it looks at, and all is chained anew."""
    one, other = (pencil.newest(kind, shop.cases["ready"]) for kind in ("revised", "looked"))
    for was, number in ((one, -1), (other, one), (-1, other)):
        for table in ("payloads", "journal"):
            pencil.sql(
                f"UPDATE {table} SET number = :number WHERE number = :was",  # noqa: S608 - ours
                was=was,
                number=number,
            )
    pencil.chain()


def praised_with_stars(pencil: Pencil, shop: Shop) -> None:
    case = shop.cases["unsigned"]
    pencil.change("judged", case, {"kind": "praise"})
    pencil.sql("UPDATE mentions SET stars = 5 WHERE case_id = :case", case=int(case))


def never_sent(pencil: Pencil, shop: Shop) -> None:
    """What says that it was sent is taken out, line and row, and the rest chained anew."""
    case = shop.cases["sent"]
    kinds = ("send_chosen", "attempt_began", "attempt_ended")
    pencil.take_out(*(pencil.newest(kind, case) for kind in kinds), mend=True)
    pencil.sql("DELETE FROM outbox")


def withdrawn(shop: Shop, home: Home) -> None:
    review.withdraw(home, shop.actor(home, "Ben"), shop.cases["ready"])


def remarked(shop: Shop, home: Home) -> None:
    review.remark(home, shop.actor(home, "Ben"), shop.cases["ready"], "Not like this.")


def ben_has_left(shop: Shop, home: Home) -> None:
    people.set_presence(home, shop.actor(home), "Ben", Presence.LEFT)


def ben_is_away(shop: Shop, home: Home) -> None:
    people.set_presence(home, shop.actor(home), "Ben", Presence.AWAY)


def lapsed(shop: Shop, home: Home) -> None:
    shop.clock.advance(hours=73)
    assert "sign_off_lapsed" in shop.kinds(home, "ready")


def asked_yesterday(pencil: Pencil, shop: Shop) -> None:
    """The request is from yesterday, and holds for a year."""
    case = shop.cases["ready"]
    at = pencil.said(pencil.newest("looked", case))["at"]
    later = {"at": at, "requested": at["wall"], "expires": "2027-01-01T00:00:00.000Z"}
    pencil.change("sign_off_asked", case, later)


def on_hold(shop: Shop, home: Home) -> None:
    """Their words wait for a connection."""
    shop.channel.will(channels.NOT_LEFT)
    send.send(home, shop.actor(home), shop.cases["ready"])
    shop.channel = type(shop.channel)(shop.channel.kind, shop.channel.title)
    shop.desk.parts = shop.parts
    shop.clock.advance(minutes=5)


def other_bytes(pencil: Pencil, shop: Shop) -> None:
    def change(data: Any) -> None:
        wire = json.loads(bytes.fromhex(data["wire"]))
        data["wire"] = codec.canonical({**wire, "text": "Get lost."}).hex()

    pencil.change("send_chosen", shop.cases["ready"], change)


def talkative(shop: Shop, home: Home) -> None:
    """A reply that holds the number of another customer."""
    case = shop.case(home, "talkative")
    shop.write(home, case, f"{REPLY} Or ask {OTHER_PHONE}.")
    shop.sign(home, case)
    shop.clock.advance(minutes=31)
    shop.look(home, "talkative")
    assert shop.kinds(home, "talkative") == ["private_data"]


def paused(shop: Shop, home: Home) -> None:
    settings.change(home, shop.actor(home), {"paused": "yes"})


ATTACKS = (
    # times of facts, feelings, waits
    Attack("the anger was hours ago", "waiting", felt_hours_ago, CHANGED),
    Attack("nobody was angry", "waiting", of("waiting", "feeling_said", {"feeling": 0}), CHANGED),
    Attack(
        "the feeling is taken out",
        "waiting",
        taken_out("feeling_said", "waiting"),
        "Ana has to say how it felt",
        r"line \d+ is missing or out of order",
    ),
    Attack("the words are an hour old", "fresh", written_an_hour_ago, CHANGED),
    Attack(
        "the time of a line",
        "ready",
        sql("UPDATE journal SET at = '2020-01-01T00:00:00.000Z' WHERE case_id = :ready"),
        CHANGED,
        "the signature of line",
    ),
    # approvals and requests
    Attack(
        "an approval of another case, copied with its request",
        "unsigned",
        signed_for_the_other_case,
        LAPSED,
        "the signature of line",
    ),
    Attack(
        "a stranger enrols and signs with a good key of their own",
        "unsigned",
        signed_with_a_key_of_ones_own,
        LAPSED,
        r"line \d+ is signed with a key that nobody enrolled",
    ),
    Attack(
        "the withdrawal of an approval is taken out",
        "ready",
        taken_out("sign_off_withdrawn", "ready"),
        CHANGED,
        r"ends before line \d+, which this computer remembers",
        withdrawn,
    ),
    Attack(
        "what the second person wants changed is erased, as if forgotten",
        "ready",
        sql(
            "UPDATE payloads SET body = NULL, salt = NULL WHERE number = "
            "(SELECT max(number) FROM journal WHERE kind = 'changes_asked')"
        ),
        CHANGED,
        "What 1 line said was erased",
        remarked,
    ),
    Attack("a request that lapsed is made anew", "ready", asked_yesterday, LAPSED, before=lapsed),
    Attack(
        "two approvals change places",
        "ready",
        approvals_exchanged,
        "A second pair of eyes: Ben has been asked",
    ),
    # texts, offers, recipients
    Attack("other words", "ready", of("ready", "revised", ruder), LAPSED),
    Attack(
        "other words, every hash put right",
        "ready",
        of("ready", "revised", ruder, mend=True),
        LAPSED,
        "the signature of line",
    ),
    Attack("a smaller offer", "offer", of("offer", "revised", cheaper), LAPSED),
    Attack("somebody may offer more", "offer", a_bigger_purse, CHANGED),
    Attack("another place to send it to", "ready", of("ready", "revised", elsewhere), LAPSED),
    Attack(
        "another server for the account",
        "ready",
        sql('UPDATE accounts SET settings = \'{"address": "evil.example"}\''),
        "An account to send from has been changed from outside",
        "Account .*: it is not as somebody set it up",
    ),
    # people, keys, rules
    Attack(
        "who left is back",
        "ready",
        anybodys("presence_changed", {"presence": "active"}),
        CHANGED,
        before=ben_has_left,
    ),
    Attack(
        "who is away is back",
        "ready",
        anybodys("presence_changed", {"presence": "active"}),
        CHANGED,
        before=ben_is_away,
    ),
    Attack("the rules", "waiting", anybodys("rules_set", looser), LAPSED),
    Attack(
        "the rules, every hash put right",
        "waiting",
        anybodys("rules_set", looser, mend=True),
        LAPSED,
        "the signature of line",
    ),
    Attack(
        "the case began under no rules of ours",
        "ready",
        sql("UPDATE cases SET rules_line = 0 WHERE id = :ready"),
        "The rules of this case have been changed from outside",
        "the rules are not those it began with",
    ),
    # what the customer said
    Attack(
        "five stars for what one person judged to be praise",
        "praised",
        sql("UPDATE mentions SET stars = 5 WHERE case_id = :praised"),
        WORDS_CHANGED,
        "what the customer said is not what came in",
    ),
    Attack(
        "judged to be praise, with five stars",
        "unsigned",
        praised_with_stars,
        CHANGED,
    ),
    Attack(
        "what the customer said",
        "ready",
        sql("UPDATE mentions SET text = 'Lovely bread.' WHERE case_id = :ready"),
        LAPSED,
        "Case 2: what the customer said is not what came in",
    ),
    Attack(
        "the page has no address, so nobody needs to look at it",
        "ready",
        sql("UPDATE mentions SET url = NULL WHERE case_id = :ready"),
        WORDS_CHANGED,
        "Case 2: where it stands or how to reach them is not as it came in",
        lambda shop, _home: shop.clock.advance(minutes=30),
    ),
    Attack(
        "the customer's number is nobody's",
        "private",
        sql("UPDATE mentions SET contact = ''"),
        WORDS_CHANGED,
        "Case 6: where it stands or how to reach them is not as it came in",
    ),
    Attack(
        "another customer's number is ours",
        "talkative",
        sql("UPDATE settings SET value = :phone WHERE name = 'contacts'", phone=OTHER_PHONE),
        "or a setting, was changed from outside",
        TIME_CHANGED,
        talkative,
    ),
    Attack(
        "a pause is over",
        "ready",
        sql("UPDATE settings SET value = 'no' WHERE name = 'paused'"),
        "or a setting, was changed from outside",
        TIME_CHANGED,
        paused,
    ),
    # the outbox
    Attack(
        "it was never sent",
        "sent",
        never_sent,
        r"The journal ends before line \d+, which this computer remembers",
        "the signature of line",
    ),
    Attack(
        "it was refused there",
        "sent",
        of("sent", "attempt_ended", {"outcome": "refused"}),
        CHANGED,
    ),
    Attack(
        "its row in the outbox is gone",
        "sent",
        sql("DELETE FROM outbox"),
        "It has been sent",
        "Case 1: what the outbox keeps of a reply is not what happened to it",
    ),
    *(
        Attack(
            f"its row in the outbox: another {column}",
            "ready",
            sql(f"UPDATE outbox SET {column} = :own WHERE case_id = :ready", own=own),  # noqa: S608 - a column of ours
            "What the outbox keeps of a reply has been changed from outside",
            "what the outbox keeps of a reply is not what happened to it",
            before=on_hold,
        )
        for column, own in (
            ("place", "elsewhere"),
            ("reply", "another"),
            ("reference", "<evil@shop.example>"),
            ("link", "https://evil.example/1"),
            ("live", 0),
            ("holding", 1),
            ("attempts", 7),
        )
    ),
    Attack(
        "a row in the outbox that nobody chose",
        "ready",
        sql(
            "INSERT INTO outbox SELECT 99, 'forged', :ready, 'another', place, 0, 1, 0, '', '' "
            "FROM outbox LIMIT 1"
        ),
        "What the outbox keeps of a reply has been changed from outside",
        "what the outbox keeps of a reply is not what happened to it",
    ),
    Attack("other bytes in the outbox", "ready", other_bytes, CHANGED, before=on_hold),
    # time
    Attack(
        "a boot that lasted longer",
        "waiting",
        sql("UPDATE boots SET last = last + 20000, stepped = 1"),
        "time that passed",
        TIME_CHANGED,
    ),
    Attack(
        "a clock confirmed from outside",
        "waiting",
        sql("UPDATE boots SET confirmed = began + 20000000000 WHERE position = 1"),
        "time that passed",
        TIME_CHANGED,
    ),
    # the journal itself
    Attack(
        "lines in another order",
        "ready",
        lines_in_another_order,
        CHANGED,
        "the signature of line",
    ),
    Attack(
        "the head",
        "ready",
        sql(
            "UPDATE journal SET hash = :own WHERE number = (SELECT max(number) FROM journal)",
            own="0" * 64,
        ),
        "changed from outside",
        r"line \d+ does not follow from the line before it",
    ),
)


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda one: one.name)
def test_nothing_leaves_and_it_is_named(shop: Shop, attack: Attack) -> None:
    if attack.before is not None:
        with shop.home() as home:
            attack.before(shop, home)
        assert shop.desk("journal", "verify").exit == 0
    with shop.pencil() as pencil:
        attack.edit(pencil, shop)
    told = shop.tries(attack.case)
    assert re.search(attack.told, told), told
    named = shop.desk.text("journal", "verify")
    assert re.search(attack.named, named), named
    if "erased" not in attack.named:  # that is what forgetting somebody looks like
        assert shop.desk("journal", "verify", expect=4).code == "journal_broken"


def test_the_shop_itself_is_whole_and_its_reply_leaves(shop: Shop) -> None:
    """Or nothing above would show anything."""
    assert shop.desk("journal", "verify").data["own_word"] == []
    assert shop.desk("send", shop.cases["ready"], who="Ana").data["state"] == "sent"
    (arrived,) = shop.channel.delivered
    assert arrived.text == REPLY


# --- keys ------------------------------------------------------------------------------------


def test_a_key_of_ones_own_in_the_place_of_somebodys(shop: Shop) -> None:
    """Ben's key, exchanged for one whose passphrase is known: it opens, and it is not his."""
    own = "nobody knows this one"
    with shop.home() as home:
        ben = people.person(home, "Ben")
        made, _recovery = home.keys.enrol(str(ben.id), 1, own)
        review.ask(home, shop.actor(home), shop.cases["unsigned"], "Ben")
    with shop.pencil() as pencil:
        pencil.sql(
            "UPDATE sealed_keys SET public = :public, sealed = :sealed WHERE person = :who",
            public=made.public,
            sealed=made.sealed,
            who=str(ben.id),
        )
    with shop.home() as home, pytest.raises(KnownError) as refused:
        people.unlock(home, "Ben", own)
    assert refused.value.code == "damaged_key"
    assert refused.value.words
    assert refused.value.way_out
    assert "needs_second_person" in shop.tries_in_vain("unsigned")
    named = shop.desk("journal", "verify", expect=4).data["differences"]
    assert [one["words"] for one in named] == ["Ben: the key that is kept here is not theirs."]


def installed(pencil: Pencil) -> OwnKey:
    """Somebody brings in a key as the program on a new computer does: by no word but its own."""
    own = OwnKey("installation", 9)
    at = pencil.said(pencil.one("SELECT max(number) FROM journal"))["at"]
    pencil.add(
        "installation_key",
        {"key_id": own.key_id, "public": own.public.hex(), "kept": True, "at": at},
        own,
    )
    return own


def test_a_program_of_ones_own_is_named(shop: Shop) -> None:
    """Its lines look as good as those of a second computer, so they are told apart by a person."""
    with shop.pencil() as pencil:
        installed(pencil)
        number = pencil.one("SELECT max(number) FROM journal")
    told = shop.desk.text("journal", "verify")
    assert f"Line {number} brought in a key of the program by no word but its own" in told
    assert "somebody wrote it by hand" in told
    with shop.home() as home:
        newest = people_lately.lately(home)[0]
    assert newest.key
    assert newest.line == number
    assert "If it was neither, somebody else wrote it" in newest.words


def test_a_person_of_that_program_who_has_been_here_for_long(shop: Shop) -> None:
    """Kim comes in with a date of months ago, so that the key is not new: the dates run back."""
    own = OwnKey()
    person = PersonId("stranger")
    with shop.pencil() as pencil:
        installation = installed(pencil)
        proof = own.sign(enrolment_words(person, "Kim", own.public))
        keys = {"key_id": own.key_id, "public": own.public.hex(), "proof": proof.hex()}
        at = pencil.said(2)["at"]
        said = {"person": person, "name": "Kim", "at": at, **keys}
        number = pencil.add("enrolled", said, installation)
    assert f"(line {number})" in shop.tries("ready")
    named = shop.desk.text("journal", "verify")
    assert f"line {number} says an earlier time than a line before it" in named


def test_a_wording_of_the_plan_edited_after_it_was_signed(shop: Shop) -> None:
    """A holding reply needs no wait; what it says was signed in calm times, and is checked."""
    with shop.home() as home:
        ana, ben = shop.actor(home), shop.actor(home, "Ben")
        prepared = Prepared("First word", "We have read it, and you hear from us.", Use.HOLDING)
        wording, _changes = wordings.add(home, ana, prepared)
        wordings.sign(home, ben, wording)
    with shop.pencil() as pencil:

        def rude(data: Any) -> None:
            data["prepared"]["text"] = "Go away."

        number = pencil.change("wording_revised", None, rude)
        signed = pencil.said(pencil.newest("wording_signed"))
        after = codec.from_json(Prepared, pencil.said(number)["prepared"]).digest
        pencil.change("wording_signed", None, {**signed, "digest": after})
    told = shop.desk.text("hold", shop.cases["unsigned"], "--wording", wording, who="Ana")
    assert f"changed from outside (line {number})" in told
    assert shop.channel.attempts == ()
    assert f"what line {number} says was changed" in shop.desk.text("journal", "verify")
