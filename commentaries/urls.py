"""The readers' addresses; every one stands below its language."""

from datetime import date

from django.urls import path, register_converter

from commentaries import views
from commentaries.citations import views as citations
from commentaries.mirror import views as mirror
from commentaries.previews import links as preview_links
from commentaries.versions import pages as versions


class DayConverter:
    """A day as ISO 8601 writes it; the first day of a week names its issue."""

    regex = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"

    def to_python(self, value: str) -> date:
        return date.fromisoformat(value)

    def to_url(self, value: date) -> str:
        return value.isoformat()


class YearConverter:
    regex = r"[1-9][0-9]{3}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return str(value)


register_converter(DayConverter, "day")
register_converter(YearConverter, "year")

app_name = "commentaries"
urlpatterns = [
    path("", views.home, name="home"),
    path("issues/", views.archive, name="archive"),
    path("issues/<year:year>/", views.archive_year, name="archive_year"),
    path("issues/<day:week>/", views.issue, name="issue"),
    path("issues/<day:week>/<slug:slug>/", views.commentary, name="commentary"),
    path("issues/<day:week>/<slug:slug>/versions/<int:number>/", versions.version, name="version"),
    path("issues/<day:week>/<slug:slug>/versions/<int:number>/cite.<slug:form>", citations.cite, name="cite_version"),
    path("issues/<day:week>/<slug:slug>/cite.<slug:form>", citations.cite, name="cite"),
    path("sections/<slug:slug>/", views.section, name="section"),
    path("analysts/<slug:slug>/", views.analyst, name="analyst"),
    path("about/", views.about, name="about"),
    path("mirror/", mirror.mirror, name="mirror"),
    path("mirror/<str:name>", mirror.mirror_zip, name="mirror_zip"),
    # Without the slash too: a redirect that adds it would be kept in caches, with the token. The last of a name is
    # the one that links are made from.
    path("preview/<str:token>", preview_links.preview, name="preview"),
    path("preview/<str:token>/", preview_links.preview, name="preview"),
    path("preview/<str:token>/<slug:slug>", preview_links.preview_commentary, name="preview_commentary"),
    path("preview/<str:token>/<slug:slug>/", preview_links.preview_commentary, name="preview_commentary"),
]
