"""An issue at a glance: each section with its commentary, its trend, and where its languages stand."""

from dataclasses import dataclass

from django.db.models import Prefetch
from django.urls import reverse
from django.utils.http import urlencode

from commentaries import translations
from commentaries.admin import rights
from commentaries.admin.status import moment, status, status_name
from commentaries.languages import Language
from commentaries.models import Commentary, Issue, Section, Translation, Trend, User


@dataclass(frozen=True)
class LanguageCell:
    """Where one language of a commentary stands, and the way to its tab."""

    language: str
    name: str
    state: str
    state_name: str
    url: str


@dataclass(frozen=True)
class Line:
    """A section in an issue; without a commentary, `url` leads to adding one, or is empty."""

    section: Section
    commentary: Commentary | None
    url: str
    cells: list[LanguageCell]
    status: str = ""

    @property
    def status_name(self) -> str:
        return status_name(self.status) if self.status else ""

    @property
    def trend(self) -> str:
        if not self.commentary or not self.commentary.trend:
            return ""
        return f"{Trend(self.commentary.trend).mark} {self.commentary.get_trend_display()}"

    @property
    def authors(self) -> str:
        return ", ".join(str(byline) for byline in self.commentary.bylines.all()) if self.commentary else ""


@dataclass(frozen=True)
class Overview:
    issue: Issue
    lines: list[Line]

    @property
    def status(self) -> str:
        return status(self.issue)

    @property
    def status_name(self) -> str:
        return status_name(self.status)

    @property
    def moment(self) -> str:
        return moment(self.issue.published_at)


def with_overview(user: User, *issues: Issue) -> list[Overview]:
    """The issues with their lines, in a number of queries that does not grow with them."""
    found = Commentary.objects.filter(issue__in=issues).in_order().select_related("section")
    found = found.prefetch_related(
        "bylines__analyst", Prefetch("translations", Translation.objects.select_related("marked_ready_by"))
    )
    active = list(Section.objects.active())
    by_issue: dict[int, list[Commentary]] = {}
    for commentary in found:
        by_issue.setdefault(commentary.issue_id, []).append(commentary)
    return [Overview(issue, _lines(user, issue, by_issue.get(issue.pk, []), active)) for issue in issues]


def _lines(user: User, issue: Issue, commentaries: list[Commentary], active: list[Section]) -> list[Line]:
    lines = [_written(commentary) for commentary in commentaries]
    there = {commentary.section_id for commentary in commentaries}
    lines += [Line(section, None, _add_url(user, issue, section), []) for section in active if section.pk not in there]
    return sorted(lines, key=lambda line: (line.section.order, line.section.slug))


def _written(commentary: Commentary) -> Line:
    url = reverse("admin:commentaries_commentary_change", args=[commentary.pk])
    cells = [
        LanguageCell(code, str(Language(code).label), row.state, str(row.get_state_display()), f"{url}?tab={code}")
        for code, row in translations.states(commentary).items()
    ]
    return Line(commentary.section, commentary, url, cells, status(commentary))


def _add_url(user: User, issue: Issue, section: Section) -> str:
    if not rights.publishes(user) and not (rights.writes(user) and section.pk in rights.own_sections(user)):
        return ""
    query = urlencode({"issue": issue.pk, "section": section.pk})
    return f"{reverse('admin:commentaries_commentary_add')}?{query}"
