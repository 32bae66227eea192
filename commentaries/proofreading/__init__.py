"""What a careful colleague would say before a commentary goes out. Nothing here ever blocks: the gate does that."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from commentaries.languages import FALLBACK, Language, in_language
from commentaries.models import Commentary, Forecast, Translation
from commentaries.proofreading.links import link_remarks
from commentaries.proofreading.numbers import number_remarks
from commentaries.proofreading.parts import Text, beginning
from commentaries.proofreading.sentences import MOST_OF_A_LEAD, sentences, wording_remarks

State = Translation.State


@dataclass(frozen=True)
class Remark:
    """One sentence for whoever wrote it, and where: `field` is a field of the form (`body_ru`), or empty.

    `language` is the tab it stands in; empty for what concerns the whole commentary.
    """

    sentence: str
    language: str = ""
    field: str = ""

    @property
    def place(self) -> str:
        """What is added to the address of the commentary's form to get there."""
        if self.field == "comments":
            return "#comments"
        tab = f"?tab={self.language}" if self.language else ""
        return f"{tab}#id_{self.field}" if self.field else tab

    def __str__(self) -> str:
        return f"{Language(self.language).label}: {self.sentence}" if self.language else self.sentence


def remarks(commentary: Commentary) -> list[Remark]:
    """Everything there is to say, in the active language.

    Asks the database nothing if the commentary was fetched `with_texts()` and its comments were prefetched.
    """
    texts = {language: Text(in_language(commentary, "body", language)) for language in FALLBACK}
    found = [*_of_the_whole(commentary)]
    for language in FALLBACK:
        if commentary.has_text(language):
            found += _of_one_language(commentary, language, texts)
        else:
            found.append(Remark(_("There is no text in this language."), language, f"title_{language}"))
    return found


def _of_the_whole(commentary: Commentary) -> Iterator[Remark]:
    if commentary.pk is None:
        return
    if count := sum(comment.resolved_at is None for comment in commentary.comments.all()):
        sentence = ngettext("%(count)s comment is not resolved.", "%(count)s comments are not resolved.", count)
        yield Remark(sentence % {"count": count}, field="comments")
    for number, forecast in enumerate(commentary.forecasts.all(), 1):
        if forecast.due is None:
            sentence = _("Forecast %(number)s has no day by which it can be judged.") % {"number": number}
            yield Remark(sentence, field=f"forecasts-{number - 1}-due")


def _of_one_language(commentary: Commentary, language: str, texts: dict[str, Text]) -> Iterator[Remark]:
    state = next((row.state for row in commentary.translations.all() if row.language == language), State.DRAFT)
    if state != State.READY:
        yield Remark(_standing(state), language, f"state_{language}")
    for field, sentence in [
        *_lead_remarks(commentary, language),
        *(("body", sentence) for sentence in _body_remarks(texts[language])),
        *_wording(commentary, language, texts[language]),
        *_differences(commentary, language, texts),
    ]:
        yield Remark(sentence, language, f"{field}_{language}")
    yield from _caption_remarks(commentary, language)


def _standing(state: str) -> str:
    return {
        State.IN_REVIEW: _("It is in review, not ready yet."),
        State.OUTDATED: _("It is outdated: the original has changed since it was translated."),
    }.get(State(state), _("It is a draft, not ready yet."))


def _lead_remarks(commentary: Commentary, language: str) -> Iterator[tuple[str, str]]:
    lead = in_language(commentary, "lead", language)
    if not lead.strip():
        yield "lead", _("There is no lead.")
    elif (count := len(sentences(lead))) > MOST_OF_A_LEAD:
        sentence = ngettext(
            "The lead has %(count)s sentence; two or three are enough.",
            "The lead has %(count)s sentences; two or three are enough.",
            count,
        )
        yield "lead", sentence % {"count": count}


def _body_remarks(text: Text) -> Iterator[str]:
    yield from _heading_remarks(text)
    yield from link_remarks(text)
    if count := sum(not alt.strip() for alt in text.images):
        yield ngettext(
            "%(count)s picture in the text has no alternative text.",
            "%(count)s pictures in the text have no alternative text.",
            count,
        ) % {"count": count}
    if text.uncaptioned:
        yield ngettext(
            "%(count)s picture in the text has no caption that says who made it.",
            "%(count)s pictures in the text have no caption that says who made them.",
            text.uncaptioned,
        ) % {"count": text.uncaptioned}


def _heading_remarks(text: Text) -> Iterator[str]:
    above = 1
    for passage in text.passages:
        if passage.level > above + 1:
            sentence = _(
                "The heading “%(heading)s” is of level %(level)s, but none of level %(above)s stands above it."
            )
            yield sentence % {"heading": beginning(passage.text), "level": passage.level, "above": passage.level - 1}
        above = passage.level or above
    if text.empty_headings:
        yield _("There is an empty heading.")


def _wording(commentary: Commentary, language: str, text: Text) -> Iterator[tuple[str, str]]:
    """What is said of the words themselves, wherever they stand."""
    for field in ("title", "lead"):
        for sentence in wording_remarks([in_language(commentary, field, language)], language):
            yield field, sentence
    for sentence in wording_remarks([passage.text for passage in text.passages], language):
        yield "body", sentence
    for number, forecast in _forecasts(commentary):
        for sentence in wording_remarks([in_language(forecast, "statement", language)], language):
            yield f"forecasts-{number}-statement", sentence


def _differences(commentary: Commentary, language: str, texts: dict[str, Text]) -> Iterator[tuple[str, str]]:
    source = commentary.source_language
    if language == source or not commentary.has_text(source):
        return
    paragraphs = {code: [passage.text for passage in texts[code].passages] for code in (source, language)}
    compared = [("body", paragraphs[source], paragraphs[language])]
    single: list[tuple[str, Commentary | Forecast, str]] = [(field, commentary, field) for field in ("title", "lead")]
    single += [(f"forecasts-{number}-statement", row, "statement") for number, row in _forecasts(commentary)]
    for name, row, field in single:
        compared.append((name, [in_language(row, field, source)], [in_language(row, field, language)]))
    there, here = texts[source].footnotes, texts[language].footnotes
    if there != here:
        yield (
            "body",
            _("Footnotes differ from the original: %(there)s there, %(here)s here.") % {"there": there, "here": here},
        )
    for field, theirs, ours in compared:
        if any(theirs) and any(ours):
            for sentence in number_remarks(theirs, source, ours, language):
                yield field, sentence


def _forecasts(commentary: Commentary) -> list[tuple[int, Forecast]]:
    return list(enumerate(commentary.forecasts.all())) if commentary.pk else []


def _caption_remarks(commentary: Commentary, language: str) -> Iterator[Remark]:
    """The gate asks for the alternative text; a caption may be left out, but then in every language."""
    picture = commentary.picture
    if picture and picture.shown_caption(language) and not in_language(picture, "caption", language):
        yield Remark(_("The picture has a caption, but not in this language."), language, "picture")
