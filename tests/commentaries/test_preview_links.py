"""Links by which people without an account read what is not public yet, and nothing else."""

import io
import logging
import re
from datetime import timedelta
from typing import Any

import html5lib
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from commentaries import publishing
from commentaries.models import Commentary, Issue, PreviewLink
from commentaries.previews.links import token_of
from tests.commentaries.test_pages_html import BODY
from tests.factories import (
    MONDAY,
    make_analyst,
    make_commentary,
    make_forecast,
    make_issue,
    make_picture,
    make_publication,
    make_section,
    sign,
)
from tests.subscriptions.test_logs import _consoles

pytestmark = pytest.mark.django_db
CLOSED = "This preview is closed"
SECRET = "Nobody may know this"


def make_link(row: Issue | Commentary, **fields: Any) -> PreviewLink:
    commentary = row if isinstance(row, Commentary) else None
    issue = row.issue if isinstance(row, Commentary) else row
    defaults = {"made_for": "Ms Lawyer", "expires_at": timezone.now() + timedelta(days=7)}
    return PreviewLink.objects.create(issue=issue, commentary=commentary, **{**defaults, **fields})


def path(link: PreviewLink, language: str = "en", section: str = "") -> str:
    return f"/{language}/preview/{token_of(link)}/" + (f"{section}/" if section else "")


def make_drafts() -> Issue:
    """A draft with two commentaries, beside it a public week and another draft; each draft has a secret of its own."""
    make_publication()
    public = make_issue(MONDAY - timedelta(days=7))
    sections = [make_section("security", order=1), make_section("economy", order=2)]
    draft, later = make_issue(public=False), make_issue(MONDAY + timedelta(days=7), public=False)
    for section in sections:
        make_commentary(public, section, title_en=f"Public {section.slug}")
        make_commentary(draft, section, public=False, title_en=f"Draft {section.slug}", trend="improved")
        make_commentary(later, section, public=False, title_en=SECRET, title_be=SECRET, title_ru=SECRET)
    return draft


@pytest.fixture
def issue() -> Issue:
    return make_drafts()


def of(issue: Issue, section: str) -> Commentary:
    return Commentary.objects.get(issue=issue, section__slug=section)


# --- What a link shows ----------------------------------------------------------------------------------------------


def test_a_link_to_an_issue_shows_its_drafts_labelled(client: Client, issue: Issue) -> None:
    text = client.get(path(make_link(issue))).content.decode()
    assert "Draft security" in text
    assert "Draft economy" in text
    day = (timezone.localdate() + timedelta(days=7)).year
    assert re.search(rf"Preview for Ms Lawyer, works until \w+\s\d+, {day}\.", text)


@pytest.mark.parametrize("language", ["be", "ru", "en"])
def test_a_link_works_in_each_language(client: Client, issue: Issue, language: str) -> None:
    for address in (path(make_link(issue), language), path(make_link(issue), language, "security")):
        text = client.get(address).content.decode()
        assert f'<html lang="{language}">' in text
        assert "Ms Lawyer" in text


def test_a_page_of_an_issues_preview_shows_one_commentary(client: Client, issue: Issue) -> None:
    response = client.get(path(make_link(issue), section="security"))
    text = response.content.decode()
    assert "A text about the bridge" in text
    assert re.findall("<h1[^>]*>(.*?)</h1>", text) == ["Draft security"]


def test_a_link_to_one_commentary_shows_it_at_once(client: Client, issue: Issue) -> None:
    text = client.get(path(make_link(of(issue, "security")))).content.decode()
    assert re.findall("<h1[^>]*>(.*?)</h1>", text) == ["Draft security"]


def test_a_link_shows_what_is_saved_now(client: Client, issue: Issue) -> None:
    link = make_link(of(issue, "security"))
    client.get(path(link))
    Commentary.objects.filter(pk=of(issue, "security").pk).update(title_en="Better now")
    assert "Better now" in client.get(path(link)).content.decode()


def test_a_text_that_is_not_ready_is_shown_and_labelled(client: Client, issue: Issue) -> None:
    commentary = of(issue, "security")
    commentary.translations.filter(language="en").update(state="draft")
    text = client.get(path(make_link(commentary))).content.decode()
    assert "Draft security" in text
    assert "This text is not ready: draft." in text
    assert "This text is not ready" not in client.get(path(make_link(of(issue, "economy")))).content.decode()


def test_a_language_without_a_text_gets_another_whole(client: Client) -> None:
    commentary = make_commentary(make_issue(public=False), languages=("be",), public=False)
    text = client.get(path(make_link(commentary))).content.decode()
    assert '<h1 lang="be">Загаловак каментара</h1>' in text
    assert "Available in Belarusian" in text


