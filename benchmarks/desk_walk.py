"""How much work a whole issue is: an editor makes and publishes one, and every click is counted.

    make bench

One editor starts from five Word files in Belarusian, types the Russian and English translations, marks all ready and
publishes. A real server and a real browser do it on a database of its own. A click is a click or a choice of files,
wherever a mouse would be used; a key is a key pressed to move or to command; letters of the texts are counted apart.
"""

import os
import re
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from subprocess import Popen
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from playwright.sync_api import Locator, Page, sync_playwright

if TYPE_CHECKING:
    from playwright.sync_api import FilePayload

AIM = 60  # clicks
SECTIONS = ("bridges", "ports", "railways", "schools", "hospitals")
NAMES = {
    "be": ("Масты", "Парты", "Чыгунка", "Школы", "Бальніцы"),
    "ru": ("Мосты", "Порты", "Железная дорога", "Школы", "Больницы"),
    "en": ("Bridges", "Ports", "Railways", "Schools", "Hospitals"),
}
HEADLINES = {
    "be": "Рашэнне адклалі да вясны",
    "ru": "Решение отложили до весны",
    "en": "The decision is put off until spring",
}
LEADS = {
    "be": "Урад назваў прычынай сродкі. Нам здаецца, што справа ў выбарах.",
    "ru": "Правительство назвало причиной деньги. Нам кажется, что дело в выборах.",
    "en": "The government gave money as the reason. We think it is the elections.",
}
TEXTS = {
    "be": "У панядзелак камісія сабралася ў другі раз. Рашэння няма, новы тэрмін – сакавік.",
    "ru": "В понедельник комиссия собралась во второй раз. Решения нет, новый срок – март.",
    "en": "On Monday the commission met for the second time. There is no decision; the new date is March.",
}
TREND = "Сітуацыя не змянілася"
TABS = {"ru": "Russian", "en": "English"}


