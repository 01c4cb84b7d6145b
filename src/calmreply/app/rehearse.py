"""The rehearsal: a sample business with sample mentions, put into a home of its own.

A rehearsal home differs from a real one in its ports only: its clock moves by hand and its
channels are scripted, so that nothing can leave. The use cases are the real ones. The sample's
times count back from `begin`, the moment at which the person begins to rehearse.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from calmreply import resources
from calmreply.app import facts
from calmreply.app.cases import judge
from calmreply.app.home import Actor, Home
from calmreply.app.listening import listen
from calmreply.app.persons import people
from calmreply.app.ports import FeedEntry, ParsedFeed
from calmreply.app.reviewing import review
from calmreply.app.rules import settings
from calmreply.app.sending import write
from calmreply.domain.case import Verdict
from calmreply.domain.codec import rfc3339
from calmreply.domain.mention import CaseId, Heard, MentionId, Origin, Promise, Stars
from calmreply.domain.people import Person
from calmreply.domain.policy import Feeling, Kind
from calmreply.errors import KnownError

SAMPLE = "rehearsal/corner-bakery.json"
FEELINGS = {feeling.word: feeling for feeling in Feeling}


def sample() -> dict[str, Any]:
    """The sample business as data; see the file for its form."""
    data: dict[str, Any] = json.loads(resources.text(SAMPLE))
    return data


def set_up(home: Home) -> tuple[Person, ...]:
    """Name the sample business and enrol its people; all have the sample's passphrase."""
    data = sample()
    business = data["business"]
    settings.change(
        home,
        None,
        {
            "business_name": business["name"],
            "zone": business["zone"],
            "hours": business["hours"],
            "currency": business["currency"],
            "names": "\n".join(business["names"]),
            "contacts": "\n".join(business["contacts"]),
            "in_tray": "no",
        },
    )
    enrolled: list[Person] = []
    vouching: Actor | None = None
    for one in data["people"]:
        new = people.NewPerson(one["name"], one["role"], one["mail"], one["may_offer"])
        person, _recovery, _changes = people.enrol(home, new, data["passphrase"], vouching)
        enrolled.append(person)
        if vouching is None:
            vouching = people.unlock(home, person.name, data["passphrase"])
    return tuple(enrolled)


def feeds(begin: datetime) -> Mapping[str, ParsedFeed]:
    """What stands in the sample's feeds by their addresses, also what is still to be published."""
    return {
        source["address"]: ParsedFeed(
            source["title"],
            source["address"],
            tuple(_entry(one, begin) for one in source["entries"]),
        )
        for source in sample()["sources"]
    }


def broken() -> Mapping[str, int]:
    """Addresses of the sample that stop working after they were added, with their HTTP status."""
    return {one["address"]: one["breaks"] for one in sample()["sources"] if "breaks" in one}


def listen_to(home: Home) -> None:
    """Listen to the sample's feeds from now on."""
    for source in sample()["sources"]:
        listen.add_source(home, source["address"])


def hear(home: Home, begin: datetime | None = None) -> tuple[MentionId, ...]:
    """Bring in what has been said by now, oldest first; what is known already stays as it is."""
    wall = home.clock.read().wall
    begin = begin or wall
    said = [(begin - timedelta(minutes=one["minutes_ago"]), one) for one in sample()["mentions"]]
    found = []
    for published, one in sorted(said, key=lambda pair: pair[0]):
        if published <= wall:
            heard = _heard(one, published, begin)
            found.append(listen.add_mention(home, heard)[0])
    for source in listen.sources(home):
        listen.poll(home, source)
    return tuple(found)


def live(home: Home, begin: datetime) -> None:
    """Let the first person of the sample do what was done before the rehearsal begins."""
    data = sample()
    actor = people.unlock(home, data["people"][0]["name"], data["passphrase"])
    entries = [one for source in data["sources"] for one in source["entries"]]
    for one in (*data["mentions"], *entries):
        if "so_far" in one:
            _do(home, actor, _case_of(home, one["author"]), one["so_far"], begin)


def _do(home: Home, actor: Actor, case: CaseId, done: dict[str, Any], begin: datetime) -> None:
    judge.read_all(home, actor, case)
    judge.say_feeling(home, actor, case, FEELINGS[done["feel"]])
    said = done["judge"]
    kind, verdict = Kind(said["kind"]), Verdict(said["verdict"])
    judge.judge(home, actor, case, kind=kind, verdict=verdict, evidence=said["evidence"])
    if "aside" in done:
        judge.set_aside(home, actor, case, done["aside"])
    if "outside" in done:
        at = begin - timedelta(minutes=done["outside"]["minutes_ago"])
        text = done["outside"]["text"]
        judge.answered_outside(home, actor, case, text=text, url="", when=rfc3339(at))
    if "reply" in done:
        with home.store.read() as tx:
            known, accounts = facts.load(home, tx, case), tx.accounts()
        words = write.words_like(home, known.facts, accounts, text=done["reply"])
        write.revise(home, actor, case, words)
    if "ask" in done:
        review.ask(home, actor, case, done["ask"])


def _case_of(home: Home, author: str) -> CaseId:
    """The case of whoever is called that in the sample. Raises KnownError `no_such_mention`."""
    with home.store.read() as tx:
        for row in _rows(tx.rows(tx.search(author))):
            if row[0] == author:
                return row[1]
    raise KnownError("no_such_mention", f"The sample holds nothing by {author}.", "")


def _rows(rows: Any) -> Iterator[tuple[str, CaseId]]:
    for row in rows:
        if row.case is not None:
            yield row.author, row.case


def _heard(one: dict[str, Any], published: datetime, begin: datetime) -> Heard:
    promise = None
    if "promise" in one:
        promise = Promise(one["promise"], begin + timedelta(minutes=one["promise_in_minutes"]))
    return Heard(
        key="",
        author=one["author"],
        text=one["text"],
        origin=Origin(one["how"]),
        url=one.get("url"),
        site=one.get("site", ""),
        stars=Stars(*one["stars"]) if "stars" in one else None,
        published=published,
        visibility=listen.visibility_of(Origin(one["how"])),
        contact=one.get("contact", ""),
        promise=promise,
    )


def _entry(one: dict[str, Any], begin: datetime) -> FeedEntry:
    return FeedEntry(
        key=one["url"],
        link=one["url"],
        title=one["title"],
        author=one["author"],
        text=one["text"],
        published=begin - timedelta(minutes=one["minutes_ago"]),
    )
