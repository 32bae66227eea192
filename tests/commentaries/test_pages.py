"""What readers see, and what they do not."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from commentaries import publishing
from commentaries.models import Commentary, Translation
from commentaries.models.commentaries import Trend
from commentaries.revision import watch
from tests.factories import (
    MONDAY,
    PAST,
    make_analyst,
    make_commentary,
    make_forecast,
    make_issue,
    make_picture,
    make_publication,
    make_section,
    sign,
)

pytestmark = pytest.mark.django_db
WEEK = timedelta(days=7)


def page(client: Client, path: str, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status, path
    return response.content.decode()


# --- Visibility -----------------------------------------------------------------------------------------------------


def test_a_public_commentary_stands_on_every_page_that_lists_it(client: Client) -> None:
    commentary = make_commentary(section=make_section("security"))
    sign(commentary, make_analyst("ina"))
    for path in ("/en/", "/en/issues/2022-01-17/", "/en/issues/2022-01-17/security/", "/en/sections/security/"):
        assert "A headline" in page(client, path), path
    assert "A headline" in page(client, "/en/analysts/ina/")
    assert "/en/issues/2022-01-17/security/" in page(client, "/en/issues/")
    assert "/en/issues/2022-01-17/security/" in page(client, "/en/issues/2022/")


@pytest.mark.parametrize("state", ["draft issue", "scheduled issue", "draft", "scheduled", "no ready language"])
def test_what_is_not_public_is_nowhere(client: Client, state: str) -> None:
    tomorrow = timezone.now() + timedelta(days=1)
    at = {"draft issue": None, "scheduled issue": tomorrow}.get(state, timezone.now() - WEEK)
    issue = make_issue(published_at=at)
    commentary, ina = make_commentary(issue, make_section("security")), make_analyst("ina")
    sign(commentary, ina)
    sign(make_commentary(make_issue(MONDAY - WEEK), title_en="Known"), ina)
    if state in {"draft", "scheduled"}:
        commentary.published_at = None if state == "draft" else tomorrow
        commentary.save()
    if state == "no ready language":
        commentary.translations.update(state=Translation.State.IN_REVIEW)
    page(client, "/en/issues/2022-01-17/security/", 404)
    page(client, "/en/issues/2022-01-17/", 404 if "issue" in state else 200)
    for path in ("/en/", "/en/issues/", "/en/sections/security/", "/en/analysts/ina/"):
        text = page(client, path)
        assert "A headline" not in text, path
        assert "issues/2022-01-17/security" not in text, path


@pytest.mark.parametrize("path", ["/en/issues/2022-01-17/", "/en/issues/2022-13-17/", "/en/issues/2021/", "/en/x/"])
def test_an_unknown_page_is_404(client: Client, path: str) -> None:
    assert "There is no such page" in page(client, path, 404)


@pytest.mark.parametrize("path", ["/en/sections/x/", "/en/analysts/x/", "/en/sections/security/?year=1999"])
def test_an_unknown_section_analyst_or_year_is_404(client: Client, path: str) -> None:
    make_section("security")
    page(client, path, 404)


def test_the_site_has_pages_before_its_first_issue(client: Client) -> None:
    make_section("security")
    for path in ("/en/", "/en/issues/"):
        assert "The first issue is being prepared." in page(client, path)
    page(client, "/en/about/")
    page(client, "/en/sections/security/")


# --- Withdrawn ------------------------------------------------------------------------------------------------------


def test_a_withdrawn_commentary_says_so_and_why_in_the_readers_language(client: Client) -> None:
    commentary = make_commentary(section=make_section("security"))
    publishing.withdraw(commentary, {"be": "Лічбы былі няправільныя.", "en": "The figures were wrong."})
    text = page(client, "/en/issues/2022-01-17/security/", 410)
    assert "This commentary was withdrawn" in text
    assert "The figures were wrong." in text
    assert "A headline" not in text
    assert "Лічбы былі няправільныя." in page(client, "/be/issues/2022-01-17/security/", 410)
    assert '<blockquote lang="be">' in page(client, "/ru/issues/2022-01-17/security/", 410)


def test_the_day_of_the_withdrawal_is_where_the_publication_is(client: Client) -> None:
    commentary = make_commentary(section=make_section("security"))
    commentary.withdrawn_at = datetime(2022, 3, 6, 22, 30, tzinfo=UTC)
    commentary.save()
    assert "We withdrew it on March\u00a07, 2022." in page(client, "/en/issues/2022-01-17/security/", 410)


def test_a_withdrawn_issue_takes_its_commentaries_along(client: Client) -> None:
    commentary = make_commentary(section=make_section("security"))
    publishing.withdraw(commentary.issue, {"en": "It was a mistake."})
    for path in ("/en/issues/2022-01-17/", "/en/issues/2022-01-17/security/"):
        text = page(client, path, 410)
        assert "This issue was withdrawn" in text
        assert "It was a mistake." in text
    page(client, "/en/issues/2022/", 404)


def test_an_issue_whose_commentaries_were_all_withdrawn_says_so(client: Client) -> None:
    commentary = make_commentary()
    publishing.withdraw(commentary, {"en": "It was a mistake."})
    assert "No commentary of this issue is public." in page(client, "/en/issues/2022-01-17/")


# --- Sections -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/be/sections/{}/", "/be/issues/2022-01-17/{}/"])
def test_a_sections_former_address_leads_to_the_new_one(client: Client, path: str) -> None:
    section = make_section("defence")
    make_commentary(section=section)
    section.slug = "security"
    section.save()
    response = client.get(path.format("defence"))
    assert response.status_code == 301
    assert response.headers["Location"] == path.format("security")


def test_a_retired_section_says_so_and_what_carries_it_on(client: Client) -> None:
    old = make_section("defence", retired_at=datetime(2022, 3, 1, tzinfo=UTC))
    make_section("security", continues=old)
    make_commentary(section=old)
    text = page(client, "/en/sections/defence/")
    assert "This section was closed on March\u00a01, 2022." in text
    assert 'href="/en/sections/security/"' in text
    assert "A headline" in text
    assert 'href="/en/sections/defence/"' in page(client, "/en/sections/security/")


def test_a_section_lists_a_year_at_a_time(client: Client) -> None:
    section = make_section("security")
    make_commentary(make_issue(date(2021, 1, 18)), section, title_en="The old one")
    make_commentary(make_issue(), section)
    assert "The old one" not in page(client, "/en/sections/security/")
    old = page(client, "/en/sections/security/?year=2021")
    assert "The old one" in old
    assert "A headline" not in old


def test_a_section_heads_its_commentaries_or_has_no_such_heading(client: Client) -> None:
    section = make_section("security")
    assert "<h2>Commentaries</h2>" not in page(client, "/en/sections/security/")
    make_commentary(section=section)
    assert "<h2>Commentaries</h2>" in page(client, "/en/sections/security/")


# --- Analysts -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("fields", [{"is_public": False, "pen_name_en": "The Chronicler"}, {"is_guest": True}])
def test_a_hidden_or_guest_analyst_has_a_byline_but_no_page(client: Client, fields: dict[str, object]) -> None:
    analyst = make_analyst("ina", name_en="Ina Vardel", **fields)
    sign(make_commentary(section=make_section("security")), analyst)
    page(client, "/en/analysts/ina/", 404)
    text = page(client, "/en/issues/2022-01-17/security/")
    assert "/analysts/ina/" not in text
    assert str(analyst.byline("en")) in text
    assert ("Ina Vardel" in text) is analyst.is_public


@pytest.mark.parametrize("address", ["/en/analysts/ina/", "/be/analysts/ina/feed.atom"])
def test_an_analyst_is_nobodys_business_before_something_of_theirs_is_public(client: Client, address: str) -> None:
    commentary = make_commentary(public=False)
    sign(commentary, make_analyst("ina"))
    assert client.get(address).status_code == 404
    Commentary.objects.update(published_at=PAST)
    assert client.get(address).status_code == 200
    publishing.withdraw(commentary, {"en": "An error."})
    assert client.get(address).status_code == 404


def test_a_commentary_without_a_byline_is_signed_by_the_publication(client: Client) -> None:
    make_publication()
    make_commentary(section=make_section("security"))
    assert "<span>The Weekly</span>" in page(client, "/en/issues/2022-01-17/security/")


def test_an_analysts_page_says_who_they_are(client: Client) -> None:
    ina = make_analyst("ina", name_en="Ina Vardel", bio_en="<p>Writes about trade.</p>", portrait=make_picture())
    sign(make_commentary(), ina)
    text = page(client, "/en/analysts/ina/")
    assert "Writes about trade." in text
    assert 'alt="A bridge over a river."' in text


def test_about_us_names_who_writes(client: Client) -> None:
    commentary = make_commentary()
    sign(commentary, make_analyst("ina", name_en="Ina Vardel"), make_analyst("guest", name_en="A Guest", is_guest=True))
    text = page(client, "/en/about/")
    assert '<a href="/en/analysts/ina/">Ina Vardel</a>' in text
    assert "A Guest" not in text


# --- Weeks ----------------------------------------------------------------------------------------------------------


def test_previous_and_next_week_are_one_step_away(client: Client) -> None:
    section = make_section("security")
    for weeks in (-3, 0, 2):
        make_commentary(make_issue(MONDAY + weeks * WEEK), section)
    make_commentary(make_issue(MONDAY + WEEK), make_section("economy"))
    issue = page(client, "/en/issues/2022-01-17/")
    assert '<a rel="prev" href="/en/issues/2021-12-27/">' in issue
    assert '<a rel="next" href="/en/issues/2022-01-24/">' in issue
    commentary = page(client, "/en/issues/2022-01-17/security/")
    assert '<a rel="prev" href="/en/issues/2021-12-27/security/">' in commentary
    assert '<a rel="next" href="/en/issues/2022-01-31/security/">' in commentary
    assert '<a rel="next" href="/en/issues/2022-01-24/">' in commentary


def test_the_nearest_commentary_of_a_section_may_be_years_away(client: Client) -> None:
    section = make_section("security")
    make_commentary(make_issue(date(2018, 1, 1)), section)
    make_commentary(make_issue(), section)
    assert '<a rel="prev" href="/en/issues/2018-01-01/security/">' in page(client, "/en/issues/2022-01-17/security/")


def test_a_draft_is_not_the_next_week(client: Client) -> None:
    section = make_section("security")
    make_commentary(make_issue(), section)
    make_commentary(make_issue(MONDAY + WEEK, public=False), section)
    assert 'rel="next"' not in page(client, "/en/issues/2022-01-17/security/")


def test_a_strip_says_in_words_how_the_last_weeks_went(client: Client) -> None:
    section = make_section("security")
    for weeks, trend in ((-14, "improved"), (-2, "improved"), (0, "worsened")):
        make_commentary(make_issue(MONDAY + weeks * WEEK), section, trend=trend)
    make_commentary(make_issue(MONDAY - WEEK), make_section("economy"))
    text = page(client, "/en/issues/2022-01-17/security/")
    assert "Week by week, oldest first: improved, no commentary, got worse" in text


@pytest.mark.parametrize(
    ("trend", "words"),
    [
        ("improved", "The situation has improved"),
        ("unchanged", "The situation has not changed"),
        ("worsened", "The situation got worse"),
    ],
)
def test_a_trend_is_a_word_a_shape_and_a_colour(client: Client, trend: str, words: str) -> None:
    make_commentary(section=make_section("security"), trend=trend)
    for path in ("/en/", "/en/issues/2022-01-17/", "/en/issues/2022-01-17/security/", "/en/issues/"):
        text = page(client, path)
        assert words in text, path
        assert f'<svg class="mark {trend}"' in text, path


def test_a_special_issue_goes_by_its_title_and_its_days(client: Client) -> None:
    issue = make_issue(date(2021, 12, 27), title_en="The year in review", introduction_en="<p>What a year.</p>")
    make_commentary(issue)
    text = page(client, "/en/issues/2021-12-27/")
    assert "<h1>The year in review</h1>" in text
    assert "December\u00a027, 2021\u00a0– January\u00a02, 2022" in text
    assert "What a year." in text
    assert "The year in review" in page(client, "/en/issues/")


def test_the_archive_shows_two_years_and_links_the_others(client: Client) -> None:
    section = make_section()
    for year in (2019, 2020, 2021):
        make_commentary(make_issue(date(year, 3, 4)), section)
    text = page(client, "/en/issues/")
    assert "/en/issues/2021-03-04/" in text
    assert "/en/issues/2019-03-04/" not in text
    assert 'href="/en/issues/2019/"' in text
    assert "/en/issues/2019-03-04/" in page(client, "/en/issues/2019/")


def test_the_archive_says_what_its_marks_mean_and_the_year_once(client: Client) -> None:
    make_commentary()
    text = page(client, "/en/issues/")
    assert re.findall(r'<span class="word">([^<]+)</span>', text) == [str(label) for label in Trend.labels]
    assert ">January\u00a017\u00a0– 23</a>" in text


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("issues/", "Archive"),
        ("issues/2022/", "Archive"),
        ("trends/?section=security", "Trends"),
        ("about/", "About us"),
    ],
)
def test_the_masthead_says_where_the_reader_is(client: Client, path: str, place: str) -> None:
    make_commentary(section=make_section("security"))
    with watch.standing():  # as in a process that serves: the frame is made once
        for address, places in ((f"/en/{path}", [place]), ("/en/", []), (f"/en/{path}", [place])):
            assert re.findall(r'<a href="[^"]+" aria-current="true">([^<]+)</a>', page(client, address)) == places


# --- A commentary ---------------------------------------------------------------------------------------------------


def test_forecasts_say_when_they_are_due_and_what_became_of_them(client: Client) -> None:
    commentary = make_commentary(section=make_section("security"))
    make_forecast(commentary, due=date(2022, 3, 7))
    make_forecast(commentary)
    judged = {"outcome": "partly", "outcome_date": date(2022, 2, 1), "outcome_note_en": "Half of it was built."}
    make_forecast(commentary, **judged)
    text = page(client, "/en/issues/2022-01-17/security/")
    assert "<b>Open</b>, to be judged by March\u00a07, 2022" in text
    assert "<b>Open</b>, without a due date" in text
    assert "<b>Outcome: came true in part</b> (February\u00a01, 2022)" in text
    assert "Half of it was built." in text


def test_a_picture_has_renditions_size_alt_caption_credit_and_licence(client: Client) -> None:
    picture = make_picture(caption_be="Мост.", source="https://example.org/bridge")
    make_commentary(section=make_section("security"), picture=picture)
    text = page(client, "/en/issues/2022-01-17/security/")
    assert '<source type="image/avif"' in text
    assert '<source type="image/webp"' in text
    assert 'width="450" height="300" alt="A bridge over a river."' in text
    assert '<span lang="be">Мост.</span>' in text
    assert "Picture: Vilma Harsk" in text
    assert '<a href="https://creativecommons.org/licenses/by/4.0/" rel="license">CC BY 4.0</a>' in text
    assert '<a href="https://example.org/bridge">' in text


def test_alternative_text_is_never_in_another_language(client: Client) -> None:
    make_commentary(section=make_section("security"), picture=make_picture(alt_en=""))
    assert 'alt=""' in page(client, "/en/issues/2022-01-17/security/")


def test_a_picture_without_a_file_is_no_figure(client: Client) -> None:
    make_commentary(section=make_section("security"), picture=make_picture(file=""))
    assert "<figure" not in page(client, "/en/issues/2022-01-17/security/")


def test_pictures_below_the_first_wait_until_they_are_scrolled_to(client: Client) -> None:
    issue = make_issue()
    for _number in range(3):
        make_commentary(issue, picture=make_picture())
    assert page(client, "/en/issues/2022-01-17/").count('loading="lazy"') == 2


def test_footnotes_of_two_commentaries_do_not_collide_on_an_issues_page(client: Client) -> None:
    issue = make_issue()
    body = '<p>Word<sup><a href="#fn-1" id="fnref-1">1</a></sup></p><h2>Then</h2>'
    body += '<ol class="footnotes"><li id="fn-1">Note.</li></ol>'
    for slug in ("economy", "security"):
        make_commentary(issue, make_section(slug), body_en=body)
    text = page(client, "/en/issues/2022-01-17/")
    assert 'id="economy-fn-1"' in text
    assert 'id="security-fn-1"' in text
    assert len(set(re.findall(r'<h3 id="([^"]+)">Then</h3>', text))) == 2
    assert re.search(r'<h2 id="[^"]+">Then</h2>', page(client, "/en/issues/2022-01-17/security/"))


def test_text_of_an_editor_is_escaped(client: Client) -> None:
    make_publication(name_en="<Weekly>", tagline_en='"Quoted"')
    make_commentary(section=make_section("security", title_en="<b>Bold"), title_en="<script>alert(1)</script>")
    for path in ("/en/", "/en/issues/", "/en/issues/2022-01-17/", "/en/issues/2022-01-17/security/"):
        text = page(client, path)
        assert text.count("<script") == text.count('<script type="application/ld+json">') == 1, path
        assert text.count("</script") == 1, path
        assert "<b>Bold" not in text, path
        assert "<Weekly>" not in text, path
