"""What the desk says of a commentary before it is published: sentences, each with its place; never a false alarm on
our own sample content."""

import time
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils.translation import override
from pytest_django import DjangoAssertNumQueries, Settings

from commentaries import roles
from commentaries.fields import MAX_LENGTH
from commentaries.models import Comment, Commentary, Issue, Translation
from commentaries.proofreading import Remark, remarks
from commentaries.proofreading.numbers import MOST_COMPARED, number_remarks
from commentaries.proofreading.sentences import sentences
from tests.commentaries.desk import desk
from tests.factories import make_commentary, make_forecast, make_issue, make_picture, make_user

pytestmark = pytest.mark.django_db
RUNAWAY = 30  # seconds of a processor; a pattern that backtracks takes hours, a slow machine does not


def fetched(commentary: Commentary) -> Commentary:
    stored: Commentary = Commentary.objects.with_texts().prefetch_related("comments").get(pk=commentary.pk)
    return stored


def found(**fields: Any) -> list[Remark]:
    issue = Issue.objects.first() or make_issue()
    return remarks(fetched(make_commentary(issue, **fields)))


def said(body: str, language: str = "en") -> list[str]:
    """The sentences about this text, the only one of its commentary."""
    everything = found(languages=(language,), **{f"body_{language}": body})
    return [remark.sentence for remark in everything if remark.field == f"body_{language}"]


def test_a_commentary_without_a_fault_has_no_remark() -> None:
    assert found() == []


# --- Headings, links, pictures ---


def test_headings_begin_with_the_second_level_and_skip_none() -> None:
    assert said("<h2>One</h2><p>x</p><h3>Two</h3><p>x</p><h2>Three</h2>") == []
    jump = "The heading “Three” is of level 4, but none of level 3 stands above it."
    assert said("<h2>One</h2><h4>Three</h4>") == [jump]
    assert said("<h3>First</h3><p>x</p>") == ["The heading “First” is of level 3, but none of level 2 stands above it."]
    assert said("<h2> </h2><p>x</p>") == ["There is an empty heading."]


@pytest.mark.parametrize(
    ("link", "part"),
    [
        ('<a href="https://example.org/a">here</a>', "The link “here” does not say where it leads."),
        ('<a href="https://example.org/a">Тут</a>', "The link “Тут” does not say where it leads."),
        ('<a href="https://example.org/a">нажмите здесь.</a>', "does not say where it leads"),
        ('<a href="https://example.org/a">https://example.org/a</a>', "shows its bare address"),
        ('<a href="https://example.org/a"> </a>', "has no words"),
        ("<a>the report</a>", "The link “the report” has no address."),
        ('<a href="http://example.org/a">the report</a>', "begins with http: and is not encrypted"),
        ('<a href="http://localhost:8000/be/">the report</a>', "readers cannot open it"),
        ('<a href="/admin/commentaries/issue/">the report</a>', "readers cannot open it"),
        ('<a href="/be/preview/abc/">the report</a>', "readers cannot open it"),
    ],
)
def test_a_link_says_where_it_leads_and_readers_can_open_it(link: str, part: str) -> None:
    [sentence] = said(f"<p>See {link} of it.</p>")
    assert part in sentence


def test_a_good_link_and_a_footnote_are_no_fault() -> None:
    note = '<p>It<sup><a href="#fn-1" id="fnref-1">1</a></sup>.</p><ol class="footnotes"><li id="fn-1">A note '
    assert said(note + '<a href="#fnref-1">↩</a></li></ol>') == []
    assert (
        said('<p><a href="https://example.org/2022">The annual report</a>, <a href="mailto:a@b.c">by mail</a></p>')
        == []
    )


def test_a_picture_in_the_text_says_what_is_to_be_seen() -> None:
    caption = "<figcaption>The bridge. Ina, CC0</figcaption>"
    silent = f'<figure><img src="/media/pictures/a.png" alt="">{caption}</figure>'
    assert said(silent + f'<figure><img src="/media/pictures/b.png" alt="A bridge">{caption}</figure>') == [
        "1 picture in the text has no alternative text."
    ]


