"""The words themselves: sentences too long, words said twice, notes to oneself, spaces and quotation marks."""

import re
from collections.abc import Iterator
from itertools import pairwise, zip_longest

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from commentaries.proofreading.parts import beginning

LONGEST_SENTENCE = 45  # words
MOST_OF_A_LEAD = 3  # sentences
SENTENCE_END = re.compile(r"[.!?…][»”\"’')\]]*$")
SENTENCE_START = re.compile(r"[«„“\"‘'(\[—–-]*[A-ZА-ЯЁІЎ0-9]")
# Short words whose full stop ends no sentence; single letters (initials) besides.
ABBREVIATIONS = {
    *("т", "г", "гг", "п", "д", "др", "пр", "см", "стр", "им", "ст", "ул", "руб", "тыс", "млн", "млрд", "проф", "напр"),
    *("в", "вв", "н", "э", "акад", "гл", "ок", "коп", "долл", "чел", "кв", "куб", "обл", "р-н", "рэд", "ред", "гл"),
    *("інш", "гл", "вул", "праф", "дол", "чал", "імя", "ім", "в", "зб", "тыс", "стст", "cт"),
    *("mr", "mrs", "ms", "dr", "prof", "st", "no", "vs", "etc", "e.g", "i.e", "approx", "gen", "col", "gov", "sen"),
    *("rep", "jr", "sr", "inc", "ltd", "co", "dept", "est", "fig", "vol", "p", "pp", "a.m", "p.m", "cf"),
    *("jan", "feb", "mar", "apr", "jun", "jul", "aug", "sept", "sep", "oct", "nov", "dec"),
}
DOTTED = re.compile(r"(?:\w\.)+\w?|\w")  # U.S, т.п, an initial
WORD = re.compile(r"\w+(?:[-’'ʼ]\w+)*|[^\w\s]")
# Words that grammar or emphasis doubles.
DOUBLED_RIGHTLY = {"that", "had", "so", "very", "да", "вот", "ещё", "едва", "вось", "ну", "не", "ха"}
NOTES = re.compile(
    r"\b(?:TODO|FIXME|TBD)\b|\bXXX\b(?! [а-яёіў])|\?\?\?|\[\[|\]\]|(?i:lorem ipsum)"  # XXX съезд is the thirtieth
    r"|\[(?=[^\[\]]{0,80}(?i:check|verify|insert|source\?|провер|уточни|добавить|вставить|правер|удаклад|дадаць|уставіць))"
    r"[^\[\]]{0,200}\]"
)
HARD_DOUBLE_SPACE = re.compile(r" \xa0|\xa0 |\xa0\xa0")
STRAIGHT_QUOTE = re.compile(r'(?<!\d)"')


def sentences(text: str) -> list[str]:
    """The text's sentences. Where a full stop may belong to an abbreviation, it does."""
    found: list[str] = []
    current: list[str] = []
    words = text.split()
    for word, following in zip_longest(words, words[1:], fillvalue=""):
        current.append(word)
        if SENTENCE_END.search(word[-4:]) and (not following or SENTENCE_START.match(following)):
            if following and _is_abbreviated(word):
                continue
            found.append(" ".join(current))
            current = []
    return [*found, " ".join(current)] if current else found


def _is_abbreviated(word: str) -> bool:
    if not word.endswith("."):
        return False
    bare = word.rstrip(".").lstrip("«„“\"'([")
    return bare.lower() in ABBREVIATIONS or bool(DOTTED.fullmatch(bare) and not bare.isdigit())


def wording_remarks(passages: list[str], language: str) -> Iterator[str]:
    """What is said of the words of one field. Of what occurs often, the first and how often."""
    yield from _long_sentences(passages)
    yield from _doubled_words(passages)
    yield from _notes(passages)
    if count := sum(len(HARD_DOUBLE_SPACE.findall(text)) for text in passages):
        sentence = ngettext(
            "There is a double space in %(count)s place.", "There are double spaces in %(count)s places.", count
        )
        yield sentence % {"count": count}
    yield from _straight_quotes(passages, language)


def _long_sentences(passages: list[str]) -> Iterator[str]:
    for text in passages:
        for sentence in sentences(text):
            count = sum(any(char.isalnum() for char in word) for word in sentence.split())
            if count > LONGEST_SENTENCE:
                template = ngettext(
                    "A sentence has %(count)s word and may be hard to follow: “%(beginning)s”",
                    "A sentence has %(count)s words and may be hard to follow: “%(beginning)s”",
                    count,
                )
                yield template % {"count": count, "beginning": beginning(sentence)}


def _doubled_words(passages: list[str]) -> Iterator[str]:
    seen: set[str] = set()
    for text in passages:
        words = WORD.findall(text)
        for before, word in pairwise(words):
            doubled = word.lower() == before.lower() and word[0].isalpha() and word.lower() not in DOUBLED_RIGHTLY
            if doubled and word.lower() not in seen:
                seen.add(word.lower())
                yield _("“%(word)s” stands twice in a row.") % {"word": f"{before} {word}"}


def _notes(passages: list[str]) -> Iterator[str]:
    for text in passages:
        if found := NOTES.search(text):
            about = beginning(text[max(0, found.start()) :])
            yield _("It looks as if a note to yourself was left in the text: “%(note)s”") % {"note": about}


def _straight_quotes(passages: list[str], language: str) -> Iterator[str]:
    if count := sum(len(STRAIGHT_QUOTE.findall(text)) for text in passages):
        right = "“ ”" if language == "en" else "« »"
        sentence = ngettext(
            '%(count)s quotation mark is straight ("). Ours are %(right)s.',
            '%(count)s quotation marks are straight ("). Ours are %(right)s.',
            count,
        )
        yield sentence % {"count": count, "right": right}
