"""All settings. Every difference between two deployments comes from the environment; the defaults are safe.

The table of variables is in the README.
"""

from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from config import bounces
from config.desk import UNFOLD as UNFOLD
from config.environment import BASE_DIR, VAR, development_key, env, flag, one_of, required, required_list
from config.logs import LOGGING as LOGGING

DEBUG = flag("DEBUG")

# --- Keys -----------------------------------------------------------------------------------------------------------

SECRET_KEY = required(
    "SECRET_KEY",
    "it signs sessions and links.",
    debug=DEBUG,
    development=development_key("SECRET_KEY") if DEBUG else "",
)
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
# A list, newest first: the first encrypts, all decrypt.
SUBSCRIBER_KEYS = required_list(
    "SUBSCRIBER_KEY",
    "it encrypts the subscribers' addresses.",
    debug=DEBUG,
    development=development_key("SUBSCRIBER_KEY") if DEBUG else "",
)
SUBSCRIBER_LOOKUP_KEY = required(
    "SUBSCRIBER_LOOKUP_KEY",
    "it finds a subscriber's address without decrypting it, and is never changed.",
    debug=DEBUG,
    development=development_key("SUBSCRIBER_LOOKUP_KEY") if DEBUG else "",
)

# --- Addresses ------------------------------------------------------------------------------------------------------

SITE_URL = required(
    "SITE_URL",
    "it starts the links in mail, for example https://example.org.",
    debug=DEBUG,
    development=f"http://127.0.0.1:{env.int('PORT', default=8000)}",
).rstrip("/")
if not SITE_URL.startswith(("https://", "http://")):
    raise ImproperlyConfigured(f"SITE_URL is {SITE_URL!r}; it must start with https:// (or http:// for a trial).")
ALLOWED_HOSTS = required_list(
    "ALLOWED_HOSTS",
    "it lists the host names the site answers to, separated by commas.",
    debug=DEBUG,
    development="localhost,127.0.0.1,[::1],testserver",
)
# The number of reverse proxies in front of the app that set X-Forwarded-For and X-Forwarded-Proto.
PROXY_COUNT = env.int("PROXY_COUNT", default=0)
# When the sign-up form asks for a proof of work: while very many are sent, at any time, or never.
SIGN_UP_PROOF = one_of("SIGN_UP_PROOF", "auto", "always", "never")

# --- Applications ---------------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "modeltranslation",  # before the admin, which it patches
    "unfold",  # before the admin, whose templates it replaces
    "unfold.contrib.simple_history",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "config.apps.DeployedFilesConfig",  # django.contrib.staticfiles
    "axes",
    "ckeditor",
    "csp",
    "pictures",
    "simple_history",
    "commentaries",
    "subscriptions",
]
AUTH_USER_MODEL = "commentaries.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.middleware.CompressionMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "commentaries.redirects.answering.RedirectMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "config.middleware.BodySizeMiddleware",
    "config.middleware.DeskMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "commentaries.context.reader",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
INSTALLED_APPS += ["django.forms"]  # its templates, for the renderer above

# --- Database -------------------------------------------------------------------------------------------------------

DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{VAR / 'db.sqlite3'}")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    VAR.mkdir(exist_ok=True)
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",  # a writer waits its turn instead of failing half-way
        "timeout": 20,  # seconds, SQLite's busy_timeout
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 60
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True

# --- Languages and time ---------------------------------------------------------------------------------------------

