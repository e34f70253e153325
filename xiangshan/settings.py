"""All settings, fed by the environment (.env.example names them); what is missing or wrong fails at start."""

from pathlib import Path
from typing import Any

import environ
from botocore.config import Config as BotoConfig
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from xiangshan.core import limits, logs

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
env.read_env(BASE_DIR / ".env")

SECRET_KEY = env("SECRET_KEY")
if len(SECRET_KEY) < 50:
    raise ImproperlyConfigured("SECRET_KEY must be at least 50 characters long")
# What is known of the parties of a dispute is encrypted with the first, and opened with any (xiangshan/core/encryption.py).
PARTY_KEYS = env.list("PARTY_KEYS")
DEBUG = env.bool("DEBUG", default=False)
HTTPS = env.bool("HTTPS", default=False)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
DEMO_PASSWORD = env("DEMO_PASSWORD", default="")
VAR = Path(env("VAR", default=str(BASE_DIR / "var"))).resolve()
VAR.mkdir(parents=True, exist_ok=True)

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "auditlog",
    "axes",
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
    "django_htmx",
    "django_prometheus",
    "slippers",
    "ninja",  # its page of the API's description is served from here, not from a stranger's address
    "xiangshan.core.accounts",
    "xiangshan.core.areas",
    "xiangshan.shared.lists",
    "xiangshan.shared.notifications",
    "xiangshan.shared.imports",
    "xiangshan.shared.attachments",
    "xiangshan.shared.comments",
    "orgs",
    "projects",
    "services",
    "mediation",
    "xiangshan.metrics",
    "xiangshan.portal.search",
    "xiangshan.portal.todo",
    "xiangshan.portal.field",
    "xiangshan.portal.setup",
    "xiangshan.portal.people",
    "xiangshan.portal.backups",
    "xiangshan.demo",
]

MIDDLEWARE = [
    "xiangshan.core.middleware.AvailabilityMiddleware",
    "xiangshan.core.middleware.ProxyMiddleware",
    "xiangshan.portal.health.ReadyMiddleware",
    "xiangshan.core.logs.RequestIdMiddleware",
    "xiangshan.core.storage.UploadGateMiddleware",
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "xiangshan.core.middleware.IdleMiddleware",
    # Every page asks who is there; what is public says so itself (login_not_required).
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "auditlog.middleware.AuditlogMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
    "xiangshan.core.accounts.mfa.SecondFactorMiddleware",
    "xiangshan.metrics.middleware.ClosedYearMiddleware",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]

# What posts are held over, beside areas: by kind of scope, the model that says in which area it lies (core/accounts).
SCOPES_IN_AREAS = {"organization": "orgs.SocialOrganization", "studio": "mediation.Studio"}
# What follows from every write of a business record (xiangshan/core/records.py).
CONSEQUENCES_OF_WRITES = [
    "xiangshan.metrics.invalidation.figures_marked",
    "xiangshan.metrics.locks.closed_years_guarded",
]
# What follows when an organization leaves (orgs/departure.py).
CONSEQUENCES_OF_DEPARTURE = ["services.departure.DEPARTURE"]

ROOT_URLCONF = "xiangshan.urls"
WSGI_APPLICATION = "xiangshan.wsgi.application"
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
                "xiangshan.portal.todo.navigation.navigation",
                "xiangshan.portal.todo.navigation.union",
            ],
            "builtins": ["xiangshan.shared.tags", "xiangshan.metrics.tags", "slippers.templatetags.slippers"],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

# Database: PostgreSQL where DATABASE_URL says so, else SQLite in var/.
DATABASES: dict[str, Any] = {"default": env.db_url("DATABASE_URL") if env("DATABASE_URL", default="") else {}}
if DATABASES["default"]:
    DATABASES["default"] |= {
        # Whoever waits longer is told that the database does not answer.
        "OPTIONS": {"pool": {"min_size": 2, "max_size": 12, "timeout": 2}, "connect_timeout": 2},
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": True,  # after a restart of the database no page meets a connection that died with it
    }
