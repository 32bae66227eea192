"""Our site's settings, its files in the folder of the benchmark; with Django's own cache where BENCH_CACHE is set."""

import os
from pathlib import Path

from config.settings import *  # noqa: F403
from config.settings import MIDDLEWARE as OUR_MIDDLEWARE
from config.settings import STORAGES as OUR_STORAGES

FOLDER = Path(os.environ["BENCH_FOLDER"])
STATIC_ROOT = FOLDER / "static"
MEDIA_ROOT = FOLDER / "media"
# The names are the deployed ones; nobody asks for the files, so they need not be compressed, which takes half a minute.
STORAGES = OUR_STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"}}
if os.environ.get("BENCH_CACHE"):  # around all others, as Django's documentation has it
    MIDDLEWARE = [
        "django.middleware.cache.UpdateCacheMiddleware",
        *OUR_MIDDLEWARE,
        "django.middleware.cache.FetchFromCacheMiddleware",
    ]
