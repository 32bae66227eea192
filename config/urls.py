"""The contract of addresses is in docs/; each app names its own below its prefix."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path

from commentaries import sitemap
from commentaries.admin import session
from commentaries.trends.table import trends_csv
from config import views
from subscriptions.admin.statistics import statistics
from subscriptions.bounces import webhooks

handler400 = "config.views.bad_request"
handler403 = "config.views.forbidden"
handler404 = "config.views.not_found"
handler500 = "config.views.server_error"

urlpatterns = [
    path("", views.door, name="door"),
    path("admin/session/", session.state, name="session"),
    path("admin/unsaved/", admin.site.admin_view(session.unsaved), name="unsaved"),
    path("admin/statistics/", admin.site.admin_view(statistics), name="statistics"),
    path("admin/", admin.site.urls),
    path("favicon.ico", views.favicon, name="favicon"),
    path("media/<path:path>", views.media, name="media"),
    path("robots.txt", views.robots, name="robots"),
    path("sitemap.xml", sitemap.sitemap, name="sitemap"),
    path("sitemap-pages.xml", sitemap.standing_pages, name="sitemap_pages"),
    path("sitemap-<int:number>.xml", sitemap.year, name="sitemap_year"),
    path("livez", views.livez, name="livez"),
    path("readyz", views.readyz, name="readyz"),
    path("api/v1/trends.csv", trends_csv, name="trends_csv"),
    *webhooks.addresses(),
    *i18n_patterns(
        path("", include("subscriptions.urls")),
        path("", include("commentaries.urls")),
    ),
]
