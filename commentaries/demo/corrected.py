"""Two commentaries of the demo's newest issue as readers first had them, and what was corrected since."""

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast

from django.utils import timezone

from commentaries import translations
from commentaries.archive.reading import CommentaryRecord
from commentaries.models import Byline, Commentary, Correction, Forecast, Issue, Translation

FILE = Path(__file__).parent / "corrections.json"
SOON = timedelta(hours=2)  # after the issue was published


def _corrections() -> list[dict[str, Any]]:
    """Each with its section, the trend that was wrong, the figure ([right, wrong] in every language), and the note."""
    return list(json.loads(FILE.read_text()))


def as_first_published(record: CommentaryRecord) -> CommentaryRecord:
    """A commentary of the newest issue with the mistakes that were corrected later; the others as they are."""
    for correction in _corrections():
        if correction["section"] == record.section:
            right, wrong = correction["text"]
            body = {code: text.replace(right, wrong) if right else text for code, text in record.body.items()}
            return replace(record, trend=correction["trend"] or record.trend, body=body)
    return record


def correct(issue: Issue, records: Iterable[CommentaryRecord]) -> None:
    """Put the mistakes right, each with its note for readers. `records` are as the data files have them."""
    right = {record.section: record for record in records if record.week_start == issue.week_start}
    for correction in _corrections():
        record = right[correction["section"]]
        commentary = Commentary.objects.get(issue=issue, section__slug=record.section)
        made_at = (issue.published_at or timezone.now()) + SOON
        _began(commentary, issue.published_at or timezone.now())
        before = commentary.trend
        commentary.trend = record.trend
        commentary._history_date = made_at  # type: ignore[attr-defined]  # simple-history's own way
        for language, text in record.body.items():
            setattr(commentary, f"body_{language}", text)
        commentary.save()
        translations.record_change(commentary, small=True)  # every language was corrected at once
        differs = before != record.trend
        Correction.objects.create(
            commentary=commentary,
            made_at=made_at,
            trend_before=before if differs else "",
            trend_after=record.trend if differs else "",
            **{f"note_{language}": note for language, note in correction["note"].items()},
        )


def _began(commentary: Commentary, at: datetime) -> None:
    """Its history begins when readers first had it, not when the demo was loaded."""
    its = {"commentary_id": commentary.pk}
    own = [(Issue, {"id": commentary.issue_id}), (Commentary, {"id": commentary.pk})]
    for model, which in [*own, (Translation, its), (Byline, its), (Forecast, its)]:
        cast(Any, model).history.filter(**which).update(history_date=at)
