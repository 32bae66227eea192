"""How well the Belarusian stemmer brings the forms of a word together, and no more than them.

    make bench-stemming

The affix rules of Debian's hunspell-be (CC BY-SA; not shipped) expand its entries into paradigms: the forms of one
word. Said of them: the share of pairs of forms of one word that have one stem, and how many words share a stem. The
dictionary writes aspects, participles and many plurals as words of their own, so a part of those who share a stem
belong together.
"""

import re
import sys
import time
from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from commentaries.search.stemming import stem
from commentaries.search.words import tokens

DICTIONARY = Path("/usr/share/hunspell")
TOGETHER, WORDS_PER_STEM = 0.95, 1.3  # the bars
# Prefixes that spell the word otherwise: у for ў, і before consonants. The rest (не-, па-, за-) make other words.
SPELLINGS = "ui"

Paradigms = dict[str, set[str]]


@dataclass(frozen=True)
class Affix:
    """One rule: what comes off the word, what comes on, and the words it is for (hunspell(5), SFX and PFX)."""

    is_suffix: bool
    strip: str
    add: str
    condition: re.Pattern[str]

    def applied(self, word: str) -> str | None:
        if self.is_suffix:
            fits = word.endswith(self.strip) and self.condition.search(word)
            return word[: len(word) - len(self.strip)] + self.add if fits else None
        fits = word.startswith(self.strip) and self.condition.match(word)
        return self.add + word[len(self.strip) :] if fits else None


def affixes(lines: list[str]) -> dict[str, list[Affix]]:
    """The rules of an .aff file by their flags."""
    found = defaultdict(list)
    for line in lines:
        kind, flag, *rest = line.split() if line.startswith(("SFX ", "PFX ")) else ("", "")
        if len(rest) >= 3:  # its heading has two
            strip, add, condition = ("" if part == "0" else part for part in rest[:3])
            is_suffix = kind == "SFX"
            pattern = re.compile(f"(?:{condition})$" if is_suffix else condition)
            found[flag].append(Affix(is_suffix, strip, add, pattern))
    return found


def expanded(word: str, flags: str, rules: dict[str, list[Affix]], *, spellings: str = SPELLINGS) -> set[str]:
    """All forms of an entry: each suffix, and each prefix with each of them (every rule of this file says Y)."""
    own = [rule for flag in flags for rule in rules.get(flag, []) if rule.is_suffix or flag in spellings]
    forms = {word, *filter(None, (rule.applied(word) for rule in own if rule.is_suffix))}
    return forms | {made for rule in own if not rule.is_suffix for form in forms if (made := rule.applied(form))}


def paradigms(folder: Path, *, with_names: bool) -> Paradigms:
    """The folded forms of every word. An entry that stands twice is one; names (a capital) only if asked for."""
    rules = affixes((folder / "be_BY.aff").read_text(encoding="utf-8").splitlines())
    found: Paradigms = defaultdict(set)
    for line in (folder / "be_BY.dic").read_text(encoding="utf-8").splitlines()[1:]:
        word, _slash, flags = line.strip().partition("/")
        if word and (with_names or word == word.lower()):
            found[word] |= {"".join(tokens(form)) for form in expanded(word, flags, rules)}
    return found


def measure(words: Paradigms) -> tuple[float, float, float]:
    """The share of pairs together, pooled and as a mean over words; and how many words a stem has, in the mean."""
    together = pairs = 0
    shares, owners = [], defaultdict(set)
    for word, forms in words.items():
        counts = Counter(stem(form, "be") for form in forms)
        for found in counts:
            owners[found].add(word)
        if whole := len(forms) * (len(forms) - 1) // 2:
            joined = sum(times * (times - 1) // 2 for times in counts.values())
            together, pairs = together + joined, pairs + whole
            shares.append(joined / whole)
    return together / pairs, sum(shares) / len(shares), sum(map(len, owners.values())) / len(owners)


def speed(words: Paradigms) -> float:
    """Words a second, each met for the first time."""
    forms = sorted(set(chain.from_iterable(words.values())))[::7]
    stem.cache_clear()
    start = time.perf_counter()
    for form in forms:
        stem(form, "be")
    return len(forms) / (time.perf_counter() - start)


def main() -> int:
    if not (DICTIONARY / "be_BY.dic").exists():
        sys.stdout.write(f"The dictionary is not in {DICTIONARY}. Install it: apt-get install hunspell-be\n")
        return 1
    words = paradigms(DICTIONARY, with_names=False)
    pooled, mean, owners = measure(words)
    everything = paradigms(DICTIONARY, with_names=True)
    pooled_all, mean_all, owners_all = measure(everything)
    lines = [
        f"{len(words):,} words, {sum(map(len, words.values())):,} forms",
        f"pairs of forms of one word with one stem   {pooled:.2%}   (bar: {TOGETHER:.0%} or more)",
        f"the same, mean over words                  {mean:.2%}",
        f"words to a stem                            {owners:.3f}    (bar: {WORDS_PER_STEM} or less)",
        f"with names, {len(everything):,} words: {pooled_all:.2%}, {mean_all:.2%}, {owners_all:.3f}",
        f"words stemmed a second                     {speed(words):,.0f}",
    ]
    sys.stdout.write("\n".join([*lines, ""]))
    return 0 if pooled >= TOGETHER and owners <= WORDS_PER_STEM else 1


if __name__ == "__main__":
    sys.exit(main())
