"""The table of methods and what follows from it. Pure."""
