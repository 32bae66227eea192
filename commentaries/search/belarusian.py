"""A light stemmer for Belarusian, in the manner of Savoy's for Slavic languages."""

ENDINGS = sorted(
    "амі ямі ах ях ам ям оў аў яў еў ою ею аю яю ой ай ей яй ага яга ога аму яму ому ым ім ых іх ыя ія ую юю ая яя ае яе"
    " а я о е э у ю ы і ь й ў ся цца".split(),
    key=len,
    reverse=True,
)


def stem(word: str) -> str:
    for ending in ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word
