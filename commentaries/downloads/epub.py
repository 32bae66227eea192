"""A volume as a book for e-readers: EPUB 3.3, with the contents of EPUB 2 beside them for old ones.

The same content makes the same bytes: nothing in it knows when it was made.
"""

import io
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import override

from commentaries.downloads import Volume
from commentaries.downloads.markup import (
    NOT_IN_XML,
    as_xhtml,
    lead_to_the_site,
    mark_footnotes,
    parse,
    place_pictures,
    write_marks,
)
from commentaries.downloads.pictures import Light
from commentaries.models.commentaries import Edition

STYLE = (Path(__file__).parent / "book.css").read_bytes()
BEGINNING = (1980, 1, 1, 0, 0, 0)  # the earliest time that a zip file can say


@dataclass(frozen=True)
class Chapter:
    """A commentary as a file of the book."""

    number: int
    edition: Edition

    @property
    def name(self) -> str:
        return f"commentary-{self.number}.xhtml"


@dataclass
class Book:
    """A book that is being made: the pictures met so far, each once."""

    volume: Volume
    pictures: dict[Light, str] = field(default_factory=dict)
    lacks_words: bool = False  # whether a picture has no alternative text

    @property
    def chapters(self) -> list[Chapter]:
        return [Chapter(number, edition) for number, edition in enumerate(self.volume.editions, 1)]

    @property
    def files(self) -> list[tuple[str, Light]]:
        return [(name, picture) for picture, name in self.pictures.items()]

    @property
    def in_short(self) -> str:
        """How it can be read, for those who choose by that (EPUB Accessibility 1.1, 2.2)."""
        return _(
            "Texts with headings, a table of contents and footnotes that lead there and back. "
            "Trends are told in words as well as by a sign."
        )

    def render(self, template: str, **more: Any) -> str:
        context = {"book": self, "volume": self.volume, "publication": self.volume.publication}
        with override(self.volume.language):
            return NOT_IN_XML.sub("", render_to_string(f"downloads/{template}", context | more))

    def xhtml(self, template: str, **more: Any) -> bytes:
        tree = parse(self.render(template, **more))
        lead_to_the_site(tree)
        self.lacks_words |= place_pictures(tree, self._place)
        mark_footnotes(tree)
        write_marks(tree)
        return as_xhtml(tree)

    def _place(self, picture: Light) -> str:
        return self.pictures.setdefault(picture, f"picture-{len(self.pictures) + 1}.{picture.ending}")


def epub(volume: Volume) -> bytes:
    """The file. `mimetype` stands first and as it is, so that its first bytes say what it is (OCF 3.3, 4.3)."""
    book = Book(volume)
    texts = {
        "book/cover.xhtml": book.xhtml("cover.html"),
        "book/contents.xhtml": book.xhtml("contents.html"),
        **{f"book/{one.name}": book.xhtml("chapter.html", edition=one.edition) for one in book.chapters},
    }
    files = {
        "META-INF/container.xml": book.render("container.xml").encode(),
        "book/package.opf": book.render("package.opf").encode(),
        "book/contents.ncx": book.render("contents.ncx").encode(),
        "book/book.css": STYLE,
        **texts,
    }
    pictures = {f"book/{name}": picture.content for name, picture in book.files}
    return _zipped([("mimetype", b"application/epub+zip"), *pictures.items()], files.items())


def _zipped(stored: Iterable[tuple[str, bytes]], deflated: Iterable[tuple[str, bytes]]) -> bytes:
    buffer = io.BytesIO()
    with ZipFile(buffer, "w") as archive:
        for method, files in ((ZIP_STORED, stored), (ZIP_DEFLATED, deflated)):
            for name, content in files:
                entry = ZipInfo(name, BEGINNING)
                entry.external_attr = 0o644 << 16
                archive.writestr(entry, content, compress_type=method)
    return buffer.getvalue()
