"""Rows of verifications, a file a subject.

Invariants: a verification is about a customer, or about an applicant who is not one yet; one session of it is open at a
time; shots, skips and what was judged of them are append-only. A picture's bytes lie encrypted in ``kernel.files``, as they
came; what an applicant said of himself is encrypted, bound to "identity_verification.applicant" (key).
"""

import keizoku.identity.methods.models  # noqa: F401 - its tables belong to this room
from keizoku.identity.models.capture import CaptureSession, Challenge, Shot, Skip, Verification
from keizoku.identity.models.decision import ConfirmationRecord, Decision, Label, PolicyVersion
from keizoku.identity.models.judgement import Check, Derivative, Finding, Reading, StageDone
from keizoku.identity.models.templates import FaceTemplate, TemplateDeletion

__all__ = [
    "CaptureSession",
    "Challenge",
    "Check",
    "ConfirmationRecord",
    "Decision",
    "Derivative",
    "FaceTemplate",
    "Finding",
    "Label",
    "PolicyVersion",
    "Reading",
    "Shot",
    "Skip",
    "StageDone",
    "TemplateDeletion",
    "Verification",
]
