"""What django-newsletter needs to send, and no more; everything else is its own default, or Django's."""

import os

SECRET_KEY = os.environ["SECRET_KEY"]
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sites",
    "sorl.thumbnail",
    "newsletter",
]
SITE_ID = 1
ROOT_URLCONF = "urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,  # and kept in memory, as DEBUG is off
    },
]
DATABASES = {  # the server is in the variables that PostgreSQL's own library reads
    "default": {"ENGINE": "django.db.backends.postgresql", "NAME": os.environ["BENCH_DATABASE"]},
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
STATIC_URL = "/static/"
EMAIL_HOST = "127.0.0.1"
EMAIL_PORT = int(os.environ["BENCH_PORT"])
# Both are the defaults, which it wants to be said.
NEWSLETTER_THUMBNAIL = "sorl-thumbnail"
NEWSLETTER_USE_HTTPS = True
