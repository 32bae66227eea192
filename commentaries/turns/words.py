"""Turns in words, for the desk's first page and for mail. Names and headlines are the page's to add, not the mail's."""

from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from commentaries.languages import Language, LocalText, local
from commentaries.models import StaffMail, Translation
from commentaries.turns import Turn

Kind = StaffMail.Kind
State = Translation.State
AT_ONCE = 10


@dataclass(frozen=True)
class Line:
    """One turn as a sentence, and the place to which it leads."""

    turn: Turn
    sentence: str

    @property
    def url(self) -> str:
        return self.turn.url

    @property
    def headline(self) -> LocalText:
        return local(self.turn.commentary, "title", self.turn.language or None)


@dataclass(frozen=True)
class Group:
    """The turns of one kind under what is to be done."""

    kind: str
    heading: str
    lines: list[Line]

    @property
    def first(self) -> list[Line]:
        """As many as a page shows at once."""
        return self.lines[:AT_ONCE]

    @property
    def more(self) -> list[Line]:
        return self.lines[AT_ONCE:]


def groups(turns: list[Turn]) -> list[Group]:
    """The turns by kind, in the order of the kinds and in the active language; no group is empty."""
    found = []
    for kind in Kind:
        lines = [Line(turn, sentence(turn)) for turn in turns if turn.kind == kind]
        found += [Group(kind.value, _heading(kind), lines)] if lines else []
    return found


def _heading(kind: Kind) -> str:
    return {
        Kind.REVIEW: _("To read and mark ready"),
        Kind.TRANSLATION: _("To translate"),
        Kind.OUTDATED: _("To bring up to date"),
        Kind.FORECAST_DUE: _("To judge"),
        Kind.COMMENT: _("To answer or resolve"),
    }[kind]


def sentence(turn: Turn) -> str:
    """What waits and where, as one sentence."""
    place = f"{turn.commentary.section}, {turn.commentary.issue.week()}"
    if turn.language:
        place = f"{place} ({Language(turn.language).label})"
    return f"{place}: {_what(turn)}"


def _what(turn: Turn) -> str:
    match turn.kind:
        case Kind.REVIEW:
            return _("the text waits for your review.")
        case Kind.TRANSLATION:
            return _translation(turn)
        case Kind.OUTDATED:
            return _("the original has changed since it was translated.")
        case Kind.FORECAST_DUE:
            return _forecasts(turn)
        case _:
            number = len(turn.comments)
            parameters = {"number": number}
            return (
                ngettext("%(number)s comment is not resolved.", "%(number)s comments are not resolved.", number)
                % parameters
            )


def _translation(turn: Turn) -> str:
    in_review = turn.source_state == State.IN_REVIEW
    if turn.state == State.DRAFT:
        if in_review:
            return _("the translation is a draft; the original is still in review.")
        return _("the translation is a draft.")
    if in_review:
        return _("there is no translation yet; the original is still in review.")
    return _("there is no translation yet.")


def _forecasts(turn: Turn) -> str:
    first = min(forecast.due for forecast in turn.forecasts if forecast.due)
    parameters = {"number": len(turn.forecasts), "date": date_format(first, "DATE_FORMAT")}
    sentence = ngettext(
        "%(number)s forecast can be judged since %(date)s.",
        "%(number)s forecasts can be judged, the first since %(date)s.",
        len(turn.forecasts),
    )
    return sentence % parameters
