"""The page that the link in every mail opens: what it shows, saves, and gives away."""

import json
import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from subscriptions import links, subscribing
from subscriptions.addresses import lookup_of
from subscriptions.models import Cadence, ConfirmationMail, Consent, Delivery, Sending, Subscriber, Suppression
from tests.factories import MONDAY, make_issue, make_publication, make_section, make_sign_up, make_subscriber

pytestmark = pytest.mark.django_db
AS_IT_IS = {"deed": "save", "language": "be", "cadence": "every_issue", "pause": "as_it_is"}


def _path(subscriber: Subscriber, language: str = "en") -> str:
    return f"/{language}/subscription/preferences/{links.leave_token(subscriber.token_id)}/"


def _page(subscriber: Subscriber, language: str = "en") -> str:
    return str(Client().get(_path(subscriber, language)).content.decode())


def _saved(subscriber: Subscriber, **typed: Any) -> Subscriber:
    """The subscriber after the form was sent like this."""
    response = Client(enforce_csrf_checks=True).post(_path(subscriber), {**AS_IT_IS, **typed})
    assert response.status_code == 303, response.content.decode()
    return Subscriber.objects.get(pk=subscriber.pk)


def _delivered(subscriber: Subscriber, week: date = MONDAY, state: str = "sent") -> Delivery:
    sending = Sending.objects.create(issue=make_issue(week), started_at=timezone.now())
    settled = {"settled_at": timezone.now()} if state != "pending" else {}
    return Delivery.objects.create(sending=sending, subscriber=subscriber, language="be", state=state, **settled)


def test_the_page_is_filled_in_and_kept_by_nobody() -> None:
    section = make_section("economy")
    make_section("society")
    subscriber = make_subscriber(
        language="ru", sections=(section,), cadence=Cadence.TREND_CHANGES, is_discreet=True, paused_at=timezone.now()
    )
    response = Client().get(_path(subscriber))
    page = response.content.decode()
    assert (response["Cache-Control"], response["X-Robots-Tag"]) == ("no-store", "noindex")
    assert response["Referrer-Policy"] == "same-origin"
    assert not response.cookies
    assert '<option value="ru" lang="ru" selected>' in page
    checked = re.findall(r'<input type="(?:radio|checkbox)" name="(\w+)"[^>]* value="(\w+)" checked', page)
    assert checked == [("sections", "economy"), ("cadence", "trend_changes"), ("pause", "as_it_is")]
    assert re.search(r'name="is_discreet"[^>]* checked', page)
    assert 'rel="canonical"' not in page


def test_one_post_saves_everything_and_says_so_without_a_cookie() -> None:
    economy, society = make_section("economy"), make_section("society")
    subscriber = make_subscriber(sections=(economy,))
    wishes = {"language": "en", "sections": ["society"], "cadence": "trend_changes", "is_discreet": "on"}
    response = Client(enforce_csrf_checks=True).post(_path(subscriber), {**AS_IT_IS, **wishes, "pause": "open"})
    assert (response.status_code, response["Location"]) == (303, f"{_path(subscriber)}?saved")
    assert not response.cookies
    assert b"Your preferences are saved." in Client().get(response["Location"]).content
    saved = Subscriber.objects.get()
    assert (saved.language, saved.cadence, saved.is_discreet) == ("en", "trend_changes", True)
    assert [*saved.sections.all()] == [society]
    assert saved.is_paused


@pytest.mark.parametrize(("pause", "weeks"), [("four_weeks", 4), ("three_months", 13)])
def test_a_pause_ends_by_itself(pause: str, weeks: int) -> None:
    saved = _saved(make_subscriber(), pause=pause)
    assert saved.paused_until == timezone.localdate() + timedelta(weeks=weeks)
    assert not Subscriber.objects.receiving().exists()
    Subscriber.objects.update(paused_until=timezone.localdate())
    assert [*Subscriber.objects.receiving()] == [saved]
    saved.refresh_from_db()
    assert not saved.is_paused


def test_a_pause_lasts_until_it_is_taken_away() -> None:
    subscriber = _saved(make_subscriber(), pause="open")
    assert subscriber.paused_until is None
    assert "Stay paused" in _page(subscriber)
    since = subscriber.paused_at
    assert _saved(subscriber, language="ru").paused_at == since
    resumed = _saved(subscriber, pause="none")
    assert (resumed.paused_at, resumed.paused_until) == (None, None)


