"""How long a text takes to read."""

from django.utils.translation import ngettext

from commentaries.models.commentaries import Edition
from commentaries.search.plain import word_count

# Words a minute, measured with the same ten texts in seventeen languages: S. Trauzettel-Klosinski, K. Dietz and the
# IReST Study Group, "Standardized Assessment of Reading Performance: The New International Reading Speed Texts IReST",
# Investigative Ophthalmology & Visual Science 53 (2012), 5452–5461. Belarusian was not among them; its words are as
# long as Russian ones.
WORDS_A_MINUTE = {"be": 184, "ru": 184, "en": 228}


def minutes(edition: Edition) -> int:
    """Whole minutes for the lead and the text, to the nearest; nothing takes less than one."""
    words = len(edition.lead.split()) + word_count(edition.body)
    return max(1, round(words / WORDS_A_MINUTE[edition.language]))


def in_words(edition: Edition) -> str:
    count = minutes(edition)
    return ngettext("%(count)d min read", "%(count)d min read", count) % {"count": count}
