"""Every screen of the desk, on a phone and on a desk, light and dark, in three languages: what axe and a browser say.

A screen is seen at both widths and in both themes; its language, and which theme goes with which width, turn from
screen to screen, so that each kind of screen is seen in all of them.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page
from pytest_django.live_server_helper import LiveServer

from commentaries import roles
from commentaries.languages import FALLBACK
from commentaries.models import Comment, Commentary, Correction, Issue, Picture, PreviewLink, Translation, User
from commentaries.previews.links import token_of
from tests.browser.accounts import BACKEND, let_in
from tests.browser.editors import wait_for_editors
from tests.commentaries.docx import docx, h1, p
from tests.factories import (
    MONDAY,
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

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.page]

Sight = tuple[int, int, Literal["light", "dark"]]  # the window's width and height, and its theme
SIGHTS: tuple[Sight, ...] = ((390, 844, "light"), (1280, 900, "dark"))
OTHER_SIGHTS: tuple[Sight, ...] = ((1280, 900, "light"), (390, 844, "dark"))
AXE = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]},
    "resultTypes": ["violations"],
}
LONG = "Праца працягваецца і на другім беразе, " * 12
BODY = (
    '<h2>Што здарылася</h2><p>Мост адкрылі, <a href="http://example.org/">тут</a>.</p>'
    f"<p>{LONG}</p><table><tbody><tr><th>Год</th><td>2022</td></tr></tbody></table>"
)
Step = Callable[[Page, "Desk"], None]


# --- What is on the desk --------------------------------------------------------------------------------------------


@dataclass
class Desk:
    """An issue in the making with one commentary that has everything, and an issue that readers have."""

    editor: User
    issue: Issue
    commentary: Commentary
    past: Issue
    corrected: Commentary
    picture: Picture
    link: PreviewLink

    @property
    def empty(self) -> Commentary:
        return self.issue.commentaries.exclude(pk=self.commentary.pk).get()

    @property
    def first_version(self) -> int:
        return int(self.commentary.history.earliest("history_id").pk)


def set_up() -> Desk:
    if not Group.objects.exists():  # an earlier test that emptied the database took the roles with it
        roles.grant_roles()
    make_publication()
    editor, colleague = make_user("editor", roles.EDITOR), make_user("colleague", roles.TRANSLATOR, languages=["ru"])
    editor.user_permissions.set(Group.objects.get(name=roles.ADMINISTRATOR).permissions.all())
    sections = [make_section(slug) for slug in ("economy", "rights", "roads")]
    past, issue = make_issue(), make_issue(MONDAY + timedelta(days=7), public=False)
    picture = make_picture(alt_en="")
    corrected = make_commentary(past, sections[0], trend="worsened")
    make_forecast(corrected, due=MONDAY)
    make_commentary(past, sections[1], public=False)
    Correction.objects.create(
        commentary=corrected, note="Not 4, but 5.", trend_before="improved", trend_after="worsened"
    )
    commentary = make_commentary(issue, sections[0], public=False, state=Translation.State.IN_REVIEW, picture=picture)
    make_commentary(issue, sections[1], public=False, languages=())
    sign(commentary, make_analyst(), make_analyst())
    make_forecast(commentary)
    commentary.body_be = BODY
    commentary.save()
    commentary.translations.filter(language="en").update(state=Translation.State.OUTDATED)
    for language, resolved in (("be", None), ("", timezone.now())):
        Comment.objects.create(
            commentary=commentary, language=language, author=colleague, text="Так?", resolved_at=resolved
        )
    until = timezone.now() + timedelta(days=7)
    link = PreviewLink.objects.create(issue=issue, made_for="Vilma Harsk", made_by=editor, expires_at=until)
    return Desk(editor, issue, commentary, past, corrected, picture, link)


# --- The screens ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Screen:
    """Where it is, from what is on the desk, and what is done there before it is looked at."""

    address: Callable[[Desk], str]
    step: Step | None = None
    needs_account: bool = True


def at(name: str, *of: str, query: str = "", step: Step | None = None) -> Screen:
    """A screen of the desk by its address's name; `of` are a dotted path of the desk each, or the thing itself."""

    def address(desk: Desk) -> str:
        return reverse(f"admin:{name}", args=[_part(desk, one) for one in of]) + query

    return Screen(address, step)


def _part(desk: Desk, name: str) -> Any:
    value: Any = desk
    for part in name.split("."):
        value = getattr(value, part, None) or name
    return value


def press(name: str) -> Step:
    """Send the form whose submit button has this selector."""

    def step(page: Page, desk: Desk) -> None:
        with page.expect_navigation():
            page.locator(name).first.click()

    return step


