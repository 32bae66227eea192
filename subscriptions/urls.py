from django.urls import path

from subscriptions import views
from subscriptions.preferences.views import preferences

app_name = "subscriptions"
urlpatterns = [
    path("subscribe/", views.sign_up, name="sign_up"),
    path("subscription/check-your-mail/", views.check_mail, name="check_mail"),
    # Without the slash too: a redirect that adds it would be kept in caches, with the token. The last of a name is
    # the one that links are made from.
    path("subscription/confirm/<str:token>", views.confirm, name="confirm"),
    path("subscription/confirm/<str:token>/", views.confirm, name="confirm"),
    path("subscription/leave/<str:token>", views.leave, name="leave"),
    path("subscription/leave/<str:token>/", views.leave, name="leave"),
    path("subscription/preferences/<str:token>", preferences, name="preferences"),
    path("subscription/preferences/<str:token>/", preferences, name="preferences"),
]
