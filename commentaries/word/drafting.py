"""What was read from Word files, and looked at by a person, becomes drafts: all of them or none."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from commentaries import rights
from commentaries.changing import CommentaryChange
from commentaries.folding import is_blank
from commentaries.languages import FALLBACK, Language, in_language
from commentaries.models import Analyst, Byline, Commentary, Forecast, Issue, Section, User
from commentaries.publishing import composing, hold
from commentaries.word.forecasts import Forecast as Foretold
from commentaries.word.weeks import Found as Week


@dataclass(frozen=True)
class Draft:
    """One language of one commentary."""

    week_start: date
    week_end: date
    section: Section
    language: str
    title: str
    body: str
    lead: str = ""
    trend: str = ""
    forecasts: Sequence[Foretold] = ()
    analysts: Sequence[Analyst] = field(default=())


class Refused(Exception):
    """Nothing was written; `sentences` says why, by the number of the draft."""

    def __init__(self, sentences: dict[int, list[str]]) -> None:
        super().__init__(sentences)
        self.sentences = sentences


@transaction.atomic
def create(drafts: Sequence[Draft], user: User) -> list[Commentary]:
    """Write the drafts into the issues of their weeks; those of one section and week become one commentary.

    A text that is there is never overwritten. Issues are held in the order of their weeks, so that nobody waits
    crosswise. Raises Refused with every reason.
    """
    refusals: dict[int, list[str]] = {}
    written: dict[int, Commentary] = {}
    for number, draft in sorted(enumerate(drafts), key=lambda pair: pair[1].week_start):
        try:
            with transaction.atomic():
                written[number] = _write(draft, user)
        except ValidationError as error:
            refusals[number] = error.messages
    if refusals:
        raise Refused(refusals)
    return [written[number] for number in range(len(drafts))]


def _write(draft: Draft, user: User) -> Commentary:
    issue = _issue(draft, user)
    hold(issue)
    commentary = _commentary(issue, draft, user)
    change = CommentaryChange(commentary, user)
    _fill(commentary, draft)
    commentary.full_clean()
    commentary.save()
    if not commentary.bylines.exists():
        for position, analyst in enumerate(draft.analysts):
            Byline.objects.create(commentary=commentary, analyst=analyst, position=position)
    _foretell(commentary, draft)
    change.finish(steps={})
    return commentary


def _issue(draft: Draft, user: User) -> Issue:
    """The issue of exactly these days; a new one opens all sections, as one that is begun by hand."""
    found = Issue.objects.filter(week_start=draft.week_start, week_end=draft.week_end).first()
    if found:
        return found
    issue = Issue(week_start=draft.week_start, week_end=draft.week_end)
    issue.full_clean()
    if not user.has_perm("commentaries.add_issue"):
        raise ValidationError(
            _(
                "There is no issue for %(week)s yet. Ask an editor to begin it, "
                "leave this page open, then press “Create drafts” again."
            )
            % {"week": issue.week()}
        )
    issue.save()
    composing.open_all(issue, composing.source_language(user))
    return issue


def _commentary(issue: Issue, draft: Draft, user: User) -> Commentary:
    """The commentary that the draft goes into; raises ValidationError if it is not theirs, or is written."""
    commentary = Commentary.objects.with_texts().filter(issue=issue, section=draft.section).first()
    wanted = commentary or Commentary(issue=issue, section=draft.section)
    if not rights.may_write(user, wanted):
        sentence = _("“%(section)s” of %(week)s is not yours to write, or it is public or scheduled already.")
        raise ValidationError(sentence % {"section": draft.section, "week": issue.week()})
    if commentary and _has_words(commentary, draft.language):
        raise ValidationError(_occupied(commentary, draft.language))
    return wanted


def _occupied(commentary: Commentary, language: str) -> str:
    sentence = _(
        "“%(section)s” of %(week)s has a text in this language already (%(language)s), and it stays as it is. "
        "Choose another week, section or language, or leave this file out."
    )
    parts = {"section": commentary.section, "week": commentary.issue.week(), "language": Language(language).label}
    return sentence % parts


def occupied(places: Iterable[tuple[Week | None, Section | None, str]]) -> list[str]:
    """For each week, section and language the sentence that a text stands there already, or "". One query."""
    wanted = list(places)
    rows = Commentary.objects.with_texts().filter(
        issue__week_start__in={week.start for week, _section, _language in wanted if week},
        section__in={section for _week, section, _language in wanted if section},
    )
    found = {
        (row.issue.week_start, row.issue.week_end, row.section_id): row
        for row in rows.select_related("issue", "section")
    }
    sentences = []
    for week, section, language in wanted:
        row = found.get((week.start, week.end, section.pk)) if week and section else None
        is_there = row is not None and language in Language.values and _has_words(row, language)
        sentences.append(_occupied(row, language) if row and is_there else "")
    return sentences


def _has_words(commentary: Commentary, language: str) -> bool:
    return not all(is_blank(in_language(commentary, name, language)) for name in ("title", "lead", "body"))


def _fill(commentary: Commentary, draft: Draft) -> None:
    """The first text of a commentary is its original; one that joins it changes nothing but its language."""
    if not any(_has_words(commentary, language) for language in FALLBACK):
        commentary.source_language = draft.language
    commentary.trend = commentary.trend or draft.trend
    for name in ("title", "lead", "body"):
        setattr(commentary, f"{name}_{draft.language}", getattr(draft, name))


def _foretell(commentary: Commentary, draft: Draft) -> None:
    """The forecasts, in the order of those that the commentary has in other languages."""
    column = f"statement_{draft.language}"
    existing = list(Forecast.objects.filter(commentary=commentary))
    if any(in_language(row, "statement", draft.language) for row in existing) and draft.forecasts:
        raise ValidationError(_("The commentary has forecasts in this language already. Take them out of the form."))
    if len(draft.forecasts) > len(existing) and not commentary.is_draft:
        sentence = _("The commentary is public or scheduled with fewer forecasts. Add the others at the commentary.")
        raise ValidationError(sentence)
    for position, foretold in enumerate(draft.forecasts):
        row = existing[position] if position < len(existing) else Forecast(commentary=commentary, position=position)
        setattr(row, column, foretold.statement)
        row.due = row.due or foretold.due
        row.full_clean()
        row.save()
