"""The mirror: the whole public site as files, for readers to whom the site itself is closed.

Every page is asked for as a reader would ask (`rendering`), every link found in it is followed (`crawling`) and made
relative (`links`), and the folder gets what changed (`folder`). So the mirror is complete by construction, and
whatever is not public has no way in.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import override

from commentaries.languages import FALLBACK
from commentaries.templatetags.reading import day

# Stands in a page for the day on which it was copied, until it is written: a page that differs in nothing else has
# not changed. From Unicode's private use area, so that no text holds it.
MADE_ON = {language: f"\ue000{language}\ue000" for language in FALLBACK}


class ExportError(Exception):
    """Why there is no new mirror, in one sentence. The earlier one is untouched."""


@dataclass(frozen=True)
class Mirror:
    """What `request.mirror` holds while a page is made for the mirror."""

    began_at: datetime  # what is written down was read then or later
    # Made once an export.
    kept: dict[str, object] = field(default_factory=dict, compare=False, repr=False)
    frames: dict[tuple[str, str, str], SafeString] = field(default_factory=dict, compare=False, repr=False)

    @property
    def made_on(self) -> date:
        return timezone.localdate(self.began_at)

    @property
    def host(self) -> str:
        return urlsplit(settings.SITE_URL).netloc

    def dated(self, page: str) -> str:
        """The page with its day."""
        for language, mark in MADE_ON.items():
            with override(language):
                page = page.replace(mark, day(self.made_on))
        return page


def mirror_of(request: HttpRequest | None) -> Mirror | None:
    """The mirror that the page is made for, if it is made for one."""
    return getattr(request, "mirror", None)
