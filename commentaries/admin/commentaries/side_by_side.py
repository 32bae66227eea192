"""What a page prints on which a commentary is translated: the original beside the fields of the translation."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from commentaries import richtext, translations
from commentaries.editor import configuration
from commentaries.languages import Language, in_language
from commentaries.models import Commentary, Translation
from commentaries.translations import paragraphs
from commentaries.translations.paragraphs import Pair
from commentaries.translations.sides import Side, Sides, made_from, sources

# What the editor of one block leaves to the form: notes belong to the text as a whole.
BLOCK_EDITOR = {"extraPlugins": "", "startupFocus": False}


@dataclass(frozen=True)
class Task:
    """Which language of a commentary is written on a page, and which is read."""

    language: str
    source: str

    @property
    def name(self) -> str:
        return str(Language(self.language).label)

    @property
    def pair(self) -> str:
        """As the address of a file for translation tools has it."""
        return f"{self.source}-{self.language}"

    @property
    def source_name(self) -> str:
        return str(Language(self.source).label)


@dataclass(frozen=True)
class Line:
    """A text of the original and the field for its translation, or a block of it and the place for that."""

    label: str
    source: Side | None
    field: Any = None
    form: Any = None  # of a forecast, whose hidden fields go along with its first line
    slot: int | None = None
    tag: str = ""

    @property
    def is_removed(self) -> bool:
        return self.source is not None and self.source.change == "removed"


def page(commentary: Commentary, task: Task, context: dict[str, Any]) -> dict[str, Any]:
    """What the template prints. The texts of the translation are those of the form, which may be unsaved."""
    form = context["adminform"].form
    formsets = [inline.formset for inline in context["inline_admin_formsets"]]
    row = translations.states(commentary)[task.language]
    before = made_from(commentary, task.language)
    sides = Sides(commentary, task.source, before)
    target = paragraphs.split(richtext.clean(form[f"body_{task.language}"].value() or ""))
    texts = [
        Line(capfirst(_("headline")), sides.text("title"), form[f"title_{task.language}"]),
        Line(capfirst(_("lead")), sides.text("lead"), form[f"lead_{task.language}"]),
    ]
    blocks = _blocks(sides, sides.pairs(target))
    forecasts = list(_forecasts(sides, task, formsets[0]))
    return {
        "task": task,
        "has_source": commentary.has_text(task.source),
        "state": row.state,
        "state_name": row.get_state_display(),
        "is_outdated": row.state == Translation.State.OUTDATED,
        "knows_before": before is not None or row.state == Translation.State.MISSING,
        "changes": sides.changes,
        "texts": texts,
        "blocks": [line for line, _html in blocks],
        "forecasts": forecasts,
        "corrections": [line for formset in formsets[1:] for line in _corrections(task, formset)],
        "formsets": formsets,
        "body": form[f"body_{task.language}"],
        "state_field": form[f"state_{task.language}"],
        "state_value": form.initial[f"state_{task.language}"],
        "note_fields": [form[name] for name in (f"correction_{task.language}", "small_change") if name in form.fields]
        if "small_change" in context["adminform"].fieldsets[0][1]["fields"]
        else [],
        "seen_source": commentary.digest(commentary.source_language),
        "sources": [(code, Language(code).label) for code in sources(commentary, task.language)],
        "editor": {"targets": [html for _line, html in blocks], "config": configuration(task.language) | BLOCK_EDITOR},
    }


def _blocks(sides: Sides, pairs: list[Pair]) -> list[tuple[Line, dict[str, str]]]:
    """The lines of the text, each with the HTML of both its blocks."""
    lines = []
    for number, pair in enumerate(pairs):
        source = pair.source
        shown = (source.now or source.before) if source else pair.target
        side = sides.block(source) if source else None
        kind = _kind(shown.kind if shown else "")
        has_place = pair.target is not None or (source is not None and source.now is not None)
        line = Line(kind, side, slot=number if has_place else None, tag=shown.tag if shown else "p")
        html = {"source": source.now.html if source and source.now else "", "tag": line.tag}
        lines.append((line, html | {"target": pair.target.html if pair.target else ""}))
    return lines


def _kind(kind: str) -> str:
    return {
        "paragraph": _("Paragraph"),
        "heading": _("Heading"),
        "list": _("List"),
        "table": _("Table"),
        "quotation": _("Quotation"),
        "figure": _("Figure"),
        "footnotes": _("Footnotes"),
        "rule": _("Line across the text"),
    }.get(kind, _("Text"))


def _corrections(task: Task, formset: Any) -> Iterator[Line]:
    for form in formset.initial_forms:
        day = date_format(timezone.localtime(form.instance.made_at), "DATE_FORMAT")
        note = Side(in_language(form.instance, "note", task.source))
        yield Line(_("Correction of %(day)s") % {"day": day}, note, form[f"note_{task.language}"], form)


def _forecasts(sides: Sides, task: Task, formset: Any) -> Iterator[Line]:
    for number, form in enumerate(formset.initial_forms, 1):
        side = sides.forecast(form.instance, "statement")
        label = _("Forecast %(number)s") % {"number": number}
        yield Line(label, side, form[f"statement_{task.language}"], form)
        note = sides.forecast(form.instance, "outcome_note")
        if note.html or in_language(form.instance, "outcome_note", task.language):
            yield Line(
                _("Outcome of forecast %(number)s") % {"number": number}, note, form[f"outcome_note_{task.language}"]
            )
    for side in sides.removed_forecasts([form.instance.pk for form in formset.initial_forms]):
        yield Line(_("Forecast"), side)
