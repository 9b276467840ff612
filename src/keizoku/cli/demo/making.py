"""A campaign as the operator presses it together: a copy of a journey that sends at any hour, an audience, the draft."""

from keizoku.cli.demo.browser import Answer, Browser, WalkFailed

ANY_HOUR = {"opens": "0:00", "closes": "0:00", "days": ("weekends", "holidays", "year_end")}


def choice(answer: Answer, field: str, label: str) -> str:
    """The value of the first option whose words begin with ``label``."""
    for entry in answer.form_with(field).fields:
        if entry.name == field:
            for option in entry.choices:
                if option.label.strip().startswith(label):
                    return option.value
    raise WalkFailed(f"{answer.url} offers no {label} for {field}")


def copy_for_any_hour(operator: Browser, journey: str) -> str:
    """Copy a journey so that the walk waits for no morning and no Monday; returns the copy's name."""
    version = choice(operator.get("/console/campaigns/new"), "course-1-journey", journey)
    editor = operator.get(f"/console/journeys/new?from={version}")
    name = f"{journey}、いつでも"
    saved = operator.submit(editor, editor.form_with("opens"), {"name": name, **ANY_HOUR})
    if name not in saved.page.text or "journeys/new" in saved.url:
        raise WalkFailed(f"the journey was not copied: {saved.page.text[:300]}")
    return name


def draft(operator: Browser, *, name: str, audience: str, journey: str) -> int:
    """Make the draft through the form; returns the campaign's number."""
    answer = operator.get("/console/campaigns/new")
    filled = {
        "name": name,
        "audience": choice(answer, "audience", audience),
        "course-1-journey": choice(answer, "course-1-journey", journey),
    }
    made = operator.submit(answer, answer.form_with("course-1-journey"), filled)
    number = made.url.rstrip("/").rpartition("/")[2]
    if not number.isdigit():
        raise WalkFailed(f"the campaign was not made: {made.page.text[:300]}")
    return int(number)
