"""Links that lead nowhere, lead unsafely, or do not say where."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from django.urls import reverse
from django.utils.translation import gettext as _

from commentaries.proofreading.parts import Link, Text

# What says nothing when a screen reader lists a page's links (WCAG 2.2, 2.4.4).
BARE = {
    *("here", "click here", "this", "link", "this link", "more", "read more", "see here", "source"),
    *("тут", "здесь", "ссылка", "по ссылке", "эта ссылка", "нажмите здесь", "подробнее", "читать далее", "источник"),
    *("спасылка", "па спасылцы", "гэтая спасылка", "націсніце тут", "падрабязней", "чытаць далей", "крыніца"),
}
ADDRESS = re.compile(r"(?:https?://|www\.)\S+")
OURS_ALONE = {"localhost", "127.0.0.1", "0.0.0.0", "[::1]", "::1"}  # noqa: S104  # compared with, not bound to


def link_remarks(text: Text) -> Iterator[str]:
    for link in text.links:
        yield from _of(link)


def _of(link: Link) -> Iterator[str]:
    words = {"text": link.text[:60], "address": (link.address or "")[:80]}
    if not link.text:
        yield _("A link to %(address)s has no words: readers cannot see it.") % words
    elif link.text.strip(" .,:;!»«“”()[]→").lower() in BARE:
        yield _("The link “%(text)s” does not say where it leads. Link the words that name it.") % words
    elif ADDRESS.fullmatch(link.text):
        yield _("The link %(text)s shows its bare address. Link the words that name it.") % words
    if not link.address:
        yield _("The link “%(text)s” has no address.") % words
    elif leads_to_the_desk(link.address):
        yield (
            _("The link “%(text)s” leads to the desk, a preview or your own computer: readers cannot open it.") % words
        )
    elif link.address.lower().startswith("http:"):
        yield _("The link “%(text)s” begins with http: and is not encrypted. Try the same address with https:.") % words


def leads_to_the_desk(address: str) -> bool:
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        return False
    if host in OURS_ALONE or host.endswith(".localhost"):
        return True
    return _is_ours(host) and (parts.path.startswith(reverse("admin:index")) or "/preview/" in parts.path)


def _is_ours(host: str) -> bool:
    from django.conf import settings

    return host in ("", urlsplit(settings.SITE_URL).hostname, *settings.ALLOWED_HOSTS)
