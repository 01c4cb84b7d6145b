"""Every fault on the line to a real WordPress: never twice, never falsely sent, never stuck."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from tests.listening.real_wordpress import RealWordPress, running
from tests.outgoing import faults
from tests.outgoing.proxy import Fault, faulty_line
from tests.outgoing.shopdesk import WORDS, ShopDesk

from calmreply.adapters.channels.wordpress import WordPress

if TYPE_CHECKING:
    from calmreply.domain.mention import CaseId

pytestmark = pytest.mark.timeout(600)  # the first test may have to install it all
REPLIES = (b"POST /wp-json/wp/v2/comments",)


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealWordPress]:
    yield from running(tmp_path_factory.mktemp("wordpress"))


class Site(faults.Side):
    """A shop's own site with a comment on it."""

    def __init__(self, real: RealWordPress) -> None:
        self.real = real
        self.desk = ShopDesk(
            WordPress(),
            {"address": real.address, "user": "anna"},
            real.passwords["anna"],
            "all",
        )

    def case(self, words: str) -> CaseId:
        self.comment = self.real.visitor(f"Carla{len(words)}{abs(hash(words)) % 10_000}", words)
        self.real.call("POST", f"comments/{self.comment}", {"status": "approved"})
        return self.desk.hear(words)

    def replies(self) -> list[str]:
        path = f"comments?parent={self.comment}&status=any&context=edit"
        return [str(one["content"]["raw"]) for one in self.real.call("GET", path)]

    def answers(self, words: str) -> None:
        path = f"comments?parent={self.comment}&status=any&context=edit"
        (ours,) = self.real.call("GET", path)
        self.real.php(
            f"wp_insert_comment(['comment_post_ID' => {ours['post']}, 'comment_approved' => 1, "
            f"'comment_parent' => {ours['id']}, 'comment_author' => 'Somebody Else', "
            f"'comment_content' => '{words}']);"
        )


@pytest.mark.parametrize("turn", faults.TURNS)
@pytest.mark.parametrize("fault", list(Fault))
def test_one_fault(real: RealWordPress, fault: Fault, turn: int) -> None:
    port = urlsplit(real.address).port
    assert port is not None
    with faulty_line(port, fault, meant=REPLIES) as line:
        site = Site(real)
        case = site.case(f"The bread was stale, {fault.value} {turn:03}")
        site.desk.move_to(address=line.address)
        faults.one_fault(site, line, case, fault, WORDS)


def test_who_answers_a_reply_in_doubt_proves_that_it_arrived(real: RealWordPress) -> None:
    port = urlsplit(real.address).port
    assert port is not None
    with faulty_line(port, Fault.REPLY_LOST, meant=REPLIES) as line:
        site = Site(real)
        case = site.case("The bread was stale, and somebody answers")
        site.desk.move_to(address=line.address)
        faults.answered_in_doubt(site, line, case, WORDS)
