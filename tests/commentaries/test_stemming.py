"""Words and their stems: what a reader types in one form finds the others."""

import pytest

from commentaries.search.stemming import stem
from commentaries.search.words import spans, tokens

TOGETHER = {
    "be": [
        "Беларусь Беларусі Беларуссю",
        "ўрад урад урада ўраду ўрадам урадзе ўрадаў урадамі",
        "дзень дня дню днём дні дзён дням днях",
        "тыдзень тыдня тыдні тыдням тыднямі",
        "верасень верасня верасні",
        "рука рукі руку руцэ рукой рукамі",
        "вада вады вадзе ваду воды",
        "зямля зямлі землі землях",
        "вясна вясны вёсны",
        "сям'я сям’і сям’ю сем’і сем'ям сямʼя",
        "эканоміка эканомікі эканоміцы эканоміку эканомікай",
        "санкцыі санкцый санкцыям санкцыямі санкцыях санкцыя",
        "кампанія кампаніі кампаній кампаніяй",
        "парламент парламента парламенце парламентам",
        "дакумент дакументы дакументаў дакуменце",
        "план плана плане планаў планамі",
        "сад сады садзе садоў",
        "мова мовы мове мову мовай моў мовамі",
        "хлопец хлопца хлопцы хлопцаў",
        "навуковец навукоўцы навукоўцаў",
        "забастоўка забастоўкі забастовак забастоўцы",
        "кніжка кніжкі кніжак кніжцы",
        "радасць радасці радасцю",
        "ноч ночы ноччу начамі",
        "палітычны палітычнага палітычнаму палітычная палітычную палітычныя палітычных палітычнымі",
        "сіні сіняга сіняму сіняя сінюю сінія сініх",
        "новы новага новай новую новыя новых",
        "працаваць працую працуеш працуе працуюць працаваў працавала працавалі",
        "чытаць чытаю чытае чытаюць чытаў чытала чыталі",
        "рабіць рабіў рабіла роблю робіць",
        "любіць люблю любіў любіла",
        "праводзіць праводзіцца праводзіў праводзіліся",
        "пытанне пытання пытанні пытанняў пытаннямі",
        "выбары выбараў выбарамі выбарах",
        "чалавек чалавека чалавеку чалавекам",
        "артыкул артыкула артыкулу артыкуле артыкулы артыкулаў",
        "тэрмінал тэрмінала тэрміналам тэрміналы",
        "квартал квартала квартале",
        "канал канала каналы",
        "правіла правілы правілам правілаў",
        "савет савета савеце саветы",
        "кабінет кабінета кабінеце",
        "газета газеце газеты газет",
        "чытала чыталі чытаў",
        "партыя партыі партый партыямі",
        "мэта мэце мэтаў",
        "слова словы слоў словамі",
    ],
    "ru": [
        "санкции санкций санкциями санкция",
        "ёлка елка ёлки елку",
        "экономика экономики экономикой",
        "международный международного международными",
    ],
    "en": ["country countries country’s", "sanction sanctions sanctioned", "Belarus Belarus’s Belarus's"],
}
APART = {
    "be": [
        "пытанне пытаны",
        "парламент парад",
        "урад уран",
        "рука рубель",
        "эканоміка экалогія",
        "новы нос",
        "тэрмінала тэрмін",
        "партыя порт",
        "радыё рада",
        "рада род",
        "сям’я сем",
        "крона кран",
        "тэма там",
        "дата даць",
        "прэса прасіць",
        "зона заняць",
        "слова слава",
        "мэта мат",
    ],
    "ru": ["санкции санитар"],
    "en": ["country count"],
}


def _stems(words: str, language: str) -> set[str]:
    return {stem(word, language) for word in tokens(words)}


@pytest.mark.parametrize(("language", "forms"), [(key, one) for key, rows in TOGETHER.items() for one in rows])
def test_the_forms_of_a_word_have_one_stem(language: str, forms: str) -> None:
    assert len(_stems(forms, language)) == 1, _stems(forms, language)


@pytest.mark.parametrize(("language", "words"), [(key, one) for key, rows in APART.items() for one in rows])
def test_different_words_have_different_stems(language: str, words: str) -> None:
    assert len(_stems(words, language)) == 2


@pytest.mark.parametrize("word", ["2022", "600", "11", "5000", "g77"])
def test_a_number_is_its_own_stem(word: str) -> None:
    assert {stem(word, language) for language in ("be", "ru", "en")} == {word}


def test_no_word_has_an_empty_stem() -> None:
    letters = "абвдежзіклмнопрстуфхцчшыьэюяйs'1"
    words = {
        a + b + c + d for a in letters for b in letters[::3] for c in ["", *letters[::4]] for d in ("", "ся", "цца")
    }
    empty = {(word, language) for word in words for language in ("be", "ru", "en", "xx") if not stem(word, language)}
    assert not empty


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Ён прыйшоў у сям’ю.", ["ен", "прыйшоу", "у", "сямю"]),
        ("эка\u00adно\u00adміка за\u0301мак", ["эканоміка", "замак"]),
        ("COVID-19: 1,5 млрд", ["covid", "19", "1", "5", "млрд"]),
        ("«Мой» край", ["мой", "край"]),
        ("1,140; 1 140 і 12\u202f000\u202f500", ["1140", "1140", "і", "12000500"]),
        ("1 140,5 за 1,1400", ["1140", "5", "за", "1", "1400"]),
        ("у 2022 140; 0,125; 7, 100; 3 100x", ["у", "2022", "140", "0", "125", "7", "100", "3", "100x"]),
        ("O’Brien don't students’ Minsk’s", ["obrien", "dont", "students", "minsk"]),
        ("ﬁnance ½ x²", ["finance", "12", "x2"]),
        (" — … ’ \x00 \ud800", []),
    ],
)
def test_the_words_of_a_text_are_folded_and_in_order(text: str, words: list[str]) -> None:
    assert tokens(text) == words


def test_a_word_knows_its_place_in_the_text() -> None:
    text = "У «Сям’і» — ўраджай"
    assert [(text[span.start : span.end], span.word) for span in spans(text)] == [
        ("У", "у"),
        ("Сям’і", "сямі"),
        ("ўраджай", "ураджай"),
    ]
