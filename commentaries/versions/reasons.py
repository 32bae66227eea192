"""Why a row was written, as its history keeps it: a code, which everybody reads in their own language."""

from datetime import datetime
from functools import cache

from django.db.models import TextChoices
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from commentaries.languages import FALLBACK

FROM_VERSION = "version of "


class Reason(TextChoices):
    """What the gate did to the row."""

    PUBLISHED = "published", _("published")
    SCHEDULED = "scheduled", _("scheduled")
    UNSCHEDULED = "unscheduled", _("no longer scheduled")
    WITHDRAWN = "withdrawn", _("withdrawn")
    RESTORED = "restored", _("restored")
    VERSIONS_HIDDEN = "versions hidden", _("earlier versions hidden from readers")
    VERSIONS_SHOWN = "versions shown", _("earlier versions shown to readers again")

    @classmethod
    def of(cls, kept: str | None) -> "Reason | None":
        """The reason that a row of history keeps; None where it keeps another or none."""
        return next((reason for reason in cls if kept in spellings(reason)), None)


@cache
def spellings(reason: Reason) -> frozenset[str]:
    """The reason as a code, and in every language: history used to hold the words of whoever did it."""
    words = {reason.value}
    for language in FALLBACK:
        with override(language):
            words.add(str(reason.label))
    return frozenset(words)


def from_version(at: datetime) -> str:
    """The reason of a row that was brought back from the version of this time."""
    return f"{FROM_VERSION}{at.isoformat()}"


def version_time(kept: str | None) -> datetime | None:
    """The time of the version that a row was brought back from, if it was."""
    return parse_datetime(kept.removeprefix(FROM_VERSION)) if kept and kept.startswith(FROM_VERSION) else None
