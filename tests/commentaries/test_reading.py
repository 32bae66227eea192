"""Through a text: how long it takes, what it holds, what came before it."""

import re
from datetime import timedelta
from itertools import product

import pytest
from django.test import Client
from django.utils.translation import override

from commentaries import publishing
from commentaries.models import Commentary, Section
from commentaries.models.commentaries import Edition
from commentaries.reading.duration import minutes
from commentaries.reading.headings import headings, with_anchors
from commentaries.reading.story import story
from commentaries.revision import watch
from tests.factories import MONDAY, make_commentary, make_issue, make_publication, make_section

WEEK = timedelta(days=7)
THREE = "<h2>Цэны і пошліны</h2><p>а</p><h2>Цэны і пошліны</h2><p>б</p><h3>Ніжэй</h3><p>в</p><h2>Ўрад<sup>1</sup></h2>"


# --- Time -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "words", "expected"),
    [("be", 10, 1), ("be", 184 * 4, 4), ("ru", 184 * 2, 2), ("en", 228 * 4, 4), ("en", 228 * 3 - 50, 3), ("en", 0, 1)],
)
def test_a_text_takes_as_long_as_its_words(language: str, words: int, expected: int) -> None:
    commentary = Commentary(**{f"body_{language}": f"<p>{'слова ' * words}</p>"})
    assert minutes(Edition(commentary, language)) == expected


def test_words_of_neighbouring_paragraphs_are_two() -> None:
    commentary = Commentary(body_en="<p>word</p>" * 228 * 2)
    assert minutes(Edition(commentary, "en")) == 2


# --- Headings -------------------------------------------------------------------------------------------------------


def test_headings_have_addresses_in_latin_letters_each_its_own() -> None:
    found = [(heading.level, heading.id, heading.words) for heading in headings(THREE)]
    assert found == [
        (2, "h-ceny-i-poshliny", "Цэны і пошліны"),
        (2, "h-ceny-i-poshliny-2", "Цэны і пошліны"),
        (3, "h-nizhej", "Ніжэй"),
        (2, "h-urad", "Ўрад"),
    ]


@pytest.mark.parametrize("html", ["<h2>a</h2><h2>a</h2><h2>a 2</h2>", "<h2>a 2</h2><h2>a</h2><h2>a</h2>"])
def test_no_two_headings_share_an_address(html: str) -> None:
    assert len({heading.id for heading in headings(html)}) == 3


def test_the_list_of_headings_leads_to_the_anchors() -> None:
    assert re.findall(r' id="([^"]+)"', with_anchors(THREE, "economy")) == [
        heading.id for heading in headings(THREE, "economy")
    ]


def test_a_heading_without_words_stays_as_it_is() -> None:
    assert with_anchors("<h2></h2>") == "<h2></h2>"


@pytest.mark.django_db
def test_a_long_text_lists_its_headings_and_a_short_one_does_not(client: Client) -> None:
    issue = make_issue()
    make_commentary(issue, make_section("economy"), body_be=THREE)
    make_commentary(issue, make_section("media"), body_be="<h2>Адзін</h2><p>а</p><h2>Два</h2><p>б</p>")
    page = client.get("/be/issues/2022-01-17/economy/").content.decode()
    assert page.count('<li><a href="#h-') == 3
    assert 'class="contents"' not in client.get("/be/issues/2022-01-17/media/").content.decode()


# --- The story so far -----------------------------------------------------------------------------------------------


def make_weeks(section: Section, trends: str) -> list[Commentary]:
    """A commentary a week, the last in the week of MONDAY: "wwu" is worse, worse, unchanged."""
    names = {"i": "improved", "u": "unchanged", "w": "worsened"}
    starts = [MONDAY - number * WEEK for number in reversed(range(len(trends)))]
    return [
        make_commentary(make_issue(start), section, trend=names[trend], title_be=f"Каментар {start}")
        for start, trend in zip(starts, trends, strict=True)
    ]


