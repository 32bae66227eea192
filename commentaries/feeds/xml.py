"""XML, element by element. What XML 1.0 cannot hold (2.2 Characters) is left out of every text and attribute."""

import re
from collections.abc import Mapping

from lxml import etree

ATOM = "http://www.w3.org/2005/Atom"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
NO_CHARACTER = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def add(
    parent: etree._Element, tag: str, text: str = "", attributes: Mapping[str, str] | None = None
) -> etree._Element:
    """A new last child. Attributes without a value are left out."""
    kept = {name: NO_CHARACTER.sub("", value) for name, value in (attributes or {}).items() if value}
    element = etree.SubElement(parent, tag, kept)
    if text:
        element.text = NO_CHARACTER.sub("", text)
    return element


def document(root: etree._Element) -> bytes:
    return bytes(etree.tostring(root, xml_declaration=True, encoding="utf-8"))
