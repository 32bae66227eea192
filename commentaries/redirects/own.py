"""Which addresses the site needs itself."""

from django.conf import settings
from django.http import Http404, HttpRequest
from django.urls import Resolver404, resolve, reverse
from django.utils.translation import get_language_from_path, override


def is_desk(path: str) -> bool:
    desk = reverse("admin:index", urlconf=settings.ROOT_URLCONF)  # a page for the mirror is asked for in another one
    return f"{path}/".startswith(desk)


def answers(path: str) -> bool:
    """Whether a reader finds something at this path, with or without a slash at its end, no redirect counted."""
    with override(get_language_from_path(path)):
        return any(_answers(candidate) for candidate in (path, f"{path.rstrip('/')}/"))


def _answers(path: str) -> bool:
    """Asks the page itself: whether there is a commentary at an address is known to nobody else."""
    try:
        match = resolve(path)
    except Resolver404:
        return False
    request = HttpRequest()
    request.method, request.path, request.path_info, request.resolver_match = "HEAD", path, path, match
    request.LANGUAGE_CODE = get_language_from_path(path) or "en"
    try:
        match.func(request, *match.args, **match.kwargs)
    except Http404:
        return False
    return True
