"""Where things stand, in words."""

from datetime import datetime

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from commentaries.languages import Language
from commentaries.models import Commentary, Issue, Translation, User
from commentaries.versions.reasons import Reason, version_time


def status(row: Issue | Commentary) -> str:
    """draft, scheduled, public or withdrawn; also the name of its colour in static/desk/desk.css."""
    if row.is_withdrawn:
        return "withdrawn"
    if row.is_draft:
        return "draft"
    return "scheduled" if row.is_scheduled else "public"


def status_name(name: str) -> str:
    return {
        "draft": pgettext("status of an issue or commentary", "draft"),
        "scheduled": pgettext("status of an issue or commentary", "scheduled"),
        "public": pgettext("status of an issue or commentary", "public"),
        "withdrawn": pgettext("status of an issue or commentary", "withdrawn"),
    }[name]


def moment(at: datetime | None) -> str:
    """A point in time where the publication is, with the name of its time zone."""
    if at is None:
        return ""
    local = timezone.localtime(at)
    return f"{date_format(local, 'DATE_FORMAT')} {local:%H:%M} ({settings.TIME_ZONE})"


def reason_in_words(kept: str | None) -> str:
    """Why a row of history was written, in the reader's language; what is no code of ours, as it was written."""
    if reason := Reason.of(kept):
        return str(reason.label)
    if at := version_time(kept):
        return _("restored from the version of %(time)s") % {"time": moment(at)}
    return kept or ""


def person_name(user: User | None) -> str:
    """A colleague as the others at the desk know them."""
    return user.get_full_name() or user.get_username() if user else _("somebody whose account is gone")


def standing(commentary: Commentary, language: str, row: Translation) -> str:
    """Where one language of a commentary stands: its state, who said so and when."""
    words = [row.get_state_display()]
    if row.marked_ready_at and row.state in Translation.PUBLIC_STATES:
        by = person_name(row.marked_ready_by) if row.marked_ready_by else _("an import")
        words.append(_("marked ready by %(person)s, %(time)s") % {"person": by, "time": moment(row.marked_ready_at)})
    if row.sent_to_review_at and row.state == Translation.State.IN_REVIEW:
        by = person_name(row.sent_to_review_by)
        words.append(
            _("sent to review by %(person)s, %(time)s") % {"person": by, "time": moment(row.sent_to_review_at)}
        )
    if language == commentary.source_language:
        words.append(_("the commentary is written in this language"))
    elif row.state == Translation.State.OUTDATED:
        source = Language(commentary.source_language).label
        words.append(_("the original (%(language)s) has changed since") % {"language": source})
    return "; ".join(words)
