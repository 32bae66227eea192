"""Links by which people without an account read what is not public yet.

The token in the address names a row, so a link can be withdrawn, and is gone with its issue or commentary. All that
anybody learns of a link that does not work is that it does not.
"""

from collections.abc import Callable
from http import HTTPStatus
from uuid import UUID

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_safe

from commentaries import previews
from commentaries.context import language_links
from commentaries.languages import LocalText, active_language
from commentaries.models import Commentary, Issue, PreviewLink, Section
from commentaries.models.commentaries import Edition
from commentaries.templatetags.reading import day
from commentaries.views import editions


def _signer() -> Signer:
    return Signer(salt="commentaries.preview", sep=".")


def token_of(link: PreviewLink) -> str:
    return _signer().sign(link.pk.hex)


def address_of(link: PreviewLink, language: str) -> str:
    """The full address, below SITE_URL."""
    with override(language):
        return settings.SITE_URL + reverse("commentaries:preview", args=[token_of(link)])


def link_behind(token: str) -> PreviewLink | None:
    """The link, if it works: not for a token that is forged, nor for one that expired or was withdrawn."""
    try:
        key = UUID(_signer().unsign(token))
    except (BadSignature, ValueError):
        return None
    return PreviewLink.objects.open().filter(pk=key).first()


@require_safe
def preview(request: HttpRequest, token: str) -> HttpResponse:
    """What the link is for: a whole issue, or the one commentary."""
    link = link_behind(token)
    if link is None:
        return _closed(request)
    return _only_commentary(request, link) if link.commentary_id else _issue(request, link)


@require_safe
def preview_commentary(request: HttpRequest, token: str, slug: str) -> HttpResponse:
    """One commentary of the issue that the link is for."""
    link = link_behind(token)
    if link is None or link.commentary_id:
        return _closed(request)
    return _commentary(request, link, slug)


def _issue(request: HttpRequest, link: PreviewLink) -> HttpResponse:
    issue = previews.issue_behind(link)
    if issue is None:
        return _closed(request)
    shown = list(previews.commentaries_of(issue))
    return _unlinked(previews.issue_page(request, issue, shown, _preview(request, link, issue, _inside(link))))


def _commentary(request: HttpRequest, link: PreviewLink, slug: str) -> HttpResponse:
    issue = previews.issue_behind(link)
    shown = list(previews.commentaries_of(issue)) if issue else []
    this = next((commentary for commentary in shown if commentary.section.slug == slug), None)
    if this is None:
        return _closed(request)
    others: list[Edition] = [previews.edition(commentary) for commentary in shown if commentary is not this]
    return _unlinked(previews.commentary_page(request, this, others, _preview(request, link, this, _inside(link))))


def _only_commentary(request: HttpRequest, link: PreviewLink) -> HttpResponse:
    this = previews.commentary_behind(link)
    if this is None:
        return _closed(request)
    of_issue = Commentary.objects.published().filter(issue=this.issue).exclude(pk=this.pk).in_order()
    others = editions(of_issue.select_related("issue", "section").prefetch_related("translations"))
    return _unlinked(previews.commentary_page(request, this, others, _preview(request, link, this, public_address)))


def _inside(link: PreviewLink) -> Callable[[previews.Row], str]:
    """Addresses that stay within the preview of an issue."""
    token = token_of(link)

    def address(row: previews.Row) -> str:
        if isinstance(row, Issue):
            return reverse("commentaries:preview", args=[token])
        if isinstance(row, Commentary):
            return reverse("commentaries:preview_commentary", args=[token, row.section.slug])
        return public_address(row)

    return address


def public_address(row: previews.Row) -> str:
    """The page that everybody may open, if there is one."""
    if isinstance(row, Section):
        return row.get_absolute_url()
    is_public = row.is_published
    if isinstance(row, Commentary):
        is_public = is_public and row.issue.is_published and bool(row.public_languages())
    return row.get_absolute_url() if is_public else ""


def _preview(
    request: HttpRequest, link: PreviewLink, row: Issue | Commentary, address: Callable[[previews.Row], str]
) -> previews.Preview:
    sentence = _("Preview for %(name)s, works until %(day)s.") if link.made_for else _("Preview, works until %(day)s.")
    notice = sentence % {"name": link.made_for, "day": day(link.expires_at)}
    return previews.Preview(
        notice=LocalText(notice, active_language()),
        languages=language_links(request),
        address=address,
        public_address=public_address(row),
    )


def _closed(request: HttpRequest) -> HttpResponse:
    """One answer for every link that does not work, whatever the reason."""
    page = render(request, "commentaries/preview_closed.html", status=HTTPStatus.GONE)
    return _unlinked(previews.private(page))


def _unlinked(response: HttpResponse) -> HttpResponse:
    """Whatever is opened from the page does not learn its address, which holds the token; nor do our own pages."""
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
