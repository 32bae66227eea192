import gc
import os
from wsgiref.types import WSGIApplication

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application: WSGIApplication = get_wsgi_application()
if settings.PAGE_STORE_MB is not None:
    from config.page_store import PageStore

    application = PageStore(application, settings.PAGE_STORE_MB * 1024 * 1024)
# What is loaded now stays: the collector need not look at it again and again, which takes longer than a page. Nor need
# it look at what is new after every 700 objects: a page makes a hundred times as many, and few that it must find.
gc.collect()
gc.freeze()
gc.set_threshold(20_000, 20, 50)
