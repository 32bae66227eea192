"""Which of our languages a text is written in."""

from collections import Counter

BELARUSIAN, RUSSIAN = "ўі", "ищъ"


def language_of(text: str) -> str:
    """By its letters: ў and і are Belarusian, и, щ and ъ Russian, Latin ones English; "" where there is none."""
    letters = Counter(char for char in text.casefold() if char.isalpha())
    cyrillic = sum(count for char, count in letters.items() if "а" <= char <= "я" or char in "ёўі")
    latin = sum(count for char, count in letters.items() if "a" <= char <= "z")
    if not cyrillic and not latin:
        return ""
    if latin > cyrillic:
        return "en"
    return "be" if sum(letters[char] for char in BELARUSIAN) > sum(letters[char] for char in RUSSIAN) else "ru"
