"""What the outbox does by itself with an entry: try it, try it again, look whether it is there.

Pure, like `outbox`: the entry's facts and the present in, yes or no out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta

from calmreply.domain.moment import Now, Reading
from calmreply.domain.outbox import (
    LEASE,
    AttemptBegan,
    AttemptEnded,
    ChosenAgain,
    CopyFiled,
    Entry,
    Outcome,
    ReplySeen,
    SendChosen,
    Showing,
    State,
    TryStopped,
    called_off,
    state,
)

TRY_FOR = timedelta(hours=24)
RETRY_AFTER = (
    timedelta(minutes=1),
    timedelta(minutes=2),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(minutes=30),
    timedelta(hours=1),
)
LONGEST_KEPT = TRY_FOR
"""A site that wants to be left alone for longer is tried again after so long all the same."""
SETTLE = {"mail": timedelta(minutes=10)}
SETTLE_OTHERS = timedelta(minutes=5)
LOOKS_IN_DOUBT = (timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6))
"""Between two looks for a reply that may have arrived, after the first one."""
LOOKS_WHEN_SENT = (timedelta(minutes=2), timedelta(hours=1), timedelta(hours=24))
"""From its arrival, and then between two looks, until it was seen on its page."""
COPY_WITHIN = timedelta(hours=24)
"""What left longer ago and has no copy is from before one was kept."""
COPY_AGAIN = (timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2))
"""Between two tries to file a copy; after them it is for a person to say."""
LOOKS_WHEN_PENDING = timedelta(hours=1)
PENDING_FOR = timedelta(days=14)


def settle_window(channel: str) -> timedelta:
    """How long after an unsure attempt the channel is looked at."""
    return SETTLE.get(channel, SETTLE_OTHERS)


def may_repeat(entry: Entry) -> bool:
    """Whether an attempt that may have arrived can be made again without any harm.

    So it is where the channel said of each such attempt that the same bytes make no second reply,
    none is open, none was refused since, and neither anybody nor the program has called it off.
    """
    unknown = [fact for fact in _ended(entry) if fact.outcome is Outcome.UNKNOWN]
    last = last_attempt(entry)
    closed = isinstance(last, AttemptEnded) and last.outcome is not Outcome.REFUSED
    stopped = called_off(entry) or _stopped(entry)
    return bool(unknown) and all(f.safe for f in unknown) and closed and not stopped


def may_try(entry: Entry, now: Now, run: str) -> bool:
    """Whether the outbox may try by itself: asked for lately, and in this run of the program.

    After a restart it needs the person's word again, unless "send when connected" was ticked.
    """
    stands = state(entry, now)
    again = stands is State.UNSURE and may_repeat(entry)
    if entry.by_hand or not (again or stands in (State.READY, State.WAITING)):
        return False
    asked = entry.asked
    if now.since(asked.at).at_most > TRY_FOR:
        return False
    return asked.when_connected or (run != "" and run == _run_of(entry))


def computer_of(run: str) -> str:
    """The computer on which a run of the program is, as far as it says so."""
    computer, dot, _run = run.partition(".")
    return computer if dot else ""


def tried_elsewhere(entry: Entry, run: str) -> bool:
    """Whether the last attempt was made by another computer of the team, which goes on with it."""
    return computer_of(_run_of(entry)) not in ("", computer_of(run))


def _run_of(entry: Entry) -> str:
    """The run that made its last attempt, or was to make the one that a person asked for since."""
    runs = [
        fact.run
        for fact in (entry.chosen, *entry.happened)
        if isinstance(fact, (AttemptBegan, SendChosen, ChosenAgain)) and fact.run
    ]
    return runs[-1] if runs else ""


def next_try_in(entry: Entry, now: Now, beside: Iterable[Entry] = ()) -> timedelta:
    """How long until the next attempt is due: at once after a person's Send, zero if it is.

    Never before the site wants it; `beside` as for `site_waits`.
    """
    happened = entry.happened
    since = happened[happened.index(entry.asked) :] if entry.asked in happened else happened
    ended = [fact for fact in since if isinstance(fact, AttemptEnded)]
    ours = timedelta(0)
    if ended:
        wait = RETRY_AFTER[min(len(ended), len(RETRY_AFTER)) - 1]
        ours = _left(ended[-1].at, wait, now)
    return max(ours, site_waits(entry, now, beside))


def site_waits(entry: Entry, now: Now, beside: Iterable[Entry] = ()) -> timedelta:
    """How long its site still wants no attempt, whoever asks for one; zero if it takes one.

    What the site said to the attempts of others (`beside`) by the same account counts as well.
    """
    return max((left for left, _cut in _site_asks(entry, now, beside)), default=timedelta(0))


def site_wants_days(entry: Entry, now: Now, beside: Iterable[Entry] = ()) -> bool:
    """Whether it wants none for even longer than is kept."""
    return any(cut and left for left, cut in _site_asks(entry, now, beside))


def waits_too_long(entry: Entry, now: Now, beside: Iterable[Entry] = ()) -> bool:
    """Whether the site wants to be left alone for longer than the outbox tries by itself."""
    waits = site_waits(entry, now, beside)
    return waits > timedelta(0) and now.since(entry.asked.at).at_most + waits > TRY_FOR


def _site_asks(entry: Entry, now: Now, beside: Iterable[Entry]) -> Iterator[tuple[timedelta, bool]]:
    """What is left of each wait that the site has asked for, and if it was cut to what is kept."""
    way = (entry.chosen.channel, entry.chosen.account)
    for one in (entry, *beside):
        if (one.chosen.channel, one.chosen.account) != way:
            continue
        for fact in (one.chosen, *one.happened):
            if isinstance(fact, (SendChosen, ChosenAgain, AttemptEnded)):
                yield site_asked(fact, now)


def site_asked(fact: SendChosen | ChosenAgain | AttemptEnded, now: Now) -> tuple[timedelta, bool]:
    """What is left of the wait of which one fact tells, and if it was cut to what is kept."""
    cut = fact.wait >= LONGEST_KEPT.total_seconds()
    wait = LONGEST_KEPT if cut else timedelta(seconds=max(0, fact.wait))
    return _left(fact.at, wait, now), cut


def not_there_in(entry: Entry, now: Now) -> timedelta:
    """How long until somebody can say of a reply in doubt that it did not appear; zero if they can.

    Until then it may still be on its way, and where the site does not tell, sending it again would
    make it stand there twice. Of what goes by hand a person always knows.
    """
    last = last_attempt(entry)
    if entry.by_hand or last is None:
        return timedelta(0)
    return _left(last.at, _settles_after(entry, last), now)


def copy_in(entry: Entry, now: Now) -> timedelta | None:
    """How long until its copy is to be filed among the sent mail; None where it is not, by itself.

    What could not be filed is tried a few times more, less and less often.
    """
    if entry.by_hand or state(entry, now) is not State.SENT:
        return None
    filed = [fact for fact in entry.happened if isinstance(fact, CopyFiled)]
    if not filed:
        return timedelta(0) if now.since(entry.last.at).sure < COPY_WITHIN else None
    if not filed[-1].words or len(filed) > len(COPY_AGAIN):
        return None
    return _left(filed[-1].at, COPY_AGAIN[len(filed) - 1], now)


def copy_given_up(entry: Entry, now: Now) -> bool:
    """Whether a copy could not be filed and nobody but a person will have it tried again."""
    failed = entry.copy is not None and bool(entry.copy.words)
    return failed and copy_in(entry, now) is None


def _left(since: Reading, wait: timedelta, now: Now) -> timedelta:
    return max(timedelta(0), wait - now.since(since).sure)


def look_due(entry: Entry, now: Now) -> bool:
    """Whether it is time to look if it stands there: in doubt, or not yet seen on its page."""
    if entry.by_hand:
        return False
    match state(entry, now):
        case State.UNSURE:
            since, wait = _look_in_doubt(entry)
        case State.SENT:
            found = _look_when_sent(entry, now)
            if found is None:
                return False
            since, wait = found
        case _:
            return False
    return now.since(since).sure >= wait


def _look_in_doubt(entry: Entry) -> tuple[Reading, timedelta]:
    last = last_attempt(entry)
    looks = _looks(entry)
    if looks:
        return looks[-1].at, LOOKS_IN_DOUBT[min(len(looks), len(LOOKS_IN_DOUBT)) - 1]
    return (last.at if last else entry.asked.at), _settles_after(entry, last)


def _settles_after(entry: Entry, last: AttemptBegan | AttemptEnded | None) -> timedelta:
    """How long after the last beginning or end of an attempt what came of it can be seen."""
    began = isinstance(last, AttemptBegan)
    return settle_window(entry.chosen.channel) + (LEASE if began else timedelta(0))


def _look_when_sent(entry: Entry, now: Now) -> tuple[Reading, timedelta] | None:
    looks = _looks(entry)
    if looks and looks[-1].showing in (Showing.SHOWN, Showing.REJECTED):
        return None
    if looks and looks[-1].showing is Showing.PENDING:
        too_long = now.since(looks[0].at).at_most > PENDING_FOR
        return None if too_long else (looks[-1].at, LOOKS_WHEN_PENDING)
    if len(looks) >= len(LOOKS_WHEN_SENT):
        return None
    return (looks[-1].at if looks else entry.last.at), LOOKS_WHEN_SENT[len(looks)]


def _looks(entry: Entry) -> list[ReplySeen]:
    """Since the last attempt."""
    last = last_attempt(entry)
    after = entry.happened[entry.happened.index(last) :] if last else entry.happened
    return [fact for fact in after if isinstance(fact, ReplySeen)]


def _stopped(entry: Entry) -> bool:
    """Whether the program gave up after the last attempt, and nobody has said Send since."""
    found = [f for f in entry.happened if isinstance(f, (TryStopped, AttemptBegan, ChosenAgain))]
    return bool(found) and isinstance(found[-1], TryStopped)


def _ended(entry: Entry) -> list[AttemptEnded]:
    return [fact for fact in entry.happened if isinstance(fact, AttemptEnded)]


def last_attempt(entry: Entry) -> AttemptBegan | AttemptEnded | None:
    """The last beginning or end of an attempt."""
    found = [f for f in entry.happened if isinstance(f, (AttemptBegan, AttemptEnded))]
    return found[-1] if found else None
