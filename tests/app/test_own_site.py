"""Off the own page on a stated ground; a genuine complaint only with a second person."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from tests.app.conftest import Bench

from calmreply.app import facts, queries
from calmreply.app.cases import judge, own_site, second, story
from calmreply.app.listening import listen
from calmreply.app.persons import people
from calmreply.app.ports.storage import Account
from calmreply.app.proving import trust
from calmreply.app.sending import accounts
from calmreply.domain import own_site as rules_of_it
from calmreply.domain.case import Verdict
from calmreply.domain.mention import CaseId, Heard, Origin, Stars
from calmreply.domain.own_site import Ground, Moderated, Moderation, ModerationAsked, Reported
from calmreply.domain.people import Presence
from calmreply.domain.policy import Feeling, Kind
from calmreply.domain.said import Agreement
from calmreply.errors import KnownError
from calmreply.testing.own_site import ScriptedSite

if TYPE_CHECKING:
    from collections.abc import Callable

    from calmreply.app.facts import Known
    from calmreply.app.home import Actor

WORDS = "The third line calls her a name"
REFUSED = KnownError("not_allowed", "The site does not let this name do that.", "Ask an editor.")


class Shop:
    """A home whose own site has a comment of Carla's."""

    def __init__(self, bench: Bench, *, alone: bool = False) -> None:
        self.bench = bench
        self.site = ScriptedSite()
        bench.home = replace(bench.home, channels={**bench.home.channels, "wordpress": self.site})
        self.home = bench.home
        self.ana = bench.person("Ana")
        self.tom = self.ana if alone else bench.person("Tom")
        accounts.save(self.home, self.ana, Account("1", "wordpress", {}))

    def comment(self, target: str = "wordpress:1/7/12", stars: Stars | None = None) -> CaseId:
        words = f"Cold and late ({target})"
        heard = Heard("", "Carla", words, Origin.PASTE, target=target, stars=stars)
        _mention, case, _changes = listen.add_mention(self.home, heard)
        return case

    def judged(
        self, case: CaseId, verdict: Verdict = Verdict.GENUINE, kind: Kind = Kind.COMPLAINT
    ) -> CaseId:
        judge.judge(self.home, self.ana, case, kind=kind, verdict=verdict, evidence="Order 8817")
        return case

    def upset(self, case: CaseId) -> CaseId:
        judge.read_all(self.home, self.ana, case)
        judge.say_feeling(self.home, self.ana, case, Feeling.STUNG)
        return case

    def stricter(self, case: CaseId) -> CaseId:
        second.make_stricter(self.home, self.ana, case)
        return case

    def agreed(self, case: CaseId) -> CaseId:
        """Tom says that it is none, whatever Ana feels."""
        self.judged(case, Verdict.SPAM, Kind.QUESTION)
        second.agree(self.home, self.tom, case, Agreement.NOT_COMPLAINT)
        return case

    def wants(
        self,
        case: CaseId,
        what: Moderation = Moderation.TRASH,
        ground: Ground | None = Ground.OFFENCE,
        evidence: str = WORDS,
        who: Actor | None = None,
    ) -> own_site.Moderating:
        found, changes = own_site.moderate(
            self.home, who or self.ana, case, what, ground=ground, evidence=evidence
        )
        assert case in changes.cases
        return found

    def known(self, case: CaseId) -> Known:
        with self.home.store.read() as tx:
            return facts.load(self.home, tx, case)

    def owes(self, case: CaseId) -> Any:
        known = self.known(case)
        return rules_of_it.to_reach_out(known.facts, known.now)

    def story(self, case: CaseId) -> list[str]:
        known = self.known(case)
        told = queries.timeline(self.home, case)
        first = known.facts.mention
        steps = story.story((first,), told, known.facts.name)
        return [f"{one.words}|{one.more}" for one in steps]


@pytest.fixture
def shop(bench: Bench) -> Shop:
    return Shop(bench)


def calls_it(shop: Shop, case: CaseId, verdict: Verdict) -> CaseId:
    return shop.judged(case, verdict, Kind.QUESTION)


def code(action: Callable[[], object]) -> str:
    with pytest.raises(KnownError) as caught:
        action()
    assert caught.value.words
    assert caught.value.way_out
    return caught.value.code


def test_there_is_no_ground_that_says_negative(shop: Shop) -> None:
    case = shop.comment()
    assert not {"negative", "complaint", "bad"} & {ground.value for ground in Ground}
    assert code(lambda: shop.wants(case, ground=None)) == "ground_missing"
    assert code(lambda: shop.wants(case, evidence=" \n")) == "evidence_missing"
    assert (shop.site.moderated, shop.known(case).facts.of(ModerationAsked)) == ([], ())