@dataclass
class Hand:
    """A person's hand on mouse and keyboard, which counts."""

    page: Page
    clicks: int = 0
    keys: int = 0
    letters: int = 0
    loads: int = 0
    steps: list[tuple[str, int, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("load", lambda _page: self._count_load())

    def _count_load(self) -> None:
        self.loads += 1

    def click(self, target: Locator) -> None:
        target.click()
        self.clicks += 1

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)
        self.keys += 1

    def write(self, text: str) -> None:
        self.page.keyboard.insert_text(text)
        self.letters += len(text)

    def choose(self, target: Locator, files: "list[FilePayload]") -> None:
        target.set_input_files(files)
        self.clicks += 1

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        clicks, loads = self.clicks, self.loads
        yield
        self.page.wait_for_load_state()
        self.steps.append((name, self.clicks - clicks, self.loads - loads))


def word_files(week: tuple[date, date]) -> "list[FilePayload]":
    from commentaries.weeks import week_name
    from tests.commentaries.docx import docx, h1, p

    files: list[FilePayload] = []
    for slug, name in zip(SECTIONS, NAMES["be"], strict=True):
        lines = [p(week_name(*week, "be")), p(name), h1(f"{name}: {HEADLINES['be']}"), p(TREND)]
        content = docx(*lines, p(LEADS["be"], bold=True), p(TEXTS["be"]))
        kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
        files.append({"name": f"{slug}.docx", "mimeType": kind, "buffer": content})
    return files


def walk(page: Page, address: str, week: tuple[date, date]) -> Hand:
    page.goto(f"{address}/admin/")
    page.get_by_label("Username").fill("editor")
    page.get_by_label("Password").fill("correct horse")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{address}/admin/")
    hand = Hand(page)  # from the desk's first page on
    with hand.step("Five Word files become drafts"):
        hand.click(page.get_by_role("link", name="From Word"))
        hand.choose(page.locator("input[name=files]"), word_files(week))
        hand.click(page.get_by_role("button", name="Read the files"))
        hand.click(page.get_by_role("button", name="Create drafts"))
        page.wait_for_url("**/issue/*/change/")
    with hand.step("Ten translations are typed"):
        for number in range(len(SECTIONS)):
            _translate(hand, number)
    with hand.step("Three languages are marked ready"):
        for language in ("Belarusian", "Russian", "English"):
            hand.click(page.get_by_role("link", name=f"Mark ready: {language}"))
            hand.click(page.get_by_role("button", name="Mark ready"))
            page.wait_for_url("**/issue/*/change/")
    with hand.step("The issue is published"):
        hand.click(page.get_by_role("link", name="Publish now"))
        hand.click(page.get_by_role("button", name="Publish"))
        page.wait_for_url("**/issue/*/change/")
    return hand


def _translate(hand: Hand, number: int) -> None:
    """Both translations of one commentary on one form; from field to field with the Tab key."""
    page = hand.page
    row = page.get_by_role("row", name=re.compile(f"^{NAMES['en'][number]}"))
    hand.click(row.get_by_role("link", name="Russian"))
    for language, tab in TABS.items():
        if language != "ru":
            hand.click(page.get_by_role("tab", name=tab))
        hand.click(page.locator(f"[name=title_{language}]"))
        hand.write(f"{NAMES[language][number]}: {HEADLINES[language]}")
        hand.press("Tab")
        hand.write(LEADS[language])
        page.locator(f"#cke_id_body_{language} iframe").wait_for()
        hand.press("Tab")
        hand.write(TEXTS[language])
    hand.click(page.get_by_role("button", name="Save", exact=True))
    page.wait_for_url("**/issue/*/change/")


@contextmanager
def desk() -> Iterator[tuple[str, tuple[date, date]]]:
    """A server on a database of its own with five sections and an editor; its address and the week of the issue."""
    with TemporaryDirectory() as folder:
        os.environ |= {
            "DEBUG": "1",
            "DATABASE_URL": f"sqlite:///{folder}/db.sqlite3",
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DJANGO_ALLOW_ASYNC_UNSAFE": "1",  # Playwright's loop runs in this thread
        }
        import django

        django.setup()
        server, address, week = _furnish()
        try:
            yield address, week
        finally:
            server.terminate()
            server.wait()


def _furnish() -> tuple[Popen[str], str, tuple[date, date]]:
    from django.core.management import call_command

    from commentaries.roles import EDITOR
    from commentaries.weeks import this_week
    from tests.factories import make_publication, make_section, make_user
    from tests.processes import free_port, start

    call_command("migrate", verbosity=0)
    make_publication()
    for order, slug in enumerate(SECTIONS):
        make_section(slug, order=order, **{f"title_{code}": names[order] for code, names in NAMES.items()})
    make_user("editor", EDITOR, interface_language="en")
    port = free_port()
    server = start("manage.py", "runserver", "--noreload", str(port))
    address = f"http://127.0.0.1:{port}"
    _wait_for(address)
    monday = this_week()[0]
    return server, address, (monday, monday + timedelta(days=6))


def _wait_for(address: str) -> None:
    from urllib.error import URLError
    from urllib.request import urlopen

    for _attempt in range(100):
        try:
            urlopen(f"{address}/livez", timeout=5).close()  # noqa: S310  # our own server
        except URLError:
            time.sleep(0.2)
        else:
            return
    raise SystemExit("The server does not answer.")


def published(page: Page, address: str, week: tuple[date, date]) -> int:
    """How many texts of the issue readers can open in their own language."""
    from django.urls import reverse
    from django.utils.translation import override

    found = 0
    for language in NAMES:
        for number, slug in enumerate(SECTIONS):
            with override(language):
                path = reverse("commentaries:commentary", args=[week[0], slug])
            page.goto(address + path)
            found += page.locator("h1").inner_text() == f"{NAMES[language][number]}: {HEADLINES[language]}"
    return found


def main() -> None:
    from shutil import which

    chromium = which("chromium") or which("chromium-browser") or which("google-chrome")
    with desk() as (address, week), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en").new_page()
        since = time.perf_counter()
        hand = walk(page, address, week)
        seconds = time.perf_counter() - since
        texts = published(page, address, week)
        browser.close()
    report(hand, seconds, texts)


def report(hand: Hand, seconds: float, texts: int) -> None:
    sys.stdout.write("One issue: five commentaries in three languages, from five Word files to the readers\n\n")
    sys.stdout.write(f"{'':36}{'clicks':>8}{'pages':>8}\n")
    for name, clicks, loads in [
        *hand.steps,
        ("Together", hand.clicks, sum(loads for _name, _clicks, loads in hand.steps)),
    ]:
        sys.stdout.write(f"{name:36}{clicks:>8}{loads:>8}\n")
    sys.stdout.write(f"\nKeys to move: {hand.keys}. Letters of the texts: {hand.letters}. Aim: under {AIM} clicks.\n")
    sys.stdout.write(f"The browser took {seconds:.0f} s. Readers find {texts} of 15 texts.\n")
    if texts != 15 or hand.clicks >= AIM:
        raise SystemExit("That is not the whole issue, or too much work.")


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    main()