def test_the_page_says_until_when_it_is_paused() -> None:
    subscriber = make_subscriber(paused_at=timezone.now(), paused_until=date(2199, 1, 9))
    assert "Stay paused until January\u00a09, 2199" in _page(subscriber)
    assert "Resume" in _page(subscriber)
    assert "Resume" not in _page(make_subscriber("other@example.org", paused_at=timezone.now(), paused_until=MONDAY))


def test_a_closed_section_stays_until_it_is_given_up() -> None:
    """Without it "only this one" would become "all"."""
    subscriber = make_subscriber(sections=(make_section("old", retired_at=timezone.now()),))
    make_section("gone", retired_at=timezone.now())
    page = _page(subscriber)
    assert re.search(r'value="old" checked>\s*<label[^>]*>Section old</label> <span class="hint">closed', page)
    assert 'value="gone"' not in page
    assert [*_saved(subscriber, sections=["old"]).sections.all()] == [*subscriber.sections.all()]
    assert not _saved(subscriber).sections.exists()


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"language": "de"}, "The newsletter does not come in that language."),
        ({"language": "be\r\nX: y"}, "The newsletter does not come in that language."),
        ({"sections": ["gone"]}, "One of the sections that you chose does not exist any more."),
        ({"cadence": "daily"}, "There is no such choice."),
        ({"cadence": ""}, "Please choose one."),
        ({"pause": "\x00"}, "There is no such choice."),
    ],
)
def test_a_mistake_is_named_at_its_field_and_nothing_is_saved_or_lost(typed: dict[str, Any], sentence: str) -> None:
    make_section("economy")
    subscriber = make_subscriber()
    sent = {**AS_IT_IS, "language": "ru", "sections": ["economy"], "pause": "open", "is_discreet": "on", **typed}
    response = Client().post(_path(subscriber), sent)
    page = response.content.decode()
    assert response.status_code == 422
    assert page.count(sentence) == 2  # in the summary and at the field
    assert f'id="preferences-{next(iter(typed))}_error"' in page
    assert re.search(r'name="is_discreet"[^>]* checked', page)
    assert ('value="open" checked' in page) == ("pause" not in typed)
    assert ('value="economy" checked' in page) == ("sections" not in typed)
    assert Subscriber.objects.get().language == "be"
    assert not Subscriber.objects.get().is_discreet


def test_links_that_are_not_theirs_all_get_the_same_friendly_page(client: Client) -> None:
    subscriber, gone = make_subscriber(), make_subscriber("gone@example.org")
    token = links.leave_token(subscriber.token_id)
    wrong = [
        links.confirm_token(subscriber.token_id),
        token[:-1] + ("A" if token[-1] != "A" else "B"),
        links.leave_token(make_sign_up("b@example.org", sent_at=timezone.now()).pk),
        links.leave_token(gone.token_id),
        "%0d%0aX:y",
        "x",
    ]
    gone.delete()
    pages = [client.get(f"/en/subscription/preferences/{each}/") for each in wrong]
    pages += [client.post(f"/en/subscription/preferences/{each}/", AS_IT_IS) for each in wrong]
    assert {page.status_code for page in pages} == {410}
    assert all(b"This link does not work any more" in page.content for page in pages)
    assert {page["Cache-Control"] for page in pages} == {"no-store"}