def test_an_empty_commentary_is_shown_as_not_written(client: Client) -> None:
    commentary = make_commentary(make_issue(public=False), languages=(), public=False, trend="")
    for row in (commentary, commentary.issue):
        text = client.get(path(make_link(row))).content.decode()
        assert "No headline yet" in text
        assert "Not complete yet: the headline or the text is missing." in text


def test_the_strip_ends_with_the_week_that_is_shown(client: Client, issue: Issue) -> None:
    text = client.get(path(make_link(of(issue, "security")))).content.decode()
    assert "Week by week, oldest first: unchanged, improved" in text


def test_a_preview_of_what_became_public_says_where_it_is(client: Client, issue: Issue) -> None:
    link = make_link(of(issue, "security"))
    assert "It is public now" not in client.get(path(link)).content.decode()
    publishing.publish(issue)
    assert 'href="/en/issues/2022-01-17/security/">It is public now' in client.get(path(link)).content.decode()


# --- What it does not show ------------------------------------------------------------------------------------------


def pages(client: Client, link: PreviewLink) -> list[str]:
    """All pages of a preview, in every language, found by following its links."""
    found: dict[str, str] = {}
    queue = [path(link, language) for language in ("be", "ru", "en")]
    while queue:
        address = queue.pop()
        if address not in found:
            response = client.get(address)
            assert response.status_code == 200, address
            found[address] = response.content.decode()
            queue += re.findall(r'href="(/[a-z]{2}/preview/[^"#?]*)', found[address])
    return list(found.values())


def test_nothing_else_that_is_not_public_stands_on_any_page_of_a_preview(client: Client, issue: Issue) -> None:
    seen = pages(client, make_link(issue))
    assert len(seen) == 9  # the issue and two commentaries, in three languages
    for text in seen:
        assert SECRET not in text
        assert "2022-01-24" not in text


def test_a_link_to_one_commentary_says_nothing_of_its_siblings(client: Client, issue: Issue) -> None:
    seen = pages(client, make_link(of(issue, "security")))
    assert len(seen) == 3
    for text in seen:
        assert "Draft economy" not in text
        assert "In the same issue" not in text
        assert "/issues/2022-01-17/" not in text


def test_a_link_to_one_commentary_opens_no_sibling(client: Client, issue: Issue) -> None:
    link = make_link(of(issue, "security"))
    for section in ("economy", "security"):
        assert client.get(path(link, section=section)).status_code == 410


@pytest.mark.page
def test_every_link_of_a_preview_leads_to_a_page(client: Client, issue: Issue) -> None:
    for text in pages(client, make_link(issue)) + pages(client, make_link(of(issue, "security"))):
        for address in re.findall(r'<a [^>]*href="(/[^"#?]*)', text):
            assert client.get(address).status_code == 200, address


def test_what_was_withdrawn_is_not_shown(client: Client, issue: Issue) -> None:
    links = [make_link(issue), make_link(of(issue, "economy"))]
    publishing.publish(issue)
    publishing.withdraw(of(issue, "economy"), {"en": "Wrong."})
    assert "Draft economy" not in client.get(path(links[0])).content.decode()
    assert client.get(path(links[0], section="economy")).status_code == 410
    assert client.get(path(links[1])).status_code == 410
    issue.refresh_from_db()
    publishing.withdraw(issue, {"en": "Wrong."})
    assert client.get(path(links[0])).status_code == 410


def test_the_pages_of_readers_stay_closed_while_a_link_is_open(client: Client, issue: Issue) -> None:
    client.get(path(make_link(issue)))
    assert client.get("/en/issues/2022-01-17/").status_code == 404
    assert client.get("/en/issues/2022-01-17/security/").status_code == 404
    assert "Draft security" not in client.get("/en/").content.decode()


# --- Links that do not work -----------------------------------------------------------------------------------------


def flipped(token: str) -> list[str]:
    """The token with one character changed, for each of its places."""
    return [token[:at] + ("b" if char != "b" else "c") + token[at + 1 :] for at, char in enumerate(token)]


def test_no_changed_token_works(client: Client, issue: Issue) -> None:
    token = token_of(make_link(issue))
    for wrong in [*flipped(token), token[:-1], token + "A", token.upper(), "x", "ў" * 9, "a.b", token.split(".")[0]]:
        assert client.get(f"/en/preview/{wrong}/").status_code == 410, wrong


def test_a_token_made_for_another_purpose_does_not_work(client: Client, issue: Issue) -> None:
    from django.core.signing import Signer

    link = make_link(issue)
    token = Signer(salt="subscriptions.leave", sep=".").sign(link.pk.hex)
    assert client.get(f"/en/preview/{token}/").status_code == 410


