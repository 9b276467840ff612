"""All settings, from the environment (see docs/settings.md). A missing or malformed variable stops the process.

Only ``keizoku.kernel.environment`` reads the environment. Importing this module opens no connection: the embedded
database's addresses are computed from the state folder; whoever needs the server holds it (``kernel.database.embedded``).
"""

import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from keizoku.accounts.single_sign_on.rules import Issuer
from keizoku.delivery.allowances.rules import Limit
from keizoku.kernel import environment
from keizoku.kernel.database import embedded
from keizoku.kernel.environment import BadSetting
from keizoku.kernel.secrets import installation_secret

BASE_DIR = Path(__file__).resolve().parent


# -- what this installation is

INSTALLATION_KIND = environment.choice("KEIZOKU_INSTALLATION_KIND", {"demo", "production"}, "production")
INSTITUTION = environment.text("KEIZOKU_INSTITUTION", "継続銀行")
PUBLIC_URL = environment.url("KEIZOKU_PUBLIC_URL", "http://127.0.0.1:8000")
SECRET_KEY = installation_secret("django")
DEBUG = False
# How many proxies of ours stand between a client and this server; each adds one address to X-Forwarded-For.
TRUSTED_PROXIES = environment.integer("KEIZOKU_TRUSTED_PROXIES", 0)
ALLOWED_HOSTS = [urlsplit(PUBLIC_URL).hostname or "", "127.0.0.1", "localhost"]
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]


# -- database: three roles, one server (ADR 0001)


def _database(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    options: dict[str, Any] = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", parts.hostname or ""),
        "PORT": str(parts.port or options.pop("port", "")),
        "CONN_MAX_AGE": 300,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
        "TEST": {"MIRROR": None},
    }


if "DATABASE_URL" in os.environ:
    DATABASES = {
        "default": _database(environment.text("DATABASE_URL")),
        "owner": _database(environment.text("KEIZOKU_OWNER_DATABASE_URL")),
        "auditor": _database(environment.text("KEIZOKU_AUDITOR_DATABASE_URL")),
    }
else:
    _urls = embedded.urls()
    DATABASES = {
        "default": _database(_urls.app),
        "owner": _database(_urls.owner),
        "auditor": _database(_urls.auditor),
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"


# -- rooms

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django_htmx",
    "procrastinate.contrib.django",
    "keizoku.kernel",
    "keizoku.audit",
    "keizoku.accounts",
    "keizoku.events",
    "keizoku.safekeeping",
    "keizoku.customers",
    "keizoku.risk",
    "keizoku.forms",
    "keizoku.delivery",
    "keizoku.identity",
    "keizoku.reviews",
    "keizoku.campaigns",
    "keizoku.retention",
    "keizoku.ui",
    "keizoku.portal",
    "keizoku.console",
    "keizoku.api",
]
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"
AUTH_USER_MODEL = "accounts.Staff"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]


# -- web

ROOT_URLCONF = "keizoku.urls"
WSGI_APPLICATION = "keizoku.wsgi.application"
# A file too large for memory is never on disk in the clear, not even while it arrives.
FILE_UPLOAD_HANDLERS = [
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "keizoku.kernel.uploads.EncryptedUploadHandler",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "keizoku.ui.security.SecurityHeaders",
    "keizoku.webhooks.door.Door",
    "keizoku.api.frame.ApiFrame",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "keizoku.console.language.in_chosen_language",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "keizoku.ui.context.institution",
                "keizoku.console.language.languages",
            ],
        },
    }
]
STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True
LOGIN_URL = "/console/sign-in"
SESSION_ENGINE = "keizoku.accounts.sessions"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = environment.integer("KEIZOKU_SESSION_SECONDS", 30 * 60, least=60)
SESSION_SAVE_EVERY_REQUEST = False
# After so many seconds without an act of theirs staff are signed out; 12 hours after the sign-in in any case.
CONSOLE_IDLE_SECONDS = environment.integer("KEIZOKU_CONSOLE_IDLE_SECONDS", 15 * 60, least=180)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PUBLIC_URL.startswith("https://")
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"


