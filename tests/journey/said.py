"""Who they are, and what is said and written in the journey."""

from __future__ import annotations

ANA, BEN = "Ana", "Ben"
WORDS = {ANA: "seven quiet loaves rise", BEN: "green door open early"}
AUTHOR = "Robin Sample"
SAID = "Stale bread, a wasp in the glass case, and no word of regret."
REPLY = (
    "Dear Robin,\nthank you for telling us. I am sorry that your visit was spoiled by stale bread. "
    "Please call Ana in the shop, we would like to hear what happened.\nAna, Blue Door Bakery"
)
MAIL = "robin@customer.example"
SUBJECT = "Your visit on Tuesday"
PASTED = "https://reviews.example/blue-door/17"
PASTED_SAID = "Rude at the counter. Two stars, and only for the window."
PASTED_REPLY = "Thank you for telling us. We would like to hear more: please ask for Ana."
MAIL_PASSWORD = "an app password"