@pytest.mark.parametrize("what", [Moderation.HOLD, Moderation.SPAM, Moderation.TRASH])
def test_what_is_no_complaint_goes_at_once_and_can_be_shown_again(
    shop: Shop, what: Moderation
) -> None:
    case = shop.judged(shop.comment(), Verdict.SPAM, Kind.QUESTION)
    assert shop.wants(case, what, Ground.SPAM, "Sells pills").done
    assert shop.site.moderated == [("7/12", what)]
    assert shop.owes(case) is None  # spam is owed nothing
    assert shop.wants(case, Moderation.SHOW, None, "").done
    assert shop.site.moderated[-1] == ("7/12", Moderation.SHOW)
    assert rules_of_it.hidden(shop.known(case).facts) is None
    with shop.home.store.read() as tx:
        trust.check_case(shop.home, tx, shop.known(case))


@pytest.mark.parametrize(
    ("prepare", "second"),
    [
        (lambda shop, case: shop.judged(case), True),
        (lambda shop, case: shop.judged(case, Verdict.CANNOT_TELL), True),
        (lambda shop, case: shop.judged(shop.upset(case), kind=Kind.QUESTION), True),
        (lambda shop, case: shop.upset(case), True),
        (lambda _shop, case: case, True),
        (lambda shop, case: shop.judged(case, kind=Kind.QUESTION), False),
        (lambda shop, case: shop.judged(case, Verdict.COMPETITOR), True),
        (lambda shop, case: shop.judged(case, Verdict.COMPETITOR, Kind.QUESTION), False),
        *(
            (
                partial(lambda verdict, shop, case: calls_it(shop, shop.upset(case), verdict), one),
                True,
            )
            for one in Verdict
        ),
        (lambda shop, case: shop.judged(shop.stricter(case), Verdict.SPAM, Kind.QUESTION), True),
        (lambda shop, case: shop.agreed(shop.upset(case)), False),
    ],
)
@pytest.mark.parametrize("what", [Moderation.HOLD, Moderation.SPAM, Moderation.TRASH])
def test_who_has_to_agree(
    shop: Shop, prepare: Callable[[Shop, CaseId], CaseId], what: Moderation, second: bool
) -> None:
    found = shop.wants(prepare(shop, shop.comment()), what)
    assert found.done is not second
    assert bool(shop.site.moderated) is not second


def test_few_stars_are_a_complaint_whatever_one_person_calls_it(shop: Shop) -> None:
    for verdict in Verdict:
        case = shop.judged(shop.comment(stars=Stars(2)), verdict, Kind.PRAISE)
        assert not shop.wants(case).done
    assert shop.site.moderated == []


def test_somebody_who_has_just_come_in_is_no_second_person(shop: Shop) -> None:
    case = shop.judged(shop.comment())
    wish = shop.wants(case).wish
    shop.bench.clock.advance(hours=1)
    mia = shop.bench.person("Mia")
    assert code(lambda: own_site.agree(shop.home, mia, case, wish)) == "new_key"
    assert shop.site.moderated == []
    shop.bench.clock.advance(days=7)
    assert own_site.agree(shop.home, mia, case, wish)[0].done


def test_a_genuine_complaint_goes_when_a_second_person_agrees(shop: Shop) -> None:
    home = shop.home
    case = shop.judged(shop.comment())
    first = shop.wants(case)
    again = shop.wants(case)
    assert (first.done, again.wish) == (False, first.wish)  # asking twice is once
    assert code(lambda: own_site.agree(home, shop.ana, case, first.wish)) == "own_wish"
    assert code(lambda: own_site.carry_out(home, shop.ana, case)) == "needs_second"
    agreed, _changes = own_site.agree(home, shop.tom, case, first.wish)
    assert (agreed.done, shop.site.moderated) == (True, [("7/12", Moderation.TRASH)])
    assert code(lambda: own_site.agree(home, shop.tom, case, first.wish)) == "not_asked"
    because = f"It insults or threatens somebody: {WORDS}"
    assert shop.story(case)[-3:] == [
        f"Ana wants to put it into the trash of your site|{because}",
        "Tom agreed to it|",
        "It is in the trash of your site.|",
    ]
    assert isinstance(shop.owes(case), Moderated)


