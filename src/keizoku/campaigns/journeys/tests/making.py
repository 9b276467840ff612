"""Journeys for tests: any channels, any calendar; by default at any hour, so that no test depends on the day it runs."""

from dataclasses import replace

from keizoku.accounts.models import Staff
from keizoku.campaigns import defaults
from keizoku.campaigns.journeys import actions
from keizoku.campaigns.journeys.rules.calendar import ALWAYS
from keizoku.campaigns.journeys.rules.drafts import JourneyDraft


def drafted(*channels, name="いつでも", calendar=ALWAYS, **more):
    """A journey of these channels in the words that come with Keizoku, seven days apart."""
    steps = [replace(defaults.WORDS[channel], wait_days=7) for channel in channels]
    return JourneyDraft(name, (replace(steps[0], wait_days=0), *steps[1:]), calendar=calendar, **more)


def maker():
    return Staff.objects.get_or_create(login="maker", defaults={"role": "operator", "display_name": "企画"})[
        0
    ]


def saved(*channels, **more):
    """The version's id."""
    return actions.save(drafted(*channels, **more), maker())
