"""From the HTML of a template to what a file may hold: its own pictures, whole addresses, valid XHTML."""

import re
from collections.abc import Callable
from typing import Any

from django.conf import settings
from lxml import etree, html

from commentaries.downloads.pictures import MOST, Light, light
from commentaries.models import Trend

XHTML = "http://www.w3.org/1999/xhtml"
EPUB = "http://www.idpf.org/2007/ops"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
NOT_IN_XML = re.compile(r"[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\U00010000-\U0010FFFF]")  # XML 1.0, 2.2
# How EPUB 3 calls what DPUB-ARIA's roles say; its readers look for the former (EPUB Structural Semantics 1.1).
SEMANTICS = {"doc-noteref": "noteref", "doc-backlink": "backlink", "doc-endnotes": "footnotes"}


def parse(page: str) -> Any:
    """The tree of a whole page that one of our templates made, however deep a text in it is nested."""
    parser = html.HTMLParser(encoding="utf-8", huge_tree=True)
    return html.document_fromstring(page.encode(), parser=parser)


def lead_to_the_site(tree: Any) -> None:
    """What leads to a page of the site leads there from anywhere: a file is read elsewhere."""
    for link in tree.iter("a"):
        if link.get("href", "").startswith("/"):
            link.set("href", settings.SITE_URL + link.get("href"))


def place_pictures(tree: Any, address_of: Callable[[Light], str]) -> bool:
    """Lead every picture to its light copy, and tell in words what is not to be had. Whether one lacks its words."""
    lacks_words = False
    for choice in list(tree.iter("picture", "source")):
        choice.drop_tag()
    for number, image in enumerate(list(tree.iter("img"))):
        found = light(image.get("src", "")) if number < MOST else None
        if found is None:
            _tell(image)
            continue
        for name in ("loading", "decoding"):
            image.attrib.pop(name, None)
        lacks_words = lacks_words or not image.get("alt")
        size = {"width": str(found.width), "height": str(found.height)}
        image.attrib.update({"src": address_of(found), "alt": image.get("alt", ""), **size})
    return lacks_words


def _tell(image: Any) -> None:
    words = image.makeelement("span")
    words.text, words.tail = image.get("alt", ""), image.tail
    image.getparent().replace(image, words)


def mark_footnotes(tree: Any) -> None:
    """The footnotes become a part of their own, which a reading system finds by its role."""
    for notes in list(tree.xpath("//ol[@class='footnotes']")):
        part = notes.makeelement("section", {"role": "doc-endnotes", "class": "footnotes"})
        part.tail, notes.tail = notes.tail, None
        notes.getparent().replace(notes, part)
        part.append(notes)
        notes.attrib.pop("class")


def write_marks(tree: Any) -> None:
    """The marks of trends as signs of the text's own font: not every reading system draws."""
    for drawing in list(tree.iter("svg")):
        sign = drawing.makeelement("span", {"class": drawing.get("class", ""), "aria-hidden": "true"})
        trend = drawing.get("class", "").removeprefix("mark ")
        sign.text, sign.tail = Trend(trend).mark if trend in Trend.values else "–", drawing.tail
        drawing.getparent().replace(drawing, sign)


def as_xhtml(tree: Any) -> bytes:
    """The page as XML: its elements in their namespace, every language said twice, EPUB's own words added."""
    page = etree.Element(f"{{{XHTML}}}html", nsmap={None: XHTML, "epub": EPUB})
    page.attrib.update(tree.attrib)
    page.extend(list(tree))
    for element in page.iter(etree.Element):
        kind = element.attrib.pop("data-type", SEMANTICS.get(element.get("role", "")))
        if element.getparent() is not None:
            element.tag = (
                f"{{{XHTML}}}{element.tag}"  # in the root's namespace, without a prefix: old readers want it so
            )
        if kind:
            element.set(f"{{{EPUB}}}type", kind)
        if language := element.get("lang"):
            element.set(XML_LANG, language)
    for note in page.iterfind(f".//{{{XHTML}}}section[@role='doc-endnotes']/{{{XHTML}}}ol/{{{XHTML}}}li"):
        note.set(f"{{{EPUB}}}type", "footnote")
    return bytes(etree.tostring(page, encoding="utf-8", xml_declaration=True, doctype="<!DOCTYPE html>"))