def test_it_stays_where_the_second_person_says_no(shop: Shop) -> None:
    case = shop.judged(shop.comment())
    wish = shop.wants(case).wish
    assert code(lambda: own_site.refuse(shop.home, shop.tom, case, wish, " ")) == "reason_missing"
    own_site.refuse(shop.home, shop.tom, case, wish, "It is true, so we answer")
    assert code(lambda: own_site.agree(shop.home, shop.tom, case, wish)) == "not_asked"
    assert code(lambda: own_site.carry_out(shop.home, shop.ana, case)) == "not_asked"
    assert shop.site.moderated == []
    assert shop.wants(case).wish != wish


def test_nobody_agrees_for_somebody_who_is_away_or_alone(shop: Shop) -> None:
    case = shop.judged(shop.comment())
    wish = shop.wants(case).wish
    people.set_presence(shop.home, shop.ana, "Tom", Presence.AWAY)
    assert code(lambda: own_site.agree(shop.home, shop.tom, case, wish)) == "not_active"
    other = shop.judged(shop.comment("wordpress:1/7/13"))
    assert code(lambda: shop.wants(other)) == "nobody_to_ask"
    assert shop.site.moderated == []


def test_what_was_judged_since_counts(shop: Shop) -> None:
    """A wish that needed nobody, and whose site refused, needs somebody now."""
    case = shop.judged(shop.comment(), kind=Kind.QUESTION)
    shop.site.refuses = REFUSED
    assert code(lambda: shop.wants(case)) == "not_allowed"
    shop.site.refuses = None
    shop.judged(case)
    assert code(lambda: own_site.carry_out(shop.home, shop.ana, case)) == "needs_second"
    wish = rules_of_it.wish(shop.known(case).facts)
    assert wish is not None
    own_site.agree(shop.home, shop.tom, case, wish.wish)
    assert shop.site.moderated == [("7/12", Moderation.TRASH)]


def test_what_the_site_refuses_is_written_down_and_can_be_tried_again(shop: Shop) -> None:
    case = shop.judged(shop.comment())
    wish = shop.wants(case).wish
    shop.site.refuses = REFUSED
    assert code(lambda: own_site.agree(shop.home, shop.tom, case, wish)) == "not_allowed"
    assert shop.story(case)[-1] == f"The site did not do it|{REFUSED.words} {REFUSED.way_out}"
    assert rules_of_it.hidden(shop.known(case).facts) is None
    shop.site.refuses = None
    assert own_site.carry_out(shop.home, shop.ana, case)[0].done


def test_only_where_the_site_is_ours(shop: Shop) -> None:
    for target in ("", "wordpress:2/7/12", "mail:1/a@b.example", "mastodon:1/9", "wordpress:"):
        assert code(partial(shop.wants, shop.comment(target))) == "not_own_site"
    assert shop.site.moderated == []


def test_the_author_is_still_owed_a_word_until_they_had_one(shop: Shop) -> None:
    case = shop.judged(shop.comment())
    own_site.agree(shop.home, shop.tom, case, shop.wants(case).wish)
    assert isinstance(shop.owes(case), Moderated)
    judge.answered_outside(
        shop.home, shop.ana, case, text="Called her", url="", when="2026-11-18T10:00:00Z"
    )
    assert shop.owes(case) is None


def test_reporting_to_another_site_is_a_fact_and_nothing_else(shop: Shop) -> None:
    case = shop.comment("")
    home, ana = shop.home, shop.ana
    for ground, text, link, expected in (
        (None, WORDS, "", "ground_missing"),
        (Ground.LAW, "", "", "evidence_missing"),
        (Ground.LAW, WORDS, "javascript:1", "bad_address"),
    ):
        say = partial(own_site.report, home, ana, case, ground=ground, text=text, link=link)
        assert code(say) == expected
    own_site.report(
        home, ana, case, ground=Ground.LAW, text=WORDS, link="https://reviews.example/r/1"
    )
    assert isinstance(shop.owes(case), Reported)
    assert shop.story(case)[-1] == (
        "Ana reported it to the site|The law forbids it, or a court does: "
        f"{WORDS}\nhttps://reviews.example/r/1"
    )
    assert shop.site.moderated == []
    shop.judged(case, Verdict.NOT_CUSTOMER)
    assert shop.owes(case) is None


def test_alone_with_a_genuine_complaint_it_is_answered(bench: Bench) -> None:
    shop = Shop(bench, alone=True)
    case: CaseId = shop.judged(shop.comment())
    assert code(lambda: shop.wants(case)) == "nobody_to_ask"
    assert rules_of_it.wish(shop.known(case).facts) is None
