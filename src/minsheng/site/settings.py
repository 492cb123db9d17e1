"""Django's settings, all from one checked environment (site/environment.py)."""

from __future__ import annotations

import hashlib
from pathlib import Path

from django.utils.translation import gettext_lazy

from minsheng.people.allauth_settings import *  # noqa: F403 - the accounts' own settings
from minsheng.site import environment as _environment

_env = _environment.read()
_here = Path(__file__).parent

MINSHENG_DATA = _env.data
MINSHENG_KEY_DIR = _env.keys
MINSHENG_STATE_DIR = _env.state
MINSHENG_TOWN = _env.town
MINSHENG_DEMO = _env.demo
MINSHENG_URL = _env.base_url
MINSHENG_RATE_LIMITS = _env.rate_limits
MINSHENG_WORKER_THREAD = _env.worker_thread
MINSHENG_PROCEDURES = _here.parent / "rulebook" / "procedures"
MINSHENG_TOWNS = _here.parent / "rulebook" / "towns"


def _secret() -> str:
    """Django's secret from the key folder; before `minsheng init` there is none and nothing is served."""
    path = MINSHENG_KEY_DIR / "django_secret"
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return "not-initialised-" + hashlib.sha256(str(MINSHENG_KEY_DIR).encode()).hexdigest()


SECRET_KEY = _secret()
DEBUG = _env.debug
ALLOWED_HOSTS = list(_env.hosts)

ROOMS = ["ui", "ledger", "people", "bodies", "matter", "listen", "resolve", "verdict", "publish"]
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "minsheng.ui",  # before allauth: its templates are ours
    "minsheng.people",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    *[f"minsheng.{room}" for room in ROOMS if room not in ("ui", "people")],
    "minsheng.site",
]

MIDDLEWARE = [
    "minsheng.site.clock.clock_middleware",
    "minsheng.site.headers.headers_middleware",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "minsheng.site.trouble.trouble_middleware",
]

ROOT_URLCONF = "minsheng.site.urls"
WSGI_APPLICATION = "minsheng.site.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "minsheng.site.context.page",
            ]
        },
    }
]
FORM_RENDERER = "minsheng.ui.forms.Renderer"

DATABASES = {"default": _environment.database(_env.database_url)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "people.Account"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", gettext_lazy("中文")), ("en", gettext_lazy("English"))]
LANGUAGE_COOKIE_NAME = "minsheng_language"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"  # moments are stored in UTC; pages show the town's zone

STATIC_URL = "static/"
STATIC_ROOT = MINSHENG_DATA / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = not STATIC_ROOT.is_dir()
WHITENOISE_AUTOREFRESH = False
WHITENOISE_MAX_AGE = 0 if DEBUG else 3600
MEDIA_ROOT = MINSHENG_DATA / "media"
FILE_UPLOAD_TEMP_DIR = None
FILE_UPLOAD_PERMISSIONS = 0o600
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200
DATA_UPLOAD_MAX_NUMBER_FILES = 10
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_500_000

globals().update(_environment.mail(_env))
DEFAULT_FROM_EMAIL = SERVER_EMAIL = _env.mail_from

_secure = MINSHENG_URL.startswith("https://")
SESSION_COOKIE_NAME = "minsheng_session"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = _secure
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_SAVE_EVERY_REQUEST = False
SESSION_ENGINE = "django.contrib.sessions.backends.db"
CSRF_FAILURE_VIEW = "minsheng.site.trouble.csrf_failed"
CSRF_TRUSTED_ORIGINS = [MINSHENG_URL] if _secure else []
SECURE_REFERRER_POLICY = "same-origin"  # no-referrer makes browsers send "Origin: null", and every form fails
SECURE_HSTS_SECONDS = 31_536_000 if _secure else 0
SECURE_SSL_REDIRECT = False
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _secure else None
X_FRAME_OPTIONS = "DENY"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"no_personal_data": {"()": "minsheng.site.logs.NoPersonalData"}},
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "filters": ["no_personal_data"],
        }
    },
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "minsheng": {"level": "INFO"},
        "django.request": {"level": "ERROR"},
        "django.security.DisallowedHost": {"level": "CRITICAL"},
    },
}
