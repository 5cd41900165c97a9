"""Every setting of a desk, read from the environment once, when a process starts.

A wrong value stops the start with an `aplomb.lib.env.WrongSetting` that names the variable and the mend. What a desk's
administrator decides (people, teams, mailboxes, languages) is not here: it lives in the database.

    APLOMB_DATA            folder for the database, attachments and keys           ./data
    DATABASE_URL           postgresql://name:password@host/database                SQLite in APLOMB_DATA
    APLOMB_HOST            address the desk listens on                             127.0.0.1
    APLOMB_PORT            port of the desk                                        8000
    APLOMB_URL             the desk's public address, used in mails                http://APLOMB_HOST:APLOMB_PORT
    APLOMB_SMTP_HOST       address the mail receiver listens on                    127.0.0.1
    APLOMB_SMTP_PORT       port of the mail receiver (0: no receiver)              8025
    APLOMB_LMTP            1: the receiver speaks LMTP instead of SMTP             0
    APLOMB_SMTP_OUT        outgoing server: smtp://, smtp+starttls://, smtps://    none: mail is kept and shown
    APLOMB_MAIL_LIMIT_MB   largest mail taken in                                   64
    APLOMB_IMAP_SECONDS    how often servers that cannot tell of new mail are asked 30
    APLOMB_LEASE_SECONDS   after how long another process reads for one that died  20
    APLOMB_CLAMAV          virus scanner: unix:/run/clamav/clamd.ctl or tcp://host:3310   none
    APLOMB_UNDO_SECONDS    how long a sent reply can be undone                     10
    APLOMB_DEMO            0: start empty instead of with the demo's world         1
    APLOMB_SECRET          signing secret; made and kept in APLOMB_DATA if unset
    APLOMB_HOSTS           further host names the desk answers to
    APLOMB_PROXIES         proxies in front whose X-Forwarded-For is believed      0
    APLOMB_FROM            sender of sign-in and password mails                    help@desk.example
    APLOMB_WEB_THREADS     threads that serve pages, per process                   8
    APLOMB_WEB_WORKERS     web processes (PostgreSQL only)                         1
    APLOMB_JOB_THREADS     threads that run jobs, per process                      2
    APLOMB_ATTACHMENT_MB   largest attachment an agent may add                     25
    APLOMB_PRIVATE_HOSTS   hosts on private addresses that IMAP and SMTP may reach (loopback and the configured
                           outgoing server are always allowed)
    APLOMB_LOG             debug, info, warning or error                           info
    APLOMB_DEBUG           1: error pages with details, for development only       0

Any of them may be given as NAME_FILE=/path/to/a/file instead.
"""

import contextlib
import os
import secrets
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from aplomb.lib import env

PACKAGE = Path(__file__).resolve().parent.parent

DATA = Path(env.text("APLOMB_DATA", "data")).expanduser().resolve()


def _kept_secret(folder: Path) -> str:
    """The signing secret kept in the data folder, made when it is first needed. It appears whole or not at all."""
    file, fresh = folder / "secret", folder / f"secret.{os.getpid()}"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not file.exists():
            with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as stream:
                stream.write(secrets.token_urlsafe(48))
            with contextlib.suppress(FileExistsError):
                os.link(fresh, file)
            fresh.unlink()
        return file.read_text(encoding="ascii").strip()
    except OSError as error:
        raise env.WrongSetting(f"APLOMB_DATA={folder} cannot be used: {error.strerror}.") from error


_given_secret = env.text("APLOMB_SECRET")
SECRET_KEY = _given_secret or _kept_secret(DATA)
# whether a backup has it too
SECRET_IS_KEPT = not _given_secret
DEBUG = env.truth("APLOMB_DEBUG", False)
DEMO = env.truth("APLOMB_DEMO", True)
HOST = env.text("APLOMB_HOST", "127.0.0.1")
PORT = env.port("APLOMB_PORT", 8000)
URL = env.text("APLOMB_URL", f"http://{HOST}:{PORT}").rstrip("/")
if urlsplit(URL).scheme not in {"http", "https"} or not urlsplit(URL).hostname:
    raise env.WrongSetting(f"APLOMB_URL={URL} must look like https://desk.example.")
