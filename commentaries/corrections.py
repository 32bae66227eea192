"""What readers are owed when a commentary that they can see changes in meaning: a dated note, and the old trend."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from commentaries import translations
from commentaries.languages import FALLBACK, LocalText, active_language, in_language
from commentaries.models import Commentary, Correction, Translation, Trend, User


@dataclass(frozen=True)
class Seen:
    """What readers had before a change, as far as a change of it is theirs to know."""

    trend: str
    digests: dict[str, str]  # of the texts that they have, by language
    former: dict[str, str]  # of those that they had, in languages that are put back


class CorrectionOwed(ValidationError):
    """A change that readers are to be told of has no note. `sentences`: what to do, by language."""

    def __init__(self, sentences: dict[str, str]) -> None:
        self.sentences = sentences
        super().__init__(list(sentences.values()))


def seen(commentary: Commentary) -> Seen | None:
    """What readers have now; None if they cannot see the commentary."""
    return all_seen([commentary])[commentary.pk]


def all_seen(commentaries: Iterable[Commentary]) -> dict[int, Seen | None]:
    """The same of many commentaries, fetched with their texts, by their keys."""
    rows = {commentary.pk: commentary for commentary in commentaries}
    public = set(Commentary.objects.published().filter(pk__in=rows).values_list("pk", flat=True))
    return {key: _seen(row) if key in public else None for key, row in rows.items()}


def _seen(commentary: Commentary) -> Seen:
    """A translation that fell behind its original is left out: bringing it up to date corrects nothing more."""
    states = translations.states(commentary)
    public = commentary.public_languages()
    current = [
        language
        for language in public
        if states[language].state == Translation.State.READY or language == commentary.source_language
    ]
    former = {language: states[language].last_read_digest for language in FALLBACK if language not in public}
    return Seen(
        commentary.trend,
        {language: commentary.digest(language) for language in current},
        {language: digest for language, digest in former.items() if digest},
    )


def languages_read(commentary: Commentary) -> list[str]:
    """The languages that readers get, and those that they had before these were put back."""
    public, states = commentary.public_languages(), translations.states(commentary)
    return [language for language in FALLBACK if language in public or states[language].last_read_digest]


def comes_back_changed(commentary: Commentary, language: str) -> bool:
    """Whether this language, if it were ready as it is, would owe a note: readers had another text of it."""
    digest = translations.states(commentary)[language].last_read_digest
    return bool(digest) and digest != commentary.digest(language)


def settle(
    commentary: Commentary, before: Seen | None, notes: dict[str, str], *, small: bool, by: User | None
) -> Correction | None:
    """After a change was stored, in its transaction: write the correction that it is owed.

    Raises CorrectionOwed where a note is missing: in each language whose text changed, unless the change is small;
    for another trend, which is never small, in one language at least.
    """
    if before is None:
        return None
    after = Commentary.objects.with_texts().get(pk=commentary.pk)
    written = {language: note.strip() for language, note in notes.items() if note.strip()}
    trend_differs = bool(before.trend and after.trend and before.trend != after.trend)
    if owed := _owed(before, after, written, small=small, trend_differs=trend_differs):
        raise CorrectionOwed(owed)
    _remember(before, after, small=small)
    if not written:
        return None
    return Correction.objects.create(
        commentary=after,
        made_by=by,
        trend_before=before.trend if trend_differs else "",
        trend_after=after.trend if trend_differs else "",
        **{f"note_{language}": note for language, note in written.items()},
    )


def _owed(
    before: Seen, after: Commentary, written: dict[str, str], *, small: bool, trend_differs: bool
) -> dict[str, str]:
    """What is still to be written, by language."""
    public = [language for language in FALLBACK[after.source_language] if language in after.public_languages()]
    known = before.former | before.digests
    changed = [one for one in public if one in known and known[one] != after.digest(one)]
    sentence = _(
        "Readers have this text already. Write here what was wrong and what is right now; "
        "or, if nothing changes in meaning, tick “small change” above."
    )
    owed = {} if small else {language: sentence for language in changed if language not in written}
    if trend_differs and public and not any(language in written for language in public):
        why = _("Readers have seen another trend. Write here why it is different now.")
        owed[public[0]] = f"{owed[public[0]]} {why}" if public[0] in owed else why
    return owed


def _remember(before: Seen, after: Commentary, *, small: bool) -> None:
    """What readers had in each language that they have no more.

    Where the original is corrected, readers are told by its note: a translation then corrects nothing more.
    """
    known, public, source = before.former | before.digests, after.public_languages(), after.source_language
    corrected = not small and source in known and known[source] != after.digest(source)
    for language, row in translations.states(after).items():
        is_over = language in public or (corrected and language != source)
        digest = "" if is_over else known.get(language, "")
        if row.pk and row.last_read_digest != digest:
            Translation.objects.filter(pk=row.pk).update(last_read_digest=digest)


@dataclass(frozen=True)
class Told:
    """A correction as a reader gets it."""

    at: datetime
    note: LocalText  # empty where it is in no language that readers get
    before: Trend | None
    after: Trend | None
    is_last_of_trend: bool = False


def told(commentary: Commentary) -> list[Told]:
    """The corrections that readers see, newest first: each whole in one language that is public."""
    public = commentary.public_languages()
    languages = [language for language in FALLBACK[active_language()] if language in public]
    found: list[Told] = []
    for row in commentary.corrections.all():
        notes = [LocalText(note, language) for language in languages if (note := in_language(row, "note", language))]
        note = notes[0] if notes else LocalText("", active_language())
        before = Trend(row.trend_before) if row.trend_before else None
        after = Trend(row.trend_after) if row.trend_after else None
        is_last = before is not None and not any(other.before for other in found)
        if note or before:
            found.append(Told(row.made_at, note, before, after, is_last))
    return found
