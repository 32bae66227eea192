"""One text, one language; every page says which."""

import pytest
from django.test import Client

from commentaries.models import Translation
from tests.factories import (
    MONDAY,
    make_analyst,
    make_commentary,
    make_forecast,
    make_issue,
    make_publication,
    make_section,
    sign,
)

pytestmark = pytest.mark.django_db
COMMENTARY = "/issues/2022-01-17/security/"


def page(client: Client, path: str, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status, path
    return response.content.decode()


@pytest.mark.parametrize(
    ("available", "asked", "label", "canonical"),
    [
        ("be", "en", "Available in Belarusian", "be"),
        ("ru", "en", "Available in Russian", "ru"),
        ("be ru", "en", "Available in Belarusian", "be"),
    ],
)
def test_another_language_stands_in_for_the_whole_commentary(
    client: Client, available: str, asked: str, label: str, canonical: str
) -> None:
    make_commentary(section=make_section("security"), languages=tuple(available.split()))
    text = page(client, f"/{asked}{COMMENTARY}")
    assert f'<html lang="{asked}">' in text
    assert label in text
    assert f'<h1 lang="{canonical}">' in text
    assert f'<div class="text" lang="{canonical}">' in text
    assert f'<link rel="canonical" href="http://127.0.0.1:8000/{canonical}{COMMENTARY}">' in text


@pytest.mark.parametrize(("asked", "expected"), [("be", "ru"), ("ru", "be")])
def test_belarusian_and_russian_stand_in_for_each_other_first(client: Client, asked: str, expected: str) -> None:
    make_commentary(section=make_section("security"), languages=(expected, "en"))
    assert f'<h1 lang="{expected}">' in page(client, f"/{asked}{COMMENTARY}")


def test_a_text_in_the_readers_language_carries_no_label(client: Client) -> None:
    make_commentary(section=make_section("security"))
    text = page(client, f"/be{COMMENTARY}")
    assert "<h1>Загаловак каментара</h1>" in text
    assert 'class="available"' not in text


def test_a_translation_that_is_not_ready_is_not_shown(client: Client) -> None:
    commentary = make_commentary(section=make_section("security"), languages=("be", "en"))
    commentary.translations.filter(language="en").update(state=Translation.State.IN_REVIEW)
    text = page(client, f"/en{COMMENTARY}")
    assert "A headline" not in text
    assert "Available in Belarusian" in text


def test_an_outdated_translation_stays_public(client: Client) -> None:
    commentary = make_commentary(section=make_section("security"))
    commentary.translations.filter(language="en").update(state=Translation.State.OUTDATED)
    assert "A headline" in page(client, f"/en{COMMENTARY}")


def test_only_public_languages_are_alternates(client: Client) -> None:
    make_commentary(section=make_section("security"), languages=("be", "ru"))
    text = page(client, f"/ru{COMMENTARY}")
    assert f'hreflang="be" href="http://127.0.0.1:8000/be{COMMENTARY}"' in text
    assert f'hreflang="ru" href="http://127.0.0.1:8000/ru{COMMENTARY}"' in text
    assert 'rel="alternate" hreflang="en"' not in text
    assert f'hreflang="x-default" href="http://127.0.0.1:8000/be{COMMENTARY}"' in text


def test_an_issues_alternates_are_the_languages_it_has_something_in(client: Client) -> None:
    issue = make_issue()
    make_commentary(issue, languages=("be",))
    make_commentary(issue, languages=("be", "ru"))
    text = page(client, "/en/issues/2022-01-17/")
    assert 'rel="alternate" hreflang="ru"' in text
    assert 'rel="alternate" hreflang="en"' not in text
    assert '<link rel="canonical" href="http://127.0.0.1:8000/be/issues/2022-01-17/">' in text


def test_the_canonical_address_ignores_the_query_but_for_the_year(client: Client) -> None:
    make_commentary(section=make_section("security"))
    address = "http://127.0.0.1:8000/en/sections/security/"
    assert f'<link rel="canonical" href="{address}">' in page(client, "/en/sections/security/?utm=x")
    assert f'<link rel="canonical" href="{address}?year=2022">' in page(client, "/en/sections/security/?year=2022")


def test_the_home_page_in_no_language_is_the_door(client: Client) -> None:
    assert 'hreflang="x-default" href="http://127.0.0.1:8000/"' in page(client, "/en/")


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/issues/",
        "/issues/2022/",
        "/issues/2022-01-17/",
        COMMENTARY,
        "/sections/security/",
        "/analysts/ina/",
        "/about/",
    ],
)
def test_the_language_switch_stays_on_the_page(client: Client, path: str) -> None:
    sign(make_commentary(section=make_section("security")), make_analyst("ina"))
    text = page(client, f"/be{path}?utm=x")
    assert f'<a href="/be{path}" lang="be" hreflang="be" aria-current="true">Беларуская</a>' in text
    assert f'<a href="/ru{path}" lang="ru" hreflang="ru">Русский</a>' in text
    assert f'<a href="/en{path}" lang="en" hreflang="en">English</a>' in text


def test_the_language_switch_of_an_unknown_page_leads_home(client: Client) -> None:
    assert '<a href="/ru/" lang="ru" hreflang="ru">' in page(client, "/be/nothing/here/", 404)


def test_a_name_in_another_language_says_so(client: Client) -> None:
    make_publication(name_en="", name_ru="")
    make_commentary(section=make_section("security", title_en=""))
    text = page(client, f"/en{COMMENTARY}")
    assert '<a href="/en/" rel="home" lang="be">Тыднёвік</a>' in text
    assert '<a href="/en/sections/security/" lang="be">Раздзел security</a>' in text


def test_titles_and_descriptions_say_what_the_page_holds(client: Client) -> None:
    make_publication(tagline_en="Every week", about_en="<p>Who we are.</p>")
    make_commentary(section=make_section("security", description_en="<p>Defence &amp; borders.</p>"))
    expected = {
        "/en/": ("The Weekly — Every week", "Every week"),
        f"/en{COMMENTARY}": ("A headline — The Weekly", "A lead of the commentary."),
        "/en/issues/2022-01-17/": ("January\u00a017\u00a0– 23, 2022 — The Weekly", "A headline"),
        "/en/sections/security/": ("Section security — The Weekly", "Defence &amp; borders."),
        "/en/about/": ("About us — The Weekly", "Who we are."),
    }
    for path, (title, description) in expected.items():
        text = page(client, path)
        assert f"<title>{title}</title>" in text, path
        assert f'<meta name="description" content="{description}">' in text, path


def test_about_in_another_language_points_to_it(client: Client) -> None:
    make_publication(about_be="<p>Хто мы.</p>")
    text = page(client, "/en/about/")
    assert '<div class="text" lang="be"><p>Хто мы.</p></div>' in text
    assert '<link rel="canonical" href="http://127.0.0.1:8000/be/about/">' in text


def test_a_note_on_an_outcome_in_a_language_that_is_not_public_stays_at_the_desk(client: Client) -> None:
    commentary = make_commentary()
    commentary.translations.filter(language="ru").update(state="draft")
    make_forecast(commentary, outcome="came_true", outcome_date=MONDAY, outcome_note_ru="Нататка чарнавіка")
    assert "Нататка чарнавіка" not in client.get(commentary.url_in("en")).content.decode()
    commentary.translations.filter(language="ru").update(state="ready")
    assert "Нататка чарнавіка" in client.get(commentary.url_in("en")).content.decode()
