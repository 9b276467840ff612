"""Members of staff and their one-time sign-in tickets.

Invariants: a login is unique; a role is one of ``rules.ROLES``; a ticket is stored as its hash and used once.
Written by this room's actions only.
"""

import json
from typing import ClassVar, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.crypto import salted_hmac

from keizoku.accounts import rules
from keizoku.accounts.administration.models import StaffChange
from keizoku.accounts.api_keys.models import ApiKey
from keizoku.accounts.exports.models import ExportRequest
from keizoku.accounts.factors.models import AuthenticatorApp, Passkey, RecoveryCode
from keizoku.accounts.presence.models import Presence
from keizoku.kernel.actor import Actor

__all__ = [
    "ApiKey",
    "AuthenticatorApp",
    "ExportRequest",
    "Passkey",
    "Presence",
    "RecoveryCode",
    "SignInTicket",
    "Staff",
    "StaffChange",
]


class Staff(AbstractBaseUser):
    """One person who works with Keizoku. Rights come from the role alone (``rules.ROLES``)."""

    login = models.CharField(max_length=100, unique=True)
    display_name = models.CharField(max_length=60)
    role = models.CharField(max_length=20, choices=list(rules.ROLE_NAMES.items()))
    department = models.CharField(max_length=60, blank=True)
    is_active = models.BooleanField(default=True)
    failed_sign_ins = models.PositiveSmallIntegerField(default=0)
    locked_until = models.DateTimeField(null=True)
    failed_factors = models.PositiveSmallIntegerField(default=0)
    factors_locked_until = models.DateTimeField(null=True)
    sessions_ended = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[BaseUserManager[Self]] = BaseUserManager()

    USERNAME_FIELD = "login"

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(role__in=list(rules.ROLES)), name="accounts_staff_role_known"
            ),
        ]

    @property
    def actor(self) -> Actor:
        return Actor.staff(self.pk)

    def _get_session_auth_hash(self, secret: str | bytes | None = None) -> str:
        """What a session is bound to: with another password, role or activity, none of before is this person's."""
        bound = (self.password, self.role, self.is_active, self.sessions_ended)
        return salted_hmac(
            "keizoku.accounts.session", json.dumps(bound), secret=secret, algorithm="sha256"
        ).hexdigest()

    def may(self, permission: str) -> bool:
        return self.is_active and rules.may(self.role, permission)


class SignInTicket(models.Model):
    """A link that signs one person in once; ``token_hash`` is SHA-256 of its 256 random bits."""

    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="tickets")
    token_hash = models.BinaryField(unique=True)
    issued_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("issued_at")), name="accounts_ticket_expires"
            ),
        ]
