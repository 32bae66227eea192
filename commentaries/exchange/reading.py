"""A PO file that someone brings: read as a whole, or refused with the numbers of its broken lines."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import PoFileError, PoFileParser
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

MAX_SIZE = 5 * 1024 * 1024  # bytes
MOST_ERRORS = 30
LINE = re.compile(
    r'\s*(?:#.*|(?:(?:msgctxt|msgid|msgid_plural|msgstr(?:\[\d\])?)\s*)?"(?:[^"\\]|\\.)*"\s*|)', re.DOTALL
)


@dataclass(frozen=True)
class Entry:
    """One text of a file. `is_unsure`: the tool has marked it as fuzzy, for somebody to look at."""

    line: int
    context: str
    source: str
    text: str
    is_unsure: bool = False


class _Found(Catalog):
    """Keeps every message where Babel would make one of two with the same key."""

    def __init__(self) -> None:
        super().__init__(charset="utf-8")
        self.found: list[Message] = []
        self.header: Message | None = None

    def __setitem__(self, id: object, message: Message) -> None:  # noqa: A002  # Babel's name
        if message.id == "" and not message.context:
            self.header = message
        else:
            self.found.append(message)


def read(content: bytes) -> tuple[list[Entry], str]:
    """The texts of a file and the language that its header names; raises ValidationError with a sentence an error."""
    lines = [line.rstrip("\r") for line in _decoded(content).split("\n")]
    if broken := list(_broken(lines)):
        raise ValidationError(broken[:MOST_ERRORS])
    catalog = _Found()
    try:
        PoFileParser(catalog, ignore_obsolete=True, abort_invalid=True).parse(lines)
    except (PoFileError, ValueError, IndexError, KeyError) as error:
        line = getattr(error, "lineno", None)
        raise ValidationError(_at(line + 1 if line is not None else len(lines)) + _("this is not PO.")) from error
    if not catalog.found:
        raise ValidationError(_("This is not a PO file, or it holds no texts."))
    entries, errors = [], list[str]()
    for message in catalog.found:
        if sentence := _unfit(message):
            errors.append(sentence)
        else:
            entries.append(_entry(message))
    if errors:
        raise ValidationError(errors[:MOST_ERRORS])
    return entries, _language(catalog.header)


def _decoded(content: bytes) -> str:
    if not content.strip():
        raise ValidationError(_("The file is empty."))
    if len(content) > MAX_SIZE:
        raise ValidationError(_("The file is larger than %(size)s MB.") % {"size": MAX_SIZE // 1024 // 1024})
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise ValidationError(_at(line) + _("this is not a PO file in UTF-8.")) from error
    if "\0" in text:
        raise ValidationError(_at(text[: text.index("\0")].count("\n") + 1) + _("this is not a PO file in UTF-8."))
    return text


def _at(line: int) -> str:
    return _("Line %(line)s: ") % {"line": line}


def _broken(lines: list[str]) -> Iterator[str]:
    for number, line in enumerate(lines, 1):
        if not LINE.fullmatch(line):
            shown = line.strip()[:40]
            yield _at(number) + _("this is not PO, or a quotation mark is missing: %(text)s") % {"text": shown}


def _unfit(message: Message) -> str:
    line = _at(message.lineno or 0)
    if not isinstance(message.id, str) or not isinstance(message.string, str):
        return line + _("this text has plural forms, and ours have none.")
    if not message.context:
        return line + _("this text has no context (msgctxt), so it is not known where it belongs.")
    return ""


def _entry(message: Message) -> Entry:
    line, source, text = message.lineno or 0, str(message.id), str(message.string)
    return Entry(line, str(message.context), source, text.replace("\r\n", "\n").strip(), message.fuzzy)


def _language(header: Message | None) -> str:
    match = re.search(r"^Language:\s*([A-Za-z]+)", str(header.string) if header else "", re.MULTILINE)
    return match[1].lower() if match else ""
