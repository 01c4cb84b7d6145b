"""Mentions as the web writes them: few words everywhere and a long tail of rare ones."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from html import escape
from pathlib import Path

from calmreply import bootstrap
from calmreply.adapters.clock import SystemClock
from calmreply.adapters.secrets import MemorySecrets
from calmreply.app import queries
from calmreply.app.cases import judge
from calmreply.app.home import Home
from calmreply.app.persons import people
from calmreply.app.persons.people import NewPerson
from calmreply.app.ports.storage import Source
from calmreply.app.rules import settings
from calmreply.domain.case import Verdict
from calmreply.domain.mention import CaseId, Heard, Origin, SourceId, Stars
from calmreply.domain.policy import Feeling, Kind
from calmreply.domain.stage import Stage

TOUCHED = 30
BATCH = 10_000
OLDER_SHARE = 5
"""One in so many mentions is older: it has no case."""
PASSPHRASE = "only for measuring here"  # noqa: S105 - of a throw-away home
COMMON = (
    "the and to of was in is it for we with they that you this but on not at had as were be have "
    "so very are good food service great there place staff time back would all from when no out "
    "me really just friendly after our nice went like one here been ordered came again order only "
    "people never will restaurant what because about table who their also even waited if can "
    "which could more rude minutes"
)
RARE = 40_000


class Corpus:
    """Words by how often they come, the same for the same `seed`."""

    def __init__(self, seed: int = 1) -> None:
        self.random = random.Random(seed)  # noqa: S311 - no secret, but the same every time
        rare = {self._word() for _ in range(RARE)}
        self.words = [*COMMON.split(), *sorted(rare, key=lambda word: (len(word), word))]
        self._weights = list(itertools.accumulate(1 / (i + 2.7) for i in range(len(self.words))))

    def _word(self) -> str:
        letters = ("bcdfghlmnprst", "aeiou")
        length = 3 + min(int(self.random.expovariate(0.3)), 11)
        return "".join(self.random.choice(letters[i % 2]) for i in range(length))

    def some(self, count: int) -> list[str]:
        return self.random.choices(self.words, cum_weights=self._weights, k=count)

    def text(self) -> str:
        return " ".join(self.some(self.random.randint(12, 60)))

    def asked(self, count: int) -> list[str]:
        """What somebody types into the search: one word to three, the last one half typed."""
        typed = []
        for number in range(count):
            words = self.some(1 + number % 3)
            words[-1] = words[-1][: max(2, len(words[-1]) - number % 4)]
            typed.append(" ".join(words))
        return typed

    def mentions(self, count: int, end: datetime) -> Iterator[Heard]:
        """The newest is as old as none, the oldest about a year."""
        step = timedelta(days=365) / max(count, 1)
        for number in range(count):
            yield Heard(
                key=f"https://reviews.example/{number}",
                author=" ".join(word.title() for word in self.random.choices(self.words, k=2)),
                text=self.text(),
                origin=Origin.FEED,
                title=" ".join(self.some(4)),
                url=f"https://reviews.example/{number}",
                site="Reviews",
                stars=Stars(self.random.randint(1, 5)),
                published=end - step * (count - number),
            )


@contextmanager
def open_home(folder: Path) -> Iterator[Home]:
    """A real home, but for a keyring of its own in memory."""
    parts = bootstrap.Parts(secrets=MemorySecrets())
    with bootstrap.open_home(folder, parts) as opened:
        yield opened.home


def fill(folder: Path, corpus: Corpus, count: int) -> None:
    """Make a home with `count` mentions, some of whose cases somebody works on."""
    now = SystemClock().read().wall
    with open_home(folder) as home:
        settings.change(home, None, {"business_name": "Corner Bakery", "in_tray": "no"})
        with home.store.write() as tx:
            source = tx.add_source(Source(SourceId(""), "feed", "https://r.example/f", "Reviews"))
        store(home, source, list(corpus.mentions(count, now)), now)
        _touch(home, TOUCHED)


def store(home: Home, source: SourceId, heard: Sequence[Heard], now: datetime) -> None:
    for start in range(0, len(heard), BATCH):
        batch = heard[start : start + BATCH]
        older = [number % OLDER_SHARE == 0 for number in range(len(batch))]
        with home.store.write() as tx:
            tx.add_mentions(source, batch, now, older=older, rules_line=0)


def _touch(home: Home, count: int) -> None:
    """Some cases are read, felt and judged: their stages have to be derived."""
    ana, _code, _changes = people.enrol(home, NewPerson("Ana"), PASSPHRASE)
    actor = people.unlock(home, ana.id, PASSPHRASE)
    view = queries.overview(home)
    ids = queries.mention_ids(home, view, Stage.NEW, limit=count)
    for line in queries.lines(home, view, ids):
        case = line.row.case or CaseId("")
        judge.read_all(home, actor, case)
        judge.say_feeling(home, actor, case, Feeling.STUNG)
        judge.judge(
            home, actor, case, kind=Kind.COMPLAINT, verdict=Verdict.GENUINE, evidence="An order."
        )


def feed(corpus: Corpus, count: int, name: str) -> bytes:
    """An RSS feed as shops and forums publish them; other entries for another `name`."""
    items = []
    begin = datetime(2026, 1, 5, 9, tzinfo=UTC)
    for number in range(count):
        published = begin + timedelta(minutes=number)
        text = corpus.text()
        items.append(
            f"<item><title>{escape(' '.join(corpus.some(5)))}</title>"
            f"<link>https://{name}.example/{number}</link>"
            f'<guid isPermaLink="false">{name}-{number}</guid>'
            f"<author>{number}@{name}.example (Reader {number})</author>"
            f"<pubDate>{published:%a, %d %b %Y %H:%M:%S +0000}</pubDate>"
            f"<description>{escape(f'<p>{text}</p><p><b>Thank you</b></p>')}</description></item>"
        )
    head = (
        f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>{name}</title>'
    )
    end = f"<link>https://{name}.example/</link>{''.join(items)}</channel></rss>"
    return f"{head}{end}".encode()
