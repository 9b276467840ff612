"""Views by area: parse, call, render."""