def conflict(page: Page, desk: Desk) -> None:
    """Somebody saved meanwhile."""
    commentary = Commentary.objects.get(pk=desk.commentary.pk)
    commentary.title_be = f"Другое імя {timezone.now()}"
    commentary.save()
    page.locator("[name=title_be]").evaluate("field => { field.value = 'Маё імя'; }")
    press("[name=_continue]")(page, desk)
    assert page.locator("section.conflict").count() == 1


def from_word(page: Page, desk: Desk) -> None:
    file = docx(p("January 24 – 30, 2022"), p("Section economy"), h1("It got better"), p("All is well."))
    files = [
        {"name": name, "mimeType": "application/octet-stream", "buffer": content}
        for name, content in (("economy.docx", file), ("broken.docx", b"PK"))
    ]
    page.locator("input[type=file]").set_input_files(files)  # type: ignore[arg-type]
    press(".drop-here [type=submit]")(page, desk)
    assert page.locator(".word-file").count() == 1


def po(page: Page, desk: Desk) -> None:
    """A file with a change and a conflict is looked at."""
    client = Client()
    client.force_login(desk.editor, backend=BACKEND)
    content: bytes = client.get(reverse("admin:commentaries_issue_export", args=[desk.issue.pk, "be-ru"])).content
    content = content.replace("Заголовок комментария".encode(), "Новый заголовок".encode())
    page.locator("input[type=file]").set_input_files({"name": "be-ru.po", "mimeType": "text/plain", "buffer": content})
    press(".exchange [type=submit]")(page, desk)
    assert page.locator(".change").count() == 1


def kept_draft(page: Page, desk: Desk) -> None:
    """What was typed and not saved is offered."""
    page.wait_for_selector("#desk-saving[data-ready=yes]", state="attached")
    page.locator("[name=title_be]").evaluate(
        "field => { field.value = 'Набрана'; field.dispatchEvent(new Event('input', {bubbles: true})); }"
    )
    page.wait_for_function("Object.keys(localStorage).some((key) => key.startsWith('draft:'))")
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    page.wait_for_selector("#desk-saving[data-ready=yes]", state="attached")


def unsaved(page: Page, desk: Desk) -> None:
    page.goto(
        page.url.replace(reverse("unsaved"), reverse("admin:commentaries_commentary_change", args=[desk.commentary.pk]))
    )
    kept_draft(page, desk)
    page.goto(page.url.partition("/admin/")[0] + reverse("unsaved"))
    page.wait_for_selector(".unsaved-list li")


def editors_ready(page: Page, desk: Desk) -> None:
    wait_for_editors(page)


def picture_dialog(page: Page, desk: Desk) -> None:
    page.locator(".picture-place .describe").click()
    page.wait_for_selector(".picture-dialog[open] form")


def _compared(desk: Desk) -> str:
    url = reverse("admin:commentaries_commentary_compare", args=[desk.commentary.pk])
    return f"{url}?before={desk.first_version}&after=newest"


