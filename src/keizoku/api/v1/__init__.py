"""Version 1: its routes, gathered. What is served here only grows; what has to change otherwise becomes version 2."""
