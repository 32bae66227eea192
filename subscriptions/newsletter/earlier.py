"""What earlier weeks have to do with an issue: how its sections stood before, and what was forecast for its days."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import OuterRef, Subquery

from commentaries.models import Commentary, Forecast, Issue, Section
from commentaries.models.commentaries import CommentaryQuerySet


def before(issue: Issue) -> CommentaryQuerySet:
    """The public commentaries of earlier weeks."""
    found: CommentaryQuerySet = Commentary.objects.published().filter(issue__week_start__lt=issue.week_start)
    return found


@dataclass(frozen=True)
class Past:
    """A section's last trend before an issue, the day its week began, and the section that it continues."""

    trend: str
    week: date
    continues: int | None


class Pasts:
    """Of all sections, in one query."""

    def __init__(self, issue: Issue) -> None:
        found = before(issue).filter(section=OuterRef("pk"), trend__gt="").order_by("-issue__week_start")
        last_trend, last_week = (Subquery(found.values(field)[:1]) for field in ("trend", "issue__week_start"))
        rows = Section.objects.order_by().values_list("pk", last_trend, last_week, "continues")
        self.by_section = {pk: Past(trend or "", week or date.min, continues) for pk, trend, week, continues in rows}

    def line(self, section: int) -> list[int]:
        """The section and those it continues, one after the other."""
        line: list[int] = []
        following: int | None = section
        while following is not None and following not in line:  # two may continue each other by mistake
            line.append(following)
            following = self.by_section[following].continues
        return line

    def former_trend(self, section: int) -> str:
        """The trend of the newest week that has one, in the section or in one it continues; empty where none has."""
        return max((self.by_section[pk] for pk in self.line(section)), key=lambda past: past.week).trend


def forecasts_due(issue: Issue, sections: Iterable[int]) -> list[Forecast]:
    """What earlier commentaries on these sections forecast for the issue's days, the first day first."""
    rows = Forecast.objects.filter(
        due__range=(issue.week_start, issue.week_end), commentary__in=before(issue).filter(section__in=set(sections))
    )
    with_texts = rows.select_related("commentary__issue", "commentary__section").prefetch_related(
        "commentary__translations"
    )
    return list(with_texts.order_by("due", "commentary__issue__week_start", "commentary_id", "position", "pk"))
