"""The demo: a plainly fictional country, in the archive format, loaded by the code that loads real archives."""

import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction

from commentaries import archive, translations
from commentaries.archive.reading import CommentaryRecord, ForecastRecord
from commentaries.demo.corrected import as_first_published, correct
from commentaries.languages import in_language
from commentaries.models import Commentary, Issue, Publication, Section, Translation, User
from commentaries.weeks import WEEK, this_week

FOLDER = Path(__file__).parent
# The newest public week of the data files; loading moves it to last week.
NEWEST_WEEK = date(2025, 1, 27)
# No real publication has a section of this address.
DEMO_SECTION = "amber-union-relations"
# What was added to a public text after it was translated into English: after which words, and what.
LEARNT_LATER = {
    "be": ("абмяняліся ў той самы дзень.", "У пятніцу абодва штабы пацвердзілі гэта пісьмова."),
    "ru": ("обменялись в тот же день.", "В пятницу оба штаба подтвердили это письменно."),
}


def is_demo() -> bool:
    """Whether the database holds the demo."""
    return Section.objects.filter(slug=DEMO_SECTION).exists()


def is_empty() -> bool:
    """Whether nobody has begun to work in the database."""
    return not any(model.objects.exists() for model in (User, Section, Issue, Publication))


def _moved_day(day: date | None, by: timedelta) -> date | None:
    return day + by if day else None


def _moved_forecast(record: ForecastRecord, by: timedelta) -> ForecastRecord:
    return replace(record, due=_moved_day(record.due, by), outcome_date=_moved_day(record.outcome_date, by))


def _moved(record: CommentaryRecord, by: timedelta) -> CommentaryRecord:
    return replace(
        record,
        week_start=record.week_start + by,
        week_end=record.week_end + by,
        published_at=record.published_at + by if record.published_at else None,
        forecasts=tuple(_moved_forecast(forecast, by) for forecast in record.forecasts),
    )


@transaction.atomic
def load() -> archive.Report:
    """Write the demo content, moved by whole weeks so that its newest public issue is last week's."""
    data = archive.read(FOLDER / "archive.jsonl")
    by = this_week()[0] - WEEK - NEWEST_WEEK
    moved = tuple(_moved(record, by) for record in data.commentaries)
    newest = NEWEST_WEEK + by
    first = tuple(as_first_published(record) if record.week_start == newest else record for record in moved)
    report = archive.write(replace(data, commentaries=first))
    texts: dict[str, Any] = json.loads((FOLDER / "publication.json").read_text())
    _describe(Publication(contact_email=texts.pop("contact_email")), texts, "name", "tagline", "about", "invitation")
    _describe(Issue.objects.order_by("week_start")[0], texts["review"], "title", "introduction")
    correct(Issue.objects.get(week_start=newest), moved)
    _unfinish()
    return report


def _describe(row: Publication | Issue, texts: dict[str, dict[str, str]], *fields: str) -> None:
    for field in fields:
        for language, text in texts[field].items():
            setattr(row, f"{field}_{language}", text)
    row.save()


def _unfinish() -> None:
    """Leave work to be done: drafts are drafts, and one public translation has fallen behind its source."""
    drafts = Translation.objects.filter(commentary__published_at=None, state=Translation.State.READY)
    drafts.update(state=Translation.State.DRAFT, marked_ready_at=None)
    newest = Issue.objects.published()[0]
    commentary = Commentary.objects.filter(issue=newest, section__slug="security").get()
    for language, (place, sentence) in LEARNT_LATER.items():
        body = in_language(commentary, "body", language)
        setattr(commentary, f"body_{language}", body.replace(f"{place}</p>", f"{place} {sentence}</p>", 1))
    commentary.save()
    translations.record_change(commentary)
    translations.mark_ready(commentary, "ru", None)
