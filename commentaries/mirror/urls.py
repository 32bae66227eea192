"""The readers' addresses in the mirror: as on the site, less what needs the server."""

from django.urls import path

from commentaries.mirror import searching
from commentaries.urls import urlpatterns as site

SITE_ONLY = {"preview", "preview_commentary", "search", "mirror", "mirror_zip"}

app_name = "commentaries"
urlpatterns = [
    path("search/", searching.page, name="search"),
    path("search/<slug:name>.js", searching.data, name="search_data"),
    *(pattern for pattern in site if pattern.name not in SITE_ONLY),
]
