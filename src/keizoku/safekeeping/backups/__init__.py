"""Backups: taking one, restoring one, and the drill that proves both."""