# -- language and time

LANGUAGE_CODE = "ja"
TIME_ZONE = "Asia/Tokyo"
USE_TZ = True
USE_I18N = True


# -- channels: found by dotted path, imported by nobody by name

CHANNELS = {
    "line": "keizoku.channels.line.transport.LineNotification",
    "email": "keizoku.channels.email.transport.Email",
    "sms": "keizoku.channels.sms.transport.KaradenSms",
    "letter": "keizoku.channels.letter.transport.PrintedLetter",
}
# Makes the address that a message's button opens, of (review id, reference code).
ENTRY_LINK = "keizoku.reviews.tokens.link_for"
# Which published questionnaire a letter encloses on paper, of reviews' ids.
PAPER_FORMS = "keizoku.reviews.paper.queries.forms_for"
LINE_API_URL = environment.url("KEIZOKU_LINE_API_URL", "https://api.line.me")
LINE_CHANNEL_TOKEN = environment.text("KEIZOKU_LINE_CHANNEL_TOKEN", "not-configured")
# Where LINE asks its user whether the account may be linked.
LINE_ACCESS_URL = environment.url("KEIZOKU_LINE_ACCESS_URL", "https://access.line.me")
LINE_CHANNEL_SECRET = environment.text("KEIZOKU_LINE_CHANNEL_SECRET", "not-configured")
SMTP_HOST = environment.text("KEIZOKU_SMTP_HOST", "mail.invalid")
SMTP_PORT = environment.integer("KEIZOKU_SMTP_PORT", 587, least=1)
# TLS is demanded of a real relay; the sandbox on this very machine has none.
SMTP_STARTTLS = environment.flag("KEIZOKU_SMTP_STARTTLS", default=INSTALLATION_KIND == "production")
SMTP_USER = environment.text("KEIZOKU_SMTP_USER", "")
SMTP_PASSWORD = environment.text("KEIZOKU_SMTP_PASSWORD", "")
MAIL_FROM = environment.text("KEIZOKU_MAIL_FROM", "oshirase@bank.example.jp")
# Mails come back to "<this local part>+<signed id of 36 letters>@<this domain>" (ADR 0027), and are read there over IMAP.
MAIL_BOUNCES_TO = environment.text("KEIZOKU_MAIL_BOUNCES_TO", "") or MAIL_FROM
_LONGEST_LOCAL_PART = 64 - len("+") - 36
if not 0 < len(MAIL_BOUNCES_TO.rpartition("@")[0]) <= _LONGEST_LOCAL_PART:
    raise BadSetting(
        "KEIZOKU_MAIL_BOUNCES_TO", f"needs at most {_LONGEST_LOCAL_PART} characters before the @"
    )
BOUNCE_IMAP_HOST = environment.text("KEIZOKU_BOUNCE_IMAP_HOST", "")
BOUNCE_IMAP_PORT = environment.integer("KEIZOKU_BOUNCE_IMAP_PORT", 993, least=1)
BOUNCE_IMAP_TLS = environment.flag("KEIZOKU_BOUNCE_IMAP_TLS", default=INSTALLATION_KIND == "production")
BOUNCE_IMAP_USER = environment.text("KEIZOKU_BOUNCE_IMAP_USER", "")
BOUNCE_IMAP_PASSWORD = environment.text("KEIZOKU_BOUNCE_IMAP_PASSWORD", "")
BOUNCE_IMAP_FOLDER = environment.text("KEIZOKU_BOUNCE_IMAP_FOLDER", "INBOX")
BOUNCE_IMAP_UNREAD = environment.text("KEIZOKU_BOUNCE_IMAP_UNREAD", "Keizoku-unread")

