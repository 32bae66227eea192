"""Who is logged in, in a window of Chromium. Logging in by hand is test_publish's."""

from django.test import Client
from playwright.sync_api import BrowserContext, Page
from pytest_django.live_server_helper import LiveServer

from commentaries.models import User

BACKEND = "django.contrib.auth.backends.ModelBackend"


def let_in(context: BrowserContext, url: str, user: User) -> None:
    """The window is that of `user` from now on."""
    client = Client()
    client.force_login(user, backend=BACKEND)
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": url}])


def log_in(page: Page, live_server: LiveServer, username: str) -> None:
    """At the first page of the desk, as who has this name."""
    let_in(page.context, live_server.url, User.objects.get(username=username))
    page.goto(f"{live_server.url}/admin/")
