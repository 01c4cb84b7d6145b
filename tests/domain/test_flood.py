"""How much one source may bring in a day, and what goes first."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from calmreply.domain import flood
from calmreply.domain.flood import Brought, Coming, Known, Left

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def known(versions: int, ago: timedelta = HOUR, *, touched: bool = False) -> Known:
    return Known("d", versions, NOW - ago, touched)


def test_a_day_has_room_for_so_many_and_takes_what_names_us_and_is_newest() -> None:
    coming = [Coming(None, NOW - n * HOUR) for n in range(flood.MOST_NEW)]
    coming += [Coming(None, NOW - 9_000 * HOUR, ours=True), Coming(None), Coming(None, NOW + HOUR)]
    alone, left = flood.left_alone(coming, Brought(new=2), NOW)
    # Left are the undated one and the oldest of the others.
    assert alone == {flood.MOST_NEW + 1, *range(flood.MOST_NEW - 4, flood.MOST_NEW)}
    assert left == Left(new=5, of_new=flood.MOST_NEW + 3)
    assert left.flood
    assert flood.left_alone(coming, Brought(new=9_999), NOW)[1].new == len(coming)
    # Where the day is full of others, there is still room for what names us, and an end to that.
    coming = [Coming(None, NOW, ours=True)] * flood.MOST_NEW
    assert flood.left_alone(coming, Brought(flood.MOST_NEW), NOW)[1].new == 750
    assert flood.left_alone(coming, Brought(flood.MOST_NEW + 250), NOW)[1].new == 1_000


def test_of_what_changes_the_least_changed_goes_first_and_what_somebody_reads_always() -> None:
    often = [Coming(known(3)) for _ in range(flood.MOST_CHANGED)]
    once, read = Coming(known(1)), Coming(known(5_000, touched=True))
    alone, left = flood.left_alone([*often, once, read], Brought(), NOW)
    assert alone == {flood.MOST_CHANGED - 1}
    assert left == Left(changed=1, of_changed=flood.MOST_CHANGED + 2)
    full = Brought(changed=flood.MOST_CHANGED)
    assert flood.left_alone([read], full, NOW) == (frozenset(), Left(of_changed=1))
    assert not flood.left_alone([read], full, NOW)[1]


def test_what_never_stands_still_gets_one_version_a_day() -> None:
    for ago, waits in ((HOUR, True), (flood.DAY, False), (-HOUR, False)):
        one = Coming(known(flood.OFTEN, ago))
        alone, left = flood.left_alone([one], Brought(), NOW)
        assert (alone == {0}) is waits
        assert (bool(left), left.flood) == (waits, False)
    assert flood.left_alone([Coming(known(flood.OFTEN - 1))], Brought(), NOW)[0] == set()


_KNOWN = st.builds(
    known, st.integers(1, 20), st.timedeltas(-HOUR, 2 * flood.DAY), touched=st.booleans()
)
_COMING = st.builds(Coming, st.none() | _KNOWN, st.none() | st.just(NOW), st.booleans())


@given(
    st.lists(_COMING, max_size=40).map(lambda some: some * 40),
    st.builds(Brought, st.integers(0, 2_000), st.integers(0, 2_000)),
)
def test_whatever_comes_stays_within_the_bounds(coming: list[Coming], before: Brought) -> None:
    alone, left = flood.left_alone(coming, before, NOW)
    taken = [one for place, one in enumerate(coming) if place not in alone]
    new = [one for one in taken if one.known is None]
    unread = [one for one in taken if one.known is not None and not one.known.touched]
    most = flood.MOST_NEW + flood.KEPT_FOR_OURS
    assert len(new) + min(before.new, most) <= most
    others = sum(not one.ours for one in new)
    assert not others or len(new) + before.new <= flood.MOST_NEW
    assert len(unread) + min(before.changed, flood.MOST_CHANGED) <= flood.MOST_CHANGED
    assert all(coming[place].known is None or not coming[place].known.touched for place in alone)  # type: ignore[union-attr]  # asked for just before
    assert len(alone) == left.new + left.changed + left.often
    assert bool(left) == bool(alone)