def story_of(client: Client) -> str:
    page = client.get("/be/issues/2022-01-17/economy/").content.decode()
    return page.partition('aria-labelledby="story"')[2].partition("</section>")[0]


@pytest.mark.django_db
def test_the_story_so_far_names_the_last_four_newest_first(client: Client) -> None:
    make_weeks(make_section("economy"), "uuuuuu")
    make_commentary(make_issue(MONDAY + WEEK), Section.objects.get(), title_be="Пазней")
    told = re.findall(r"Каментар (\S+)</a>", story_of(client))
    assert told == ["2022-01-10", "2022-01-03", "2021-12-27", "2021-12-20"]


@pytest.mark.django_db
@pytest.mark.parametrize(("trends", "weeks"), [("iww", 2), ("wwuw", 0), ("uuuuuu", 6)])
def test_the_story_says_how_long_the_trend_has_held(client: Client, trends: str, weeks: int) -> None:
    make_weeks(make_section("economy"), trends)
    page = client.get("/en/issues/2022-01-17/economy/").content.decode()
    assert re.findall(r"(\d+) weeks in a row", page) == ([str(weeks)] if weeks else [])


@pytest.mark.django_db
def test_the_story_tells_nothing_that_is_not_public(client: Client) -> None:
    first, second, third, _this = make_weeks(make_section("economy"), "uuuu")
    publishing.withdraw(first, {"be": "Памылка."})
    second.translations.update(state="draft")
    Commentary.objects.filter(pk=third.pk).update(published_at=None)
    assert story_of(client) == ""


@pytest.mark.django_db
def test_what_is_withdrawn_after_the_calendar_was_read_is_not_named(client: Client) -> None:
    _first, second, _this = make_weeks(make_section("economy"), "uuu")
    with watch.standing():
        assert "2022-01-10</a>" in story_of(client)
        publishing.withdraw(second, {"be": "Памылка."})
        told = story_of(client)
    assert "2022-01-03</a>" in told
    assert "2022-01-10" not in told


@pytest.mark.django_db
def test_an_earlier_text_in_another_language_says_which(client: Client) -> None:
    section = make_section("economy")
    make_commentary(make_issue(MONDAY - WEEK), section, languages=("ru",), title_ru="Раньше")
    make_commentary(make_issue(), section)
    assert 'lang="ru">Раньше</a>' in story_of(client)


@pytest.mark.django_db
def test_a_mention_has_the_headline_that_the_page_it_leads_to_has() -> None:
    """Whatever the states of the languages, and whichever have a text."""
    issue = make_issue()
    this = make_commentary(issue, make_section("read"))
    kinds = list(product(("ready", "outdated", "draft", ""), (True, False)))
    for number, kinds_of_three in enumerate(product(kinds, repeat=3)):
        other = make_commentary(issue, make_section(f"other-{number:03}"), languages=(), trend="improved")
        for language, (state, is_written) in zip(("be", "ru", "en"), kinds_of_three, strict=True):
            setattr(other, f"title_{language}", f"{language} {number}")
            setattr(other, f"body_{language}", "<p>Text.</p>" if is_written else "")
            if state:
                other.translations.create(language=language, state=state)
        other.save()
    read = this.edition()
    assert read is not None
    rows = Commentary.objects.exclude(pk=this.pk).in_order().with_texts()
    for language in ("be", "ru", "en"):
        with override(language):
            expected = [
                (other.title, other.language, other.commentary.get_absolute_url())
                for row in rows
                if (other := row.edition())
            ]
            assert [(each.title, each.title.language, each.url) for each in story(read).others] == expected
    assert len(expected) > 100


@pytest.mark.django_db
def test_a_first_commentary_has_no_story(client: Client) -> None:
    make_publication()
    make_commentary(section=make_section("economy"))
    assert story_of(client) == ""
