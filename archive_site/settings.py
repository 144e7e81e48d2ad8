"""Settings of the site, subject by subject. What differs between machines comes from the environment.

Development needs no variable at all. Production behind TLS needs these:

    HTTPS=true                              redirect, HSTS, secure cookies (see "Security")
    SECRET_KEY=...                          otherwise one is made and kept in var/secret_key
    ALLOWED_HOSTS=catalogue.example.org     comma separated
    DATABASE_URL=postgres://user:password@host/name

With them, and CONTACT in var/catalogue.toml, `python manage.py check --deploy` has nothing to say. A
file `.env` beside manage.py is read as well; a variable of the real environment takes precedence.
"""

from __future__ import annotations

import importlib.util
import warnings
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from archive_site.museum_settings import museum_settings
from archive_site.secret_key import kept_secret_key

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()
env.read_env(str(BASE_DIR / ".env"))


def csv(name: str, default: str = "") -> list[str]:
    """The comma separated values of a variable, without surrounding blanks and empty values."""
    values = (env.str(name, default="") or default).split(",")
    return [value.strip() for value in values if value.strip()]


def switch(name: str, default: bool) -> bool:
    """A variable that says true or false; any other word is refused rather than taken for false."""
    word = env.str(name, default="").strip().lower()
    if word in {"", "true", "1", "yes", "on"}:
        return bool(word) or default
    if word in {"false", "0", "no", "off"}:
        return False
    raise ImproperlyConfigured(f"{name} is {word!r}. Write true or false.")


def number(name: str, default: int) -> int:
    """A variable that holds a whole number."""
    try:
        return env.int(name, default=default)
    except ValueError:
        raise ImproperlyConfigured(
            f"{name} is {env.str(name)!r}, which is not a whole number. Correct it, or leave it out."
        ) from None


# --- Where things live ---------------------------------------------------------------------------
# var/ holds what the running site makes and git ignores; it may be on another disk.

VAR_DIR = Path(env.str("VAR_DIR", default=str(BASE_DIR / "var"))).resolve()
FIXTURE_DIRS = [BASE_DIR / "fixtures"]

# --- Debug and hosts -----------------------------------------------------------------------------

DEBUG = switch("DEBUG", default=False)
ALLOWED_HOSTS = csv("ALLOWED_HOSTS", default="127.0.0.1,localhost,[::1]")
# A site that listens on one address should be reachable by it.
_host = env.str("HOST", default="").strip(" []")
if _host not in {"", "0.0.0.0", "::"}:  # noqa: S104
    ALLOWED_HOSTS.append(f"[{_host}]" if ":" in _host else _host)
CSRF_TRUSTED_ORIGINS = csv("CSRF_TRUSTED_ORIGINS")

# --- Applications --------------------------------------------------------------------------------

