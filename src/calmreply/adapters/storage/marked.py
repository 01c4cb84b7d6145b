"""What the lines somebody looks at are marked by: whole texts, and how many places a case has."""

from __future__ import annotations

from sqlalchemy import distinct, func, select

from calmreply.adapters.storage import tables
from calmreply.adapters.storage.tables import MENTIONS
from calmreply.adapters.storage.ways import among
from calmreply.app.ports.storage import MOST_OF_TEXT

TEXTS = select(MENTIONS.c.id, func.substr(MENTIONS.c.text, 1, MOST_OF_TEXT).label("text")).where(
    among(MENTIONS.c.id)
)
PLACES = (
    select(MENTIONS.c.case_id, func.count(distinct(tables.source_or_hand)).label("places"))
    .where(among(MENTIONS.c.case_id))
    .group_by(MENTIONS.c.case_id)
)
