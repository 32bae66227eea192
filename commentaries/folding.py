"""One spelling for searching: case, accents and the letters people type for each other folded together.

SQLite's LIKE knows case only for ASCII ("беларусь" misses "Беларусь"), so what people search by is kept folded.
"""

import re
import unicodedata
from collections.abc import Iterator

LETTERS = str.maketrans({"ў": "у", "ё": "е", "’": "'", "ʼ": "'", "‘": "'", "´": "'", "`": "'"})
TAGS = re.compile(r"<[^<>]*>")


def fold(text: str) -> str:
    """Fold a text or a query: Unicode casefold (chapter 3.13), ў to у, ё to е, accents off, white space single."""
    composed = unicodedata.normalize("NFKC", text).casefold().translate(LETTERS)
    kept = "".join(
        char for char in unicodedata.normalize("NFD", composed) if char == "\u0306" or not unicodedata.combining(char)
    )
    return " ".join(unicodedata.normalize("NFC", kept).split())


def fold_all(texts: list[str]) -> str:
    """The folded words of several texts, HTML tags left out, one text a line."""
    return "\n".join(fold(TAGS.sub(" ", text)) for text in texts if text)


def is_blank(text: str) -> bool:
    """Whether nothing of the text, its tags and entities for spaces left out, can be seen: U+200B is no text."""
    pieces = (piece.replace("&nbsp;", "") for piece in _between_tags(text))
    return not any(char.isprintable() and not char.isspace() for piece in pieces for char in piece)


def _between_tags(text: str) -> Iterator[str]:
    """One after another: whoever looks for a letter stops at the first, which is nearly always the beginning."""
    at = 0
    for tag in TAGS.finditer(text):
        yield text[at : tag.start()]
        at = tag.end()
    yield text[at:]
