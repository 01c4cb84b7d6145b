"""What the heading of a column says it is, in English, German, French and Spanish. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

EXACT: Final = 10.0
"""Points for a heading that is the very name of a role."""
_WHOLE: Final = 9.0
_HEAD, _COMPOUND, _WITHIN = 5.0, 4.0, 2.0
"""For one that ends in it as a word, in German as a part of one, or has it anywhere."""
_NEARER: Final = 0.5

_NAMED: Final[Mapping[str, str]] = {
    "text": (
        "text|review text|review|comment|comments|content|body|message|feedback|review body|"
        "review content|review comment|opinion|bewertungstext|kommentar|rezension|rezensionstext|"
        "bewertung|nachricht|inhalt|meinung|erfahrung|avis|commentaire|commentaires|texte|"
        "témoignage|reseña|resena|comentario|comentarios|texto|mensaje|opinión"
    ),
    "author": (
        "author|name|reviewer|reviewer name|author name|user|user name|username|customer|"
        "customer name|guest|guest name|display name|by|from|autor|verfasser|kunde|kundenname|"
        "benutzer|benutzername|gast|rezensent|nutzer|nutzername|von|auteur|nom|prénom|pseudo|"
        "pseudonyme|utilisateur|client|nombre|usuario|cliente"
    ),
    "stars": (
        "stars|star|rating|star rating|score|points|review rating|overall rating|rating value|"
        "sterne|bewertung|punkte|sternebewertung|wertung|gesamtbewertung|anzahl sterne|note|"
        "étoiles|etoiles|évaluation|evaluation|notation|estrellas|puntuación|puntuacion|"
        "calificación|calificacion|valoración|valoracion|nota"
    ),
    "date": (
        "date|time|created|created at|create time|published|published at|posted|posted at|"
        "submitted|submitted at|timestamp|review date|date created|datum|zeit|zeitpunkt|erstellt|"
        "erstellt am|veröffentlicht|veröffentlicht am|verfasst am|abgegeben am|zeitstempel|"
        "bewertungsdatum|date de publication|publié le|posté le|horodateur|fecha|publicado|"
        "publicado el|marca temporal"
    ),
    "link": "link|url|review url|review link|permalink|href|web address|webadresse|lien|enlace",
    "site": (
        "site|source|platform|portal|network|website|channel|quelle|plattform|netzwerk|seite|kanal|"
        "plateforme|fuente|plataforma|sitio"
    ),
    "title": (
        "title|subject|headline|heading|summary|review title|titel|betreff|überschrift|titre|objet|"
        "título|titulo|asunto"
    ),
    "place": (
        "place|location|location name|branch|store|shop|outlet|listing|business|business name|"
        "standort|filiale|ort|geschäft|laden|niederlassung|betrieb|lieu|établissement|magasin|"
        "boutique|lugar|tienda|establecimiento|sucursal"
    ),
    "language": "language|lang|locale|review language|sprache|langue|idioma",
    "contact": (
        "email|e mail|mail|phone|contact|telephone|email address|telefon|kontakt|e mail adresse|"
        "courriel|téléphone|correo|correo electrónico|teléfono"
    ),
    "id": "id|review id|reviewid|comment id|uuid|guid|bewertungs id|bewertungsid|review number",
}
_ALONE: Final[Mapping[str, frozenset[str]]] = {
    "text": frozenset({"was", "qué", "que"}),
    "author": frozenset({"wer", "qui", "quién", "quien"}),
    "date": frozenset({"wann", "quand", "cuándo", "cuando"}),
}
"""Words of a language that say it as a whole heading only; a name for it is surer."""
_NAMES: Final = {role: frozenset(names.split("|")) for role, names in _NAMED.items()}
_COMPOUNDS: Final[Mapping[str, tuple[str, ...]]] = {
    "text": ("text", "kommentar", "meinung"),
    "author": ("name", "autor"),
    "stars": ("sterne", "bewertung", "wertung"),
    "date": ("datum", "date", "zeitpunkt"),
    "title": ("titel", "title"),
    "link": ("link", "url"),
    "language": ("sprache",),
    "place": ("filiale", "standort"),
}
_WITHIN_TOO: Final[Mapping[str, frozenset[str]]] = {
    "stars": frozenset(
        (
            *("rate", "rated", "satisfied", "satisfaction", "likely", "nps"),
            *("bewerten", "zufrieden", "zufriedenheit", "wahrscheinlich"),
        )
    ),
}
"""How forms ask for it."""
_OURS: Final = re.compile(
    r"\b(?:reply|replies|replied|responses?|responded|answers?|owner|updated?|modified)\b|"
    r"antwort|geändert|aktualisiert|bearbeitet|réponse|reponse|respuesta|propriétaire|propietario"
)
"""Columns about our own answers, or about changes: nobody else's words."""
_OF_OTHERS: Final = re.compile(
    r"\b(?:author|user|reviewer|customer|guest|profile|picture|pictures|image|images|photo|photos|"
    r"avatar|product|video|videos|autor|kunde|kunden|profil|bild|bilder|foto|fotos|produkt)\b"
)
"""Links to these lead anywhere but to the review."""
_GOOD: Final = re.compile(r"\b(?:positive?|liked|pros|good|positives|vorteile|gut|gefallen)\b")
_BAD: Final = re.compile(
    r"\b(?:negative?|disliked|cons|bad|negatives|nachteile|schlecht|nicht gefallen|not liked)\b"
)
_OF: Final = frozenset({"de", "du", "des", "d", "del"})
"""Before what it is the name, the date or the stars of: in French and Spanish that comes last."""
_WORD: Final = re.compile(r"[\W_]+")
_HUMP: Final = re.compile(r"(?<=[a-zäöü])(?=[A-ZÄÖÜ])")
_ASIDE: Final = re.compile(r"\([^()]*\)")
_ZONE: Final = re.compile(r" (?:gmt|utc)$")


