"""Benches, a module each, run by ``keizoku bench`` in a process and a database of their own. Each prints JSON."""
