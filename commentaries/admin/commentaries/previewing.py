"""The reader's page of a commentary that is being written."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from commentaries import previews, translations
from commentaries.admin.previewing import PreviewingAdmin, Typed
from commentaries.languages import Language
from commentaries.models import Byline, Commentary, Correction, Forecast, Issue, Section, Translation
from commentaries.models.commentaries import Edition


class CommentaryPreviewing(PreviewingAdmin):
    def show_preview(
        self, request: HttpRequest, row: Any, typed: Typed | None, preview: previews.Preview
    ) -> HttpResponse:
        commentary = unsaved(typed) if typed else Commentary.objects.with_texts().get(pk=row.pk)
        return previews.commentary_page(request, commentary, others(commentary), preview)


def others(commentary: Commentary) -> list[Edition]:
    if not commentary.issue.pk:
        return []
    siblings = previews.commentaries_of(commentary.issue).exclude(pk=commentary.pk)
    return [previews.edition(sibling) for sibling in siblings]


def unsaved(typed: Typed) -> Commentary:
    """The commentary as the form has it, with its bylines, forecasts and states; what it lacks is stood in for."""
    commentary: Commentary = typed.row
    states = chosen_states(typed)
    if commentary.issue_id is None:
        commentary.issue = Issue()
    if commentary.section_id is None:
        commentary.section = Section(pk=previews.UNSAVED, slug="-")
    return previews.with_parts(
        commentary,
        bylines=[byline for byline in typed.parts(Byline) if byline.analyst_id],
        forecasts=typed.parts(Forecast),
        translations=states,
        corrections=corrections(typed),
    )


def chosen_states(typed: Typed) -> list[Translation]:
    """Where the languages will stand once this is saved."""
    rows = translations.states(typed.row)
    for language, state in typed.form.chosen_states().items():
        rows[language].state = state
    for language, row in rows.items():
        if typed.row.has_text(language) and row.state == Translation.State.MISSING:
            row.state = Translation.State.DRAFT
    return list(rows.values())


def corrections(typed: Typed) -> list[Correction]:
    """What readers will be told of: the note that comes with this change, then those they have."""
    commentary: Commentary = typed.row
    there = typed.parts(Correction)
    written = {code: typed.form.cleaned_data.get(f"correction_{code}") for code in Language.values}
    if not any(written.values()):
        return there
    notes = {f"note_{code}": note for code, note in written.items() if note}
    before, after = typed.form.initial.get("trend"), commentary.trend
    if before and after and before != after:
        notes |= {"trend_before": before, "trend_after": after}
    return [Correction(commentary=commentary, **notes), *there]
