"""The context of a text in a PO file: where it belongs, and what it was when the file was made."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Self

from django.utils.dateparse import parse_date

from commentaries.exchange.segments import Segment, Texts, fingerprint
from commentaries.languages import FALLBACK

LANGUAGE = f"({'|'.join(FALLBACK)})"
FORMAT = re.compile(
    rf"(?P<week>\d{{4}}-\d\d-\d\d)/([-\w]+)/{LANGUAGE}-{LANGUAGE}"
    r"/(title|lead|body/[1-9]\d{0,5}|(?:forecast|outcome)/[1-9]\d{0,17})/([0-9a-f]{10})/([0-9a-f]{10})",
    re.ASCII,
)


@dataclass(frozen=True)
class Key:
    """`2022-01-17/economy/be-en/body/3/1f…/9a…`: the last two are fingerprints of the original and the translation."""

    week: date
    section: str
    source: str
    target: str
    segment: str
    source_print: str
    target_print: str

    def __str__(self) -> str:
        pair = f"{self.source}-{self.target}"
        return "/".join([self.week.isoformat(), self.section, pair, self.segment, self.source_print, self.target_print])

    @classmethod
    def of(cls, texts: Texts, segment: Segment) -> Self:
        commentary = texts.commentary
        return cls(
            commentary.issue.week_start,
            commentary.section.slug,
            texts.source,
            texts.target,
            segment.key,
            fingerprint(segment.source),
            fingerprint(segment.target),
        )

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """None for what we did not write."""
        match = FORMAT.fullmatch(text)
        try:
            week = parse_date(match["week"]) if match else None
        except ValueError:
            return None
        return cls(week, *match.groups()[1:]) if match and week else None
