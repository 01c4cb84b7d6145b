"""The people of the business, and what unlocks their keys."""