SMTP_HOST = env.text("APLOMB_SMTP_HOST", "127.0.0.1")
SMTP_PORT = env.whole("APLOMB_SMTP_PORT", 8025, most=65535)
LMTP = env.truth("APLOMB_LMTP", False)
SMTP_OUT = env.smtp_server("APLOMB_SMTP_OUT")
MAIL_LIMIT = env.whole("APLOMB_MAIL_LIMIT_MB", 64, least=1, most=1024) * 1024 * 1024
IMAP_SECONDS = env.whole("APLOMB_IMAP_SECONDS", 30, least=1, most=86400)
LEASE_SECONDS = env.whole("APLOMB_LEASE_SECONDS", 20, least=2, most=600)
CLAMAV = env.scanner("APLOMB_CLAMAV")
UNDO_SECONDS = env.whole("APLOMB_UNDO_SECONDS", 10, most=300)
WEB_THREADS = env.whole("APLOMB_WEB_THREADS", 8, least=1, most=256)
WEB_WORKERS = env.whole("APLOMB_WEB_WORKERS", 1, least=1, most=64)
JOB_THREADS = env.whole("APLOMB_JOB_THREADS", 2, least=1, most=64)
ATTACHMENT_LIMIT = env.whole("APLOMB_ATTACHMENT_MB", 25, least=1, most=1024) * 1024 * 1024
PRIVATE_HOSTS = env.words("APLOMB_PRIVATE_HOSTS")
LOG = env.one_of("APLOMB_LOG", "info", ["debug", "info", "warning", "error"])

ALLOWED_HOSTS = sorted(
    {"127.0.0.1", "localhost", "[::1]", urlsplit(URL).hostname or "", HOST, *env.words("APLOMB_HOSTS")}
)
CSRF_TRUSTED_ORIGINS = [URL]

_database = env.database("DATABASE_URL", DATA / "aplomb.sqlite3")
POSTGRES = _database.engine == "postgresql"
DATABASES: dict[str, dict[str, Any]]
if POSTGRES:
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": _database.name,
            "HOST": _database.host,
            "PORT": _database.port,
            "USER": _database.owner,
            "PASSWORD": _database.password,
            "CONN_MAX_AGE": 600,
            "CONN_HEALTH_CHECKS": True,
        }
    }
else:
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": _database.name,
            "CONN_MAX_AGE": None,
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                # every thread has a connection: 4 MB of cache each, and 64 MB of the file mapped once for all
                # FULL: what the receiver said it took must outlive a power cut, not only a crash
                "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA cache_size=-4000;"
                "PRAGMA mmap_size=67108864;PRAGMA temp_store=MEMORY;",
            },
        }
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
ATOMIC_REQUESTS = False

INSTALLED_APPS = [
    "aplomb.config.apps.WiringConfig",
    "aplomb.journal",
    "aplomb.calendars",
    "aplomb.catalogue",
    "aplomb.people",
    "aplomb.customers",
    "aplomb.letters",
    "aplomb.tickets",
    "aplomb.promises",
    "aplomb.channels.mail",
    "aplomb.search",
    "aplomb.automation",
    "aplomb.transfer",
    "aplomb.desk",
    "aplomb.api",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_htmx",
    "lucide",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]
if POSTGRES:
    INSTALLED_APPS.append("procrastinate.contrib.django")

MIDDLEWARE = [
    "aplomb.desk.middleware.SecurityHeaders",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "aplomb.desk.middleware.FirstRun",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "aplomb.desk.middleware.PersonsLanguage",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "aplomb.config.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "aplomb.desk.localised.Loader",
                    [
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "aplomb.desk.frame.frame",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
INSTALLED_APPS.append("django.forms")

AUTH_USER_MODEL = "people.Person"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "queue"
ACCOUNT_ADAPTER = "aplomb.desk.sign_in.adapter.StaffAccounts"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "10/m/ip,5/5m/key"}
ALLAUTH_TRUSTED_PROXY_COUNT = env.whole("APLOMB_PROXIES", 0, most=10)
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ADAPTER = "aplomb.desk.sign_in.adapter.StaffKeys"
# a desk on this very machine has no TLS; browsers know localhost as safe all the same
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = URL.startswith("http://")
MFA_TOTP_ISSUER = "Aplomb"

CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"}}

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = URL.startswith("https://")
SESSION_COOKIE_NAME = "aplomb_session"
SESSION_COOKIE_AGE = int(timedelta(days=14).total_seconds())
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = "aplomb_csrf"
CSRF_FAILURE_VIEW = "aplomb.desk.errors.csrf_failure"
SECURE_REFERRER_POLICY = "same-origin"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("es", "Español"), ("it", "Italiano"), ("ro", "Română"), ("el", "Ελληνικά")]
LOCALE_PATHS = [PACKAGE / "locale"]
LANGUAGE_COOKIE_NAME = "aplomb_language"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATIC_ROOT = PACKAGE / "static_collected"
STATICFILES_DIRS = [PACKAGE / "static"]
MEDIA_ROOT = DATA / "files"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(MEDIA_ROOT)}},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

EMAIL_BACKEND = "aplomb.journal.outbox.backend.OutboxBackend"
DEFAULT_FROM_EMAIL = env.text("APLOMB_FROM", "help@desk.example")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

SILENCED_SYSTEM_CHECKS = ["security.W019"]
LOGGING_CONFIG = None
