"""A citation in the formats of reference managers."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from commentaries.citations import Citation

SPACING = re.compile(r"[\x00-\x1f\x7f\xa0]+")  # and the no-break space, which is the typesetter's matter
BABEL = {"be": "belarusian", "ru": "russian", "en": "english"}
LATEX = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "{": r"\textbraceleft{}",  # BibTeX counts braces, escaped or not
    "}": r"\textbraceright{}",
    **{sign: f"\\{sign}" for sign in "$&#_%"},
}


def _plain(text: str) -> str:
    return SPACING.sub(" ", text)


def _escaped(text: str) -> str:
    """A text that LaTeX prints as it is; letters of any alphabet stay (biblatex reads UTF-8)."""
    return "".join(LATEX.get(sign, sign) for sign in _plain(text))


def _authors(citation: Citation) -> list[str]:
    """With no byline the publication's name stands."""
    return citation.authors or [citation.container]


def bibtex(citation: Citation) -> str:
    """An entry for biblatex. The second braces round title and names keep capitals and names as they are."""
    fields = {
        "author": " and ".join(f"{{{_escaped(name)}}}" for name in _authors(citation)),
        "title": f"{{{_escaped(citation.title)}}}",
        "journaltitle": _escaped(citation.container),
        "issue": _escaped(citation.week),
        "date": citation.published.isoformat(),
        "version": str(citation.version.number),
        "note": _escaped(citation.dates),
        "langid": BABEL[citation.language],
        "url": citation.url,  # verbatim in biblatex
    }
    lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items())
    return f"@article{{{citation.key},\n{lines}}}\n"


def ris(citation: Citation) -> str:
    """An article of a magazine as Reference Manager exchanged it: a tag a line, CR LF after each."""
    lines = [
        ("TY", "MGZN"),
        ("ID", citation.key),
        *(("AU", name) for name in _authors(citation)),
        ("TI", citation.title),
        ("T2", citation.container),
        ("IS", citation.week),
        ("PY", f"{citation.published:%Y}"),
        ("DA", f"{citation.published:%Y/%m/%d}"),
        ("ET", str(citation.version.number)),
        ("N1", citation.dates),
        ("AB", citation.lead),
        ("LA", citation.language),
        ("UR", citation.url),
    ]
    written = "".join(f"{tag}  - {_plain(value)}\r\n" for tag, value in lines if value)
    return f"{written}ER  - \r\n"


def csl(citation: Citation) -> str:
    """One item by the CSL-JSON schema 1.0.2."""
    published = citation.published
    item: dict[str, Any] = {
        "id": citation.key,
        "type": "article-magazine",
        "title": _plain(citation.title),
        "author": [{"literal": _plain(name)} for name in _authors(citation)],
        "container-title": _plain(citation.container),
        "section": _plain(citation.section),
        "issue": citation.week,
        "issued": {"date-parts": [[published.year, published.month, published.day]]},
        "version": str(citation.version.number),
        "note": citation.dates,
        "abstract": _plain(citation.lead),
        "language": citation.language,
        "URL": citation.url,
    }
    return json.dumps([{name: value for name, value in item.items() if value}], ensure_ascii=False, indent=2) + "\n"


@dataclass(frozen=True)
class Format:
    """What becomes of a citation behind one ending of an address."""

    label: str
    write: Callable[[Citation], str]
    media_type: str


FORMATS = {
    "bib": Format("BibTeX", bibtex, "application/x-bibtex"),
    "ris": Format("RIS", ris, "application/x-research-info-systems"),
    "json": Format("CSL-JSON", csl, "application/vnd.citationstyles.csl+json"),
}
