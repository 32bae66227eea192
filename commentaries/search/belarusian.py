"""A light stemmer for Belarusian: endings come off, and what changes where they stood is made one again.

In the manner of J. Savoy's light stemmers for Slavic languages (Bulgarian: Information Retrieval 10, 2007; with
L. Dolamic Czech: IP&M 45, 2009, Russian: JASIST 60, 2009): inflection only, by lists and rules. The endings and
alternations are those of any school grammar. Words come folded: ў is у, ё is е, apostrophes are gone. How well it does
on a dictionary is measured in `benchmarks/stemming.py`; each rule below is there because it earned its place there.
"""

from commentaries.search.exceptions import ROOTS, STEMS

VOWELS = frozenset("аеоэяюуыі")
LEAST = 3  # letters that an ending leaves


def _ends(ends: str, themes: str = "") -> set[str]:
    """The ends, written in a row; each with each of the themes before it, if there are themes."""
    return {theme + end for theme in themes.split() or [""] for end in ends.split()}


NOUNS = {
    *_ends("а я о е э у ю ы і ь й ой ою ай аю ей ею яй яю эй эю ам ям ом ем ау яу оу еу амі ямі ах ях"),
    *_ends("я і й ю яй яю ям ямі ях", "ы і"),  # эканом-ія, санкц-ый
}
ADJECTIVES = _ends("ага яга ога аму яму ому ым ім ымі імі ых іх ая яя ае яе ое ую юю ыя ія")
VERBS = {
    # The second person plural in -аце and -яце and the singular in -аш are left out: they take more from nouns
    # (дэпутаце, пасаце) than they give to verbs. So are participles: учы is the end of many a noun.
    *_ends("еш ем уць юць іш ыш іць ыць ыце іце яць аць ець эць оць йце ьце ушы"),
    *_ends("ць ла лі у", "а я е э о і ы у ава ява"),
    # Nor does a bare еце come off: it takes more from nouns (савеце, газеце).
    *_ends("ю еш е ем еце ець юць й йце", "а я е э о ы у ю"),
}
ENDINGS = frozenset(NOUNS | ADJECTIVES | VERBS)
LONGEST = max(map(len, ENDINGS))

SOFT = tuple("ьяюіе")  # how an ending begins that softens the consonant before it
LAST_VOWEL = str.maketrans("оэя", "аае")


def stem(word: str) -> str:
    """The stem of a folded word, never empty unless the word is. What has a digit in it is its own: 2022, not 202."""
    if not word.isalpha():
        return word
    if word in STEMS:
        return STEMS[word]
    root, ending = _parted(_without_reflexive(word))
    root = _fleeting(_hardened(root, ending), ending)
    return _unaccented(root)


def _without_reflexive(word: str) -> str:
    """Reflexive verbs are their verbs: праводзіцца is праводзіць, адбылася is адбыла."""
    if len(word) > 5:
        if word.endswith("цца"):
            return f"{word[:-3]}ць"
        if word.endswith("ся"):
            return word[:-2]
    return word


def _parted(word: str) -> tuple[str, str]:
    """The word without its longest ending, and the ending. Of three letters one comes off two consonants: дн-я."""
    for length in range(1, LEAST + 1):
        if word[:-length] in ROOTS and word[-length:] in NOUNS:
            return word[:-length], word[-length:]
    for length in range(min(LONGEST, len(word) - LEAST), 0, -1):
        if word[-length:] in ENDINGS:
            return word[:-length], word[-length:]
    if len(word) > 2 and VOWELS.isdisjoint(word[:2]) and word[2:] in NOUNS:
        return word[:2], word[2:]
    return word, ""


def _hardened(root: str, ending: str) -> str:
    """One consonant at the end for all that alternate there: рука, руцэ; сад, садзе; мова, моў; люблю, любіць."""
    if len(root) < 3:
        return root
    if root[-1] == root[-2] != "н":  # радасцю, ноччу; but not пытанне, which would be пытаны
        root = root[:-1]
    before, last = root[:-1], root[-1]
    if last == "л" and len(root) > 3 and (before[-1] in "бпмф" or (before[-1] == "у" and before[-2] in VOWELS)):
        root, before, last = before, before[:-1], before[-1]
    if last == "у" and before[-1:] in VOWELS:
        return f"{before}в"
    if root.endswith(("дз", "дж")):
        return before.removesuffix("д") + "д"
    if root.endswith("шч"):
        return f"{before[:-1]}ст"
    if last == "ц":
        return before + ("т" if ending.startswith(SOFT) else "к")
    return root


def _fleeting(root: str, ending: str) -> str:
    """Without the vowel that comes and goes before the last consonant: кніжак, кніжка; навуковец, навукоўца."""
    if len(root) < 4:
        return root
    before, vowel, last = root[:-2], root[-2], root[-1]
    if last == "к" and vowel in "аоеэь":
        if vowel != "ь" and before[-1] in VOWELS:  # лінеек, лінейка
            return f"{before}йк" if vowel == "е" else root
        return f"{before[:-1]}ук" if before[-1] == "в" else f"{before}к"
    is_soft = (ending.startswith(SOFT) and ending != "е") or before.endswith("дз")  # but план, плане
    if last == "н" and vowel in "ае" and before[-1] not in VOWELS and is_soft:
        return f"{before[:-1] if before.endswith('дз') else before}н"
    return root


def _unaccented(root: str) -> str:
    """The last vowel as where no stress lies on it: воды, вада; землі, зямля. Those before it seldom change."""
    for at in range(len(root) - 1, -1, -1):
        if root[at] in VOWELS:
            return root[:at] + root[at:].translate(LAST_VOWEL)
    return root
