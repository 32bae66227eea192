"""Pages that belong to no app: the door, the errors, the media files, the probes."""

from http import HTTPStatus

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.core.files.storage import default_storage
from django.db import connection
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
)
from django.shortcuts import render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from commentaries.caching import PUBLIC, parameters_of, public
from commentaries.redirects.answering import redirect_for

TOO_MUCH = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)
# Pictures only, by the names that images.py gives them; nothing a browser could run.
MEDIA_TYPES = {"jpg": "image/jpeg", "png": "image/png", "webp": "image/webp", "avif": "image/avif"}


@require_safe
def door(request: HttpRequest) -> HttpResponse:
    """To the reader's language, as the browser asks for it (RFC 9110, 12.5.4).

    With a question it may be an old address: publishing systems put whole sites behind `/?p=123`.
    """
    if request.GET and (found := redirect_for(request)):
        return found
    response = HttpResponseRedirect(f"/{request.LANGUAGE_CODE}/")
    patch_vary_headers(response, ["Accept-Language"])
    return response


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """Where browsers look for an icon that no page names, the desk's among them."""
    return HttpResponseRedirect(static("icon.svg"))


@require_safe
def media(request: HttpRequest, path: str) -> HttpResponseBase:
    """A picture from the store. Names are never used twice, so it may be kept for ever."""
    content_type = MEDIA_TYPES.get(path.rpartition(".")[2])
    if content_type is None:
        raise Http404
    try:
        file = default_storage.open(path)
    except (OSError, ValueError) as error:  # SuspiciousFileOperation answers 400 by itself
        raise Http404 from error
    headers = {
        "Cache-Control": "public, max-age=31536000, immutable",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cross-Origin-Resource-Policy": "cross-origin",  # feeds and mail are read in other sites' pages, too
    }
    return FileResponse(file, content_type=content_type, headers=headers)


@require_safe
@public()
def robots(request: HttpRequest) -> HttpResponse:
    """What crawlers may read (RFC 9309): everything but the desk and what is not public yet; and where it is listed."""
    rules = "User-agent: *\nDisallow: /admin/\nDisallow: /*/preview/\n\n"
    rules += f"Sitemap: {settings.SITE_URL}{reverse('sitemap')}\n"
    return HttpResponse(rules, content_type="text/plain; charset=utf-8")


@require_safe
def livez(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("ok", content_type="text/plain")


@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """The process and its database answer."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok", content_type="text/plain")


def _error(request: HttpRequest, status: HTTPStatus) -> HttpResponse:
    response = render(request, f"errors/{status}.html", status=status)
    response.headers["Cache-Control"] = "no-store"
    return response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What was too much to be read says so; anything else was no browser's doing."""
    if not isinstance(exception, TOO_MUCH):
        return _error(request, HTTPStatus.BAD_REQUEST)
    is_desk = request.path_info.startswith(reverse("admin:index"))
    context = {
        "is_files": isinstance(exception, TooManyFilesSent),
        "most_files": settings.DATA_UPLOAD_MAX_NUMBER_FILES,
        "size": settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 1024 // 1024,
        "form_url": request.get_full_path() if is_desk else "",
    }
    response = render(request, "errors/too_much.html", context, status=HTTPStatus.BAD_REQUEST)
    response.headers["Cache-Control"] = "no-store"
    return response


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _error(request, HTTPStatus.FORBIDDEN)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """At the desk this is most often a form that was open while its writer logged in again."""
    if not request.path_info.startswith(reverse("admin:index")):
        return _error(request, HTTPStatus.FORBIDDEN)
    context = {"form_url": request.get_full_path()}
    response = render(request, "errors/stale_form.html", context, status=HTTPStatus.FORBIDDEN)
    response.headers["Cache-Control"] = "no-store"
    return response


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Where a page would be the same for everybody, so is the word that there is none."""
    response = _error(request, HTTPStatus.NOT_FOUND)
    if request.resolver_match and parameters_of(request.resolver_match.func) is not None:
        response.headers["Cache-Control"] = PUBLIC
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """Made from a template that asks nothing of the database, which may be what is broken."""
    page = render_to_string("errors/500.html")  # without the request: no context processor can break it again
    headers = {"Cache-Control": "no-store"}
    return HttpResponse(page, status=HTTPStatus.INTERNAL_SERVER_ERROR, headers=headers)
