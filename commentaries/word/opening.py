"""A Word file, before anything is believed of it.

A .docx is a zip of XML (ECMA-376). Of its parts only those are unpacked that hold text, each counted while it is
unpacked, because a header may lie; each is walked once before a parser builds a tree of it. What comes out is a new,
small archive of these parts: pictures, macros, comments and whatever else was packed stay where they are.
"""

import re
import zlib
from io import BytesIO
from xml.parsers import expat
from zipfile import BadZipFile, ZipFile, ZipInfo

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

MAX_SIZE = 10 * 1024 * 1024  # bytes, packed
MAX_UNPACKED = 16 * 1024 * 1024  # bytes of all parts that are read
MOST_ENTRIES = 2_000
MOST_ELEMENTS = 60_000  # of XML in all parts; a commentary has a few thousand, the styles of Word ten thousand
MOST_LEVELS = 80  # of XML within XML; a table in a table in a table is at twenty
CHUNK = 64 * 1024

DOCUMENT = re.compile(r"word/document\d*\.xml")
PARTS = re.compile(
    r"\[Content_Types\]\.xml|_rels/\.rels|word/(_rels/)?(document|footnotes|endnotes)\d*\.xml(\.rels)?"
    r"|word/(styles|numbering)\d*\.xml"
)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # Microsoft's Compound File Binary: old Word, and whatever has a password
IS_ENCRYPTED = 0x1  # a bit of a zip entry's flags
ENTRY = b"PK\x01\x02"


class Unreadable(ValidationError):
    """A file that is not read; its message is a sentence that names it."""


class _Refused(Exception):
    """XML that is not looked at any further."""


def opened(name: str, content: bytes) -> BytesIO:
    """The parts of a Word file that hold text, as an archive of their own."""
    _refuse_by_looks(name, content)
    try:
        with ZipFile(BytesIO(content)) as archive:
            entries = [entry for entry in archive.infolist() if PARTS.fullmatch(entry.filename)]
            _refuse_what_is_no_word(name, archive, entries)
            parts = _unpacked(name, archive, entries)
    except (BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError) as error:
        raise _damaged(name) from error
    _walk(name, parts)
    return _packed(parts)


def _refuse_by_looks(name: str, content: bytes) -> None:
    if len(content) > MAX_SIZE:
        sentence = _("“%(name)s” is larger than %(size)s MB. Take the pictures out of it, and upload it again.")
        raise Unreadable(sentence % {"name": name, "size": MAX_SIZE // 1024 // 1024})
    if not content:
        raise Unreadable(_("“%(name)s” is empty.") % {"name": name})
    if content.startswith(OLE):
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise _locked(name)
        sentence = _("“%(name)s” is in the old format of Word or another program. Save it as .docx, and upload that.")
        raise Unreadable(sentence % {"name": name})
    if not content.startswith(b"PK"):
        raise _no_word(name)
    if content.count(ENTRY) > MOST_ENTRIES:
        raise _too_much(name)


def _refuse_what_is_no_word(name: str, archive: ZipFile, entries: list[ZipInfo]) -> None:
    if not any(DOCUMENT.fullmatch(entry.filename) for entry in entries):
        if "mimetype" in archive.namelist():  # OpenDocument
            sentence = _("“%(name)s” is a document of LibreOffice. Save it as .docx, and upload that.")
            raise Unreadable(sentence % {"name": name})
        raise _no_word(name)
    if any(entry.flag_bits & IS_ENCRYPTED for entry in entries):
        raise _locked(name)
    if sum(entry.file_size for entry in entries) > MAX_UNPACKED:
        raise _too_much(name)


def _unpacked(name: str, archive: ZipFile, entries: list[ZipInfo]) -> dict[str, bytes]:
    parts: dict[str, bytes] = {}
    room = MAX_UNPACKED
    for entry in entries:
        found = bytearray()
        with archive.open(entry) as part:
            while chunk := part.read(CHUNK):
                found += chunk
                if len(found) > room:
                    raise _too_much(name)
        room -= len(found)
        parts[entry.filename] = bytes(found)
    return parts


def _walk(name: str, parts: dict[str, bytes]) -> None:
    """Refuse XML that is broken, declares entities, or is too much or too deep to build a tree of."""
    limits = _Limits()
    for content in parts.values():
        try:
            limits.walk(content)
        except expat.ExpatError as error:
            raise _damaged(name) from error
        except _Refused as error:
            raise _too_much(name) from error


class _Limits:
    """Counts the elements of all parts, and how deep they lie."""

    def __init__(self) -> None:
        self.elements = self.level = 0

    def walk(self, content: bytes) -> None:
        self.level = 0
        parser = expat.ParserCreate()
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.StartDoctypeDeclHandler = self._doctype
        parser.Parse(content, True)

    def _start(self, _tag: str, _attributes: dict[str, str]) -> None:
        self.elements += 1
        self.level += 1
        if self.elements > MOST_ELEMENTS or self.level > MOST_LEVELS:
            raise _Refused

    def _end(self, _tag: str) -> None:
        self.level -= 1

    def _doctype(self, *_declaration: object) -> None:
        """Word writes none; it is where entities that grow or fetch would be declared."""
        raise _Refused


def _packed(parts: dict[str, bytes]) -> BytesIO:
    result = BytesIO()
    with ZipFile(result, "w") as archive:
        for path, content in parts.items():
            archive.writestr(path, content)
    result.seek(0)
    return result


def _no_word(name: str) -> Unreadable:
    return Unreadable(_("“%(name)s” is not a Word document (.docx).") % {"name": name})


def _locked(name: str) -> Unreadable:
    sentence = _("“%(name)s” is protected by a password. Save it without one, and upload it again.")
    return Unreadable(sentence % {"name": name})


def _damaged(name: str) -> Unreadable:
    sentence = _("“%(name)s” is damaged. Open it in Word, save it again, and upload that.")
    return Unreadable(sentence % {"name": name})


def _too_much(name: str) -> Unreadable:
    sentence = _("“%(name)s” holds far more than a commentary, and was not read.")
    return Unreadable(sentence % {"name": name})
