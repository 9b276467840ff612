"""``python -m keizoku`` is the command ``keizoku``."""

from keizoku.cli import main

main()
