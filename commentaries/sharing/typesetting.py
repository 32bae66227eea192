"""Lines of type on a picture: which letters there are, where a line breaks, how large it may be."""

import re
import unicodedata
from functools import cache
from pathlib import Path

from PIL import ImageFont

FONTS = Path(__file__).parent / "fonts"
Face = ImageFont.FreeTypeFont
# What the face has under another name: hyphens, thin spaces, bars.
ALIKE = str.maketrans({"‐": "-", "‑": "-", "‒": "–", "―": "—", "\u2007": "\xa0", "\u2009": "\xa0", "\u202f": "\xa0"})
SHORT_WORD = re.compile(r"(?<!\S)([^\W\d]{1,2}) (?=\S)")
BEFORE_DASH = re.compile(r" (?=[—–](?:\s|$))")


@cache
def face(weight: str, size: int) -> Face:
    """Without Raqm, which is not everywhere: the same words make the same picture on every machine."""
    return ImageFont.truetype(FONTS / f"brygada-1918-{weight}.ttf", size, layout_engine=ImageFont.Layout.BASIC)


@cache
def _has(letter: str) -> bool:
    """Whether the face has a drawing for it; for what it has not, it draws the same empty box."""
    drawn = face("semibold", 40)
    return letter.isspace() or bytes(drawn.getmask(letter)) != bytes(drawn.getmask("\uffff"))


def drawable(text: str) -> str:
    """The text in letters that the face has: others without what is added to them, or not at all."""
    composed = unicodedata.normalize("NFC", text).translate(ALIKE)
    spelt = "".join(char if _has(char) else unicodedata.normalize("NFKD", char) for char in composed)
    kept = "".join(char for char in spelt if _has(char) and (char.isprintable() or char.isspace()))
    return " ".join(re.split("[^\\S\xa0]+", kept)).strip()


def _pieces(word: str, drawn: Face, width: float) -> list[str]:
    """A word that is wider than the line, in parts that are not; what is glued to it comes off first."""
    if drawn.getlength(word) <= width:
        return [word]
    if "\xa0" in word:
        return [piece for part in word.split("\xa0") for piece in _pieces(part, drawn, width)]
    pieces = [""]
    for letter in word:
        if pieces[-1] and drawn.getlength(pieces[-1] + letter) > width:
            pieces.append("")
        pieces[-1] += letter
    return pieces


def lines(text: str, drawn: Face, width: float) -> list[str]:
    """The text in lines, each as full as it can be. A short word and a dash leave no line alone."""
    glued = BEFORE_DASH.sub("\xa0", SHORT_WORD.sub("\\1\xa0", text))
    found: list[str] = []
    for word in (piece for whole in glued.split(" ") for piece in _pieces(whole, drawn, width)):
        if found and drawn.getlength(f"{found[-1]} {word}") <= width:
            found[-1] += f" {word}"
        else:
            found.append(word)
    return found


def balanced(text: str, drawn: Face, width: float) -> list[str]:
    """As few lines, about equally long (CSS Text 4, `text-wrap: balance`)."""
    best, low, high = lines(text, drawn, width), width / 3, width
    most = len(best)
    while high - low > 4:
        middle = (low + high) / 2
        tried = lines(text, drawn, middle)
        if len(tried) > most:
            low = middle
        else:
            best, high = tried, middle
    return best


def fitted(text: str, weight: str, sizes: range, width: float) -> tuple[str, Face]:
    """One line, as large as fits; cut off where even the smallest size is too wide."""
    for size in sizes:
        drawn = face(weight, size)
        if drawn.getlength(text) <= width:
            return text, drawn
    return _cut(text, drawn, width), drawn


def _cut(text: str, drawn: Face, width: float) -> str:
    """As much of it as fits, and the sign that there was more."""
    while text and drawn.getlength(f"{text}…") > width:
        text = text[:-1]
    return f"{text.rstrip(' .,:;—')}…"


def set_in(text: str, sizes: range, width: float, height: float, leading: float) -> tuple[list[str], Face]:
    """A headline in the largest size in which its lines fit the height; cut off where none does."""
    for size in sizes:
        drawn = face("semibold", size)
        found = lines(text, drawn, width)
        if len(found) * size * leading <= height:
            return balanced(text, drawn, width), drawn
    kept = found[: int(height // (size * leading))]
    return [*kept[:-1], _cut(kept[-1], drawn, width)], drawn