@pytest.mark.parametrize(
    "html",
    [
        '<figure><img src="/media/pictures/a.png" alt="A"></figure>',
        '<figure><img src="/media/pictures/a.png" alt="A"><figcaption> </figcaption></figure>',
        '<p>The bridge. <img src="/media/pictures/a.png" alt="A"></p>',
    ],
)
def test_a_picture_in_the_text_says_whose_it_is(html: str) -> None:
    good = '<figure><img src="/media/pictures/b.png" alt="B"><figcaption>Ina, CC0</figcaption></figure>'
    assert said(good + html + good + "<p>Words.</p>") == ["1 picture in the text has no caption that says who made it."]


def test_a_caption_is_given_in_every_language_or_in_none() -> None:
    assert found(picture=make_picture()) == []
    half = make_picture(caption_be="Мост", caption_ru="Мост")
    [remark] = [remark for remark in found(picture=half) if remark.field == "picture"]
    assert (remark.language, remark.field) == ("en", "picture")
    assert remark.sentence == "The picture has a caption, but not in this language."


# --- Languages, comments, forecasts ---


def test_a_missing_language_and_one_that_is_not_ready_are_named() -> None:
    commentary = make_commentary(languages=("be", "en"))
    commentary.translations.filter(language="en").update(state=Translation.State.OUTDATED)
    assert [(remark.place, str(remark)) for remark in remarks(fetched(commentary))] == [
        ("?tab=ru#id_title_ru", "Russian: There is no text in this language."),
        ("?tab=en#id_state_en", "English: It is outdated: the original has changed since it was translated."),
    ]


def test_comments_that_wait_for_an_answer_are_counted() -> None:
    commentary = make_commentary()
    for resolved in (None, None, commentary.published_at):
        Comment.objects.create(commentary=commentary, text="Check this.", resolved_at=resolved)
    [remark] = remarks(fetched(commentary))
    assert (remark.sentence, remark.place) == ("2 comments are not resolved.", "#comments")


def test_a_forecast_without_a_day_is_named() -> None:
    commentary = make_commentary()
    make_forecast(commentary, due="2022-05-01", position=0)
    make_forecast(commentary, position=1)
    [remark] = remarks(fetched(commentary))
    assert remark.sentence == "Forecast 2 has no day by which it can be judged."
    assert remark.place == "#id_forecasts-1-due"


def test_a_lead_is_short_and_there() -> None:
    long = "One. Two, by A. B. Krey of the U.S. Senate. Three. Four."
    assert [remark.sentence for remark in found(lead_en=long)] == ["The lead has 4 sentences; two or three are enough."]
    [remark] = found(lead_ru="")
    assert (remark.sentence, remark.place) == ("There is no lead.", "?tab=ru#id_lead_ru")


# --- Words ---


def test_a_very_long_sentence_is_named_by_its_beginning() -> None:
    long = "The ministers of both countries met and " + "then they talked and " * 11 + "left."
    [sentence] = said(f"<p>It was so. {long}</p>")
    assert sentence.startswith("A sentence has 5")
    assert "“The ministers of both countries met…”" in sentence


@pytest.mark.parametrize(
    "text",
    [
        "In 2022 the U.S. Senate and Mr. Smith agreed.",
        "У 2022 г. Сенат ЗША і інш. дзяржавы, у т. л. Польшча, згадзіліся.",
        "В 2022 г. Сенат США, И. И. Иванов и т. п. Органы согласились.",
        "Бюджэт вырас да 3 млн. Крон стала больш",
    ],
)
def test_a_full_stop_of_an_abbreviation_ends_no_sentence(text: str) -> None:
    assert sentences(text) == [text]


def test_sentences_end_where_they_end() -> None:
    assert len(sentences("«Так!» Яны сказалі. — Не? Year 2022. The next… 5 March came.")) == 5