@pytest.mark.parametrize("language", ["be", "ru", "en"])
@pytest.mark.parametrize("why", ["expired", "withdrawn", "deleted", "commentary deleted", "issue deleted", "forged"])
def test_every_link_that_does_not_work_gets_one_page(client: Client, issue: Issue, why: str, language: str) -> None:
    link = make_link(of(issue, "security") if why == "commentary deleted" else issue)
    address = path(link, language)
    assert client.get(address).status_code == 200
    if why == "expired":
        PreviewLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    elif why == "withdrawn":
        PreviewLink.objects.update(withdrawn_at=timezone.now())
    elif why == "deleted":
        link.delete()
    elif why == "commentary deleted":
        of(issue, "security").delete()
    elif why == "issue deleted":
        issue.commentaries.all().delete()
        issue.delete()
    else:
        address = address[:-2] + "/"
    response = client.get(address)
    text = response.content.decode()
    assert response.status_code == 410
    assert f'<html lang="{language}">' in text
    assert "Ms Lawyer" not in text
    if language == "en":
        assert CLOSED in text
    html5lib.HTMLParser(strict=True).parse(text)
    check_private(response)


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_a_preview_is_only_read(client: Client, issue: Issue, method: str) -> None:
    assert getattr(client, method)(path(make_link(issue))).status_code == 405


# --- How it is sent -------------------------------------------------------------------------------------------------


def check_private(response: Any) -> None:
    """Kept nowhere, found nowhere, told to nobody."""
    assert {"no-store", "private"} <= set(re.split(", *", response.headers["Cache-Control"]))
    assert response.headers["X-Robots-Tag"] == "noindex"
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    assert "script-src" not in response.headers["Content-Security-Policy"]
    assert not response.cookies
    assert "Cookie" not in response.headers.get("Vary", "")
    text = response.content.decode()
    assert text.count('<meta name="robots" content="noindex">') == 1
    assert 'rel="canonical"' not in text
    assert 'rel="alternate"' not in text


def test_previews_are_private_valid_and_run_nothing(client: Client, issue: Issue) -> None:
    picture = make_picture(caption_be="Мост.")
    Commentary.objects.filter(issue=issue).update(body_en=BODY, body_be=BODY, picture=picture)
    sign(of(issue, "security"), make_analyst("ina", portrait=picture), make_analyst(is_guest=True))
    make_forecast(of(issue, "security"))
    for link in (make_link(issue), make_link(of(issue, "security"))):
        for address in (path(link), path(link, "be"), path(make_link(issue), "ru", "security")):
            response = client.get(address)
            check_private(response)
            text = response.content.decode()
            html5lib.HTMLParser(strict=True).parse(text)
            assert not re.search(r"<script|<style|\sstyle=|\son\w+=|javascript:", text)
            levels = re.findall(r"<h([1-6])", text)
            assert levels.count("1") == 1
            ids = re.findall(r'\sid="([^"]+)"', text)
            assert len(ids) == len(set(ids))


def test_an_address_without_its_slash_works_without_a_redirect(client: Client, issue: Issue) -> None:
    link = make_link(issue)
    assert client.get(path(link)[:-1]).status_code == 200
    assert client.get(path(link, section="security")[:-1]).status_code == 200


def test_the_number_of_queries_does_not_grow(client: Client, issue: Issue, django_assert_num_queries: Any) -> None:
    link = make_link(issue)
    make_forecast(of(issue, "security"))
    sign(of(issue, "security"), make_analyst())
    client.get(path(link))
    with CaptureQueriesContext(connection) as few:
        client.get(path(link))
    for number in range(20):
        commentary = make_commentary(issue, make_section(f"s-{number}"), public=False)
        make_forecast(commentary)
        sign(commentary, make_analyst())
    with django_assert_num_queries(len(few)):
        client.get(path(link))


def test_neither_the_map_of_the_site_nor_robots_name_a_preview(client: Client, issue: Issue) -> None:
    link = make_link(issue)
    assert "Disallow: /*/preview/\n" in client.get("/robots.txt").content.decode()
    assert token_of(link) not in client.get("/robots.txt").content.decode()


@pytest.mark.parametrize("debug", [True, False])
def test_a_failure_prints_no_token(
    issue: Issue, monkeypatch: pytest.MonkeyPatch, settings: Settings, debug: bool
) -> None:
    def fail(*_args: object) -> None:
        raise RuntimeError("broken")

    settings.DEBUG = debug
    printed = io.StringIO()
    for console in _consoles(logging.getLogger("django.request")):
        monkeypatch.setattr(console, "stream", printed)
    monkeypatch.setattr("commentaries.previews.commentary_page", fail)
    link = make_link(issue)
    client = Client(raise_request_exception=False)
    assert client.get(path(link, section="security")).status_code == 500
    assert "Internal Server Error: /en/preview/…/security/" in printed.getvalue()
    assert token_of(link) not in printed.getvalue()


def test_the_name_on_a_link_is_only_a_name(client: Client, issue: Issue) -> None:
    text = client.get(path(make_link(issue, made_for="<script>x</script>"))).content.decode()
    assert "Preview for &lt;script&gt;x&lt;/script&gt;, works until" in text
