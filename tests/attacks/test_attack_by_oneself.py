"""To be one's own second person: Ana wants her words out and has nobody to ask.

Each way is refused with its reason, or shown for what it is where the rules of the shop allow it;
with the stricter rules it is refused, too. Nothing leaves.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from tests.attacks.conftest import REPLY, Shop
from tests.cli.conftest import WORDS, Said, open_line
from tests.packets.conftest import Phone

from calmreply.app.home import Actor, Home
from calmreply.app.persons import people
from calmreply.app.persons.people import NewPerson
from calmreply.app.reviewing import invitations, packets, review, suggestions
from calmreply.app.rules import settings
from calmreply.domain.people import Presence
from calmreply.domain.review import NEEDED
from calmreply.errors import KnownError

OWN = "a passphrase of my own"
MAIL = "ana.baker@gmail.com"


@pytest.fixture
def strict(shop: Shop) -> Shop:
    """Whoever is new signs nothing off, and nobody may look like somebody else."""
    with shop.home() as home:
        rules = {"sign_after_week": "yes", "distinct_people": "yes"}
        settings.change(home, shop.actor(home), rules)
    return shop


@dataclass
class Self:
    """Ana, alone with an open home."""

    shop: Shop
    home: Home

    @property
    def ana(self) -> Actor:
        return self.shop.actor(self.home)

    @property
    def case(self) -> str:
        return self.shop.cases["unsigned"]

    def another(self, name: str, mail: str = "") -> Actor:
        """A person of her own making."""
        people.enrol(self.home, NewPerson(name, mail=mail), OWN, self.ana)
        return people.unlock(self.home, name, OWN)

    def signs(self, other: Actor) -> None:
        case = self.shop.cases["unsigned"]
        review.ask(self.home, self.ana, case, str(other.person.id))
        review.sign(self.home, other, case, NEEDED)


def asks_herself(me: Self) -> None:
    me.signs(me.ana)


def signs_unasked(me: Self) -> None:
    review.sign(me.home, me.ana, me.shop.cases["unsigned"], NEEDED)


def a_name_that_looks_the_same(me: Self) -> None:
    me.signs(me.another("\u0410na"))  # a Cyrillic letter


def a_name_like_bens(me: Self) -> None:
    me.signs(me.another("B3n"))


def a_person_made_today(me: Self) -> None:
    me.signs(me.another("Kim"))


def her_own_mail_with_dots(me: Self) -> None:
    me.signs(me.another("Lea", "anabaker+lea@googlemail.com"))


def leaves_and_comes_back(me: Self) -> None:
    """Whoever wrote it has left; somebody of the same name comes in and wrote nothing."""
    ben = me.shop.actor(me.home, "Ben")
    people.set_presence(me.home, ben, "Ana", Presence.LEFT)
    people.enrol(me.home, NewPerson("Ana"), OWN, ben)
    again = people.unlock(me.home, "Ana", OWN)
    review.ask(me.home, ben, me.shop.cases["unsigned"], str(again.person.id))
    review.sign(me.home, again, me.shop.cases["unsigned"], NEEDED)


def her_text_afresh(me: Self) -> None:
    """A new reply with one writer: herself again."""
    me.shop.write(me.home, me.shop.cases["unsigned"], "In other words, thank you.")
    asks_herself(me)


def takes_over_her_own_suggestion(me: Self) -> None:
    """Ben writes; Ana proposes other words, takes them over, and would sign them."""
    case, ben = me.shop.cases["unsigned"], me.shop.actor(me.home, "Ben")
    me.shop.write(me.home, case, "From Ben.", "Ben", afresh=True)
    review.ask(me.home, ben, case, "Ana")
    review.remark(me.home, me.ana, case, "Rather so.", suggestion=REPLY)
    suggestions.accept(me.home, me.ana, case, 1)
    review.ask(me.home, ben, case, "Ana")


def a_phone_in_bens_name(me: Self) -> None:
    """She invites Ben, who has a key here, and makes the key on her own phone."""
    page = invitations.invite(me.home, me.ana, NewPerson("Ben"))[0].page
    invitations.let_in(me.home, me.ana, Phone().key_code(page), compared=True)


def a_phone_for_two(me: Self) -> None:
    """One key, and two names to sign with it."""
    for name in ("Kim", "Lea"):
        page = invitations.invite(me.home, me.ana, NewPerson(name))[0].page
        invitations.let_in(me.home, me.ana, Phone().key_code(page), compared=True)


def a_phone_of_her_own(me: Self) -> None:
    """She invites Kim, whom there is not, and answers the packet by her own phone."""
    phone = Phone()
    page = invitations.invite(me.home, me.ana, NewPerson("Kim"))[0].page
    invitations.let_in(me.home, me.ana, phone.key_code(page), compared=True)
    case = me.shop.cases["unsigned"]
    made, _changes = packets.make(me.home, me.ana, case, "Kim")
    packets.take(me.home, case, phone.answer(made.page))


Way = Callable[[Self], None]
REFUSED: dict[str, tuple[Way, str, str]] = {
    "asks herself": (asks_herself, "wrote_it", "Ana wrote part of this reply"),
    "signs what nobody asked her to": (signs_unasked, "wrote_it", "Ana wrote part of this reply"),
    "a name that looks the same": (
        a_name_that_looks_the_same,
        "name_taken",
        "There is already somebody called",
    ),
    "her own text afresh": (her_text_afresh, "wrote_it", "Ana wrote part of this reply"),
    "her own suggestion": (
        takes_over_her_own_suggestion,
        "wrote_it",
        "Ana wrote part of this reply",
    ),
    "a phone in Ben's name": (
        a_phone_in_bens_name,
        "own_key_needed",
        "Ben has a key here: only Ben can let in another one",
    ),
    "one phone for two": (a_phone_for_two, "key_of_another", "is the one of Kim"),
}


@pytest.mark.parametrize(("way", "code", "words"), REFUSED.values(), ids=REFUSED)
def test_refused_whatever_the_rules(shop: Shop, way: Way, code: str, words: str) -> None:
    with shop.home() as home, pytest.raises(KnownError) as refused:
        way(Self(shop, home))
    assert refused.value.code == code
    assert words in refused.value.words
    assert refused.value.way_out
    assert held(shop)


def held(shop: Shop) -> bool:
    """Whether it is still held for a second person; nothing has left."""
    told = shop.tries("unsigned")
    assert shop.desk("journal", "verify").data["whole"]
    return "pair of eyes" in told or "sign-off" in told


BY_THE_RULES: dict[str, tuple[Way, str, str]] = {
    "a person made today by the same hand": (
        a_person_made_today,
        "new_key",
        "Let in today by Ana.",
    ),
    "a name like Ben's": (a_name_like_bens, "looks_alike", "Reads like Ben."),
    "her own mail, with dots and a tag": (
        her_own_mail_with_dots,
        "same_mail",
        "Their mail ends up in the same box as that of Ana.",
    ),
    "leaves and comes back": (
        leaves_and_comes_back,
        "looks_alike",
        "Reads like Ana, who has left.",
    ),
    "a phone of her own": (a_phone_of_her_own, "new_key", "Let in today by Ana."),
}


@pytest.mark.parametrize(("way", "code", "shown"), BY_THE_RULES.values(), ids=BY_THE_RULES)
def test_refused_where_the_rules_say_so(strict: Shop, way: Way, code: str, shown: str) -> None:
    assert shown
    with strict.home() as home:
        people_have_mail(strict)
        with pytest.raises(KnownError) as refused:
            way(Self(strict, home))
    assert refused.value.code == code
    assert refused.value.words
    assert refused.value.way_out
    if way is not leaves_and_comes_back:  # then there is no Ana any more to try
        assert held(strict)


@pytest.mark.parametrize(("way", "code", "shown"), BY_THE_RULES.values(), ids=BY_THE_RULES)
def test_shown_where_they_do_not(shop: Shop, way: Way, code: str, shown: str) -> None:
    """It goes, and everybody who looks at People sees what it is; so does whoever asks them."""
    assert code
    with shop.home() as home:
        people_have_mail(shop)
        way(Self(shop, home))
    listed: Said = shop.desk("people", "list")
    doubts = [words for one in listed.data for words in one["doubts"]]
    assert shown in doubts
    assert shown in shop.desk.text("people", "list")
    assert shop.desk("journal", "verify").data["whole"]


def people_have_mail(shop: Shop) -> None:
    """Ana's own address is known."""
    with open_line(WORDS["Ana"]) as number:
        shop.desk("people", "change", "Ana", "--mail", MAIL, "--as", "Ana",
                  "--passphrase-fd", str(number))  # fmt: skip