else:
    DATABASES["default"] = {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": VAR / "portal.sqlite3",
        "OPTIONS": {
            # IMMEDIATE: a transaction that will write takes its turn at the start instead of failing half-way.
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-64000; PRAGMA temp_store=MEMORY;",
        },
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Jobs: Redis where REDIS_URL says so, else a real worker on a queue of files.
REDIS_URL = env("REDIS_URL", default="")
QUEUE_DIR = VAR / "queue"
if REDIS_URL:
    CELERY_BROKER_URL = REDIS_URL
    CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = {
        "socket_connect_timeout": 2,
        "socket_timeout": 5,
        "max_retries": 1,
    }
else:
    QUEUE_DIR.mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_URL = "files://localhost"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(QUEUE_DIR),
        "data_folder_out": str(QUEUE_DIR),
        "control_folder": str(QUEUE_DIR / "control"),
    }
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_PUBLISH_RETRY = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = "Asia/Shanghai"
CELERY_WORKER_HIJACK_ROOT_LOGGER = False

# What is counted and kept for seconds, for all processes together: in Redis, else in files.
CACHES: dict[str, Any] = {
    "default": {
        "BACKEND": "xiangshan.core.cache.ForgivingRedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "portal",
        "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1},
    }
    if REDIS_URL
    else {
        "BACKEND": "xiangshan.core.cache.ForgivingFileCache",
        "LOCATION": VAR / "cache",
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    }
}

# Who comes in: allauth without sign-up, by user name or phone; axes locks out after repeated failures.
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "xiangshan.core.accounts.backends.UsernameOrPhoneBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": limits.PASSWORD_SIGNS},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "xiangshan.core.accounts.passwords.AnotherPassword"},
]
ACCOUNT_ADAPTER = "xiangshan.core.accounts.adapter.ClosedAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = True  # a phone that closes its browser is still logged in, until SESSION_COOKIE_AGE
ACCOUNT_FORMS = {"login": "xiangshan.core.accounts.forms.LoginForm"}
# Wrong codes of the second factor are counted by allauth, wrong passwords by axes, which locks out first.
# Wrong passwords by axes alone: allauth counts by name, and by it anybody could lock another out.
ACCOUNT_RATE_LIMITS = {"login_failed": "10/5m/key", "login": "600/m/ip"}
# The second factor: a code of an authenticator app; its secret is encrypted like what is known of parties.
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_ADAPTER = "xiangshan.core.accounts.adapter.EncryptedFactors"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGOUT_REDIRECT_URL = "/accounts/login/"
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = limits.LOCKED_MINUTES / 60
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]  # nobody locks another out from another place
AXES_USERNAME_CALLABLE = "xiangshan.core.accounts.lockout.account_of"
AXES_LOCKOUT_TEMPLATE = "accounts/locked_out.html"
AXES_RESET_ON_SUCCESS = True
# What is typed beside a password is not kept with a failed attempt.
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "login", "code", "opinion"]
AXES_VERBOSE = False
# A login ends after so many minutes without use; for who does nothing but lead an organization, by phone.
IDLE_MINUTES = env.int("IDLE_MINUTES", default=120)
IDLE_MINUTES_OF_LEADERS = env.int("IDLE_MINUTES_OF_LEADERS", default=480)
SESSION_COOKIE_AGE = max(IDLE_MINUTES, IDLE_MINUTES_OF_LEADERS) * 60  # until the first page says which (IdleMiddleware)
SESSION_SAVE_EVERY_REQUEST = False
USERSESSIONS_TRACK_ACTIVITY = False  # a row would be written with each page
# Who may say from which address a request came: proxies of our own, by address or network.
TRUSTED_PROXIES = env.list("TRUSTED_PROXIES", default=["127.0.0.1", "::1"])
CSRF_FAILURE_VIEW = "xiangshan.portal.errors.csrf_failure"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
if HTTPS:
    SECURE_HSTS_SECONDS = 31536000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

# Language and time: one language, one time zone.
LANGUAGE_CODE = "zh-hans"
USE_I18N = True
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_THOUSAND_SEPARATOR = False

STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
# Letters: by the mail server of EMAIL_URL; without one they are written to the console.
globals().update(env.email_url("EMAIL_URL") if env("EMAIL_URL", default="") else env.email_url_config("consolemail://"))
EMAIL_TIMEOUT = 20  # seconds
DEFAULT_FROM_EMAIL = env("EMAIL_FROM", default="portal@localhost")
PORTAL_ADDRESS = env("PORTAL_ADDRESS", default="http://127.0.0.1:8000").rstrip("/")

# What people bring: on the local disk, outside anything a web server hands out by itself.
MEDIA_ROOT = VAR / "files"
S3_BUCKET = env("S3_BUCKET", default="")
STORAGES: dict[str, Any] = {
    "default": {
        "BACKEND": "xiangshan.core.storage.GuardedS3Storage",
        "OPTIONS": {
            "bucket_name": S3_BUCKET,
            "endpoint_url": env("S3_ENDPOINT", default="") or None,
            "default_acl": "private",
            "file_overwrite": False,
            # A dead storage holds a page for seconds, and not all threads for minutes.
            "client_config": BotoConfig(connect_timeout=2, read_timeout=5, retries={"total_max_attempts": 1}),
        },
    }
    if S3_BUCKET
    else {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
# What collectstatic built and compressed is served, also on a developer's machine: the pages weigh what they weigh in production.
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = False
STATIC_ROOT.mkdir(parents=True, exist_ok=True)

AUDITLOG_INCLUDE_ALL_MODELS = False
PROMETHEUS_EXPORT_MIGRATIONS = False

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": logs.formatters(),
    "filters": {"no_traceback": {"()": logs.NoTraceback}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            # For programs in production, for eyes on a developer's machine.
            "formatter": "json" if env.bool("LOG_JSON", default=not DEBUG) else "line",
            "filters": ["no_traceback"],
        }
    },
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {"axes": {"level": "WARNING"}, "celery": {"level": "WARNING"}, "kombu": {"level": "WARNING"}},
}

# How the federation buys, by its own purchasing rules (yuan): up to the first a direct award is possible, up to the second an
# inquiry of prices; from the third on a public tender is due. Each county sets its own.
PROCUREMENT_DIRECT_UP_TO = env.int("PROCUREMENT_DIRECT_UP_TO", default=50_000)
PROCUREMENT_INQUIRY_UP_TO = env.int("PROCUREMENT_INQUIRY_UP_TO", default=200_000)
PROCUREMENT_TENDER_FROM = env.int("PROCUREMENT_TENDER_FROM", default=1_000_000)
# How many sheets an application needs before a programme may be decided.
PROJECT_LEAST_REVIEWS = env.int("PROJECT_LEAST_REVIEWS", default=2)

# The public form: how many an hour one address may send, and how soon after opening it a person can have filled it in (seconds).
ASK_AN_HOUR = env.int("ASK_AN_HOUR", default=10)
ASK_FILLED_AFTER = env.int("ASK_FILLED_AFTER", default=3)

# Signing in at a session: how long after its half minute a changing code is still taken (seconds); how many phones of one kind
# behind one network address may sign in, or rate without having signed in, at one session within one minute.
SIGN_IN_TOLERANCE = env.int("SIGN_IN_TOLERANCE", default=180)
SIGN_INS_A_MINUTE = env.int("SIGN_INS_A_MINUTE", default=10)

# Closed cases lose what they know of their parties after so many years; the figures stay.
CASES_KEPT_YEARS = env.int("CASES_KEPT_YEARS", default=10)
# Requests for help that became no case lose who asked after so many days.
HELP_KEPT_DAYS = env.int("HELP_KEPT_DAYS", default=90)
# How often an hour one person may ask whether a phone or ID number was here before.
PARTY_LOOKUPS_AN_HOUR = env.int("PARTY_LOOKUPS_AN_HOUR", default=60)

# Where backups are written every night (another disk); with a key (Fernet, kept elsewhere) they are encrypted.
BACKUP_DIR = env("BACKUP_DIR", default="")
BACKUP_KEY = env("BACKUP_KEY", default="")