INSTALLED_APPS = [
    "catalog",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    # Before staticfiles: `runserver` then serves static files as production does.
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_filters",
    "rest_framework",
    "corsheaders",
    "csp",
    "axes",
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

MIDDLEWARE = [
    # First, so that what any other layer refuses under /api/ is a problem (RFC 9457) as well.
    "catalog.api.problem.problems_only",
    "corsheaders.middleware.CorsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    # Public pictures need nothing of what follows: a viewer asks for dozens of tiles at once.
    "catalog.iiif.image.views.pictures_first",
    "archive_site.security_headers.permissions_policy",
    "archive_site.security_headers.ContentSecurityPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # Before anything that uses the database.
    "archive_site.replica.ReplicaMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    # After everything that authenticates, as its documentation says: it answers 429 if a locked
    # name was refused.
    "axes.middleware.AxesMiddleware",
    # If a view could not write because a large job was writing, this explains it.
    "catalog.pages.busy.TellsWhenBusy",
]

ROOT_URLCONF = "archive_site.urls"
WSGI_APPLICATION = "archive_site.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# --- Database ------------------------------------------------------------------------------------

DATABASE_URL_EXAMPLES = "sqlite:///var/catalogue.sqlite3 or postgres://user:password@host:5432/name"

with warnings.catch_warnings():
    # An unknown scheme is reported once, below, in a sentence of our own.
    warnings.simplefilter("ignore")
    try:
        _database = env.db_url_config(
            env.str("DATABASE_URL", default="") or f"sqlite:///{VAR_DIR / 'catalogue.sqlite3'}"
        )
    except (ValueError, ImproperlyConfigured) as error:
        raise ImproperlyConfigured(
            f"DATABASE_URL cannot be read ({error}). Write it as {DATABASE_URL_EXAMPLES}."
        ) from None
_engine = _database.get("ENGINE")

if _engine == "django.db.backends.sqlite3" and _database["NAME"]:
    if _database["NAME"] != ":memory:":
        _database["NAME"] = str(BASE_DIR / _database["NAME"])
    # Django's, with a waiting room: jobs let those write first who wait.
    _database["ENGINE"] = "catalog.sqlite"
    # As Django names it by itself; tests in several processes know that of Django's own backend only.
    _database["TEST"] = {"NAME": ":memory:"}
    _database["OPTIONS"] = {
        # Wait for another writer instead of failing, and take the write lock when a transaction
        # opens: a read that turns into a write cannot wait and would fail at once.
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        # WAL lets readers continue while one writes; NORMAL is durable against a crash of the
        # program in that mode. 64 MB of pages in memory, and reads mapped instead of copied.
        "init_command": (
            "PRAGMA journal_mode=WAL;"
            "PRAGMA synchronous=NORMAL;"
            "PRAGMA cache_size=-65536;"
            "PRAGMA mmap_size=268435456;"
            "PRAGMA temp_store=MEMORY;"
            # Debian's SQLite overwrites every page that is freed; the full text frees many.
            # FAST clears what is deleted only in pages that are written anyway.
            "PRAGMA secure_delete=FAST;"
            # A row that REPLACE removes is a deletion like any other for history and search.
            "PRAGMA recursive_triggers=ON;"
        ),
    }
    # Opening SQLite costs about a query; a persistent connection keeps its page cache too.
    _database["CONN_MAX_AGE"] = None
elif _engine == "django.db.backends.postgresql":
    _database["CONN_MAX_AGE"] = number("CONN_MAX_AGE", default=600)
    _database["CONN_HEALTH_CHECKS"] = True
    _database["OPTIONS"] = {"connect_timeout": 5} | _database.get("OPTIONS", {})
else:
    raise ImproperlyConfigured(
        f"DATABASE_URL names a database that the catalogue does not support. "
        f"Write it as {DATABASE_URL_EXAMPLES}."
    )
if not _database["NAME"] and "service" not in _database["OPTIONS"]:
    raise ImproperlyConfigured(
        f"DATABASE_URL names no database. Write it as {DATABASE_URL_EXAMPLES}."
    )

DATABASES = {"default": _database}

# A second PostgreSQL that follows the first answers readers (archive_site.replica says which).
if env.str("DATABASE_REPLICA_URL", default=""):
    try:
        _replica = env.db_url_config(env.str("DATABASE_REPLICA_URL"))
    except (ValueError, ImproperlyConfigured) as error:
        raise ImproperlyConfigured(
            f"DATABASE_REPLICA_URL cannot be read ({error}). Write it as DATABASE_URL is written."
        ) from None
    if {_engine, _replica.get("ENGINE")} != {"django.db.backends.postgresql"}:
        raise ImproperlyConfigured(
            "DATABASE_REPLICA_URL needs PostgreSQL, both there and in DATABASE_URL. Omit it with "
            "SQLite."
        )
    _shared = {name: _database[name] for name in ("CONN_MAX_AGE", "CONN_HEALTH_CHECKS")}
    # While this waits for a machine that is gone, a visitor waits.
    _options = {"connect_timeout": 2} | _replica.get("OPTIONS", {})
    DATABASES["replica"] = _replica | _shared | {"OPTIONS": _options, "TEST": {"MIRROR": "default"}}
    DATABASE_ROUTERS = ["archive_site.replica.ReplicaRouter"]

# --- Languages and time --------------------------------------------------------------------------

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("es", _("Spanish"))]
LOCALE_PATHS = [BASE_DIR / "catalog" / "locale"]
FORMAT_MODULE_PATH = "archive_site.formats"
USE_I18N = True
USE_TZ = True
TIME_ZONE = env.str("TIME_ZONE", default="UTC")
try:
    ZoneInfo(TIME_ZONE)
except (ZoneInfoNotFoundError, ValueError, OSError):
    raise ImproperlyConfigured(
        f"TIME_ZONE is {TIME_ZONE!r}, which is not a known time zone. Write it like Europe/Madrid."
    ) from None

# --- Static files and pictures -------------------------------------------------------------------

STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
MEDIA_URL = "media/"
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", default=str(BASE_DIR / "media"))).resolve()

# Pyramids and kept answers of the image service: derived from the originals, on a disk of this machine.
PICTURES_DIR = VAR_DIR / "pictures"

# Originals and the widths of the pages: on this disk, or in an object store that speaks S3. Its
# keys are found by boto3 (AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, a profile, the machine's
# role).
_pictures: dict[str, object] = {"BACKEND": "catalog.iiif.image.whole_file.WholeFileStorage"}
if S3_BUCKET := env.str("S3_BUCKET", default=""):
    if importlib.util.find_spec("storages") is None or importlib.util.find_spec("boto3") is None:
        raise ImproperlyConfigured(
            "S3_BUCKET is set, but the storage for it is not installed: "
            ".venv/bin/pip install -r requirements-s3.txt, or leave S3_BUCKET out."
        )
    _pictures = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": S3_BUCKET,
            "endpoint_url": env.str("S3_ENDPOINT", default="") or None,
            "region_name": env.str("S3_REGION", default="") or None,
            "location": env.str("S3_FOLDER", default=""),
            "addressing_style": "path" if env.str("S3_ENDPOINT", default="") else "auto",
            "signature_version": "s3v4",
            # Nobody reads past the catalogue, and nothing is ever overwritten.
            "default_acl": None,
            "file_overwrite": False,
            # A file being read is held in memory up to this size, and on a disk beyond.
            "max_memory_size": 2 * 1024 * 1024,
        },
    }