SMS_API_URL = environment.url("KEIZOKU_SMS_API_URL", "https://prg.karaden.jp/api")
SMS_TENANT = environment.text("KEIZOKU_SMS_TENANT", "not-configured")
SMS_TOKEN = environment.text("KEIZOKU_SMS_TOKEN", "not-configured")
SMS_SERVICE_ID = environment.integer("KEIZOKU_SMS_SERVICE_ID", 1, least=1)
SMS_CALLBACK_SECRET = environment.text("KEIZOKU_SMS_CALLBACK_SECRET", "")

# The print house (docs/letters.md), and what letters say of their sender; without address and phone none is printed.
LETTER_API_URL = environment.url("KEIZOKU_LETTER_API_URL", "https://print.invalid")
LETTER_API_TOKEN = environment.text("KEIZOKU_LETTER_API_TOKEN", "not-configured")
LETTER_DEPARTMENT = environment.text("KEIZOKU_LETTER_DEPARTMENT", "")
LETTER_RETURN_POSTAL_CODE = environment.text("KEIZOKU_LETTER_RETURN_POSTAL_CODE", "")
LETTER_RETURN_ADDRESS = environment.text("KEIZOKU_LETTER_RETURN_ADDRESS", "")
# Where paper questionnaires are sent back to; empty: as the return address.
LETTER_REPLY_NAME = environment.text("KEIZOKU_LETTER_REPLY_NAME", "")
LETTER_REPLY_POSTAL_CODE = environment.text("KEIZOKU_LETTER_REPLY_POSTAL_CODE", "")
LETTER_REPLY_ADDRESS = environment.text("KEIZOKU_LETTER_REPLY_ADDRESS", "")
LETTER_PHONE = environment.text("KEIZOKU_LETTER_PHONE", "")
LETTER_PHONE_HOURS = environment.text("KEIZOKU_LETTER_PHONE_HOURS", "")

# The institution's own notice on personal information, linked from the customer's page about it; empty: no link.
PRIVACY_NOTICE_URL = environment.text("KEIZOKU_PRIVACY_NOTICE_URL", "")

# The institution's own list of purposes of consents (TOML); empty: the list that comes with Keizoku.
CONSENT_PURPOSES = environment.text("KEIZOKU_CONSENT_PURPOSES", "")

# Where the hosted capture may lead an applicant back to: whole addresses, separated by spaces.
IDENTITY_REDIRECTS = environment.urls("KEIZOKU_IDENTITY_REDIRECTS")

# The institution's own table of identity methods (a folder of TOML, docs/identity.md); empty: the one with Keizoku.
IDENTITY_METHODS = environment.text("KEIZOKU_IDENTITY_METHODS", "")

# What each carrier takes from us in a second, a day and a month, shared by all workers (ADR 0025); 0: no limit. LINE says
# 2,000 a second for notification messages; Karaden publishes no number, relays and print houses agree on theirs.
CARRIER_LIMITS = {
    "line": Limit(
        a_second=environment.integer("KEIZOKU_LIMIT_LINE_SECOND", 2000),
        a_day=environment.integer("KEIZOKU_LIMIT_LINE_DAY", 0),
        a_month=environment.integer("KEIZOKU_LIMIT_LINE_MONTH", 0),
    ),
    "email": Limit(
        a_second=environment.integer("KEIZOKU_LIMIT_EMAIL_SECOND", 0),
        a_day=environment.integer("KEIZOKU_LIMIT_EMAIL_DAY", 0),
        a_month=environment.integer("KEIZOKU_LIMIT_EMAIL_MONTH", 0),
    ),
    "sms": Limit(
        a_second=environment.integer("KEIZOKU_LIMIT_SMS_SECOND", 0),
        a_day=environment.integer("KEIZOKU_LIMIT_SMS_DAY", 0),
        a_month=environment.integer("KEIZOKU_LIMIT_SMS_MONTH", 0),
    ),
    "letter": Limit(
        a_second=environment.integer("KEIZOKU_LIMIT_LETTER_SECOND", 0),
        a_day=environment.integer("KEIZOKU_LIMIT_LETTER_DAY", 0),
        a_month=environment.integer("KEIZOKU_LIMIT_LETTER_MONTH", 0),
    ),
}

