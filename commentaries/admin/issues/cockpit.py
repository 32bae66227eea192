"""An issue at a glance: each section with its commentary, where its languages stand, and what is still to be done."""

from dataclasses import dataclass, field

from django.db.models import Prefetch
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from commentaries import rights, translations
from commentaries.admin.commentaries.workflow import next_step
from commentaries.admin.deeds import comes_late
from commentaries.admin.findings import Findings, findings
from commentaries.admin.status import moment, person_name, standing, status, status_name
from commentaries.languages import Language, LocalText, local
from commentaries.models import Commentary, Issue, Section, Translation, Trend, User
from commentaries.publishing.composing import is_empty


@dataclass(frozen=True)
class Cell:
    """Where one language of a commentary stands, and the way to its tab."""

    language: str
    name: str
    state: str
    state_name: str
    who: str
    day: str
    standing: str
    url: str


@dataclass(frozen=True)
class Row:
    """A section in an issue. Each address is empty where this person may not go there, or where it makes no sense."""

    section: Section
    commentary: Commentary | None = None
    url: str = ""
    cells: list[Cell] = field(default_factory=list)
    findings: Findings | None = None
    is_empty: bool = False
    add_url: str = ""
    leave_out_url: str = ""
    publish_url: str = ""

    @property
    def status(self) -> str:
        return status(self.commentary) if self.commentary else ""

    @property
    def status_name(self) -> str:
        return status_name(self.status) if self.status else ""

    @property
    def headline(self) -> LocalText:
        return local(self.commentary, "title") if self.commentary else LocalText("", "")

    @property
    def trend(self) -> str:
        if not self.commentary or not self.commentary.trend:
            return ""
        return f"{Trend(self.commentary.trend).mark} {self.commentary.get_trend_display()}"

    @property
    def authors(self) -> str:
        return ", ".join(str(byline) for byline in self.commentary.bylines.all()) if self.commentary else ""


@dataclass(frozen=True)
class Column:
    """A language that may be taken a step further in all commentaries at once."""

    name: str
    is_ready: bool
    url: str


@dataclass(frozen=True)
class Cockpit:
    issue: Issue
    rows: list[Row]
    columns: list[Column]

    @property
    def languages(self) -> list[str]:
        return [str(label) for label in Language.labels]

    @property
    def status(self) -> str:
        return status(self.issue)

    @property
    def status_name(self) -> str:
        return status_name(self.status)

    @property
    def moment(self) -> str:
        return moment(self.issue.withdrawn_at or self.issue.published_at)

    @property
    def drafts(self) -> list[Findings]:
        """What keeps each commentary that is not through the gate yet."""
        return [row.findings for row in self.rows if row.findings and row.findings.commentary.is_draft]

    @property
    def complete(self) -> int:
        """How many of these nothing blocks."""
        return sum(not findings.blockers for findings in self.drafts)


def cockpits(user: User, *issues: Issue, proofread: bool = True) -> list[Cockpit]:
    """The issues with their rows, in a number of queries that does not grow with them."""
    people = Translation.objects.select_related("marked_ready_by", "sent_to_review_by")
    found = Commentary.objects.filter(issue__in=issues).in_order().select_related("issue", "section", "picture")
    found = found.prefetch_related(
        Prefetch("translations", people), "bylines__analyst", "forecasts", "picture__files", "comments"
    )
    by_issue: dict[int, list[Commentary]] = {}
    for commentary in found:
        by_issue.setdefault(commentary.issue_id, []).append(commentary)
    active = list(Section.objects.active())
    return [
        Cockpit(
            issue,
            _rows(user, issue, by_issue.get(issue.pk, []), active, proofread=proofread),
            _columns(user, issue, by_issue.get(issue.pk, [])),
        )
        for issue in issues
    ]


def _rows(
    user: User, issue: Issue, commentaries: list[Commentary], active: list[Section], *, proofread: bool
) -> list[Row]:
    rows = [_written(user, commentary, proofread=proofread) for commentary in commentaries]
    there = {commentary.section_id for commentary in commentaries}
    rows += [Row(section, add_url=_add_url(user, issue, section)) for section in active if section.pk not in there]
    return sorted(rows, key=lambda row: (row.section.order, row.section.slug))


def _written(user: User, commentary: Commentary, *, proofread: bool) -> Row:
    url = reverse("admin:commentaries_commentary_change", args=[commentary.pk])
    states = translations.states(commentary)
    empty = is_empty(commentary)
    is_seen = commentary.is_published or commentary.is_withdrawn
    late = comes_late(commentary) and rights.publishes(user)
    return Row(
        commentary.section,
        commentary,
        url,
        [_cell(commentary, code, states[code], _place(user, commentary, code)) for code in Language.values],
        findings=None if is_seen else findings(commentary, proofread=proofread),
        is_empty=empty,
        leave_out_url=_leave_out_url(commentary) if empty and may_leave_out(user, commentary) else "",
        publish_url=reverse("admin:commentaries_commentary_publish", args=[commentary.pk]) if late else "",
    )


def _cell(commentary: Commentary, language: str, row: Translation, url: str) -> Cell:
    by, at = row.marked_ready_by, row.marked_ready_at
    if row.state == Translation.State.IN_REVIEW:
        by, at = row.sent_to_review_by, row.sent_to_review_at
    day = date_format(timezone.localtime(at), "DATE_FORMAT") if at else ""
    return Cell(
        language,
        str(Language(language).label),
        row.state,
        str(row.get_state_display()),
        person_name(by) if by else "",
        day,
        standing(commentary, language, row),
        url,
    )


def _place(user: User, commentary: Commentary, language: str) -> str:
    """Where this person works on a language: who only translates does it side by side with the original."""
    translates = not rights.may_write(user, commentary) and language in rights.text_languages(user, commentary)
    if translates and language != commentary.source_language:
        return reverse("admin:commentaries_commentary_translate", args=[commentary.pk, language])
    url = reverse("admin:commentaries_commentary_change", args=[commentary.pk])
    return f"{url}?tab={language}#id_title_{language}"


def may_open(user: User, section: Section) -> bool:
    """Whether they may begin a commentary for this section: an editor any, an analyst their own."""
    return rights.publishes(user) or (rights.writes(user) and section.pk in rights.own_sections(user))


def may_leave_out(user: User, commentary: Commentary) -> bool:
    return user.has_perm("commentaries.delete_commentary") and rights.may_write(user, commentary)


def _add_url(user: User, issue: Issue, section: Section) -> str:
    if not may_open(user, section):
        return ""
    return reverse("admin:commentaries_issue_add_section", args=[issue.pk, section.pk])


def _leave_out_url(commentary: Commentary) -> str:
    return reverse("admin:commentaries_issue_leave_out", args=[commentary.issue_id, commentary.pk])


def _columns(user: User, issue: Issue, commentaries: list[Commentary]) -> list[Column]:
    columns = []
    for language in Language:
        is_ready = language in rights.ready_languages(user)
        url = reverse("admin:commentaries_issue_column", args=[issue.pk, language.value])
        if any(has_next_step(user, commentary, language, is_ready=is_ready) for commentary in commentaries):
            columns.append(Column(str(language.label), is_ready, url))
    return columns


def has_next_step(user: User, commentary: Commentary, language: str, *, is_ready: bool) -> bool:
    """Whether this person may take the text in this language to review, or with `is_ready` mark it ready."""
    state = translations.states(commentary)[language].state
    return (
        not commentary.is_withdrawn
        and language in rights.text_languages(user, commentary)
        and commentary.has_text(language)
        and bool(next_step(state, may_say_ready=is_ready))
    )
