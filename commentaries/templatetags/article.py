"""What is said of a text: how long it takes, and what it holds."""

from django import template

from commentaries.models.commentaries import Edition
from commentaries.reading import duration
from commentaries.reading.headings import Heading, headings

register = template.Library()
WORTH_A_LIST = 3  # headings


@register.filter
def reading_time(edition: Edition) -> str:
    return duration.in_words(edition)


@register.simple_tag
def contents(html: str, prefix: str = "") -> list[Heading]:
    """The main headings of a text that is long enough to need a list of them."""
    found = headings(html, prefix)
    highest = min((heading.level for heading in found), default=0)
    main = [heading for heading in found if heading.level == highest]
    return main if len(main) >= WORTH_A_LIST else []
