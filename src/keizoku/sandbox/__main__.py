"""`python -m keizoku.sandbox …` starts the outside world."""

from keizoku.sandbox.command import command

if __name__ == "__main__":
    command()
