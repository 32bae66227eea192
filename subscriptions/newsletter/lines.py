"""The lines of a mail: none may be longer than 998 octets (RFC 5322, 2.1.1), and a Cyrillic letter has two."""

import re
import textwrap

from django.utils.html import escape

LONGEST_LINE = 998  # octets
TEXT_WIDTH = 76  # characters: what a terminal shows, with a mark of quotation before it
HTML_WIDTH = 240  # characters: of four octets each, they still fit
LONGEST_RUN = 800  # octets without a space; what markup stands right before and after it has room besides
SHORT_RUN = 100  # characters: of six octets each where all are escaped

# A no-break space is part of its line; whatever else parts words or lines is one space.
SPACE = re.compile(r"[^\S\u00a0\u202f]+")
NUMBER = re.compile(r"(?<=\d) (?=%|‰|г\.)")  # a unit stays with its number
RUN = re.compile(r"[^ ]{100,}")


def one_line(text: str) -> str:
    """What was typed, as one line that can be broken where a mail needs it.

    A run of letters that is too long for a line of mail gets spaces; no word and no address is so long.
    """
    return RUN.sub(_with_spaces, NUMBER.sub("\u00a0", SPACE.sub(" ", text).strip()))


def _with_spaces(match: re.Match[str]) -> str:
    run = match[0]
    if _octets(run) <= LONGEST_RUN:
        return run
    return " ".join(run[start : start + SHORT_RUN] for start in range(0, len(run), SHORT_RUN))


def _octets(run: str) -> int:
    """As HTML."""
    return len(escape(run).replace("\u00a0", "&nbsp;").encode())


def wrapped_text(text: str) -> str:
    """Plain text in lines of a readable length. Words stay whole, and so addresses on a line of their own do."""
    return "\n".join(_wrapped(line, TEXT_WIDTH) if len(line) > TEXT_WIDTH else line for line in text.split("\n"))


def wrapped_html(html: str) -> str:
    """HTML in lines that fit, without the template's indents and empty lines: between words a line may end anywhere."""
    lines = [line for indented in html.split("\n") if (line := indented.strip())]
    return "\n".join(_wrapped(line, HTML_WIDTH) if len(line.encode()) > LONGEST_LINE else line for line in lines)


def _wrapped(line: str, width: int) -> str:
    return textwrap.fill(line, width, break_long_words=False, break_on_hyphens=False)
