from django.urls import URLPattern, path  # noqa: F401

app_name = "subscriptions"
urlpatterns: list[URLPattern] = []
