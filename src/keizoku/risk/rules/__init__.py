"""How customers are rated and when they are due: the scorecard as data, and pure functions over it.

``scale`` holds the levels, ``scorecard`` the definition, ``reading`` its TOML, ``rating`` the verdict on one
row of facts, ``due`` the next date, ``words`` the reasons in Japanese. No Django, no clock, no I/O.
"""
