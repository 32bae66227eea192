"""What the forms of one word have in common, so that "Беларусі" finds "Беларусь".

Words come folded (see `words`). Russian and English are stemmed by Snowball; it knows no Belarusian, which is ours.
"""

from collections.abc import Callable
from functools import lru_cache

import snowballstemmer

from commentaries.search import belarusian

KEPT = 100_000  # words whose stems are remembered: about what twelve thousand commentaries are written with


def _snowball(name: str) -> Callable[[str], str]:
    """A Snowball stemmer keeps the word it works on in itself, so each word gets one of its own: threads share none."""
    return lambda word: str(snowballstemmer.stemmer(name).stemWord(word))


STEMMERS: dict[str, Callable[[str], str]] = {
    "be": belarusian.stem,
    "ru": _snowball("russian"),
    "en": _snowball("english"),
}


@lru_cache(KEPT)
def stem(word: str, language: str) -> str:
    """The stem of a folded word; never empty unless the word is. In an unknown language the word itself."""
    return STEMMERS.get(language, str)(word) or word
