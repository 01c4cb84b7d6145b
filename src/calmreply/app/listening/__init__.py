"""Listening: sources and their rounds, what they bring, and whom it is told."""
