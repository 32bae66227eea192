"""How the frozen content of a sending is laid out as a mail: its sender and subject, its plain text, its HTML."""

from dataclasses import dataclass
from typing import Any

from css_inline import CSSInliner
from django.template.loader import render_to_string
from django.utils.translation import override, pgettext

from commentaries.languages import LocalText
from commentaries.models import Trend
from subscriptions import links
from subscriptions.newsletter.lines import wrapped_html, wrapped_text
from subscriptions.newsletter.variants import Variant

ROOM_IN_SUBJECT = 110  # characters; of what stands behind them a list of mails shows nothing
# Stands behind the first words of a discreet mail, where a list of mails would show some of the text: nothing to see.
PADDING = "\u200c\u00a0 " * 100
INLINER = CSSInliner(load_remote_stylesheets=False)


@dataclass(frozen=True)
class Letter:
    """What is the same for all who get a variant, but for the token in its addresses."""

    sender: str
    subject: str
    text: str
    html: str


@dataclass(frozen=True)
class Piece:
    """A commentary as the mail shows it."""

    section: LocalText
    trend: str
    sign: str
    trend_words: str
    trend_in_a_word: str
    former_trend: str
    has_changed: bool
    title: LocalText
    lead: LocalText
    is_foreign: bool
    address: str


@dataclass(frozen=True)
class Group:
    """The sections that went the same way."""

    trend: str
    sign: str
    trend_in_a_word: str
    sections: list[LocalText]


@dataclass(frozen=True)
class DueForecast:
    section: LocalText
    statement: LocalText
    is_foreign: bool
    week: str  # of the issue that it stands in
    address: str
    due: str
    outcome: str  # empty while nobody has judged it
    judged: str


def letter(content: dict[str, Any], variant: Variant, token: str) -> Letter:
    """The mail of this variant. `token` opens the pages to leave and to change one's wishes.

    A mail program lists sender, subject and the first words: for readers whose mailbox others may see, these three say
    nothing. The text is theirs to open, and the sender's address has to be ours for SPF and DKIM.
    """
    with override(variant.language):
        context = _context(content, variant, token)
        context["subject"] = " ".join(_rendered("_subject.txt", context).split())
        return Letter(
            sender=neutral_sender() if variant.is_discreet else context["publication"],
            subject=context["subject"],
            text=wrapped_text(_rendered(".txt", context)),
            html=wrapped_html(INLINER.inline(_rendered(".html", context))),
        )


def neutral_sender() -> str:
    return pgettext("a sender who does not say who they are", "Information")


def _rendered(ending: str, context: dict[str, Any]) -> str:
    return render_to_string(f"emails/newsletter{ending}", context)


def _context(content: dict[str, Any], variant: Variant, token: str) -> dict[str, Any]:
    language, words = variant.language, content["words"][variant.language]
    publication, heading = LocalText(**words["publication"]), LocalText(**words["heading"])
    named = heading if heading.language == language else words["week"]
    pieces = [_piece(row, language) for row in content["commentaries"] if row["section"] in variant.sections]
    return {
        "language": language,
        "is_discreet": variant.is_discreet,
        "padding": PADDING,
        "publication": publication,
        "heading": heading,
        "week": words["week"],
        "named": named,
        "headline": _headline(pieces, ROOM_IN_SUBJECT - len(publication) - len(named)),
        "introduction": [LocalText(**paragraph) for paragraph in words["introduction"]],
        "groups": _groups(pieces),
        "pieces": pieces,
        "forecasts": [
            _forecast(row["words"][language], language)
            for row in content["forecasts"]
            if language in row["words"] and not set(row["sections"]).isdisjoint(variant.sections)
        ],
        "home_address": words["home"],
        "issue_address": words["address"],
        "leave_address": links.address_in(language, "leave", token),
        "preferences_address": links.address_in(language, "preferences", token),
    }


def _piece(row: dict[str, Any], language: str) -> Piece:
    words = row["words"][language]
    return Piece(
        section=LocalText(**words["section"]),
        trend=row["trend"],
        sign=row["sign"],
        trend_words=words["trend"],
        trend_in_a_word=words["trend_in_a_word"],
        former_trend=words["former_trend"],
        has_changed=row["has_changed"],
        title=LocalText(words["title"], words["language"]),
        lead=LocalText(words["lead"], words["language"]),
        is_foreign=words["language"] != language,
        address=words["address"],
    )


def _groups(pieces: list[Piece]) -> list[Group]:
    """The week at a glance; nothing where there is one piece only."""
    of_trend = {trend: [piece for piece in pieces if piece.trend == trend] for trend in Trend.values}
    return [
        Group(trend, found[0].sign, found[0].trend_in_a_word, [piece.section for piece in found])
        for trend, found in of_trend.items()
        if found and len(pieces) > 1
    ]


def _forecast(words: dict[str, Any], language: str) -> DueForecast:
    return DueForecast(
        section=LocalText(**words["section"]),
        statement=LocalText(words["statement"], words["language"]),
        is_foreign=words["language"] != language,
        week=words["week"],
        address=words["address"],
        due=words["due"],
        outcome=words["outcome"],
        judged=words["judged"],
    )


def _headline(pieces: list[Piece], room: int) -> str:
    """The first of a section whose trend has changed, else the first, if it fits. A subject has one language only."""
    own = [piece for piece in pieces if not piece.is_foreign]
    strongest = sorted(own, key=lambda piece: not piece.has_changed)[:1]
    return next((piece.title for piece in strongest if len(piece.title) <= room), "")
