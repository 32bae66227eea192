"""A list of addresses that somebody brings: read as a whole, each broken row with its line, its column and why."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from commentaries.languages import AUTONYMS
from commentaries.models import Section
from commentaries.trends.table import FORMULA
from subscriptions.addresses import lookup_of, normalise
from subscriptions.lists.encoding import decoded, first_cells, rows

MOST_BYTES = 10 * 1024 * 1024
MOST_ROWS = 100_000
MOST_SHOWN = 50  # of the broken rows: one slip of a spreadsheet breaks all alike
DELIMITERS = ",;\t"
# What our columns may be called, and by that what they hold.
HEADERS = {
    **dict.fromkeys(("address", "email", "e-mail", "mail", "email address", "e-mail address"), "address"),
    **dict.fromkeys(("адрас", "пошта", "эл. пошта", "электронная пошта", "адрас эл. пошты"), "address"),
    **dict.fromkeys(("адрес", "почта", "эл. почта", "электронная почта", "адрес эл. почты"), "address"),
    **dict.fromkeys(("language", "lang", "мова", "язык"), "language"),
    **dict.fromkeys(("sections", "section", "раздзелы", "раздзел", "разделы", "раздел"), "sections"),
}
LANGUAGES = {code: code for code in AUTONYMS} | {name.casefold(): code for code, name in AUTONYMS.items()}


class Row(NamedTuple):
    """Somebody to be asked. The sections are keys; none: all."""

    address: str
    lookup: str
    language: str
    sections: tuple[int, ...]


class Broken(NamedTuple):
    line: int
    column: str
    sentence: str


class BrokenCell(Exception):
    def __init__(self, column: str, sentence: str) -> None:
        super().__init__(column)
        self.column, self.sentence = column, sentence


@dataclass
class AddressList:
    """What was read. Of the rows with one address the first counts."""

    rows: dict[str, Row] = field(default_factory=dict)  # by their lookups
    broken: list[Broken] = field(default_factory=list)  # the first of them
    number_broken: int = 0
    repeated: int = 0
    unread: list[str] = field(default_factory=list)  # columns that are not ours

    def add(self, row: Row) -> None:
        self.repeated += row.lookup in self.rows
        self.rows.setdefault(row.lookup, row)

    def leave_out(self, line: int, broken: BrokenCell) -> None:
        self.number_broken += 1
        if len(self.broken) < MOST_SHOWN:
            self.broken.append(Broken(line, broken.column, broken.sentence))


def read(content: bytes, language: str) -> AddressList:
    """The rows of a file. `language` is that of people for whom it names none. Raises ValidationError."""
    if len(content) > MOST_BYTES:
        raise ValidationError(_("The file is larger than %(size)s MB.") % {"size": MOST_BYTES // 1024**2})
    if not content.strip():
        raise ValidationError(_("The file is empty."))
    text = decoded(content)
    delimiter = max(DELIMITERS, key=lambda one: len(set(_known(first_cells(text, one)))))
    header = _checked(first_cells(text, delimiter))
    found = AddressList(unread=[name for name in header if name and name.casefold() not in HEADERS])
    reader = RowReader(header, language, section_keys())
    for number, (line, cells) in enumerate(rows(text, delimiter)):
        if number > MOST_ROWS:
            most = number_format(MOST_ROWS, force_grouping=True)
            raise ValidationError(_("The file has more than %(most)s rows. Split it into several.") % {"most": most})
        if number:  # not the header
            try:
                found.add(reader.row(cells))
            except BrokenCell as broken:
                found.leave_out(line, broken)
    return found


def _known(header: list[str]) -> list[str]:
    return [HEADERS[name.casefold()] for name in header if name.casefold() in HEADERS]


def _checked(header: list[str]) -> list[str]:
    known = _known(header)
    if "address" not in known:
        raise ValidationError(
            _("The first line of the file must name its columns, and one of them must be called “address”.")
        )
    for name in header:
        if known.count(HEADERS.get(name.casefold(), "")) > 1:
            raise ValidationError(_("Two columns hold the same: see “%(column)s”.") % {"column": name})
    return header


def section_keys() -> dict[str, int]:
    """The sections that new issues have, by their slugs and by those they had before."""
    sections = Section.objects.active()
    former = sections.filter(former_slugs__isnull=False).values_list("former_slugs__slug", "pk")
    return {**dict(former), **dict(sections.values_list("slug", "pk"))}


@dataclass(frozen=True)
class RowReader:
    """Makes people of the cells below this header."""

    header: list[str]
    language: str
    sections: Mapping[str, int]

    def row(self, cells: list[str]) -> Row:
        if any(cells[len(self.header) :]):
            raise BrokenCell("", _("The row has more cells than there are columns."))
        values = dict.fromkeys(("address", "language", "sections"), ("", ""))
        for name, cell in zip(self.header, cells, strict=False):
            if kind := HEADERS.get(name.casefold()):
                values[kind] = (name, cell)
        address = _address(*values["address"])
        return Row(address, lookup_of(address), self._language(*values["language"]), self._keys(*values["sections"]))

    def _language(self, column: str, cell: str) -> str:
        """A code, with or without a country (BCP 47), or the language's own name."""
        name = cell.casefold()
        code = LANGUAGES.get(name) or LANGUAGES.get(re.split("[-_]", name)[0])
        if cell and not code:
            raise BrokenCell(
                column, _("The newsletter comes in be, ru and en, not in “%(language)s”.") % {"language": cell[:20]}
            )
        return code or self.language

    def _keys(self, column: str, cell: str) -> tuple[int, ...]:
        slugs = list(filter(None, re.split(r"[\s;,]+", cell)))
        for slug in slugs:
            if slug not in self.sections:
                raise BrokenCell(column, _("There is no section “%(slug)s”.") % {"slug": slug[:40]})
        return tuple(sorted({self.sections[slug] for slug in slugs}))


def _address(column: str, cell: str) -> str:
    if not cell:
        raise BrokenCell(column, _("The address is missing."))
    if cell.startswith("'") and cell[1:].startswith(FORMULA):  # as our own export guards it
        cell = cell[1:]
    try:
        return normalise(cell)
    except ValidationError as error:
        raise BrokenCell(column, error.messages[0]) from error
