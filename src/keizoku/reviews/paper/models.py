"""Returned forms, what was keyed of them, how doubts were resolved, and the codes of forms whose review has a new one.

What was read from a form is encrypted, bound to "reviews_paperkeying.payload" (form.place) and
"reviews_paperresolution.payload" (form.number); all but the forms is append-only. Triggers refuse a second keying by the
first's person, an answer from paper that two did not key, and a decision by whoever keyed or resolved (migration
``…_paper``).
"""

from django.db import models

from keizoku.reviews.paper.rules import STATE_WORDS, WAITING, WHY_WORDS, FormState


class PaperForm(models.Model):
    """One form that came back for one round of one review. ``scan`` names a stored file (``kernel.files``)."""

    review = models.ForeignKey("reviews.Review", models.PROTECT, related_name="paper_forms")
    round = models.SmallIntegerField()
    questionnaire = models.ForeignKey("forms.QuestionnaireVersion", models.PROTECT, related_name="+")
    state = models.CharField(
        max_length=10,
        choices=[(state.value, words) for state, words in STATE_WORDS.items()],
        default=FormState.REGISTERED.value,
    )
    state_since = models.DateTimeField()
    why = models.CharField(
        max_length=11, blank=True, choices=[(why.value, told) for why, (told, _) in WHY_WORDS.items()]
    )
    received_on = models.DateField()
    registered_at = models.DateTimeField()
    registered_by = models.ForeignKey("accounts.Staff", models.PROTECT, related_name="+")
    ended_by = models.CharField(max_length=40, blank=True)
    escalated_at = models.DateTimeField(null=True)
    scan = models.CharField(max_length=36, blank=True)
    scan_type = models.CharField(max_length=15, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["review"],
                condition=models.Q(state__in=[state.value for state in WAITING]),
                name="reviews_one_waiting_form",
            ),
            models.CheckConstraint(
                condition=(models.Q(state=FormState.SET_ASIDE.value) & ~models.Q(why=""))
                | (~models.Q(state=FormState.SET_ASIDE.value) & models.Q(why="")),
                name="reviews_form_set_aside_says_why",
            ),
        ]
        indexes = [
            models.Index(
                fields=["state_since"],
                condition=models.Q(state__in=[state.value for state in WAITING]),
                name="reviews_form_waiting",
            ),
            models.Index(fields=["registered_at"], name="reviews_form_registered"),
        ]


class FormerReference(models.Model):
    """A code that another took the place of: a form that is out already carries it still. It opens nothing but this."""

    reference = models.BigIntegerField(primary_key=True)
    review = models.ForeignKey("reviews.Review", models.PROTECT, related_name="+")
    replaced_at = models.DateTimeField()


class PaperKeying(models.Model):
    """All that one person read from a form; place 1 or 2."""

    form = models.ForeignKey(PaperForm, models.PROTECT, related_name="keyings")
    place = models.SmallIntegerField()
    keyed_by = models.ForeignKey("accounts.Staff", models.PROTECT, related_name="+")
    keyed_at = models.DateTimeField()
    payload = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["form", "place"], name="reviews_one_keying_a_place"),
            models.UniqueConstraint(fields=["form", "keyed_by"], name="reviews_form_keyed_by_two"),
            models.CheckConstraint(condition=models.Q(place__in=[1, 2]), name="reviews_form_keyed_twice"),
        ]


class PaperResolution(models.Model):
    """What somebody found to stand in the questions that were in doubt."""

    form = models.ForeignKey(PaperForm, models.PROTECT, related_name="resolutions")
    number = models.SmallIntegerField()
    resolved_by = models.ForeignKey("accounts.Staff", models.PROTECT, related_name="+")
    resolved_at = models.DateTimeField()
    payload = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["form", "number"], name="reviews_one_resolution")]
