"""What stands around a text: how long it takes, what it holds, what else is about the same."""

from django import template

from commentaries.languages import active_language
from commentaries.models import Commentary
from commentaries.models.commentaries import Edition
from commentaries.reading import duration
from commentaries.reading.headings import Heading, headings
from commentaries.reading.story import Story
from commentaries.search import related

register = template.Library()
RELATED = 3
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


@register.simple_tag
def related_to(commentary: Commentary, story: Story) -> list[Edition]:
    """Those nearest in their subject, without those that the story so far names."""
    told = {edition.commentary.pk for edition in story.earlier}
    found = related.related(commentary, active_language(), limit=RELATED + len(told))
    return [edition for edition in found if edition.commentary.pk not in told][:RELATED]
