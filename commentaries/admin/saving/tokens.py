"""How a browser learns that what it keeps as a draft was saved.

Each open form has a token, made by the browser and sent with the form. When the form was saved, and only then, the
answer sets a cookie with the token in its name; the next page of the desk drops that draft and the cookie.
"""

import re

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

FORMAT = re.compile(r"[0-9a-z]{8,32}")
KEPT_FOR = 24 * 3600  # seconds; who comes back later is offered the draft and sees that nothing differs


def token(request: HttpRequest) -> str:
    """The token of the form that was sent, or an empty string."""
    sent = request.POST.get("draft", "")
    return sent if FORMAT.fullmatch(sent) else ""


def remember_saved(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    if name := token(request):
        response.set_cookie(
            f"saved-{name}",
            "1",
            max_age=KEPT_FOR,
            path=reverse("admin:index"),
            secure=settings.SESSION_COOKIE_SECURE,
            samesite="Strict",
        )
    return response
