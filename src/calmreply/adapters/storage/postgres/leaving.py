"""What PostgreSQL lets leave: an entry of the outbox is claimed only with what it needs on record.

The gate asks for more, and it alone knows the rules of the business. Here is what holds whatever
they are: somebody chose Send for the words that were written last; a complaint was signed off by
somebody who wrote none of them, after they were written, and it was not taken back; and the floor
of the wait is over, by the server's clock. So a program with a bug, or somebody at the database
with the program's password, does not get past it by accident.

The signatures themselves nobody can check here: a forged line is refused by the program that sends.
"""
# The statements are put together from constants of ours alone:
# ruff: noqa: S608

from __future__ import annotations

from calmreply.domain.moment import SERVER
from calmreply.domain.policy import FLOORS, Kind

NOT_CHOSEN = "outbox_leaves_as_it_was_chosen"
NOT_SIGNED = "outbox_leaves_signed_off"
TOO_EARLY = "outbox_leaves_after_its_wait"
NOT_TRIED = "outbox_ends_what_it_began"

LAWS = (NOT_CHOSEN, NOT_SIGNED, TOO_EARLY, NOT_TRIED)

_FLOOR = min(one.text for one in FLOORS.values()) * 60
_FLOOR_OF_A_COMPLAINT = FLOORS[Kind.COMPLAINT].text * 60

# In canonical JSON a quote inside a text has a backslash before it: what stands between bare ones
# is a field of the fact itself. A cast to json would stumble over texts that no json of
# PostgreSQL's may hold.
SAID = """CREATE FUNCTION said(body bytea, field text) RETURNS text LANGUAGE sql IMMUTABLE
AS $law$ SELECT substring(encode(body, 'escape') FROM '"' || field || '":"([^"\\\\]*)"') $law$"""

MOMENT = f"""CREATE FUNCTION server_moment(body bytea) RETURNS float8 LANGUAGE sql IMMUTABLE
AS $law$ SELECT CAST(substring(encode(body, 'escape')
    FROM '"at":\\{{"boot":"{SERVER}","ticks":([-+0-9.eE]+)') AS float8) $law$"""

_LINES = "journal JOIN payloads USING (number)"


def _last(kind: str, more: str) -> str:
    return (
        f"FROM {_LINES} WHERE case_id = NEW.case_id AND kind = '{kind}' AND {more}"
        " ORDER BY number DESC LIMIT 1"
    )


def claim(breaks: dict[str, str]) -> tuple[str, str]:
    """Body and declarations of the trigger; `breaks` says how each law is raised."""
    body = f"""
IF NEW.attempts <= (CASE TG_OP WHEN 'UPDATE' THEN OLD.attempts ELSE 0 END)
OR pg_has_role(session_user, current_user, 'MEMBER') THEN RETURN NEW; END IF;
PERFORM 1 FROM cases WHERE id = NEW.case_id FOR UPDATE;
SELECT number, said(body, 'kind') AS kind, said(body, 'revision') AS revision,
    said(body, 'request') AS request INTO chose
    {_last("send_chosen", "subject = NEW.reply AND said(body, 'entry') = NEW.entry")};
IF NOT FOUND OR (chose.kind = 'holding') IS DISTINCT FROM (NEW.holding = 1) THEN
    {breaks[NOT_CHOSEN]} END IF;
IF NEW.holding = 1 THEN RETURN NEW; END IF;
SELECT number, body, recorded, said(body, 'revision') AS revision INTO wrote
    {_last("revised", "subject = NEW.reply")};
IF NOT FOUND OR wrote.revision IS DISTINCT FROM chose.revision OR wrote.number > chose.number THEN
    {breaks[NOT_CHOSEN]} END IF;
SELECT said(body, 'kind') AS kind INTO judged {_last("judged", "true")};
IF NOT FOUND THEN {breaks[NOT_CHOSEN]} END IF;
SELECT number, said(body, 'request') AS request INTO again
    {_last("chosen_again", "said(body, 'entry') = NEW.entry")};
IF FOUND THEN chose.request := again.request; END IF;
IF chose.request IS NULL THEN
    alone := EXISTS (SELECT 1 FROM journal WHERE case_id = NEW.case_id AND (
        kind = 'emergency_declared' OR (kind = 'self_reviewed' AND subject = NEW.reply)));
    IF judged.kind = '{Kind.COMPLAINT.value}' AND NOT alone THEN {breaks[NOT_SIGNED]} END IF;
ELSE
    SELECT number, actor, said(body, 'revision') AS revision INTO signed
        {_last("signed_off", "subject = NEW.reply AND said(body, 'request') = chose.request")};
    IF NOT FOUND OR signed.revision IS DISTINCT FROM wrote.revision OR signed.number < wrote.number
    OR EXISTS (SELECT 1 FROM journal WHERE case_id = NEW.case_id AND kind = 'revised'
        AND subject = NEW.reply AND actor = signed.actor)
    OR EXISTS (SELECT 1 FROM {_LINES} WHERE case_id = NEW.case_id AND kind = 'sign_off_withdrawn'
        AND number > signed.number AND said(body, 'request') = chose.request)
    THEN {breaks[NOT_SIGNED]} END IF;
END IF;
least := CASE judged.kind WHEN '{Kind.COMPLAINT.value}' THEN {_FLOOR_OF_A_COMPLAINT}
    ELSE {_FLOOR} END;
IF extract(epoch FROM clock_timestamp()) - server_moment(wrote.body) < least THEN
    {breaks[TOO_EARLY]} END IF;
RETURN NEW;"""
    declared = (
        "DECLARE chose record; again record; wrote record; judged record; signed record;"
        " alone boolean; least float8;"
    )
    return body, declared


def ending(breaks: dict[str, str]) -> str:
    """Body of the trigger on payloads: only what was claimed begins, ends or arrives."""
    return f"""
IF NEW.body IS NULL OR pg_has_role(session_user, current_user, 'MEMBER') THEN RETURN NEW; END IF;
IF (SELECT kind FROM journal WHERE number = NEW.number)
    IN ('attempt_began', 'attempt_ended', 'posted') AND NOT EXISTS (
    SELECT 1 FROM outbox JOIN journal USING (case_id)
    WHERE journal.number = NEW.number AND entry = said(NEW.body, 'entry') AND attempts > 0
) THEN {breaks[NOT_TRIED]} END IF;
RETURN NEW;"""
