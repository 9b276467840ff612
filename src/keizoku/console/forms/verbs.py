"""Which of a form's buttons was pressed. A view names every verb that it knows; none is what is done otherwise."""

from django.http import Http404, HttpRequest


def pressed(request: HttpRequest, name: str, *known: str) -> str:
    """The posted verb. Anything else comes from no page of ours: not found, and nothing is done."""
    verb = request.POST.get(name, "")
    if verb not in known:
        raise Http404
    return verb
