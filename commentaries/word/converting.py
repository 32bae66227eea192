"""From Word to HTML: headings, lists, tables, links, bold and italics, footnotes; no look of anything."""

import re
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import mammoth
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from commentaries.word.opening import DOCUMENT, Unreadable

STYLES = """
p[style-name='Title'] => h1:fresh
p[style-name='Subtitle'] => p:fresh
p[style-name='Quote'] => blockquote > p:fresh
p[style-name='Intense Quote'] => blockquote > p:fresh
r[style-name='Emphasis'] => em
r[style-name='Intense Emphasis'] => em
"""
NOTE = re.compile(r'<li id="((?:foot|end)note-[^"]*)">(.*?)</li>(?=<li id="(?:foot|end)note-|</ol>$)', re.DOTALL)
NOTES = re.compile(r'<ol>(?=<li id="(?:foot|end)note-)(.*)</ol>$', re.DOTALL)
REFERENCE = re.compile(r'<sup><a href="#((?:foot|end)note-[^"]*)" id="[^"]*">\[\d+\]</a></sup>')
BACKLINK = re.compile(r'\s*<a href="#(?:foot|end)note-ref-[^"]*">↑</a>')
ANCHOR = re.compile(r'<a id="[^"]*"></a>')  # Word's bookmarks
LOCAL_LINK = re.compile(r'<a href="#(?!(?:foot|end)note-)[^"]*">(.*?)</a>', re.DOTALL)
TRACKED = re.compile(rb"<w:(ins|del|moveFrom|moveTo)[\s>]")


@dataclass
class Converted:
    """A file's text as HTML, still with h1; its footnotes by name; and what did not come along, in sentences."""

    html: str
    footnotes: dict[str, str] = field(default_factory=dict)
    notices: list[str] = field(default_factory=list)


def convert(name: str, archive: BytesIO) -> Converted:
    """Convert what `opened` gave; the HTML is not cleaned yet."""
    pictures: list[Any] = []

    def leave_out(picture: Any) -> list[Any]:
        pictures.append(picture)
        return []

    try:
        result = mammoth.convert_to_html(
            archive,
            style_map=STYLES,
            convert_image=leave_out,
            include_embedded_style_map=False,
            external_file_access=False,
            id_prefix="",
        )
    except Exception as error:  # mammoth trusts what it reads and breaks in many ways where that is wrong
        sentence = _("“%(name)s” could not be read. Open it in Word, save it again as .docx, and upload that.")
        raise Unreadable(sentence % {"name": name}) from error
    html, footnotes = _footnotes(result.value)
    html = LOCAL_LINK.sub(r"\1", ANCHOR.sub("", html))
    return Converted(html, footnotes, [*_about_pictures(len(pictures)), *_about_changes(archive)])


def _footnotes(html: str) -> tuple[str, dict[str, str]]:
    """The text without the notes that mammoth puts at its end, and these."""
    found = NOTES.search(html)
    if not found:
        return html, {}
    notes = {match[1]: _inline(BACKLINK.sub("", match[2])) for match in NOTE.finditer(found[0])}
    return html[: found.start()], notes


def _inline(html: str) -> str:
    """The paragraphs of a note on one line."""
    return re.sub(r"</?p>", " ", ANCHOR.sub("", html)).strip()


def with_footnotes(html: str, footnotes: dict[str, str]) -> str:
    """The text with our markup of footnotes, numbered in the order in which it refers to them."""
    order: list[str] = []

    def number(match: re.Match[str]) -> str:
        order.append(match[1])
        count = len(order)
        return f'<sup><a href="#fn-{count}" id="fnref-{count}">{count}</a></sup>'

    html = REFERENCE.sub(number, html)
    items = [
        f'<li id="fn-{count}">{footnotes.get(name, "")} <a href="#fnref-{count}">↩</a></li>'
        for count, name in enumerate(order, 1)
    ]
    return f'{html}\n<ol class="footnotes">{"".join(items)}</ol>' if items else html


def _about_pictures(count: int) -> list[str]:
    if not count:
        return []
    sentence = ngettext(
        "One picture in the file was not taken along: upload it under “Pictures”, with its credit and licence.",
        "%(count)s pictures in the file were not taken along: upload them under “Pictures”, "
        "with their credits and licences.",
        count,
    )
    return [sentence % {"count": count}]


def _about_changes(archive: BytesIO) -> list[str]:
    archive.seek(0)
    with ZipFile(archive) as parts:
        documents = [parts.read(path) for path in parts.namelist() if DOCUMENT.fullmatch(path)]
    if not any(TRACKED.search(content) for content in documents):
        return []
    return [_("The file has tracked changes. The text was taken as if all of them were accepted.")]