def normal(heading: str) -> str:
    """A heading as it is compared: words in lower case with single spaces, without asides."""
    bare = _ASIDE.sub(" ", heading)
    return _WORD.sub(" ", _HUMP.sub(" ", bare)).strip().casefold()


def is_name(role: str, heading: str) -> bool:
    name = normal(heading)
    return name in _NAMES[role] or name in _ALONE.get(role, ())


def is_ours(heading: str) -> bool:
    return _OURS.search(normal(heading)) is not None


def points(role: str, heading: str) -> float:
    """How much a heading speaks for a role; 0 if it does not."""
    name = normal(heading)
    if _OURS.search(name) or (role == "link" and _OF_OTHERS.search(name)):
        return 0.0
    nearer = (
        _NEARER
        if role == "date" and ("utc" in heading.lower() or "gmt" in heading.lower())
        else 0.0
    )
    name = _ZONE.sub("", name)
    if name in _NAMES[role]:
        return EXACT + nearer
    if name in _ALONE.get(role, ()):
        return _WHOLE
    if role == "id" or not name:  # the number of anything else is no number of the review
        return 0.0
    words = name.split()
    head = words[0] if len(words) > 2 and words[1] in _OF else words[-1]
    if head in _NAMES[role]:
        return _HEAD + nearer
    if head.endswith(_COMPOUNDS.get(role, ("\0",))):
        return _COMPOUND + nearer
    known = _NAMES[role] | _WITHIN_TOO.get(role, frozenset())
    return _WITHIN if any(word in known for word in words) else 0.0


def side(heading: str) -> int:
    """1 for a column of what was liked, -1 for one of what was not, 0 for any other."""
    name = normal(heading)
    if is_ours(heading):
        return 0
    return -1 if _BAD.search(name) else int(_GOOD.search(name) is not None)
