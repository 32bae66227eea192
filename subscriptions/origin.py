"""Keeping other websites from sending our forms, without a cookie (Fetch Metadata; Origin, RFC 6454).

A browser says where a form stood. What says nothing is let in: old browsers, privacy tools that send `null`.
"""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt

View = Callable[..., HttpResponse]


def is_foreign(request: HttpRequest) -> bool:
    """Whether the browser says that another website sent this."""
    if request.headers.get("Sec-Fetch-Site", "").strip().lower() == "cross-site":
        return True
    origin = request.headers.get("Origin", "null").strip().lower()
    ours = {urlsplit(settings.SITE_URL).netloc.lower(), request.get_host().lower()}
    return origin != "null" and _host(origin) not in ours


def _host(origin: str) -> str | None:
    """The host and port of an origin; None for what is not an address at all."""
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return None


def is_utf_8(request: HttpRequest) -> bool:
    """Whether the form can be read. Our pages send no other encoding, and Django fails at some that a robot names."""
    return (request.content_params or {}).get("charset", "utf-8").lower() == "utf-8"


def from_our_pages(view: View) -> View:
    """Takes the place of Django's CSRF token, which needs a cookie."""

    @csrf_exempt
    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "POST" and is_foreign(request):
            return render(request, "subscriptions/refused.html", status=HTTPStatus.FORBIDDEN)
        if request.method == "POST" and not is_utf_8(request):
            return render(request, "errors/400.html", status=HTTPStatus.BAD_REQUEST)
        return view(request, *args, **kwargs)

    return wrapper
