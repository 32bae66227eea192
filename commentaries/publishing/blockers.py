"""What must be mended before the gate opens, in sentences that know their place.

What could be better but blocks nothing is said by commentaries.proofreading.
"""

from collections.abc import Iterable, Iterator

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from commentaries.languages import FALLBACK, Language, in_language
from commentaries.models import Commentary, Issue, Picture, Translation


class Blocker(str):
    """Why a text cannot be published, as the rest of a sentence that starts with its section, and where to mend it.

    `field` is a field of the commentary's form (`body_ru`); `language` the tab it stands in, empty for the whole.
    """

    language: str
    field: str

    def __new__(cls, words: str, *, field: str = "", language: str = "") -> "Blocker":
        self = super().__new__(cls, words)
        self.field, self.language = field, language
        return self

    @property
    def place(self) -> str:
        """What is added to the address of the commentary's form to get there."""
        tab = f"?tab={self.language}" if self.language else ""
        return f"{tab}#id_{self.field}" if self.field else tab

    @property
    def sentence(self) -> str:
        """On its own, where the section is already named."""
        return f"{capfirst(self)}."


def language_name(language: str) -> str:
    return str(Language(language).label)


def _text_blockers(commentary: Commentary, ready: list[str]) -> Iterator[Blocker]:
    if not commentary.trend:
        yield Blocker(_("it has no trend"), field="trend")
    if not ready:
        source = commentary.source_language
        yield Blocker(_("no language of it is marked ready"), field=f"state_{source}", language=source)
    for language in ready:
        name = {"language": language_name(language)}
        if not in_language(commentary, "title", language):
            words = _("%(language)s is marked ready but has no headline") % name
            yield Blocker(words, field=f"title_{language}", language=language)
        if not in_language(commentary, "body", language):
            words = _("%(language)s is marked ready but has no text") % name
            yield Blocker(words, field=f"body_{language}", language=language)


def picture_blockers(picture: Picture, ready: list[str]) -> Iterator[Blocker]:
    if not picture.file:
        yield Blocker(_("its picture has no file"), field="picture")
    if not picture.credit:
        yield Blocker(_("its picture has no credit"), field="picture")
    if not picture.licence:
        yield Blocker(_("its picture has no licence"), field="picture")
    for language in ready:
        if not picture.alt_in(language):
            words = _("its picture has no alternative text in %(language)s") % {"language": language_name(language)}
            yield Blocker(words, field="picture")


def _forecast_blockers(commentary: Commentary, ready: list[str]) -> Iterator[Blocker]:
    if commentary.pk is None:
        return
    for number, forecast in enumerate(commentary.forecasts.all(), 1):
        for language in ready:
            if not in_language(forecast, "statement", language):
                parameters = {"number": number, "language": language_name(language)}
                words = _("its forecast %(number)s is not worded in %(language)s") % parameters
                yield Blocker(words, field=f"forecasts-{number - 1}-statement_{language}", language=language)


def public_states(commentary: Commentary) -> list[str]:
    """The languages that count as ready, whether or not their text is there."""
    rows = {row.language: row.state for row in commentary.translations.all()}
    return [language for language in FALLBACK if rows.get(language) in Translation.PUBLIC_STATES]


def commentary_blockers(commentary: Commentary, ready: list[str] | None = None) -> list[Blocker]:
    """What keeps this commentary from being published.

    Asks the database nothing if it was fetched `with_texts()`. `ready` names the languages marked ready where they
    are not saved yet.
    """
    ready = public_states(commentary) if ready is None else ready
    found = list(_text_blockers(commentary, ready))
    if commentary.picture:
        found += picture_blockers(commentary.picture, ready)
    return found + list(_forecast_blockers(commentary, ready))


def named(commentary: Commentary, blocker: Blocker) -> str:
    """A whole sentence, where sections stand beside each other."""
    return _("%(section)s: %(blocker)s.") % {"section": commentary.section, "blocker": blocker}


def checked(commentaries: Iterable[Commentary]) -> list[tuple[Commentary, list[Blocker]]]:
    """Each commentary with what blocks it."""
    return [(commentary, commentary_blockers(commentary)) for commentary in commentaries]


def blockers(issue: Issue) -> list[str]:
    """What keeps the issue with all its commentaries from being published; empty when the gate is open."""
    rows = list(Commentary.objects.filter(issue=issue, withdrawn_at=None).in_order().with_texts())
    if not rows:
        return [_("The issue has no commentary.")]
    return [named(row, blocker) for row, found in checked(rows) for blocker in found]
