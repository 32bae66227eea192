import gc
import os
from wsgiref.types import WSGIApplication

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application: WSGIApplication = get_wsgi_application()
if settings.PAGE_STORE_MB is not None:
    from config.few_threads import FewThreads
    from config.page_store import PageStore

    application = PageStore(application, settings.PAGE_STORE_MB * 1024 * 1024, others=FewThreads(application))
# What is loaded now stays: the collector need not look at it again and again, which takes longer than a page.
gc.collect()
gc.freeze()
