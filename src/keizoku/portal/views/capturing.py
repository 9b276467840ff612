"""The wire of the capture: what its script asks and brings. JSON out; a picture comes in as its bare bytes.

Each answer's status says what the script may do: 409 ask for a new challenge, 410 it is over here, 413 too large, 429 too
often, 503 once more after a while.
"""

import json
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from keizoku.identity import capturing, errors, hosting
from keizoku.identity.rules.steps import LARGEST_SHOT, SkipReason, Step, StepName
from keizoku.kernel.errors import Refusal
from keizoku.portal import reasons, visit
from keizoku.portal import sitting as sittings
from keizoku.portal.sitting import Sitting
from keizoku.ui import speaking

PICTURES: Final = frozenset({"image/jpeg"})
_LONGEST_WORDS: Final = 1000
_MOST_DIGITS: Final = 12
_STATUS: Final[Mapping[type[Refusal], int]] = {
    errors.ChallengeUnknown: 409,
    errors.ChallengeExpired: 409,
    errors.StepOutOfOrder: 409,
    errors.SkipRefused: 409,
    errors.NotComplete: 409,
    errors.KindNotChosen: 410,
    errors.SessionUnknown: 410,
    errors.SessionOver: 410,
    errors.VerificationOver: 410,
    errors.ShotTooLarge: 413,
    errors.TooManyTries: 429,
    errors.JudgeMissing: 503,
}


def on_the_wire(
    view: Callable[[HttpRequest, Sitting], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """For the script of a capture that was begun in this browser; refusals by their code: the page has the words."""

    @wraps(view)
    def answer(request: HttpRequest) -> HttpResponse:
        held = sittings.held(request)
        if held is None:
            return _refused(errors.SessionUnknown(), 410)
        try:
            return view(request, held)
        except tuple(_STATUS) as refusal:
            return _refused(refusal, _STATUS[type(refusal)])

    return require_POST(answer)


@on_the_wire
def challenge(_request: HttpRequest, sitting: Sitting) -> HttpResponse:
    """What to bring next; no steps: nothing is outstanding."""
    asked = capturing.challenge(sitting.session)
    return JsonResponse(
        {
            "nonce": asked.nonce,
            "steps": [{"name": step.name.value, "pose": step.pose or None} for step in asked.steps],
            "expires_in_s": max(0, int((asked.expires_at - timezone.now()).total_seconds())),
        }
    )


@on_the_wire
def shot(request: HttpRequest, sitting: Sitting) -> HttpResponse:
    """One picture, straight from the camera."""
    if request.content_type not in PICTURES:
        return JsonResponse({"code": "identity.not_a_picture"}, status=415)
    if sittings.comes_too_often(request):
        return _refused(errors.TooManyTries(), 429)
    step = _step(request.headers.get("X-Capture-Step", ""), request.headers.get("X-Capture-Pose", ""))
    moment = request.headers.get("X-Capture-Taken-At", "")[:_MOST_DIGITS]
    data = request.read(LARGEST_SHOT + 1)
    nonce = request.headers.get("X-Capture-Nonce", "")
    if step is None or not moment.isascii() or not moment.isdigit() or not data:
        return JsonResponse({"code": "identity.malformed"}, status=400)
    receipt = capturing.receive(sitting.session, nonce, step, data, int(moment))
    with speaking.spoken_in(visit.language(request)):
        told = [] if receipt.is_accepted else reasons.for_customer(receipt.reasons)
    left = [step.value for step in receipt.left]
    codes = list(receipt.reasons)
    return JsonResponse({"accepted": receipt.is_accepted, "reasons": told, "codes": codes, "left": left})


@on_the_wire
def skip(request: HttpRequest, sitting: Sitting) -> HttpResponse:
    """A step is not wanted or cannot be made: a person will decide."""
    given = _json(request)
    try:
        step, reason = StepName(given.get("step", "")), SkipReason(given.get("reason", ""))
    except ValueError:
        return JsonResponse({"code": "identity.malformed"}, status=400)
    capturing.skip(sitting.session, step, reason)
    return JsonResponse({})


@on_the_wire
def finish(_request: HttpRequest, sitting: Sitting) -> HttpResponse:
    """All is there; where to go now."""
    capturing.finish(sitting.session)
    return JsonResponse({"next": reverse("portal:capture_done")})


@require_safe
def face_finder(_request: HttpRequest) -> HttpResponse:
    """The network that finds faces, as the server's own checksum knows it; for the browser to guide by."""
    response = HttpResponse(hosting.face_finder(), content_type="application/octet-stream")
    response.headers["Cache-Control"] = "public, max-age=86400"
    return response


def _step(name: str, pose: str) -> Step | None:
    try:
        return Step(StepName(name), pose)
    except ValueError:
        return None


def _json(request: HttpRequest) -> dict[str, Any]:
    try:
        found = json.loads(request.read(_LONGEST_WORDS))
    except (UnicodeDecodeError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _refused(refusal: Refusal, status: int) -> HttpResponse:
    return JsonResponse({"code": refusal.code}, status=status)
