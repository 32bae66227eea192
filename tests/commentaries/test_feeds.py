"""What a feed holds, and what it never does."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import feedparser
import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from commentaries import publishing
from commentaries.feeds.entries import ENTRIES
from commentaries.models import Commentary, Correction, Translation
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
    make_user,
    sign,
)

pytestmark = pytest.mark.django_db
FORMATS = ("atom", "rss", "json")
PLACES = ("/en", "/en/sections/security", "/en/analysts/ina")


def feed(client: Client, path: str, **headers: str) -> str:
    response = client.get(path, headers=headers)
    assert response.status_code == 200, path
    return response.content.decode()


def entries(client: Client, path: str = "/en/feed.atom") -> list[Any]:
    found = feedparser.parse(client.get(path).content)
    assert not found.bozo
    return list(found.entries)


def item(client: Client, path: str = "/en/feed.json") -> dict[str, Any]:
    """The only entry of a JSON feed."""
    (found,) = json.loads(feed(client, path))["items"]
    return dict(found)


# --- Which texts ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("place", PLACES)
def test_a_public_commentary_stands_whole_in_the_feeds_it_belongs_to(client: Client, place: str, form: str) -> None:
    commentary = make_commentary(section=make_section("security"))
    sign(commentary, make_analyst("ina"))
    make_commentary(commentary.issue, title_en="Another headline")
    text = feed(client, f"{place}/feed.{form}")
    assert "A headline" in text
    assert "A text about the bridge and the port." in text
    assert ("Another headline" in text) == (place == "/en")


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("state", ["draft issue", "scheduled issue", "draft", "scheduled", "in review", "withdrawn"])
def test_what_readers_may_not_see_is_in_no_feed(client: Client, state: str, form: str) -> None:
    tomorrow = timezone.now() + timedelta(days=1)
    issue = make_issue(published_at={"draft issue": None, "scheduled issue": tomorrow}.get(state, PAST))
    commentary, ina = make_commentary(issue, make_section("security")), make_analyst("ina")
    sign(commentary, ina)
    sign(make_commentary(make_issue(MONDAY - timedelta(days=7)), title_en="Known"), ina)
    if state in {"draft", "scheduled"}:
        Commentary.objects.filter(pk=commentary.pk).update(published_at=None if state == "draft" else tomorrow)
    if state == "in review":
        commentary.translations.filter(language="en").update(state=Translation.State.IN_REVIEW)
    if state == "withdrawn":
        publishing.withdraw(commentary, {"en": "A mistake."})
    for place in PLACES:
        text = feed(client, f"{place}/feed.{form}")
        assert "A headline" not in text, place
        assert "2022-01-17" not in text, place


def test_a_feed_has_only_its_own_language(client: Client) -> None:
    make_commentary(languages=("be", "ru"))
    assert [entry.title for entry in entries(client, "/be/feed.atom")] == ["Загаловак каментара"]
    assert [entry.title for entry in entries(client, "/ru/feed.atom")] == ["Заголовок комментария"]
    assert entries(client, "/en/feed.atom") == []


def test_a_feed_has_the_newest_first_and_not_all(client: Client) -> None:
    section = make_section()
    for number in range(ENTRIES + 2):
        commentary = make_commentary(
            make_issue(MONDAY - timedelta(days=7 * number)), section, title_en=f"Text {number}"
        )
        Commentary.objects.filter(pk=commentary.pk).update(published_at=PAST + timedelta(days=number))
    titles = [entry.title for entry in entries(client)]
    assert titles == [f"Text {number}" for number in range(ENTRIES + 1, 1, -1)]


@pytest.mark.parametrize("form", FORMATS)
def test_a_hidden_author_is_their_pen_name_and_has_no_feed(client: Client, form: str) -> None:
    commentary = make_commentary()
    hidden = make_analyst("real-name", is_public=False, name_en="Real Name", pen_name_en="Heron")
    guest = make_analyst("guest", is_guest=True, name_en="A Guest")
    sign(commentary, hidden, guest)
    text = feed(client, f"/en/feed.{form}")
    assert "Heron" in text
    assert "A Guest" in text
    for secret in ("Real Name", "real-name", "analysts/guest"):
        assert secret not in text, secret
    for slug in ("real-name", "guest", "nobody"):
        assert client.get(f"/en/analysts/{slug}/feed.{form}").status_code == 404


def test_a_text_without_byline_is_the_publications(client: Client) -> None:
    make_publication()
    make_commentary()
    assert [author.name for author in entries(client)[0].authors] == ["The Weekly"]


def test_a_sections_former_address_leads_to_its_feed(client: Client) -> None:
    section = make_section("defence")
    section.slug = "security"
    section.save()
    response = client.get("/be/sections/defence/feed.rss")
    assert (response.status_code, response.headers["Location"]) == (301, "/be/sections/security/feed.rss")


@pytest.mark.parametrize(
    "path", ["/en/feed.xml", "/xx/feed.atom", "/en/sections/x/feed.atom", "/en/sections/x/feed.foo"]
)
def test_there_is_no_other_feed(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404


# --- What is said of each -------------------------------------------------------------------------------------------


def test_a_trend_is_a_category_and_stands_at_the_head_of_the_text(client: Client) -> None:
    make_commentary(section=make_section("security"), trend="worsened")
    (entry,) = entries(client)
    tags = {(tag.scheme, tag.term, tag.label) for tag in entry.tags}
    assert ("http://127.0.0.1:8000/#trends", "worsened", "The situation got worse") in tags
    assert ("http://127.0.0.1:8000/#sections", "security", "Section security") in tags
    assert entry.content[0].value.startswith("<p>▼ The situation got worse · ")
    assert item(client)["tags"] == ["Section security", "The situation got worse"]
    assert item(client, "/be/feed.json")["content_html"].startswith("<p>▼ Сітуацыя пагоршылася · ")


def test_a_picture_comes_with_its_credit_and_its_true_size(client: Client) -> None:
    picture = make_picture(caption_en="The bridge & the port")
    make_commentary(picture=picture)
    for form in ("atom", "rss"):
        (entry,) = entries(client, f"/en/feed.{form}")
        (enclosure,) = entry.enclosures
        assert enclosure.href == f"http://127.0.0.1:8000{picture.crop.url}"
        assert (enclosure.type, int(enclosure.length)) == ("image/jpeg", picture.crop.size)
        html = entry.content[0].value
        for words in ("The bridge &amp; the port", "A bridge over a river.", "Picture: Vilma Harsk", "CC BY 4.0"):
            assert words in html, words
    assert item(client)["image"] == f"http://127.0.0.1:8000{picture.crop.url}"


def test_a_picture_whose_file_is_lost_breaks_no_feed(client: Client) -> None:
    picture = make_picture()
    make_commentary(picture=picture)
    picture.crop.storage.delete(picture.crop.name)
    assert entries(client)[0].enclosures == []


def test_forecasts_and_corrections_are_part_of_the_text(client: Client) -> None:
    commentary = make_commentary(trend="worsened")
    make_forecast(commentary, outcome="came_true", outcome_date=date(2022, 3, 7))
    Correction.objects.create(
        commentary=commentary, note_en="It was 12, not 21.", trend_before="improved", trend_after="worsened"
    )
    text = " ".join(item(client)["content_text"].split())
    assert "The bridge will open. Outcome: came true (March 7, 2022)" in text
    assert "Was: ▲ The situation has improved. Now: ▼ The situation got worse." in text
    assert "Why: It was 12, not 21." in text


def test_a_correction_gives_the_same_entry_a_new_date(client: Client) -> None:
    commentary = make_commentary()
    (before,) = entries(client)
    assert before.published == before.updated == "2022-02-01T09:00:00Z"
    Correction.objects.create(
        commentary=commentary, note_en="Mended.", made_at=datetime(2022, 3, 7, 22, 30, tzinfo=UTC)
    )
    (after,) = entries(client)
    assert (after.id, after.published, after.updated) == (before.id, before.published, "2022-03-07T22:30:00Z")
    assert feedparser.parse(client.get("/en/feed.atom").content).feed.updated == after.updated


def test_a_translation_that_came_later_is_dated_by_the_day_it_was_ready(client: Client) -> None:
    commentary = make_commentary()
    ready = datetime(2022, 2, 20, 9, tzinfo=UTC)
    commentary.translations.filter(language="en").update(marked_ready_by=make_user(), marked_ready_at=ready)
    assert entries(client)[0].updated == "2022-02-20T09:00:00Z"
    assert entries(client, "/be/feed.atom")[0].updated == "2022-02-01T09:00:00Z"


def test_ids_survive_another_domain_and_another_section_address(client: Client, settings: Settings) -> None:
    commentary = make_commentary()
    before = feedparser.parse(client.get("/en/feed.atom").content)
    settings.SITE_URL = "https://weekly.example"
    commentary.section.slug = "elsewhere"
    commentary.section.save()
    after = feedparser.parse(client.get("/en/feed.atom").content)
    assert after.entries[0].link.startswith("https://weekly.example/")
    assert (after.feed.id, after.entries[0].id) == (before.feed.id, before.entries[0].id)
    assert {entries(client, f"/en/feed.{form}")[0].id for form in ("atom", "rss")} == {item(client)["id"]}


def test_each_language_of_a_commentary_is_an_entry_of_its_own(client: Client) -> None:
    make_commentary()
    assert len({entries(client, f"/{language}/feed.atom")[0].id for language in ("be", "ru", "en")}) == 3


# --- Cost -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("rows", [10, 60])
def test_the_number_of_queries_is_fixed(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, rows: int, form: str
) -> None:
    make_publication()
    issue, picture, analysts = make_issue(), make_picture(), [make_analyst("ina"), make_analyst()]
    for number in range(rows):
        commentary = make_commentary(issue, make_section(f"s-{number}"), picture=picture)
        sign(commentary, *analysts)
        make_forecast(commentary)
    with django_assert_num_queries(10):
        tag = client.get(f"/en/feed.{form}").headers["ETag"]
    with django_assert_num_queries(10):
        assert client.get(f"/en/feed.{form}", headers={"if-none-match": tag}).status_code == 304
    with django_assert_num_queries(11):
        assert client.get(f"/en/analysts/ina/feed.{form}").status_code == 200
