"""The addresses of the mirror: what readers may see and a folder of files can hold, under the site's own names.

The desk, the subscribers' pages and previews are not left out: they are not here, so nothing can lead to them.
"""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

from commentaries.mirror import pages
from config.urls import handler400 as handler400
from config.urls import handler403 as handler403
from config.urls import handler404 as handler404
from config.urls import handler500 as handler500
from config.urls import urlpatterns as site

SAME = {"media", "sitemap", "sitemap_pages", "sitemap_year", "trends_csv"}

urlpatterns = [
    path("", pages.door, name="door"),
    path("404.html", pages.not_found, name="not_found"),
    path("robots.txt", pages.robots, name="robots"),
    *(pattern for pattern in site if getattr(pattern, "name", None) in SAME),
    *i18n_patterns(path("", include("commentaries.mirror.urls"))),
]
