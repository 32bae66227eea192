"""The proof of work that the form asks for under attack."""

import base64
import gzip
import json
import threading
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from altcha import Payload
from django.contrib.staticfiles import finders
from django.db import connections
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from subscriptions.abuse import proof
from subscriptions.models import SignUp
from tests.factories import make_publication, make_section
from tests.subscriptions.proofs import PATH, WISH, challenge_of, hidden, shown, solved

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _under_attack(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.SIGN_UP_PROOF = "always"
    monkeypatch.setattr(proof, "TRIES", 5)


def _refused(client: Client, payload: str, sentence: str) -> str:
    make_section("economy")
    response = client.post(PATH, {**WISH, "sections": ["economy"], "proof": payload})
    page = response.content.decode()
    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert sentence in page
    assert 'value="reader@example.org"' in page
    assert 'value="economy" checked' in page
    assert not SignUp.objects.filter(language="be").exists()
    return page


def test_the_short_form_comes_back_filled_in_and_goes_on_by_itself(client: Client) -> None:
    make_section("economy")
    response = client.post(PATH, {**WISH, "sections": ["economy"]})
    page = response.content.decode()
    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "<title>One more step" in page
    assert " data-goes-on>" in page
    assert 'class="errors"' not in page
    assert 'value="reader@example.org"' in page
    assert 'value="economy" checked' in page
    assert not SignUp.objects.exists()


def test_a_solved_challenge_lets_the_form_in(client: Client) -> None:
    response = client.post(PATH, {**WISH, "proof": solved(shown(client))})
    assert (response.status_code, response["Location"]) == (303, "/en/subscription/check-your-mail/")
    assert SignUp.objects.exists()


def test_only_the_page_that_asks_may_run_a_script_and_only_ours(client: Client, settings: Settings) -> None:
    make_publication()
    assert "script-src 'self';" in f"{client.get(PATH)['Content-Security-Policy']};"
    for response in (client.get("/en/"), client.post(PATH, {**WISH, "homepage": "x"}), client.get("/en/about/")):
        assert "script-src" not in response["Content-Security-Policy"]
    settings.SIGN_UP_PROOF = "never"
    response = client.get(PATH)
    assert "script-src" not in response["Content-Security-Policy"]
    assert b"<script" not in response.content


def test_our_script_is_light() -> None:
    assert len(gzip.compress(Path(str(finders.find("subscribe/proof.js"))).read_bytes())) <= 1_000


def test_a_robot_that_fills_in_everything_is_not_even_asked(client: Client) -> None:
    genuine = client.post(PATH, {**WISH, "proof": solved(shown(client))})
    robot = client.post(PATH, {**WISH, "homepage": "https://spam.example"})
    assert (robot.status_code, dict(robot.items()), robot.content) == (303, dict(genuine.items()), genuine.content)


def test_a_solution_serves_one_form(client: Client) -> None:
    payload = solved(shown(client))
    client.post(PATH, {**WISH, "language": "ru", "proof": payload})
    page = _refused(client, payload, "This form has been sent before.")
    assert "data-goes-on" not in page
    assert challenge_of(page).signature != Payload.from_base64(payload).challenge.signature


def test_writing_a_solution_otherwise_makes_no_other_of_it(client: Client) -> None:
    payload = solved(shown(client))
    client.post(PATH, {**WISH, "language": "ru", "proof": payload})
    parts = json.loads(base64.b64decode(payload))
    parts["solution"] |= {"time": 17, "derivedKey": parts["solution"]["derivedKey"]}
    parts["challenge"]["parameters"] = dict(reversed(parts["challenge"]["parameters"].items()))
    _refused(client, base64.b64encode(json.dumps(parts, indent=1).encode()).decode(), "has been sent before.")


def _changed(payload: str, part: str, **values: Any) -> str:
    parts = json.loads(base64.b64decode(payload))
    (parts["challenge"]["parameters"] if part == "parameters" else parts[part]).update(values)
    return base64.b64encode(json.dumps(parts).encode()).decode()


@pytest.mark.parametrize(
    ("part", "values"),
    [
        ("parameters", {"cost": 1}),
        ("parameters", {"keyPrefix": "00"}),
        ("parameters", {"expiresAt": 4_000_000_000}),
        ("challenge", {"signature": "0" * 64}),
        ("challenge", {"signature": None}),
        ("solution", {"counter": 4_000_000}),
        ("solution", {"counter": "1"}),
        ("solution", {"derivedKey": "0" * 64}),
    ],
)
def test_a_forged_solution_is_refused_in_a_sentence(client: Client, part: str, values: dict[str, Any]) -> None:
    _refused(client, _changed(solved(shown(client)), part, **values), "did not come out right.")


@pytest.mark.parametrize("payload", ["x", "\0", "a\r\nb", "{}", "W10=", "e30=", "bnVsbA==", "W" * 5000, "пошта"])
def test_what_is_no_solution_is_refused_in_a_sentence(client: Client, payload: str) -> None:
    _refused(client, payload, "did not come out right.")


def test_an_aged_solution_is_refused_in_a_sentence(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    payload = solved(shown(client))
    moment = (timezone.now() + timedelta(hours=2, seconds=1)).timestamp()
    monkeypatch.setattr("time.time", lambda: moment)
    _refused(client, payload, "The form was open for so long that its calculation has aged.")


def test_a_mistake_in_the_form_does_not_use_the_solution_up(client: Client) -> None:
    payload = solved(shown(client))
    assert client.post(PATH, {**WISH, "address": "reader", "proof": payload}).status_code == 422
    assert client.post(PATH, {**WISH, "proof": payload}).status_code == 303


def test_when_the_attack_is_over_nothing_is_asked(client: Client, settings: Settings) -> None:
    settings.SIGN_UP_PROOF = "auto"
    assert client.post(PATH, {**WISH, "proof": "x", "ticket": "y"}).status_code == 303


def test_another_website_cannot_send_a_solved_form(client: Client) -> None:
    payload = solved(shown(client))
    response = client.post(PATH, {**WISH, "proof": payload}, headers={"Origin": "https://evil.example"})
    assert response.status_code == 403
    assert not SignUp.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", ["proof", "ticket"])
def test_of_the_same_solution_sent_at_once_one_is_taken(
    client: Client, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("subscriptions.abuse.waiting.SHORTEST", timedelta())
    page = shown(client)
    answer = solved(page) if kind == "proof" else hidden(page, "ticket")
    start, answers = threading.Barrier(3), []

    def send(address: str) -> None:
        start.wait()
        answers.append(Client().post(PATH, {**WISH, "address": address, kind: answer}).status_code)
        connections.close_all()

    threads = [threading.Thread(target=send, args=[f"{name}@example.org"]) for name in "abc"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [303, 422, 422]
    assert SignUp.objects.count() == 1