LANGUAGE_CODE = "en"
LANGUAGES = [("be", _("Belarusian")), ("ru", _("Russian")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["config.formats"]
MODELTRANSLATION_LANGUAGES = ("be", "ru", "en")
MODELTRANSLATION_DEFAULT_LANGUAGE = "be"
# Our own rule decides which language stands in for another: see commentaries/languages.py.
MODELTRANSLATION_ENABLE_FALLBACKS = False
# One tab per language says which it is; the label need not.
MODELTRANSLATION_BUILD_LOCALIZED_VERBOSE_NAME = lambda name, language: str(name)  # noqa: E731
USE_TZ = True
TIME_ZONE = env.str("TIME_ZONE", default="Europe/Minsk")

# --- Mail -----------------------------------------------------------------------------------------------------------

if DEBUG and not env.str("EMAIL_URL", default=""):
    EMAIL_BACKEND = "config.mail.KeptEmailBackend"
    EMAIL_FILE_PATH = VAR / "mail"
else:
    _email = env.email_url_config(
        required(
            "EMAIL_URL",
            "it says how mail is sent, for example smtp+tls://user:password@host:587.",
            debug=DEBUG,
            development="",
        )
    )
    EMAIL_BACKEND = _email["EMAIL_BACKEND"]
    EMAIL_HOST = _email["EMAIL_HOST"]
    EMAIL_PORT = _email["EMAIL_PORT"] or 25
    EMAIL_HOST_USER = _email["EMAIL_HOST_USER"]
    EMAIL_HOST_PASSWORD = _email["EMAIL_HOST_PASSWORD"]
    EMAIL_USE_TLS = _email.get("EMAIL_USE_TLS", False)
    EMAIL_USE_SSL = _email.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 20  # seconds
DEFAULT_FROM_EMAIL = env.str("FROM_EMAIL", default=f"newsletter@{SITE_URL.split('//')[1].split('/')[0].split(':')[0]}")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
# With which the mail server signs (RFC 6376, 3.1); only check_mail_setup reads it.
DKIM_SELECTOR = env.str("DKIM_SELECTOR", default="")
# Where mail servers send bounces (MAIL FROM); "": to the sender. Where we read them, and whose webhooks tell of them.
BOUNCE_ADDRESS = bounces.address()
BOUNCE_MAILBOX = bounces.mailbox()
BOUNCE_WEBHOOK, ANYMAIL = bounces.webhook()
# The newsletter: mails a second to all and to any one domain (0: as fast as they are taken), connections of a worker to
# the mail server, and how many mails it has in hand: that many are in doubt when it is killed.
NEWSLETTER_RATE = env.float("NEWSLETTER_RATE", default=0.0)
NEWSLETTER_DOMAIN_RATE = env.float("NEWSLETTER_DOMAIN_RATE", default=0.0)
NEWSLETTER_CONNECTIONS = env.int("NEWSLETTER_CONNECTIONS", default=8)
NEWSLETTER_IN_FLIGHT = env.int("NEWSLETTER_IN_FLIGHT", default=50)

# --- Pages in memory --------------------------------------------------------------------------------------------------

# Megabytes of ready pages that each serving process keeps; 0: none, only what pages share. While we develop nothing is
# kept: who changes a template wants to see it.
PAGE_STORE_MB: int | None = env.int("PAGE_STORE_MB", default=None if DEBUG else 64)

# --- Files ----------------------------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_URL = "/media/"
MEDIA_ROOT = VAR / "media"
_media_bucket = env.str("MEDIA_STORAGE", default="")  # s3://bucket; credentials as boto3 finds them
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
if _media_bucket:
    if not _media_bucket.startswith("s3://"):
        raise ImproperlyConfigured(f"MEDIA_STORAGE is {_media_bucket!r}; it must look like s3://bucket.")
    STORAGES["default"] = {
        "BACKEND": "config.storage.OwnAddressS3Storage",
        "OPTIONS": {
            "bucket_name": _media_bucket.removeprefix("s3://"),
            "file_overwrite": False,
            "max_memory_size": 4 * 1024 * 1024,  # bytes; a larger file (the mirror) goes through the disk
        },
    }
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
# One crop, three widths, two formats: six small files a picture.
PICTURES = {
    "CONTAINER_WIDTH": 1200,
    "GRID_COLUMNS": 3,
    "PIXEL_DENSITIES": [1],
    "FILE_TYPES": ["AVIF", "WEBP"],
    "USE_PLACEHOLDERS": False,
    "PICTURE_CLASS": "commentaries.images.Rendition",
}

# --- Accounts -------------------------------------------------------------------------------------------------------

AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = reverse_lazy("admin:login")
LOGIN_REDIRECT_URL = reverse_lazy("admin:index")
# Guessing is slowed down per account *and* address together, so nobody can lock a colleague out from elsewhere.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_DISABLE_ACCESS_LOG = True  # who came in from where is nobody's business
AXES_ENABLE_ADMIN = False
AXES_CLIENT_IP_CALLABLE = "config.middleware.client_address"
AXES_LOCKOUT_TEMPLATE = "admin/locked_out.html"
AXES_VERBOSE = False

# --- Security -------------------------------------------------------------------------------------------------------

_secure = SITE_URL.startswith("https://")
SECURE_SSL_REDIRECT = _secure and flag("SSL_REDIRECT", default=True)
SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^readyz$"]  # asked from inside, without TLS
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if _secure else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
if PROXY_COUNT:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _secure
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = False  # the editor's uploads read it
SESSION_COOKIE_AGE = 7 * 24 * 3600
SECURE_CONTENT_TYPE_NOSNIFF = True
# "no-referrer" would make Chromium send `Origin: null` with our own forms.
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "config.views.csrf_failure"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "style-src": ["'self'"],
        "img-src": ["'self'"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],  # no page connects anywhere; checkers fetch robots.txt from within a page
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
    }
}
# ckeditor.W001 warns that CKEditor 4 has no upstream support. What an editor can put into a text is cleaned by nh3
# when it is saved (commentaries/richtext.py), the risky plugins are removed and their files are not deployed, and
# ckeditor_uploader is never mounted; the field deconstructs to TextField, so another editor needs no migration.
SILENCED_SYSTEM_CHECKS = ["ckeditor.W001"]

# --- Logs -----------------------------------------------------------------------------------------------------------

DEFAULT_EXCEPTION_REPORTER_FILTER = "subscriptions.logs.ReportsWithoutReaders"