# How long a face template is kept beyond the check; 0: not at all.
IDENTITY_TEMPLATE_DAYS = environment.integer("KEIZOKU_IDENTITY_TEMPLATE_DAYS", 0)
# Days of business time after a campaign's last message, after which who has not answered becomes a case.
SILENT_AFTER_DAYS = environment.integer("KEIZOKU_SILENT_AFTER_DAYS", 14, least=1)

# Price of one accepted message in yen, as the institution's own contract says; shown before approval.
MESSAGE_PRICE_YEN = {
    "line": environment.decimal("KEIZOKU_PRICE_LINE", "5"),
    # Of a push to a linked friend; what is shown before approval reckons with the dearer notification message.
    "line_push": environment.decimal("KEIZOKU_PRICE_LINE_PUSH", "3"),
    "email": environment.decimal("KEIZOKU_PRICE_EMAIL", "0.1"),
    "sms": environment.decimal("KEIZOKU_PRICE_SMS", "10"),
    "letter": environment.decimal("KEIZOKU_PRICE_LETTER", "150"),
    # What a letter that encloses the questionnaire costs more: each further page, and the reply envelope with its postage.
    "letter_page": environment.decimal("KEIZOKU_PRICE_LETTER_PAGE", "8"),
    "letter_reply": environment.decimal("KEIZOKU_PRICE_LETTER_REPLY", "140"),
}


# -- sign-on by another system of the institution (ADR 0047); without an issuer there is none

_OIDC_ISSUER = environment.private_url("KEIZOKU_OIDC_ISSUER")
SINGLE_SIGN_ON = (
    Issuer(
        address=_OIDC_ISSUER,
        client_id=environment.text("KEIZOKU_OIDC_CLIENT_ID"),
        client_secret=environment.text("KEIZOKU_OIDC_CLIENT_SECRET"),
        login_claim=environment.text("KEIZOKU_OIDC_LOGIN_CLAIM", "preferred_username"),
        role_claim=environment.text("KEIZOKU_OIDC_ROLE_CLAIM", ""),
        second_factor=environment.text("KEIZOKU_OIDC_SECOND_FACTOR", ""),
    )
    if _OIDC_ISSUER
    else None
)


# -- files with personal data: of more people than this a file needs a second person (ADR 0048)

EXPORT_ALONE_PEOPLE = environment.integer("KEIZOKU_EXPORT_ALONE_PEOPLE", 1)
# Whether files and changes of staff are approved by somebody of another department than who asked.
APPROVAL_BY_ANOTHER_DEPARTMENT = environment.flag("KEIZOKU_APPROVAL_BY_ANOTHER_DEPARTMENT", default=False)
# Department → branches whose customers it sees; a department that is not named sees all (ADR 0049).
BRANCHES_OF_DEPARTMENTS = environment.lists("KEIZOKU_BRANCHES_OF_DEPARTMENTS")


# -- outgoing events (ADR 0032): networks of the inside to which they may be posted all the same; empty: none

EVENT_NETWORKS = environment.networks("KEIZOKU_EVENT_NETWORKS")


# -- places outside that take the heads of the audit's chain (ADR 0018); empty: none

AUDIT_ANCHOR_FILE = environment.text("KEIZOKU_AUDIT_ANCHOR_FILE", "")
AUDIT_WITNESS_URL = environment.private_url("KEIZOKU_AUDIT_WITNESS_URL")
AUDIT_WITNESS_TOKEN_FILE = environment.text("KEIZOKU_AUDIT_WITNESS_TOKEN_FILE", "")
AUDIT_WITNESS_KEY = environment.text("KEIZOKU_AUDIT_WITNESS_KEY", "")
if AUDIT_WITNESS_URL and not AUDIT_WITNESS_TOKEN_FILE:
    raise BadSetting("KEIZOKU_AUDIT_WITNESS_TOKEN_FILE", "is not set, and the witness needs one")


# -- logs

LOGGING_CONFIG = None
