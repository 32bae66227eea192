"""Writing an archive into the database: all of it or nothing."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files import File
from django.db import transaction
from django.utils.text import slugify

from commentaries import translations
from commentaries.archive.comparing import content_in, content_of, names_of
from commentaries.archive.reading import (
    AnalystRecord,
    Archive,
    CommentaryRecord,
    ForecastRecord,
    PictureRecord,
    SectionRecord,
)
from commentaries.models import Analyst, Byline, Commentary, Forecast, Issue, Picture, Redirect, Section
from commentaries.models.following import search_follows
from commentaries.publishing.blockers import commentary_blockers


class _DryRun(Exception):
    """Takes everything back."""


@dataclass
class Report:
    """What an import did, in numbers and sentences."""

    created: int = 0
    unchanged: int = 0
    redirects: int = 0
    different: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def write(archive: Archive, *, dry_run: bool = False, tick: Callable[[], object] = lambda: None) -> Report:
    """Write what is new; leave what exists alone and say where it differs. `tick` is called after each commentary.

    One transaction. Raises ArchiveError for a line that contradicts the database.
    """
    report = Report()
    writing = Writing(report)
    try:
        with transaction.atomic():
            writing.write(archive, tick)
            if dry_run:
                raise _DryRun
    except BaseException as error:
        writing.take_files_back()
        if not isinstance(error, _DryRun):
            raise
    return report


def _columns(**texts: dict[str, str]) -> dict[str, str]:
    """`title={"be": "…"}` as the columns `title_be="…"`."""
    return {f"{name}_{language}": text for name, by_language in texts.items() for language, text in by_language.items()}


class Writing:
    """One import under way: what it has met so far, so that nothing is looked up or made twice."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.sections = {section.slug: section for section in Section.objects.all()}
        self.analysts = self._analysts_by_name()
        self.issues = {issue.week_start: issue for issue in Issue.objects.all()}
        self.new_issues: set[date] = set()
        self.existing = {(row.issue.week_start, row.section.slug): row for row in Commentary.objects.with_texts().all()}
        self.pictures: dict[tuple[Any, ...], Picture] = {}
        self.files: dict[Path, Picture] = {}
        self.redirects = dict(Redirect.objects.values_list("old_address", "new_address"))

    def write(self, archive: Archive, tick: Callable[[], object]) -> None:
        for section in archive.sections:
            self._section(section)
        for analyst in archive.analysts:
            self._analyst(analyst)
        for record in archive.commentaries:
            with search_follows():
                self._commentary(record)
            tick()

    # --- Sections and analysts ---

    def _section(self, record: SectionRecord) -> None:
        if record.slug in self.sections:
            return
        self.sections[record.slug] = Section.objects.create(
            slug=record.slug,
            order=len(self.sections) + 1 if record.order is None else record.order,
            retired_at=record.retired_at,
            continues=self.sections.get(record.continues),
            **_columns(title=record.title, description=record.description),
        )

    def _section_of(self, record: CommentaryRecord) -> Section:
        if record.section not in self.sections:
            if not record.section_title:
                record.line.fail("section_title", f"is missing, and there is no section {record.section!r} yet")
            self._section(SectionRecord(record.section, record.section_title, {}, None, None, ""))
        return self.sections[record.section]

    def _analysts_by_name(self) -> dict[str, Analyst]:
        return {name: row for row in Analyst.objects.all() for name in names_of(row) if name}

    def _analyst(self, record: AnalystRecord) -> None:
        if Analyst.objects.filter(slug=record.slug).exists():
            return
        portrait = self._picture(PictureRecord(record.portrait, {}, {}, "", "")) if record.portrait else None
        analyst = Analyst.objects.create(
            slug=record.slug,
            is_public=record.is_public,
            is_guest=record.is_guest,
            portrait=portrait,
            **_columns(name=record.name, pen_name=record.pen_name, bio=record.bio),
        )
        self.analysts |= {name: analyst for name in names_of(analyst) if name}

    def _author(self, name: str, language: str) -> Analyst:
        """The analyst of this name; somebody unknown becomes a guest, who has no page until an editor says so."""
        if name not in self.analysts:
            slug = slugify(name) or "guest"
            taken = Analyst.objects.filter(slug__startswith=slug).count()
            self.analysts[name] = Analyst.objects.create(
                slug=f"{slug}-{taken + 1}" if taken else slug,
                is_guest=True,
                **{f"name_{'en' if name.isascii() else language}": name},
            )
        return self.analysts[name]

    # --- Issues and pictures ---

    def _issue_of(self, record: CommentaryRecord) -> Issue:
        """The issue of the record's week. A new one is published when the earliest of its commentaries was."""
        issue = self.issues.get(record.week_start)
        if issue is None:
            issue = Issue(week_start=record.week_start, week_end=record.week_end)
            self.new_issues.add(record.week_start)
        elif issue.week_end != record.week_end:
            record.line.fail("week_end", f"the issue of {record.week_start} ends on {issue.week_end}")
        if record.week_start in self.new_issues:
            times = [time for time in (issue.published_at, record.published_at) if time]
            issue.published_at = min(times, default=None)
            try:
                issue.full_clean()
            except ValidationError as error:
                record.line.fail("week_start", " ".join(error.messages))
            issue.save()
        self.issues[record.week_start] = issue
        return issue

    def _picture(self, record: PictureRecord) -> Picture | None:
        """A picture, once for all texts that use the same file with the same words."""
        if not record:
            return None
        key = (record.path, record.credit, record.licence, str(record.caption), str(record.alt))
        if key not in self.pictures:
            picture = Picture(
                credit=record.credit,
                licence=record.licence,
                **_columns(caption=record.caption, alt=record.alt),
            )
            self._save_with_file(picture, record.path)
            self.pictures[key] = picture
        return self.pictures[key]

    def _save_with_file(self, picture: Picture, path: Path | None) -> None:
        """Store the file once, however many pictures show it with other words."""
        if path is None:
            picture.save()
        elif stored := self.files.get(path):
            picture.file, picture.crop = stored.file.name, stored.crop.name
            picture.save()
        else:
            with path.open("rb") as file:
                picture.file = File(file, name=path.name)
                picture.save()
            self.files[path] = picture

    def take_files_back(self) -> None:
        """The store knows no transaction: what this import put there goes when its rows do."""
        for picture in self.files.values():
            picture.crop.delete(save=False)
            picture.file.delete(save=False)

    # --- Commentaries ---

    def _commentary(self, record: CommentaryRecord) -> None:
        existing = self.existing.get((record.week_start, record.section))
        if existing:
            self._compare(existing, record)
            self._old_addresses(existing, record)
            return
        commentary = Commentary.objects.create(
            issue=self._issue_of(record),
            section=self._section_of(record),
            source_language=record.source_language,
            trend=record.trend,
            picture=self._picture(record.picture),
            published_at=record.published_at,
            **_columns(title=record.title, lead=record.lead, body=record.body),
        )
        analysts = [self._author(name, record.source_language) for name in record.authors]
        if len(set(analysts)) < len(analysts):
            record.line.fail("authors", "names one analyst by two names")
        for position, analyst in enumerate(analysts):
            Byline.objects.create(commentary=commentary, analyst=analyst, position=position)
        for position, forecast in enumerate(record.forecasts):
            Forecast.objects.create(commentary=commentary, position=position, **_forecast_columns(forecast))
        self._mark(commentary, record)
        self._old_addresses(commentary, record)
        self.report.created += 1

    def _mark(self, commentary: Commentary, record: CommentaryRecord) -> None:
        """A language that is given counts as ready. What the gate would have refused is only said: it is history."""
        for language in record.languages:
            translations.mark_ready(commentary, language, None)
        translations.record_change(commentary)
        where = f"line {record.line.number}"
        self.report.removed += [f"{where}, body in {what}" for what in record.removed]
        if record.published_at:
            self.report.warnings += [f"{where}: {blocker}" for blocker in commentary_blockers(commentary)]

    def _compare(self, commentary: Commentary, record: CommentaryRecord) -> None:
        ours, theirs = content_of(commentary, record.authors), content_in(record)
        fields = [name for name in theirs if ours[name] != theirs[name]]
        if fields:
            self.report.different.append(f"line {record.line.number}: {', '.join(fields)}")
        else:
            self.report.unchanged += 1

    def _old_addresses(self, commentary: Commentary, record: CommentaryRecord) -> None:
        """Whoever comes by an old address is led to the text in its language. What leads elsewhere is left alone."""
        for language, addresses in record.old_addresses.items():
            new, where = commentary.url_in(language), f"old_addresses.{language}"
            for old in dict.fromkeys(addresses):
                if old not in self.redirects:
                    self._redirect(record, where, Redirect(old_address=old, new_address=new))
                elif self.redirects[old] != new:
                    sentence = f"line {record.line.number}: {where}, {old} leads to {self.redirects[old]}"
                    self.report.different.append(sentence)

    def _redirect(self, record: CommentaryRecord, where: str, redirect: Redirect) -> None:
        try:
            redirect.full_clean()
        except ValidationError as error:
            record.line.fail(where, f"{redirect.old_address}: {' '.join(error.messages)}")
        redirect.save()
        self.redirects[redirect.old_address] = redirect.new_address
        self.report.redirects += 1


def _forecast_columns(record: ForecastRecord) -> dict[str, Any]:
    return {
        "due": record.due,
        "outcome": record.outcome,
        "outcome_date": record.outcome_date,
        **_columns(statement=record.statement, outcome_note=record.outcome_note),
    }
