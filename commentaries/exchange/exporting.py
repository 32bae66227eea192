"""An issue's texts for a translation tool, with the translations that are there."""

from collections.abc import Iterable
from io import BytesIO

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import write_po
from django.utils.translation import gettext as _

from commentaries import translations
from commentaries.exchange.keys import Key
from commentaries.exchange.segments import Segment, Texts
from commentaries.models import Commentary, Translation


def texts_of(commentaries: Iterable[Commentary], source: str, target: str) -> list[Texts]:
    """What there is to translate: the original is no translation, and what has no text in `source` waits for one."""
    wanted = [row for row in commentaries if row.source_language != target and row.has_text(source)]
    return Texts.of(wanted, source, target)


def export(found: Iterable[Texts], source: str, target: str) -> bytes:
    catalog = Catalog(
        locale=target, project="commentaries", version="1", fuzzy=False, header_comment=_header(source, target)
    )
    for texts in found:
        for segment in texts.segments.values():
            catalog[segment.source] = _message(texts, segment)
    buffer = BytesIO()
    write_po(buffer, catalog, width=76, include_previous=True)
    return buffer.getvalue()


def _header(source: str, target: str) -> str:
    return f"# {source} → {target}"


def _message(texts: Texts, segment: Segment) -> Message:
    row = translations.states(texts.commentary)[texts.target]
    stale = segment.is_stale and row.state != Translation.State.MISSING
    return Message(
        segment.source,
        segment.target,
        flags=["fuzzy"] if stale else [],
        auto_comments=_comments(texts, segment),
        previous_id=segment.before if stale and segment.before else (),
        context=str(Key.of(texts, segment)),
    )


def _comments(texts: Texts, segment: Segment) -> list[str]:
    comments = [_("%(section)s: %(place)s.") % {"section": texts.commentary.section, "place": segment.place}]
    if segment.is_rich and "<" in segment.source:
        comments.append(_("Keep the tags in angle brackets as they are."))
    return comments
