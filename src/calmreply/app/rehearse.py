"""The rehearsal: a sample business with sample mentions, put into a home of its own.

A rehearsal home differs from a real one in its ports only: its clock moves by hand and its
channels are scripted, so that nothing can leave. The use cases are the real ones.
"""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from calmreply import resources
from calmreply.app import listen, people, settings
from calmreply.app.home import Actor, Home
from calmreply.domain.mention import Heard, MentionId, Origin, Promise, Stars
from calmreply.domain.people import Person

SAMPLE = "rehearsal/corner-bakery.json"


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


def hear(home: Home) -> tuple[MentionId, ...]:
    """Bring in the sample's mentions, oldest first."""
    wall = home.clock.read().wall
    mentions = sorted(sample()["mentions"], key=lambda one: -int(one["minutes_ago"]))
    found = []
    for one in mentions:
        promise = None
        if "promise" in one:
            due = wall + timedelta(minutes=one["promise_in_minutes"])
            promise = Promise(one["promise"], due)
        mention, _case, _changes = listen.add_mention(
            home,
            Heard(
                key="",
                author=one["author"],
                text=one["text"],
                origin=Origin(one["how"]),
                url=one.get("url"),
                site=one.get("site", ""),
                stars=Stars(*one["stars"]) if "stars" in one else None,
                published=wall - timedelta(minutes=one["minutes_ago"]),
                visibility=listen.visibility_of(Origin(one["how"])),
                contact=one.get("contact", ""),
                promise=promise,
            ),
        )
        found.append(mention)
    return tuple(found)
