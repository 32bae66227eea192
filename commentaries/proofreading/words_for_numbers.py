"""How the three languages write months, thousands and small numbers: beginnings of words, in small letters."""

import re

# ruff: noqa: SIM905  # lists of words read better as words

MONTHS = {
    "be": dict(enumerate("студз лют сакав красавік (?:ма[йяі]|траў) чэрв ліп жні верас кастр ліст снеж".split(), 1)),
    "ru": dict(enumerate("январ феврал март апрел ма[йяе] июн июл август сентябр октябр ноябр декабр".split(), 1)),
    "en": dict(enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)),
}


def _day_before_month(language: str, between: str) -> str:
    return rf"(?<!\d)\d{{1,2}}{between}(?P<month>(?:{'|'.join(MONTHS[language].values())})\w{{0,9}})"


DAY_AND_MONTH = {
    "be": re.compile(_day_before_month("be", r"(?:-\w{1,3})?[ \xa0]"), re.IGNORECASE),
    "ru": re.compile(_day_before_month("ru", r"(?:-\w{1,3})?[ \xa0]"), re.IGNORECASE),
    "en": re.compile(
        _day_before_month("en", r"(?:st|nd|rd|th)?(?: of)?[ \xa0]")
        + rf"|\b(?P<before>(?:{'|'.join(MONTHS['en'].values())})[a-z]{{0,6}})\.?[ \xa0]\d{{1,2}}(?!\d)",
        re.IGNORECASE,
    ),
}

SCALES = {
    r"(?:трлн|трыль|триллион|trillion|tn\b)[^\W\d]{0,9}": 1e12,
    r"(?:млрд|мільярд|миллиард|billion|bn\b)[^\W\d]{0,9}": 1e9,
    r"(?:млн|мільён|миллион|million|mln\b)[^\W\d]{0,9}": 1e6,
    r"(?:тыс|thousand)[^\W\d]{0,9}": 1e3,
}

_ENGLISH = {
    **dict(enumerate("zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen".split())),
    **dict(enumerate("fifteen sixteen seventeen eighteen nineteen twent".split(), 15)),
    **dict(zip(range(30, 100, 10), "thirt fort fift sixt sevent eight ninet".split(), strict=True)),
    100: "(?:a |one )?hundred|centur",
    **{
        100 * count: f"{word} hundred"
        for count, word in enumerate("two three four five six seven eight nine".split(), 2)
    },
}
_BELARUSIAN = {
    0: "нул|нол", 1: "адн|адзін|перш|раз", 2: "дв|друг|аб[ое]|пар|палов|падв", 3: "тр[оыэ]|трац", 4: "чатыр|чацв|чвэр",
    5: "пят|пяц", 6: "шас|шэс", 7: "сем|сяд?м|сём", 8: "вос|вас", 9: "дзев|дзяв", 10: "дзес|дзяс", 11: "адзінац",
    12: "дванац", 13: "трынац", 14: "чатырнац", 15: "пятнац", 16: "шаснац", 17: "сямнац|семнац", 18: "васямнац",
    19: "дзевятнац", 20: "дваццац", 30: "трыццац", 40: "сорак|сарак", 50: "пяцьдзяс|пяцідзяс", 60: "шэсцьдз|шасцідз",
    70: "семдз|сямідз", 80: "восемдз|васьмідз", 90: "дзевян", 100: "сто|сот|ста|стаг",
    200: "дзвесц|двухс", 300: "трыст|трохс", 400: "чатырыс|чатырохс", 500: "пяцьсо|пяціс", 600: "шэсцьс|шасціс",
    700: "семс|сяміс", 800: "восемс|васьміс", 900: "дзевяцьс|дзевяціс",
}  # fmt: skip
_RUSSIAN = {
    0: "нул|нол", 1: "од[ин]|перв|раз", 2: "дв|втор|об[ае]|пар|полов|удв", 3: "тр[иеё]", 4: "чет[ыв]", 5: "пят",
    6: "шест", 7: "сем|седьм", 8: "вос", 9: "девят", 10: "десят", 11: "одиннад", 12: "двенад", 13: "тринад",
    14: "четырнад", 15: "пятнад", 16: "шестнад", 17: "семнад", 18: "восемнад", 19: "девятнад", 20: "двадцат",
    30: "тридцат", 40: "сорок", 50: "пят[ьи]десят", 60: "шест[ьи]десят", 70: "сем[ьи]десят", 80: "вос[еь]м[ьи]десят",
    90: "девяност", 100: "сто|сот|ста|сотн", 200: "двест|двухс", 300: "трист|тр[её]хс", 400: "четыр[её]",
    500: "пятьс|пятис", 600: "шестьс|шестис", 700: "семьс|семис", 800: "восемьс|восьмис", 900: "девятьс|девятис",
}  # fmt: skip
_IRREGULAR = {1: "first|once|single|a ", 2: "second|twice|both|half|double|pair|couple", 3: "third|triple|thrice",
              4: "fourth|quarter", 5: "fifth", 8: "eighth", 9: "ninth", 12: "twelfth|dozen"}  # fmt: skip
WORDS = {
    "be": _BELARUSIAN,
    "ru": _RUSSIAN,
    "en": {value: f"{word}|{_IRREGULAR[value]}" if value in _IRREGULAR else word for value, word in _ENGLISH.items()},
}


def in_words(value: int, language: str) -> str:
    """A pattern for the number spelt out; empty for those that nobody spells out."""
    words = WORDS[language]
    if value in words:
        return rf"\b(?:{words[value]})"
    tens, ones = divmod(value, 10)
    if value < 100 and tens * 10 in words and ones in words:
        return rf"\b(?:{words[tens * 10]})\w{{0,8}}[ \xa0-](?:{words[ones]})"
    return ""


def roman(value: int) -> str:
    """Below fifty: centuries, quarters, congresses."""
    tens, ones = divmod(value, 10)
    return ("", "X", "XX", "XXX", "XL")[tens] + ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")[ones]
