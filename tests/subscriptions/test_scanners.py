"""Whatever opens every link in a mail changes nothing: programs that look for malware, and those that show previews."""

from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.utils import timezone

from subscriptions import links
from subscriptions.models import Delivery, Sending
from tests.factories import make_issue, make_section, make_sign_up, make_subscriber

pytestmark = pytest.mark.django_db

SCANNERS = [
    "Barracuda Sentinel (EE)",
    "Mozilla/5.0 (compatible; Proofpoint URL Defense)",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) SafeLinks",
    "Mimecast Ltd",
    "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)",
    "YahooMailProxy; https://help.yahoo.com/kb/yahoo-mail-proxy-SLN28749.html",
    "Mozilla/5.0 (compatible; Trend Micro; MARS)",
    "Cisco-IronPort",
    "python-requests/2.32",
    "",
]


def _links() -> dict[str, tuple[str, str]]:
    """The links that mails hold, two of a kind, of people in the middle of everything."""
    section = make_section("economy")
    subscriber = make_subscriber("a@example.org", sections=(section,), paused_at=timezone.now())
    sending = Sending.objects.create(issue=make_issue(), started_at=timezone.now())
    Delivery.objects.create(sending=sending, subscriber=subscriber, language="be")
    sign_up = make_sign_up("b@example.org", sections=(section,), sent_at=timezone.now())
    move = make_sign_up("c@example.org", moves=subscriber, sent_at=timezone.now())
    token = links.leave_token(subscriber.token_id)
    return {
        "confirm": (
            f"/en/subscription/confirm/{links.confirm_token(sign_up.pk)}/",
            f"/be/subscription/confirm/{links.confirm_token(move.pk)}/",
        ),
        "leave": (
            f"/ru/subscription/leave/{token}/",
            f"/en/subscription/leave/{links.leave_token(sign_up.pk)}?List-Unsubscribe=One-Click",
        ),
        "preferences": (
            f"/en/subscription/preferences/{token}",
            f"/en/subscription/preferences/{token}/?deed=save&language=ru&pause=none&cadence=every_issue",
        ),
    }


def _dump() -> dict[str, list[dict[str, Any]]]:
    """All rows of all tables of the newsletter."""
    models = apps.get_app_config("subscriptions").get_models(include_auto_created=True)
    return {model.__name__: list(model._base_manager.order_by("pk").values()) for model in models}


@pytest.mark.parametrize("kind", ["confirm", "leave", "preferences"])
def test_fifty_openings_by_mail_scanners_change_nothing(client: Client, kind: str) -> None:
    paths, before = _links()[kind], _dump()
    for turn in range(50):
        path = paths[turn % 2]
        headers = {"User-Agent": SCANNERS[turn % len(SCANNERS)], "Sec-Fetch-Site": "cross-site"}
        opened = client.get(path, headers=headers)
        looked_at = client.head(path, headers=headers)
        assert (opened.status_code, looked_at.status_code) == (200, 200)
        assert not opened.cookies
    assert _dump() == before
