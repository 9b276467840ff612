"""Append-only account of all that anyone did or saw, sealed in signed blocks."""
