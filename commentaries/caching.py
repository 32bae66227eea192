"""Which of the readers' pages are the same for everybody, so that they may be kept: here, by browsers, on the way."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any, TypeVar, cast

from django.http.response import HttpResponseBase

V = TypeVar("V", bound=Callable[..., HttpResponseBase])

# Browsers and servers on the way may show a page for some seconds without asking (RFC 9111, 5.2.2), and the older one
# while they ask (RFC 5861, 3). No longer: what is withdrawn for somebody's safety has to leave them, too.
PUBLIC = "public, max-age=5, stale-while-revalidate=30"


def public(*parameters: str) -> Callable[[V], V]:
    """Mark a view whose answer hangs on nothing but its path and these parameters of the query, and on the content.

    The page store (`config.page_store`) asks it as nobody in particular, and gives everybody what it says.
    """

    def marked(view: V) -> V:
        @wraps(view)
        def answered(*args: Any, **kwargs: Any) -> HttpResponseBase:
            response = view(*args, **kwargs)
            if response.status_code == HTTPStatus.OK:
                response.headers.setdefault("Cache-Control", PUBLIC)
            return response

        answered.public_parameters = frozenset(parameters)  # type: ignore[attr-defined]
        return cast(V, answered)

    return marked


def parameters_of(view: Any) -> frozenset[str] | None:
    """The parameters of a query that a view hangs on; None where it is not for everybody alike."""
    return getattr(view, "public_parameters", None)
