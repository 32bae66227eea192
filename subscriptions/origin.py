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
    return origin != "null" and urlsplit(origin).netloc not in ours


def from_our_pages(view: View) -> View:
    """Takes the place of Django's CSRF token, which needs a cookie."""

    @csrf_exempt
    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "POST" and is_foreign(request):
            return render(request, "subscriptions/refused.html", status=HTTPStatus.FORBIDDEN)
        return view(request, *args, **kwargs)

    return wrapper
