"""Settings: one file, the environment on top.

Every value has a default fit for one machine; with DEBUG off a missing secret is an error. `.env.example` lists the
variables.
"""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from celery.schedules import crontab
from django.utils.translation import gettext_lazy as _

from portal import embedded, secrets

BASE_DIR = Path(__file__).resolve().parent.parent
LOCAL_DIR = Path(os.environ.get("LOCAL_DIR", BASE_DIR / ".local"))


def env(name: str, default: str = "") -> str:
    return os.environ.get(name, default)


def environment(**more: str) -> dict[str, str]:
    """The environment of a program this one starts."""
    return {**os.environ, **more}


def env_bool(name: str, default: bool) -> bool:
    return env(name, str(default)).lower() in {"1", "true", "yes", "on"}


def env_int(name: str, default: int, least: int = 0) -> int:
    given = env(name, str(default))
    if not given.isdecimal() or int(given) < least:
        raise embedded.CannotRun(f"{name} is {given!r}: a whole number from {least} on is wanted")
    return int(given)


def env_address(name: str, default: str) -> str:
    """http or https, a host, perhaps a port and a path; without a slash at the end, for paths are put behind it."""
    given = env(name, default)
    try:
        parts = urlsplit(given)
        sound = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is none, a bracket that is not closed
        sound = False
    if not sound:
        raise embedded.CannotRun(f"{name} is {given!r}: an address such as http://127.0.0.1:8100 is wanted")
    return given.rstrip("/")


DEBUG = env_bool("DEBUG", True)
_secrets = secrets.load(LOCAL_DIR, os.environ, generate=DEBUG)
SECRET_KEY = _secrets["SECRET_KEY"]
LOOKUP_KEY = _secrets["LOOKUP_KEY"]  # key of the receipt's secret (design, decision 13)
ALLOWED_HOSTS = env("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [origin for origin in env("CSRF_TRUSTED_ORIGINS").split(",") if origin]

INSTALLED_APPS = [
    "portal",
    "portal.accounts",
    "portal.citizens",
    "portal.officials",
    "portal.dashboards",
    "portal.api",
    "portal.simulation",
    "procedures",
    "sync",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_filters",
    "django_htmx",
    "axes",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",  # last, so that it sees the sign-in's answer
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "portal" / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    ["django.template.loaders.filesystem.Loader", "django.template.loaders.app_directories.Loader"],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.context.page",
            ],
        },
    }
]

DATABASE_URL = env("DATABASE_URL") or embedded.database_url(LOCAL_DIR, "portal")
NATIONAL_DATABASE_URL = env("NATIONAL_DATABASE_URL") or embedded.database_url(LOCAL_DIR, "national")
REDIS_URL = env("REDIS_URL") or embedded.redis_url(LOCAL_DIR)
DATABASES: dict[str, dict[str, Any]] = {
    "default": {
        **embedded.django_database(DATABASE_URL),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}}
]
LOGIN_URL = "accounts:sign_in"
LOGIN_REDIRECT_URL = "accounts:home"
LOGOUT_REDIRECT_URL = "citizens:home"
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = timedelta(minutes=10)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_TEMPLATE = "accounts/locked.html"
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = env_bool("HTTPS", False)
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "object-src": ["'none'"],
        "base-uri": ["'self'"],
        "frame-ancestors": ["'none'"],
        "form-action": ["'self'"],
    }
}

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", _("Tiếng Việt")), ("en", _("Tiếng Anh"))]
LOCALE_PATHS = [BASE_DIR / "portal" / "locale"]
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_TZ = True
FORMAT_MODULE_PATH = "portal.formats"

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "portal" / "static"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False

REST_FRAMEWORK = {
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Cổng dịch vụ công mô phỏng",
    "DESCRIPTION": "API of the simulated public-service portal.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
}

# The way to the national monitoring system (variant A of the protocol).
NATIONAL: dict[str, Any] = {
    "adapter_url": env_address("NATIONAL_URL", "http://127.0.0.1:8100"),
    "auth_endpoint": env("NATIONAL_AUTH_ENDPOINT", "/mapi/login"),
    "integration_endpoint": env("NATIONAL_INTEGRATION_ENDPOINT", "/mapi/g"),
    "dstcode": env("NATIONAL_DSTCODE", "VN:GOV:000.00.00.G22:vpcpdvcprovider"),
    "madonvi": env("NATIONAL_MADONVI", "000.00.00.H49"),
    "username": _secrets["NATIONAL_USERNAME"],
    "password": _secrets["NATIONAL_PASSWORD"],
}
NATIONAL_ACCOUNT = f"{NATIONAL['username']}:{NATIONAL['password']}:{NATIONAL['madonvi']}"
SYNC_BATCH = env_int("SYNC_BATCH", 100, least=1)
SYNC_KEEP_EXCHANGES_DAYS = env_int("SYNC_KEEP_EXCHANGES_DAYS", 90)
SYNC_RECONCILE_SAMPLE = env_int("SYNC_RECONCILE_SAMPLE", 1000)  # of a national side that offers no digest

CELERY_BROKER_URL = embedded.celery_broker(REDIS_URL)
CELERY_TIMEZONE = TIME_ZONE
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = False  # a lost wake-up costs latency only: the truth is in PostgreSQL (design, decision 6)
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULE = {
    "pump": {"task": "sync.tasks.pump", "schedule": timedelta(seconds=5), "options": {"expires": 5}},
    "reconcile": {"task": "sync.tasks.reconcile_window", "schedule": timedelta(hours=1), "options": {"expires": 3600}},
    "reconcile-all": {
        "task": "sync.tasks.reconcile_all",
        "schedule": crontab(hour=2, minute=30),
        "options": {"expires": 3600},
    },
    "fold": {"task": "sync.tasks.fold_exchanges", "schedule": timedelta(days=1), "options": {"expires": 3600}},
    "roll-up": {"task": "portal.tasks.refresh_rollups", "schedule": timedelta(minutes=1), "options": {"expires": 60}},
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": env("LOG_LEVEL", "WARNING")},
}
