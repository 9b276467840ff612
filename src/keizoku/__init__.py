"""Keizoku (継続): an institution knows who its customer is for as long as the relation lasts."""

__version__ = "0.1.0"