def test_the_link_of_who_leaves_meanwhile_saves_nothing(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    subscriber = make_subscriber()
    still_here = "subscriptions.preferences.views.PreferencesForm.is_valid"
    monkeypatch.setattr(still_here, lambda form: form.full_clean() or bool(subscribing.leave(subscriber.token_id)))
    assert client.post(_path(subscriber), AS_IT_IS).status_code == 410
    assert not Subscriber.objects.exists()


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_link_that_lost_its_slash_works(client: Client, method: str) -> None:
    subscriber = make_subscriber()
    response = getattr(client, method)(_path(subscriber).removesuffix("/"), AS_IT_IS)
    assert response.status_code == (200 if method == "get" else 303)


@pytest.mark.parametrize(
    "query", ["?next=//evil.example", "?next=/\\evil.example", "?saved=%0d%0aX:%20y", "?asked=//evil"]
)
def test_saving_stays_here_whatever_the_address_says(client: Client, query: str) -> None:
    subscriber = make_subscriber()
    response = client.post(_path(subscriber) + query, {**AS_IT_IS, "next": "//evil.example"})
    assert response["Location"] == f"{_path(subscriber)}?saved"
    assert "evil" not in client.get(_path(subscriber) + query).content.decode()


def test_another_website_cannot_change_anything(client: Client) -> None:
    subscriber = make_subscriber()
    for deed in ("save", "move", "export"):
        sent = {**AS_IT_IS, "deed": deed, "language": "ru", "address": "evil@example.net"}
        response = client.post(_path(subscriber), sent, headers={"Sec-Fetch-Site": "cross-site"})
        assert response.status_code == 403
    assert Subscriber.objects.get().language == "be"
    assert not subscriber.moves.exists()


def _everything_held() -> Subscriber:
    subscriber = make_subscriber("reader+news@example.org", language="be", sections=(make_section("economy"),))
    Consent.objects.create(
        subscriber=subscriber, language="be", wording="Так, хачу.", sign_up_id=make_sign_up("b@example.org").pk
    )
    _delivered(subscriber)
    make_sign_up("new@example.net", moves=subscriber)
    Suppression.objects.suppress(subscriber.lookup, Suppression.Reason.MANUAL)
    ConfirmationMail.objects.create(lookup=lookup_of("reader@example.org"), place=1)
    return subscriber


def test_the_page_says_all_that_is_held_but_the_whole_address() -> None:
    page = _page(_everything_held())
    held = page[page.index("What we hold about you") :]
    for words in ("r…@example.org", "Так, хачу.", "Section economy", "every issue", "a change to n…@example.net"):
        assert words in held
    assert re.search(r'<a href="/en/issues/2022-01-17/">January\u00a017\u00a0– 23, 2022</a> —\s+sent', held)
    assert "our newsletter manager decided so" in page
    assert "reader+news" not in page
    assert "new@" not in page


def test_the_file_holds_all_of_it_and_is_kept_by_nobody(client: Client) -> None:
    subscriber = _everything_held()
    response = client.post(_path(subscriber), {"deed": "export"})
    assert response["Content-Disposition"] == 'attachment; filename="newsletter.json"'
    assert (response["Content-Type"], response["Cache-Control"]) == ("application/json", "no-store")
    found = json.loads(response.content)
    assert found["address"] == "reader+news@example.org"
    assert found["sections"] == ["economy"]
    assert [consent["wording"] for consent in found["consents"]] == ["Так, хачу."]
    assert [(mail["issue"], mail["state"]) for mail in found["deliveries"]] == [("2022-01-17", "sent")]
    assert [(each["address"], each["is_move"]) for each in found["sign_ups"]] == [("new@example.net", True)]
    assert found["suppression"]["reason"] == "manual"
    assert found["confirmation_mails"] == 1
    assert str(subscriber.token_id) not in response.content.decode()


@pytest.mark.parametrize("issues", [1, 6])
def test_the_page_asks_as_little_of_the_database_for_many_issues_as_for_one(
    django_assert_num_queries: DjangoAssertNumQueries, issues: int
) -> None:
    make_publication()
    subscriber = make_subscriber(sections=(make_section(), make_section()))
    for week in range(issues):
        _delivered(subscriber, MONDAY + timedelta(weeks=week))
    with django_assert_num_queries(11):
        _page(subscriber)


def test_erasing_is_leaving_and_takes_a_page_that_says_so(client: Client) -> None:
    subscriber = make_subscriber()
    waiting = _delivered(subscriber, state="pending")
    (address,) = re.findall(r'<a href="(/en/subscription/leave/[^"]+)">Leave and delete', _page(subscriber))
    assert b"Leave and delete my address</button>" in client.get(address).content
    assert Subscriber.objects.exists()
    assert b"You have left the newsletter" in client.post(address).content
    assert not Subscriber.objects.exists()
    waiting.refresh_from_db()
    assert waiting.state == Delivery.State.CANCELLED
