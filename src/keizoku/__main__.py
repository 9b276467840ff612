"""``python -m keizoku`` is the command ``keizoku``."""

from keizoku.cli import main

if __name__ == "__main__":  # the import's own processes load this module too, and must not run the command again
    main()