ISSUE, COMMENTARY = "commentaries_issue", "commentaries_commentary"
SCREENS = {
    "first page": at("index"),
    "login": Screen(lambda desk: reverse("admin:login"), needs_account=False),
    "own account": at("own_account"),
    "unsaved": Screen(lambda desk: reverse("unsaved"), unsaved),
    **{
        f"list of {model}": at(f"commentaries_{model}_changelist")
        for model in ("issue", "commentary", "picture", "section", "analyst", "user")
    },
    "cockpit": at(f"{ISSUE}_change", "issue.pk"),
    "cockpit of a public issue": at(f"{ISSUE}_change", "past.pk"),
    "new issue": at(f"{ISSUE}_add"),
    "publish": at(f"{ISSUE}_publish", "issue.pk"),
    "schedule": at(f"{ISSUE}_schedule", "issue.pk"),
    "withdraw": at(f"{ISSUE}_withdraw", "past.pk"),
    "withdraw refused": at(f"{ISSUE}_withdraw", "past.pk", step=press(".deed [type=submit]")),
    "column": at(f"{ISSUE}_column", "issue.pk", "editor.interface_language"),
    "leave out": at(f"{ISSUE}_leave_out", "issue.pk", "empty.pk"),
    "links of an issue": at(f"{ISSUE}_links", "issue.pk"),
    "journal": at("commentaries_journal"),
    "journal of an issue": at(f"{ISSUE}_journal", "issue.pk"),
    "exchange": at(f"{ISSUE}_exchange", "issue.pk"),
    "exchange, a file": at(f"{ISSUE}_exchange", "issue.pk", step=po),
    "from Word": at(f"{ISSUE}_from_word"),
    "from Word, files": at(f"{ISSUE}_from_word", step=from_word),
    "preview of an issue": at(f"{ISSUE}_preview", "issue.pk", "editor.interface_language"),
    "new commentary": at(f"{COMMENTARY}_add", step=editors_ready),
    "commentary": at(f"{COMMENTARY}_change", "commentary.pk", step=editors_ready),
    "commentary that readers have": at(f"{COMMENTARY}_change", "corrected.pk", query="?tab=en", step=editors_ready),
    "commentary, its picture": at(f"{COMMENTARY}_change", "commentary.pk", step=picture_dialog),
    "commentary, a kept draft": at(f"{COMMENTARY}_change", "commentary.pk", step=kept_draft),
    "commentary, two versions": at(f"{COMMENTARY}_change", "commentary.pk", step=conflict),
    "commentary, a refusal": at(f"{COMMENTARY}_add", step=press("[name=_continue]")),
    "translate": at(f"{COMMENTARY}_translate", "commentary.pk", "en"),
    "history": at(f"{COMMENTARY}_history", "commentary.pk"),
    "version": at(f"{COMMENTARY}_simple_history", "commentary.pk", "first_version"),
    "compare": Screen(_compared),
    "bring back": at(f"{COMMENTARY}_bring_back", "commentary.pk", "first_version"),
    "history of an issue": at(f"{ISSUE}_history", "issue.pk"),
    "comments": at(f"{COMMENTARY}_comments", "commentary.pk"),
    "links of a commentary": at(f"{COMMENTARY}_links", "commentary.pk"),
    "preview of a commentary": at(f"{COMMENTARY}_preview", "commentary.pk", "editor.interface_language"),
    "picture": at("commentaries_picture_change", "picture.pk"),
    "new picture": at("commentaries_picture_add"),
    "preview by link": Screen(
        lambda desk: reverse("commentaries:preview", args=[token_of(desk.link)]), needs_account=False
    ),
    "closed link": Screen(lambda desk: reverse("commentaries:preview", args=["gone"]), needs_account=False),
}


# --- What is asked of each ------------------------------------------------------------------------------------------


def look(page: Page, language: str) -> Iterator[str]:
    """What is wrong with a screen as it stands in its window, in sentences; axe is on the page already."""
    for fault in page.evaluate("options => axe.run(options)", AXE)["violations"]:
        if fault["impact"] in ("serious", "critical"):
            yield from (
                f"{fault['id']}: {node['html'][:200]} {node['failureSummary'][:200]}" for node in fault["nodes"]
            )
    if (wide := page.evaluate("document.documentElement.scrollWidth - window.innerWidth")) > 0:
        yield f"scrolls sideways by {wide} px"
    if (said := page.locator("html").get_attribute("lang")) != language:
        yield f"says that it is in {said}"


def visit(page: Page, url: str, desk: Desk, screen: Screen, sights: Iterable[Sight]) -> Iterator[str]:
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text) if is_fault(message) else None)
    language = desk.editor.interface_language
    page.goto(url + screen.address(desk))
    if screen.step:
        screen.step(page, desk)
    page.evaluate(AXE_SCRIPT)
    for width, height, theme in sights:
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=theme)
        yield from (f"{width} px, {theme}, {language}: {fault}" for fault in look(page, language))
    yield from errors


def is_fault(message: ConsoleMessage) -> bool:
    """A closed link answers 410, and Chromium says so as well."""
    return message.type == "error" and "(Gone)" not in message.text


def start_afresh(context: BrowserContext, url: str) -> Page:
    """A page in a window that knows nobody and keeps nothing but the files of our pages, which are long to load."""
    page = context.new_page()
    context.clear_cookies()
    storage = context.new_cdp_session(page)
    storage.send("Storage.clearDataForOrigin", {"origin": url, "storageTypes": "local_storage"})
    return page


def test_every_screen_is_sound(browser: Browser, live_server: LiveServer) -> None:
    desk = set_up()
    contexts = {language: browser.new_context(locale=language) for language in FALLBACK}
    faults: list[str] = []
    for number, (name, screen) in enumerate(SCREENS.items()):
        desk.editor.interface_language = language = list(FALLBACK)[number % 3]
        desk.editor.save()
        page = start_afresh(contexts[language], live_server.url)
        if screen.needs_account:
            let_in(page.context, live_server.url, desk.editor)
        sights = SIGHTS if number % 2 else OTHER_SIGHTS
        with override(language):
            faults += [f"{name}: {fault}" for fault in visit(page, live_server.url, desk, screen, sights)]
        page.close()
    for context in contexts.values():
        context.close()
    assert not faults, "\n".join(faults)
