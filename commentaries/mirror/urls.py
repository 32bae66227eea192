"""The readers' addresses in the mirror: as on the site, less what needs the server."""

from django.urls import path

from commentaries.mirror import pages
from commentaries.urls import urlpatterns as site

SITE_ONLY = {"preview", "preview_commentary", "search", "mirror", "mirror_zip"}

app_name = "commentaries"
urlpatterns = [
    path("search/", pages.search, name="search"),
    *(pattern for pattern in site if pattern.name not in SITE_ONLY),
]
