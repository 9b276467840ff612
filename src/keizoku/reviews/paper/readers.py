"""What other parts of reviews ask of paper: whether a form waits, who has read one, which review one's code means.

Below the reviews' own queries.
"""

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from keizoku.reviews.models import Review
from keizoku.reviews.paper.models import FormerReference, PaperForm, PaperKeying, PaperResolution
from keizoku.reviews.paper.rules import WAITING


def holds(review_id: OuterRef) -> Exists:
    """Whether a form of the review that came back waits for somebody."""
    return Exists(PaperForm.objects.filter(review_id=review_id, state__in=WAITING))


def read_by(staff_id: int, review_id: OuterRef) -> Exists:
    """Whether a member of staff keyed or resolved a form of a review, and so never decides it."""
    return Exists(_read(staff_id).filter(review_id=review_id))


def was_read_by(staff_id: int, review_id: int) -> bool:
    return _read(staff_id).filter(review_id=review_id).exists()


def meant_by(reference: int) -> QuerySet[Review]:
    """The review whose code a form carries, though it may have been given another since the form was printed."""
    now = Review.objects.filter(reference=reference).values("id")
    formerly = FormerReference.objects.filter(reference=reference).values("review_id")
    return Review.objects.filter(id=Coalesce(Subquery(now), Subquery(formerly)))


def _read(staff_id: int) -> QuerySet[PaperForm]:
    keyed = PaperKeying.objects.filter(form=OuterRef("id"), keyed_by_id=staff_id)
    resolved = PaperResolution.objects.filter(form=OuterRef("id"), resolved_by_id=staff_id)
    return PaperForm.objects.filter(Q(Exists(keyed)) | Q(Exists(resolved)))
