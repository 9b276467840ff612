"""The password hasher of tests. What an installation uses is proved by ``test_create_staff``."""

from django.contrib.auth.hashers import PBKDF2PasswordHasher


class Quick(PBKDF2PasswordHasher):
    """Django's own, a thousand times cheaper."""

    iterations = 1_000
