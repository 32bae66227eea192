"""Word files that are not read, or not without bound: each is refused in a sentence."""

import struct
import tracemalloc
from collections.abc import Callable
from contextlib import suppress
from time import process_time

import pytest

from commentaries import word
from commentaries.word.opening import MAX_SIZE, MAX_UNPACKED, MOST_ENTRIES
from tests.commentaries.docx import docx, h1, p, zipped
from tests.commentaries.test_word import TEXT, read

DOCTYPE = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><x>&b;</x>'
EXTERNAL = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>'
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512


def locked() -> bytes:
    """A zip whose entries say they are encrypted."""
    content = bytearray(docx(p(TEXT)))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = content.find(signature)
        while start >= 0:
            struct.pack_into("<H", content, start + offset, 1)
            start = content.find(signature, start + 4)
    return bytes(content)


def lying_bomb() -> bytes:
    """A part that unpacks to far more than its header says."""
    content = bytearray(zipped({"word/document.xml": b" " * (MAX_UNPACKED + 100)}))
    for signature, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        struct.pack_into("<I", content, content.find(signature) + offset, 1000)
    return bytes(content)


def many_entries() -> bytes:
    return zipped({**{f"x{number}": b"" for number in range(MOST_ENTRIES + 1)}, "word/document.xml": b"<x/>"})


def nested_tables(levels: int) -> bytes:
    return docx(h1("A"), "<w:tbl><w:tr><w:tc>" * levels + p(TEXT) + "<w:p/></w:tc></w:tr></w:tbl>" * levels)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: b"", "is empty"),
        (lambda: b"x" * (MAX_SIZE + 1), "larger than 10 MB"),
        (lambda: b"{\\rtf1 Hello}", "is not a Word document"),
        (lambda: OLE + "WordDocument".encode("utf-16-le"), "old format"),
        (lambda: OLE + "EncryptedPackage".encode("utf-16-le"), "protected by a password"),
        (locked, "protected by a password"),
        (lambda: zipped({"xl/workbook.xml": "<x/>"}), "is not a Word document"),
        (lambda: zipped({"mimetype": "application/vnd.oasis.opendocument.text"}), "LibreOffice"),
        (lambda: docx(p(TEXT))[:-40], "is damaged"),
        (lambda: docx(p(TEXT))[:200] + b"\0" * 200 + docx(p(TEXT))[400:], "is damaged"),
        (lambda: docx(p(TEXT), parts={"word/document.xml": "<w:document><unclosed>"}), "is damaged"),
        (lambda: docx(p(TEXT), parts={"word/document.xml": DOCTYPE}), "far more than a commentary"),
        (lambda: docx(p(TEXT), parts={"word/document.xml": EXTERNAL}), "far more than a commentary"),
        (lambda: docx(p(TEXT), parts={"word/styles.xml": DOCTYPE}), "far more than a commentary"),
        (lambda: docx(p(TEXT), parts={"word/document.xml": "<x/>"}), "could not be read"),
        (lambda: zipped({"word/document.xml": b" " * (MAX_UNPACKED + 1)}), "far more than a commentary"),
        (many_entries, "far more than a commentary"),
        (lambda: nested_tables(200), "far more than a commentary"),
        (lambda: docx(p("")), "has no text"),
        (lambda: docx(h1("A"), *[p("word " * 2000) for _ in range(40)]), "longer than a commentary"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_in_a_sentence_that_names_it(make: Callable[[], bytes], words: str) -> None:
    with pytest.raises(word.Unreadable) as refused:
        read(make(), "bad.docx")
    assert words in refused.value.messages[0]
    assert "“bad.docx”" in refused.value.messages[0]


def test_a_part_that_lies_about_its_size_is_not_unpacked() -> None:
    with pytest.raises(word.Unreadable):
        read(lying_bomb())


@pytest.mark.parametrize("make", [lying_bomb, lambda: docx(h1("A"), "<w:p/>" * 1_000_000), lambda: nested_tables(20)])
def test_a_monster_takes_little_time_and_memory(make: Callable[[], bytes]) -> None:
    content = make()
    tracemalloc.start()
    began = process_time()
    with suppress(word.Unreadable):
        read(content)
    seconds, (_now, peak) = process_time() - began, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert seconds < 20
    assert peak < 150 * 1024 * 1024


def test_the_longest_document_that_is_read_takes_bounded_time() -> None:
    content = docx(h1("A"), *[p("x") for _ in range(9_000)])
    began = process_time()
    assert read(content).body
    assert process_time() - began < 20


def test_macros_are_left_where_they_are() -> None:
    found = read(docx(h1("A"), p(TEXT), parts={"word/vbaProject.bin": OLE}), "text.docm")
    assert found.body == f"<p>{TEXT}</p>"
