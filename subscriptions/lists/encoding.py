"""The text of a file that somebody's spreadsheet wrote, and the rows in it."""

import codecs
import csv
from collections.abc import Iterator
from io import StringIO

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

# The marks that begin a file in these encodings (the Unicode Standard, 23.8).
MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}


def decoded(content: bytes) -> str:
    """UTF-8, or what spreadsheets of our countries write besides: UTF-16 and Windows-1251."""
    for encoding in (_encoding(content), "cp1251"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ValidationError(
        _("This is not a CSV file in UTF-8, UTF-16 or Windows-1251. In your spreadsheet save it as “CSV UTF-8”.")
    )


def _encoding(content: bytes) -> str:
    for mark, encoding in MARKS.items():
        if content.startswith(mark):
            return encoding
    if content[:1] == b"\0":  # no mark, but a Latin letter that takes two bytes
        return "utf-16-be"
    return "utf-16-le" if content[1:2] == b"\0" else "utf-8"


def first_cells(text: str, delimiter: str) -> list[str]:
    """What the first line names, if this is the delimiter."""
    first = next(StringIO(text.lstrip(), newline=""), "")
    try:
        return [cell.strip() for cell in next(csv.reader([first], delimiter=delimiter), [])]
    except csv.Error:  # a line too long to be one of names
        return []


def rows(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Each row (RFC 4180) with the number of the line it begins on. Empty lines are no rows."""
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    try:
        for cells in reader:
            if any(stripped := [cell.strip() for cell in cells]):
                yield line, stripped
            line = reader.line_num + 1
    except csv.Error as error:
        sentence = _("Line %(line)s: a quotation mark is missing, or there is one too many.")
        raise ValidationError(sentence % {"line": line}) from error
