"""``python -m keizoku`` is the command ``keizoku``."""

from keizoku.cli import main

# The import's own processes load this module too, and must not run the command again.
if __name__ == "__main__":
    main()
