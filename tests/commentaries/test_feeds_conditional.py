"""A program that has the newest feed is told so; whatever its readers would see differently tells it otherwise."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from commentaries import publishing
from commentaries.feeds import atom, json_feed, rss
from commentaries.models import Analyst, Commentary, Correction, Forecast, Picture, Publication, Section, Translation
from tests.factories import (
    make_analyst,
    make_commentary,
    make_forecast,
    make_picture,
    make_publication,
    make_section,
    sign,
)

pytestmark = pytest.mark.django_db
FORMATS = ("atom", "rss", "json")


@pytest.fixture
def _content() -> None:
    make_publication()
    commentary = make_commentary(section=make_section("security"), picture=make_picture())
    sign(commentary, make_analyst("ina"))
    make_forecast(commentary)


def tag_of(client: Client, path: str = "/en/feed.atom") -> str:
    return str(client.get(path).headers["ETag"])


def _new_text() -> None:
    make_commentary(Commentary.objects.get().issue)


def _withdrawn() -> None:
    publishing.withdraw(Commentary.objects.get(), {"en": "A mistake."})


def _corrected() -> None:
    Correction.objects.create(commentary=Commentary.objects.get(), note_en="Mended.")


def _changed(model: type, **fields: object) -> Callable[[], None]:
    def change() -> None:
        model.objects.update(**fields)

    return change


CHANGES: dict[str, Callable[[], None]] = {
    "a new text": _new_text,
    "a withdrawal": _withdrawn,
    "a correction": _corrected,
    "a small change": _changed(Commentary, body_en="<p>A text about the bridge and the harbour.</p>"),
    "another trend": _changed(Commentary, trend="improved"),
    "a language put back": _changed(Translation, state=Translation.State.IN_REVIEW),
    "a judged forecast": _changed(Forecast, outcome_note_en="It opened."),
    "a renamed section": _changed(Section, title_en="Defence"),
    "a renamed analyst": _changed(Analyst, name_en="Ina the Second"),
    "an analyst who hides": _changed(Analyst, is_public=False, pen_name_en="Heron"),
    "a renamed publication": _changed(Publication, name_en="The Monthly"),
    "another credit": _changed(Picture, credit="Somebody else"),
}


@pytest.mark.usefixtures("_content")
@pytest.mark.parametrize("change", CHANGES)
def test_what_readers_would_see_differently_is_a_new_feed_at_once(client: Client, change: str) -> None:
    old = {form: tag_of(client, f"/en/feed.{form}") for form in FORMATS}
    CHANGES[change]()
    for form, tag in old.items():
        response = client.get(f"/en/feed.{form}", headers={"if-none-match": tag})
        assert response.status_code == 200
        assert response.headers["ETag"] != tag


@pytest.mark.usefixtures("_content")
def test_a_scheduled_text_is_a_new_feed_when_its_time_comes(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    now = timezone.now()
    late = make_commentary(Commentary.objects.get().issue, title_en="Late news", public=False)
    Commentary.objects.filter(pk=late.pk).update(published_at=now + timedelta(hours=1))
    before = client.get("/en/feed.atom")
    assert late.title_en not in before.content.decode()
    monkeypatch.setattr(timezone, "now", lambda: now + timedelta(hours=2))
    after = client.get("/en/feed.atom", headers={"if-none-match": before.headers["ETag"]})
    assert after.status_code == 200
    assert late.title_en in after.content.decode()


@pytest.mark.usefixtures("_content")
def test_what_happens_at_the_desk_only_changes_no_feed(client: Client) -> None:
    issue = Commentary.objects.get().issue
    other = make_commentary(issue, languages=("be",))
    before = tag_of(client)
    make_commentary(issue, public=False)
    other.body_be = "<p>Іншы тэкст.</p>"
    other.save()
    make_analyst("somebody")
    assert tag_of(client) == before


@pytest.mark.usefixtures("_content")
@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("method", ["get", "head"])
def test_who_has_the_newest_gets_304_and_nothing_is_rendered(
    client: Client, monkeypatch: pytest.MonkeyPatch, method: str, form: str
) -> None:
    tag = tag_of(client, f"/en/feed.{form}")

    def fail(*_arguments: object) -> str:
        raise AssertionError("rendered")

    for module in (atom, rss, json_feed):
        monkeypatch.setattr(module, "full_text", fail)
    for sent in (tag, f"W/{tag}", f'"old", {tag}'):
        response = getattr(client, method)(f"/en/feed.{form}", headers={"if-none-match": sent})
        assert (response.status_code, response.content) == (304, b"")
        assert response.headers["ETag"] == tag
        assert response.headers["Cache-Control"] == "public, no-cache"


@pytest.mark.usefixtures("_content")
def test_a_compressed_feed_is_known_again(client: Client) -> None:
    response = client.get("/en/feed.atom", headers={"accept-encoding": "gzip"})
    assert response.headers["Content-Encoding"] == "gzip"
    headers = {"accept-encoding": "gzip", "if-none-match": response.headers["ETag"]}
    assert client.get("/en/feed.atom", headers=headers).status_code == 304


@pytest.mark.usefixtures("_content")
def test_a_date_alone_earns_no_304_because_a_small_change_moves_none(client: Client) -> None:
    date = client.get("/en/feed.atom").headers["Last-Modified"]
    assert date == "Tue, 01 Feb 2022 09:00:00 GMT"
    assert client.get("/en/feed.atom", headers={"if-modified-since": date}).status_code == 200


@pytest.mark.usefixtures("_content")
@pytest.mark.parametrize("form", FORMATS)
def test_head_is_as_get_without_the_text(client: Client, form: str) -> None:
    got, head = client.get(f"/en/feed.{form}"), client.head(f"/en/feed.{form}")
    assert head.content == b""
    for name in ("Content-Type", "Content-Length", "ETag", "Last-Modified", "Cache-Control"):
        assert head.headers[name] == got.headers[name], name
    assert "Set-Cookie" not in got.headers
    assert not got.cookies


def test_a_feed_is_only_read(client: Client) -> None:
    assert client.post("/en/feed.atom").status_code == 405
