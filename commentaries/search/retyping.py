"""A query in Latin letters as it was meant in Cyrillic: typed with the wrong keyboard layout, or in łacinka."""

import re

KEYS = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`"
LAYOUTS = [
    str.maketrans(KEYS, letters)
    for letters in ("йцукенгшўзх'фывапролджэячсмітьбюё", "йцукенгшщзхъфывапролджэячсмитьбюё")
]
LETTERS = str.maketrans(
    dict(zip("abcčdefghijkłmnoprsštuŭvwyzž", "абцчдэфггійклмнопрсштуўввызж", strict=True))
    | {"ć": "ць", "ń": "нь", "ś": "сь", "ź": "зь"}
)
HARD = str.maketrans("ćńśź", "cnsz")
SOFT = str.maketrans("aeou", "яеёю")


def retyped(text: str) -> list[str]:
    """What the text may have been meant as, if its letters are Latin: by the keys that were hit, and by the sounds."""
    text = text.lower()
    if not re.search("[a-z]", text) or re.search("[\u0400-\u04ff]", text):
        return []
    return [*(text.translate(layout) for layout in LAYOUTS), _from_lacinka(text)]


def _from_lacinka(text: str) -> str:
    """In the official spelling, which writes no softness before a soft consonant: śviata is свята, piśmo пісьмо."""
    text = re.sub("[ćńśź](?=[^aeiouy]i)", lambda match: match[0].translate(HARD), text).replace("ch", "х")
    text = re.sub("[ij]([aeou])", lambda match: match[1].translate(SOFT), text)
    text = re.sub("l([aeou])", lambda match: f"л{match[1].translate(SOFT)}", text)
    return re.sub("l(?![iеёюя])", "ль", text).replace("l", "л").translate(LETTERS)
