"""A reader's way from the form to the preferences and out again, on a phone, with JavaScript off."""

import re

import pytest
from django.core import mail
from django.core.management import call_command
from playwright.sync_api import Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from subscriptions.models import Cadence, SignUp, Subscriber
from tests.factories import make_commentary, make_publication, make_section

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.page]


def _link(kind: str) -> str:
    """The link of this kind in the mail that the worker sends now."""
    call_command("worker", "--once")
    found = re.search(rf"\S+/subscription/{kind}/\S+", str(mail.outbox[-1].body))
    assert found
    return found[0]


def test_a_reader_signs_up_confirms_changes_their_wishes_moves_and_leaves_in_russian(
    reader: Page, live_server: LiveServer, settings: Settings
) -> None:
    settings.SITE_URL = live_server.url
    make_publication()
    make_section("ports", title_ru="Порты")
    reader.goto(live_server.url + make_commentary().url_in("ru"))
    form = reader.locator("form.sign-up")
    form.locator("input[type=email]").fill("reader@example.org")
    form.get_by_role("button", name="Подписаться").click()
    confirm = _link("confirm")
    reader.goto(confirm)
    reader.goto(confirm)
    assert not Subscriber.objects.exists()
    reader.get_by_role("button", name="Да, подпишите меня").click()

    reader.get_by_role("link", name="Изменить настройки").click()
    reader.get_by_label("Порты").check()
    reader.get_by_label("Только когда меняется тенденция").check()
    reader.get_by_label("На четыре недели").check()
    reader.get_by_label("Нейтральные отправитель и тема").check()
    reader.get_by_role("button", name="Сохранить", exact=True).click()
    expect(reader.get_by_role("status")).to_have_text("Настройки сохранены.")
    assert reader.get_by_label("Порты").is_checked()
    assert reader.get_by_label("Оставить паузу до").is_checked()
    subscriber = Subscriber.objects.get()
    assert (subscriber.language, subscriber.cadence) == ("ru", Cadence.TREND_CHANGES)
    assert subscriber.is_discreet
    assert subscriber.is_paused

    reader.get_by_label("Новый адрес электронной почты").fill("new@example.net")
    reader.get_by_role("button", name="Сменить адрес").click()
    expect(reader.get_by_role("status")).to_contain_text("Мы написали на новый адрес")
    reader.goto(_link("confirm"))
    assert SignUp.objects.exists()
    reader.get_by_role("button", name="Да, присылайте на этот адрес").click()
    expect(reader.locator("main")).to_contain_text("Новый адрес подтверждён")
    assert Subscriber.objects.get().address.reveal() == "new@example.net"

    reader.get_by_role("link", name="Изменить настройки").click()
    with reader.expect_download() as download:
        reader.get_by_role("button", name="Сохранить всё в файл").click()
    assert "new@example.net" in download.value.path().read_text()
    reader.get_by_role("link", name="Отписаться и удалить мой адрес").click()
    with reader.expect_navigation():
        reader.get_by_role("button", name="Отписаться и удалить мой адрес").click()
    assert not Subscriber.objects.exists()
    assert reader.context.cookies() == []