@pytest.mark.parametrize(
    "note",
    [
        "TODO",
        "xx ???",
        "[check the name]",
        "[праверыць лічбу]",
        "[проверить]",
        "[[Krey]]",
        "Lorem ipsum dolor",
        "XXX, he said",
    ],
)
def test_a_note_to_oneself_is_found(note: str) -> None:
    [sentence] = said(f"<p>Before {note} after.</p>")
    assert "a note to yourself" in sentence


@pytest.mark.parametrize("text", ["[sic]", "на XXX съезде", "[the Chancellor]", "Is it so?"])
def test_brackets_and_numerals_are_no_note(text: str) -> None:
    assert said(f"<p>So {text} it was.</p>") == []


def test_doubled_words_double_spaces_and_straight_quotes_are_found() -> None:
    [doubled, spaces, quotes] = said('<p>The the bridge is&nbsp; closed, the "Harbour" says.</p>')
    assert doubled == "“The the” stands twice in a row."
    assert spaces == "There is a double space in 1 place."
    assert quotes == '2 quotation marks are straight ("). Ours are “ ”.'


# --- Numbers ---

SAME = [
    ("be", "У 2021–2022 гг. на 12 500 крон, на 1,5 %.", "en", "In 2021–22 by 12,500 crowns, 1.5%."),
    ("be", "5 сакавіка 2022 года", "ru", "5 марта 2022 года"),
    ("be", "5 сакавіка 2022 года", "en", "March 5, 2022"),
    ("ru", "5 и 6 марта", "en", "March 5 and 6"),
    ("be", "17–23 студзеня", "en", "January 17–23"),
    ("be", "05.03.2022", "en", "5 March 2022"),
    ("be", "2–3 тыс. чалавек і 4,5 млн крон", "en", "2,000–3,000 people and 4.5 million crowns"),
    ("be", "5 раздзелаў з 14", "en", "five chapters of fourteen"),
    ("be", "у 1990-я гады", "en", "in the 1990s"),
    ("be", "у XXI стагоддзі, у II квартале", "en", "in the 21st century, in quarter 2"),
    ("be", "3-га ліпеня а 10.30", "en", "on 3 July at 10:30"),
    ("be", "45 тысяч супраць 20", "en", "45,000 against 20,000"),
    ("be", "31 рэдактар з 90", "en", "thirty-one of ninety editors"),
    ("be", "у 2021 годзе і ў 2021-м", "en", "in 2021 and that year"),
    ("ru", "шестьсот вагонов", "en", "600 wagons"),
]  # fmt: skip


@pytest.mark.parametrize(("source", "theirs", "language", "ours"), SAME)
def test_the_same_number_in_another_languages_spelling_is_no_difference(
    source: str, theirs: str, language: str, ours: str
) -> None:
    assert list(number_remarks([theirs], source, [ours], language)) == []
    assert list(number_remarks([ours], language, [theirs], source)) == []


@pytest.mark.parametrize(
    ("theirs", "ours", "there", "here"),
    [
        ("Даўжыня 380 км.", "It is 308 km long.", "380", "308"),
        ("Рост на 1,5 %.", "It grew by 15%.", "1,5", "15"),
        ("5 сакавіка 2022 года", "5 April 2022", "5 сакавіка", "5 April"),
        ("У 2021 годзе", "In 2012", "2021", "2012"),
        ("Загінулі 12 чалавек.", "People died.", "12", "none"),
        ("Было 3 млн крон.", "There were 3 billion crowns.", "3 млн", "3 billion"),
    ],
)
def test_a_number_that_differs_is_named_with_its_paragraph(theirs: str, ours: str, there: str, here: str) -> None:
    [sentence] = number_remarks(["Першы.", theirs], "be", ["The first.", ours], "en")
    assert sentence == f"Numbers differ from the original in “{ours}”: {there} there, {here} here."


def test_a_number_that_differs_leads_to_its_tab() -> None:
    body = "<p>Дарога 380 км.</p>"
    [remark] = found(body_be=body, body_ru="<p>Дорога 308 км.</p>", body_en="<p>A road of 380 km.</p>")
    assert (remark.language, remark.place) == ("ru", "?tab=ru#id_body_ru")


