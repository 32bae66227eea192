"""What the page store keeps an answer under, and whom it leaves to the application."""

from typing import Any
from wsgiref.util import setup_testing_defaults

import pytest
from pytest_django import Settings

from config.page_store import requests
from config.page_store.requests import key_of


@pytest.fixture(autouse=True)
def _site(settings: Settings) -> None:
    settings.ALLOWED_HOSTS = ["weekly.example"]
    settings.SECURE_SSL_REDIRECT = False
    requests._is_ours.cache_clear()


def asked(address: str, **environ: Any) -> str | None:
    path, _mark, query = address.partition("?")
    found = {"HTTP_HOST": "weekly.example", "PATH_INFO": path, "QUERY_STRING": query, "SCRIPT_NAME": "", **environ}
    setup_testing_defaults(found)
    return key_of(found)


@pytest.mark.parametrize(
    "path", ["/en/", "/be/issues/2022-01-17/", "/ru/sections/dam/", "/en/feed.atom", "/sitemap.xml", "/robots.txt"]
)
def test_a_page_is_kept_under_its_path(path: str) -> None:
    assert asked(path) == path
    assert asked(path, REQUEST_METHOD="HEAD") == path


def test_what_no_view_names_is_not_looked_at() -> None:
    assert asked("/en/?utm_source=x&y=1") == "/en/"
    assert asked("/en/sections/dam/?a=1&year=2022&b=2") == "/en/sections/dam/?year=2022"


def test_parameters_stand_in_one_order_and_once() -> None:
    assert asked("/en/trends/?to=2022&from=2021&to=2023") == asked("/en/trends/?from=2021&to=2023")


@pytest.mark.parametrize(
    "path",
    [
        *("/", "/admin/", "/en/search/?q=dam", "/en/subscribe/", "/en/subscription/leave/abc/", "/en/preview/abc/"),
        *("/media/x.png", "/livez", "/readyz", "/nowhere/", "/en/issues/2022-02-30/", "/en/b\xfccher/"),
    ],
)
def test_what_is_not_for_everybody_is_left_to_the_application(path: str) -> None:
    assert asked(path) is None


@pytest.mark.parametrize(
    "environ",
    [
        {"REQUEST_METHOD": "POST"},
        {"HTTP_COOKIE": "sessionid=abc"},
        {"HTTP_HOST": "evil.example"},
        {"SCRIPT_NAME": "/weekly"},
    ],
)
def test_who_asks_otherwise_is_left_to_the_application(environ: dict[str, str]) -> None:
    assert asked("/en/", **environ) is None


def test_cookies_that_are_not_ours_change_nothing() -> None:
    assert asked("/en/", HTTP_COOKIE="theme=dark") == "/en/"


def test_an_endless_address_is_left_to_the_application() -> None:
    assert asked("/en/sections/" + "a" * 400 + "/") is None


def test_who_comes_without_tls_is_sent_there_by_the_application(settings: Settings) -> None:
    settings.SECURE_SSL_REDIRECT = True
    assert asked("/en/") is None
    assert asked("/en/", **{"wsgi.url_scheme": "https"}) == "/en/"


def test_behind_a_proxy_its_word_counts(settings: Settings) -> None:
    settings.SECURE_SSL_REDIRECT, settings.PROXY_COUNT = True, 1
    assert asked("/en/", HTTP_X_FORWARDED_PROTO="https") == "/en/"
    assert asked("/en/", **{"wsgi.url_scheme": "https", "HTTP_X_FORWARDED_PROTO": "http"}) is None
