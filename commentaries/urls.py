"""The readers' addresses; every one stands below its language."""

from datetime import date

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from commentaries import views
from commentaries.citations import views as citations
from commentaries.downloads import views as downloads
from commentaries.feeds import views as feeds
from commentaries.mirror import views as mirror
from commentaries.previews import links as preview_links
from commentaries.search import views as search
from commentaries.sharing import views as sharing
from commentaries.trends import page as trends_page
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


class FeedFormatConverter(StringConverter):
    regex = "atom|rss|json"


register_converter(DayConverter, "day")
register_converter(YearConverter, "year")
register_converter(FeedFormatConverter, "feed_format")

app_name = "commentaries"
urlpatterns = [
    path("", views.home, name="home"),
    path("feed.<feed_format:form>", feeds.site_feed, name="feed"),
    path("issues/", views.archive, name="archive"),
    path("issues/<year:year>/", views.archive_year, name="archive_year"),
    path("issues/<day:week>/", views.issue, name="issue"),
    path("issues/<day:week>/issue.epub", downloads.issue_epub, name="issue_epub"),
    path("issues/<day:week>/issue.html", downloads.issue_page, name="issue_page"),
    path("issues/<day:week>/<slug:slug>/", views.commentary, name="commentary"),
    path("issues/<day:week>/<slug:slug>/commentary.html", downloads.commentary_page, name="commentary_page"),
    path("issues/<day:week>/<slug:slug>/versions/<int:number>/", versions.version, name="version"),
    path("issues/<day:week>/<slug:slug>/versions/<int:number>/cite.<slug:form>", citations.cite, name="cite_version"),
    path("issues/<day:week>/<slug:slug>/cite.<slug:form>", citations.cite, name="cite"),
    path("sections/<slug:slug>/", views.section, name="section"),
    path("sections/<slug:slug>/feed.<feed_format:form>", feeds.section_feed, name="section_feed"),
    path("trends/", trends_page.trends, name="trends"),
    path("analysts/<slug:slug>/", views.analyst, name="analyst"),
    path("analysts/<slug:slug>/feed.<feed_format:form>", feeds.analyst_feed, name="analyst_feed"),
    path("about/", views.about, name="about"),
    path("search/", search.search, name="search"),
    path("card.png", sharing.site_card, name="site_card"),
    path("issues/<day:week>/card.png", sharing.issue_card, name="issue_card"),
    path("issues/<day:week>/<slug:slug>/card.png", sharing.commentary_card, name="commentary_card"),
    path("mirror/", mirror.mirror, name="mirror"),
    path("mirror/<str:name>", mirror.mirror_zip, name="mirror_zip"),
    # Without the slash too: a redirect that adds it would be kept in caches, with the token. The last of a name is
    # the one that links are made from.
    path("preview/<str:token>", preview_links.preview, name="preview"),
    path("preview/<str:token>/", preview_links.preview, name="preview"),
    path("preview/<str:token>/<slug:slug>", preview_links.preview_commentary, name="preview_commentary"),
    path("preview/<str:token>/<slug:slug>/", preview_links.preview_commentary, name="preview_commentary"),
]