@pytest.mark.page
def test_the_sample_content_raises_no_false_alarm(settings: Settings) -> None:
    settings.DEBUG = True
    call_command("load_demo")
    everything = [
        remark
        for commentary in Commentary.objects.with_texts().prefetch_related("comments")
        for remark in remarks(commentary)
    ]
    fields = {remark.field.partition("_")[0] for remark in everything if "-due" not in remark.field}
    assert fields == {"title", "state", "lead", "body", "comments"}
    of_texts = [remark.sentence for remark in everything if remark.field.startswith("body")]
    assert all(sentence.startswith("A sentence has ") for sentence in of_texts)
    assert len(of_texts) <= 3


# --- Cost ---


def test_a_footnote_that_a_translation_lacks_is_named() -> None:
    note = (
        '<p>Мост<sup><a href="#fn-1" id="fnref-1">1</a></sup>.</p><ol class="footnotes"><li id="fn-1">Слова.</li></ol>'
    )
    [remark] = found(body_be=note, body_ru=note, body_en="<p>The bridge.</p><p>Words.</p>")
    assert (remark.sentence, remark.place) == (
        "Footnotes differ from the original: 1 there, 0 here.",
        "?tab=en#id_body_en",
    )


def test_it_asks_the_database_nothing(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    commentary = make_commentary(picture=make_picture(caption_be="Мост"))
    for _number in range(3):
        make_forecast(commentary)
        Comment.objects.create(commentary=commentary, text="So?")
    commentary = fetched(commentary)
    with django_assert_num_queries(0):
        assert remarks(commentary)


@pytest.mark.parametrize(
    "piece",
    [
        "1",
        "1 ",
        "111 ",
        "1,",
        "1.",
        "1-",
        "[",
        "[[a",
        "a ",
        "\xa0",
        '"',
        "a.",
        "A. ",
        "5 May ",
        "20-",
        "<a>",
        "<h3>",
        "x",
        "г. ",
        "<p>1</p>",
    ],
)
@pytest.mark.parametrize("length", [MAX_LENGTH, MOST_COMPARED - 10])
@pytest.mark.page
def test_a_hostile_text_does_not_run_away(piece: str, length: int) -> None:
    text = piece * (length // len(piece))
    commentary = make_commentary()
    commentary.body_be, commentary.body_en = text, text + "7"
    started = time.process_time()
    remarks(fetched_with(commentary))
    assert time.process_time() - started < RUNAWAY


def test_numbers_without_number_do_not_run_away() -> None:
    theirs, ours = ([f"{number * 10 + odd}" for number in range(9_000)] for odd in (1, 2))
    started = time.process_time()
    assert len(list(number_remarks(theirs, "be", ours, "en"))) == 1
    assert time.process_time() - started < RUNAWAY


def fetched_with(commentary: Commentary) -> Commentary:
    """The same as `fetched`, with texts that no form would let through."""
    stored = fetched(commentary)
    stored.body_be, stored.body_en = commentary.body_be, commentary.body_en
    return stored


# --- At the desk ---


def test_the_form_shows_its_remarks_in_the_users_language_with_their_places() -> None:
    editor = make_user("editor", roles.EDITOR, interface_language="en")
    commentary = make_commentary(body_ru="<p>TODO</p>")
    url = reverse("admin:commentaries_commentary_change", args=[commentary.pk])
    page = desk(editor).get(url).content.decode()
    assert '<a href="?tab=ru#id_body_ru">It looks as if a note to yourself' in page
    assert "1 thing to look at before it is published" in page


def test_a_form_without_remarks_shows_no_panel(client: Client) -> None:
    editor = make_user("editor", roles.EDITOR)
    url = reverse("admin:commentaries_commentary_change", args=[make_commentary().pk])
    assert 'class="proofreading"' not in desk(editor).get(url).content.decode()


def test_sentences_are_in_the_active_language() -> None:
    commentary = fetched(make_commentary(languages=("be",)))
    with override("ru"):
        assert str(remarks(commentary)[0]).startswith("Русский: ")
