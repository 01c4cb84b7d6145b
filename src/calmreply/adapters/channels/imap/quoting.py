"""The history of a conversation, off, where it is clearly marked. Pure.

What follows the new words and says of itself that it is older goes; where an answer stands
between quoted lines, or nothing would be left, everything stays.
"""

from __future__ import annotations

import re
from typing import Final

_QUOTED: Final = re.compile(r"\s{0,3}>")
_RULE: Final = re.compile(
    r"\s{0,3}-{2,12} ?(?:Original Message|Original-Nachricht|Ursprüngliche Nachricht"
    r"|Message d'origine|Message original|Mensaje original|Messaggio originale"
    r"|Oorspronkelijk bericht|Oprindelig meddelelse|Ursprungligt meddelande"
    r"|Wiadomość oryginalna|Mensagem original) ?-{2,12}\s*",
    re.IGNORECASE,
)
_FORWARDED: Final = re.compile(r"\s*(?:fwd?|wg|tr|rv|i|enc|vs|doorst|pd)\s*:", re.IGNORECASE)
_FROM: Final = re.compile(r"\*?(?:From|Von|De|Da|Van|Från|Fra|Od)\s?:\*?\s.{1,200}")
_OTHERS: Final = (
    re.compile(r"\*?(?:Sent|Gesendet|Envoyé|Enviado(?: el)?|Inviato|Verzonden|Skickat|Sendt|Date"
               r"|Datum|Fecha|Data|Wysłano)\s?:\*?\s"),
    re.compile(r"\*?(?:To|An|À|A|Para|Aan|Till|Til|Do)\s?:\*?\s"),
    re.compile(r"\*?(?:Subject|Betreff|Objet|Asunto|Oggetto|Onderwerp|Ämne|Emne|Temat|Assunto)\s?:"),
)  # fmt: skip
_LINES_OF_A_HEAD: Final = 8
_ATTRIBUTION_LINES: Final = 3
_SAYS_WHO: Final = re.compile(
    r"\b(?:wrote|writes|schrieb|écrit|escribió|scritto|schreef|geschreven|skrev|napisał\(?a?\)?"
    r"|escreveu)\b[^\n]{0,200}[:\uff1a]\s*$",
    re.IGNORECASE,
)
_BEGINS: Final = re.compile(r"\s*(?:On|Am|Le|El|Il|Op|Den|W dniu|Dnia|Em)\b")
_MARKED: Final = re.compile(
    r"<(?P<tag>div|blockquote)\b(?=[^<>]{0,500}(?:\b(?:class|id)\s*=\s*[\"']?[^\"'<>]{0,80}\b"
    r"(?:gmail_quote|yahoo_quoted|protonmail_quote|divRplyFwdMsg)\b|\btype\s*=\s*[\"']?cite\b))"
    r"[^<>]{0,1000}>",
    re.IGNORECASE,
)


def new_words(text: str, subject: str = "") -> str:
    """A plain text without the history at its end. What is forwarded is no history."""
    if _FORWARDED.match(subject):
        return text
    lines = text.split("\n")
    start = min(_ruled(lines), _headed(lines), _quoted(lines))
    kept = "\n".join(lines[:start]).rstrip(" _\n")
    return kept if start < len(lines) and kept.strip() else text


def new_markup(html: str, subject: str = "") -> tuple[str, str]:
    """The markup before the part that is marked as history, and what follows that part."""
    marked = None if _FORWARDED.match(subject) else _MARKED.search(html)
    if marked is None:
        return html, ""
    depth = 0
    tags = re.compile(rf"<(/?){marked['tag']}\b", re.IGNORECASE)
    for tag in tags.finditer(html, marked.start()):
        depth += -1 if tag[1] else 1
        if depth == 0:
            return html[: marked.start()], html[tag.start() :]
    return html[: marked.start()], ""


def _ruled(lines: list[str]) -> int:
    return next((n for n, line in enumerate(lines) if _RULE.fullmatch(line)), len(lines))


def _headed(lines: list[str]) -> int:
    """Where the head of an older mail stands: From, and Sent, To and Subject under it."""
    for number, line in enumerate(lines):
        if _FROM.fullmatch(line):
            under = lines[number + 1 : number + _LINES_OF_A_HEAD]
            if all(any(other.match(each) for each in under) for other in _OTHERS):
                return number
    return len(lines)


def _quoted(lines: list[str]) -> int:
    """Where the line stands that says whose the quoted lines are that go on to the end."""
    end = len(lines)
    while end and (not lines[end - 1].strip() or _QUOTED.match(lines[end - 1])):
        end -= 1
    if not any(_QUOTED.match(line) for line in lines[end:]):
        return len(lines)
    for number in range(end - 1, max(end - 1 - _ATTRIBUTION_LINES, -1), -1):
        said = " ".join(lines[number:end])
        if not lines[number].strip() or not _SAYS_WHO.search(said):
            break
        if _BEGINS.match(lines[number]) or (number == end - 1 and "@" in said):
            return number
    return len(lines)
