"""What is logged, and above all what is not: paths hold tokens, and readers have addresses."""

from typing import Any

# No access log, not even in development.
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "filters": {"without_tokens": {"()": "subscriptions.logs.WithoutTokens"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["without_tokens"]},
        "none": {"class": "logging.NullHandler"},
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": [], "propagate": True},  # not Django's own console, which would print tokens
        "django.server": {"handlers": ["none"], "propagate": False},
        "django.request": {"level": "ERROR"},
        "django.security": {"level": "ERROR"},
        "flufl.bounce": {"handlers": ["none"], "propagate": False},  # its errors may quote an address
    },
}
