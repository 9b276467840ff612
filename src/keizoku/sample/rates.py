"""A share written as a percentage on the command line."""

from typing import Final

import click

HIGHEST: Final = 50.0


class Rate(click.ParamType[float]):
    """A percentage written 2%, 2 % or 2."""

    name = "rate"

    def __init__(self, most: float = HIGHEST) -> None:
        self.most = most

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> float:
        if isinstance(value, float):
            return value
        try:
            per_cent = float(str(value).strip().removesuffix("%"))
        except ValueError:
            self.fail(f"{value!r} is not a percentage such as 2%", param, ctx)
        if not 0 <= per_cent <= self.most:
            self.fail(f"{value!r} lies outside 0% to {self.most:.0f}%", param, ctx)
        return per_cent / 100
