"""What the history says of a row: the version a form began with, and who saved it since."""

from datetime import datetime
from typing import Any, cast

from django.conf import settings
from django.db.models import Model
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from commentaries.admin.status import moment
from commentaries.models import User


def clock(at: datetime) -> str:
    """The time of a day that is today, else the day too; where the publication is."""
    local = timezone.localtime(at)
    return f"{local:%H:%M} ({settings.TIME_ZONE})" if local.date() == timezone.localdate() else moment(at)


def records(model: type[Model], key: Any) -> Any:
    """The rows of the history of one row, newest first."""
    return cast(Any, model).history.filter(id=key).order_by("-history_date", "-history_id")


def newest_number(model: type[Model], key: Any) -> int:
    """The number of the version that is stored now; 0 for a row without history."""
    return records(model, key).values_list("history_id", flat=True).first() or 0


class Saves:
    """The saves of a row since the version with a number; `before` is that version, None where there is no such."""

    def __init__(self, row: Model, number: int) -> None:
        self.all = records(type(row), row.pk)
        self.before = self.all.filter(history_id=number).first() if number else None

    @cached_property
    def since(self) -> list[Any]:
        """Newest first. Where it is not known since when, the newest one."""
        rows = self.all.select_related("history_user")
        return list(rows.filter(history_date__gt=self.before.history_date) if self.before else rows[:1])

    @property
    def until(self) -> datetime | None:
        """When the version stopped being the newest."""
        return self.since[-1].history_date if self.before and self.since else None

    def in_words(self, me: User) -> str:
        if not self.since:
            return _("It was saved by someone else")
        people = list(dict.fromkeys(row.history_user for row in self.since))
        when = {"time": clock(self.since[0].history_date)}
        if people == [me]:
            return _("You saved a newer version in another window, at %(time)s") % when
        others = [one.get_username() if one else _("the desk itself") for one in people if one != me]
        return _("%(people)s saved a newer version at %(time)s") % {"people": get_text_list(others, _("and")), **when}


def rows_at(formset: Any, row: Model, until: datetime | None) -> dict[int, Any]:
    """The rows of an inline as they were just before `until` (by default now), by key."""
    history = formset.model.history.filter(**{f"{formset.fk.attname}": row.pk})
    if until:
        history = history.filter(history_date__lt=until)
    newest = {one.id: one for one in history.order_by("history_date", "history_id")}
    return {key: one for key, one in newest.items() if one.history_type != "-"}
