"""Which texts exist once per language, and which models keep their history.

History is registered after the translations, so that it holds the columns of every language; the bare columns,
which hold whichever language was active, are left out of it.
"""

from modeltranslation.translator import TranslationOptions, translator
from simple_history import register as keep_history

from commentaries.models import (
    Analyst,
    Byline,
    Commentary,
    Correction,
    Forecast,
    Issue,
    Picture,
    PictureFile,
    Publication,
    Section,
    Translation,
)

TRANSLATED = {
    Analyst: ("name", "pen_name", "bio"),
    Commentary: ("title", "lead", "body", "withdrawal_reason"),
    Correction: ("note",),
    Forecast: ("statement", "outcome_note"),
    Issue: ("title", "introduction", "withdrawal_reason"),
    Picture: ("alt", "caption"),
    Publication: ("name", "tagline", "about", "invitation"),
    Section: ("title", "description"),
}
UNTRANSLATED = (Byline, PictureFile, Translation)
DERIVED = {"folded", "crop", "crop_width", "crop_height", "width", "height", "due_announced", "last_read_digest"}
UNCHANGING = {"uid", "earlier_versions_hidden_at"}  # an earlier version that is brought back leaves them alone

for model, fields in TRANSLATED.items():
    options = type(f"{model.__name__}TranslationOptions", (TranslationOptions,), {"fields": fields, "empty_values": ""})
    translator.register(model, options)

for model in (*TRANSLATED, *UNTRANSLATED):
    own = {field.name for field in model._meta.fields}
    keep_history(
        model,
        app="commentaries",
        excluded_fields=sorted({*TRANSLATED.get(model, ()), *((DERIVED | UNCHANGING) & own)}),
    )