STORAGES = {
    "default": _pictures,
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# A form beyond these sizes is refused before it is completely read. Pictures stream to a file on disk.
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000
DATA_UPLOAD_MAX_NUMBER_FILES = 100
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_PERMISSIONS = 0o644
# On the catalogue's own disk, where leftovers of a crash are found and deleted (catalog.iiif.image.uploads).
FILE_UPLOAD_TEMP_DIR = VAR_DIR / "uploads"
FILE_UPLOAD_HANDLERS = [
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "catalog.iiif.image.uploads.UploadHandler",
]
# The folder is made when the first file comes: a new catalogue has none, and it may be deleted at any time.
SILENCED_SYSTEM_CHECKS = ["files.E001"]

# --- Accounts ------------------------------------------------------------------------------------

AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "admin:login"
# Where those arrive whose address asked for a page of another site.
LOGIN_REDIRECT_URL = "admin:index"

# The fifth wrong password locks that name from that address for a quarter of an hour.
AXES_FAILURE_LIMIT = 5
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
# This many from one address lock the address, for all names: a museum behind one address has room for slips.
WRONG_PASSWORDS_PER_ADDRESS = number("WRONG_PASSWORDS_PER_ADDRESS", default=50)
AXES_HANDLER = "archive_site.login_limit.LimitsAddresses"
AXES_LOCKOUT_TEMPLATE = "429.html"
AXES_COOLOFF_TIME = 0.25  # hours
# Attempts while it is locked do not prolong it: nobody can keep a museum out by going on.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_RESET_ON_SUCCESS = True
AXES_DISABLE_ACCESS_LOG = True
AXES_VERBOSE = False
# The address is the peer's own: anybody can write a header. TRUSTED_PROXIES is the number of
# proxies in front that append to X-Forwarded-For.
TRUSTED_PROXIES = number("TRUSTED_PROXIES", default=0)
AXES_CLIENT_IP_CALLABLE = "archive_site.client_address.client_address"

# --- Security ------------------------------------------------------------------------------------

SECRET_KEY = env.str("SECRET_KEY", default="") or kept_secret_key(VAR_DIR / "secret_key")

# HTTPS=true says that a proxy in front ends TLS and sets X-Forwarded-Proto on every request.
HTTPS = switch("HTTPS", default=False)
SECURE_SSL_REDIRECT = HTTPS
# Probes ask the server itself, without TLS, and do not follow it to the proxy.
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
# For this name alone. Whether all names below it, which others may run, are only to be had with TLS, and
# for good (the lists built into browsers), the museum decides in its proxy.
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = False
SILENCED_SYSTEM_CHECKS += ["security.W005", "security.W021"]
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None

SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    }
}

# --- The API ---------------------------------------------------------------------------------------
# What everybody may read, a page of another site may read in its visitor's browser, without
# cookies.

CORS_URLS_REGEX = r"^/(api|id|iiif|pictures)/|^/oai$"
CORS_ALLOW_ALL_ORIGINS = True
CORS_ALLOW_METHODS = ["GET", "HEAD", "OPTIONS"]
CORS_ALLOW_HEADERS = [
    "accept",
    "accept-language",
    "if-modified-since",
    "if-none-match",
    "if-range",
    "content-type",
    "range",
]
CORS_EXPOSE_HEADERS = [
    "Accept-Ranges", "Content-Location", "Content-Range",
    "ETag", "Last-Modified", "Link", "Location", "RateLimit", "RateLimit-Policy", "Retry-After",
]  # fmt: skip
CORS_PREFLIGHT_MAX_AGE = 24 * 3600

REST_FRAMEWORK = {
    "EXCEPTION_HANDLER": "catalog.api.problem.handle",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}

# --- The catalogue's own settings ----------------------------------------------------------------
# catalog/conf.py has the names, types and defaults. What a museum sets is in a file of its own, which
# updates leave alone.

CATALOG_FILE = Path(env.str("CATALOG_FILE", default=str(VAR_DIR / "catalogue.toml"))).resolve()
CATALOG: dict[str, object] = museum_settings(CATALOG_FILE)

# Whether the first start fills an empty catalogue with the collection in fixtures/.
SAMPLE_COLLECTION = switch("SAMPLE_COLLECTION", default=True)

# --- Log -----------------------------------------------------------------------------------------

LOG_LEVEL = env.str("LOG_LEVEL", default="INFO").upper()
if LOG_LEVEL not in {"DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"}:
    raise ImproperlyConfigured(
        f"LOG_LEVEL is {LOG_LEVEL!r}. Write DEBUG, INFO, WARNING, ERROR or CRITICAL."
    )

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"},
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
    # Django's own handlers would print a second time, or send mail.
    "loggers": {
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        "django.server": {"handlers": [], "level": "INFO", "propagate": True},
        "axes": {"level": "WARNING"},
        # It logs every step of every picture.
        "pyvips": {"level": "WARNING"},
    },
}
