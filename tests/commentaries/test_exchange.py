"""Texts out to translation tools and back: checked whole, shown, and only then brought in."""

import re
from io import BytesIO
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po
from django.core import signing
from django.test import Client
from django.urls import reverse

from commentaries import roles, translations
from commentaries.languages import in_language
from commentaries.models import Commentary, Forecast, Issue, StaffMail, Translation
from tests.commentaries.desk import desk, save
from tests.factories import make_commentary, make_forecast, make_issue, make_section, make_user

pytestmark = pytest.mark.django_db
State = Translation.State
SOURCE = (
    '<h2>Мост</h2><p>Першы <strong>абзац</strong> пра <a href="https://example.org/">мост</a>.'
    '<sup><a id="fnref-1" href="#fn-1">1</a></sup></p><p>Другі абзац пра порт.</p>'
    '<ol class="footnotes"><li id="fn-1">Заўвага. <a href="#fnref-1">↩</a></li></ol>'
)
FIRST = (
    'The first <strong>paragraph</strong>, on the <a href="https://example.org/">bridge</a>.'
    '<sup><a id="fnref-1" href="#fn-1">1</a></sup>'
)
NOTES = '<ol class="footnotes"><li id="fn-1">A note. <a href="#fnref-1">↩</a></li></ol>'


def untranslated(**fields: Any) -> Commentary:
    """A draft in Belarusian with a forecast, for the economy."""
    section = make_section("economy", title_en="Economy")
    issue = make_issue(public=False)
    commentary = make_commentary(issue, section, public=False, languages=("be",), **{"body_be": SOURCE, **fields})
    make_forecast(commentary, statement_en="", statement_ru="")
    return commentary


@pytest.fixture
def translator() -> Client:
    return desk(make_user("translator", roles.TRANSLATOR, languages=["en", "ru"]))


def url(issue: Issue, pair: str = "") -> str:
    if pair:
        return reverse("admin:commentaries_issue_export", args=[issue.pk, pair])
    return reverse("admin:commentaries_issue_exchange", args=[issue.pk])


def take_out(client: Client, issue: Issue, pair: str = "be-en") -> Catalog:
    response = client.get(url(issue, pair))
    assert response.status_code == 200
    return read_po(BytesIO(response.content))


def filled(catalog: Catalog, texts: dict[str, str]) -> bytes:
    """The file with translations, by a part of the context."""
    for message in catalog:
        for part, text in texts.items():
            if message.id and f"/{part}/" in str(message.context):
                message.string = text
                message.flags.discard("fuzzy")
    buffer = BytesIO()
    write_po(buffer, catalog)
    return buffer.getvalue()


def send(client: Client, issue: Issue, content: bytes) -> Any:
    file = BytesIO(content)
    file.name = "texts.po"
    return client.post(url(issue), {"file": file})


def bring_in(client: Client, issue: Issue, content: bytes, **chosen: Any) -> Any:
    response = send(client, issue, content)
    assert response.context.get("errors") is None, response.context["errors"]
    return client.post(url(issue), {"checked": response.context["checked"], **chosen})


def errors(response: Any) -> list[str]:
    assert response.status_code == 200
    return list(response.context.get("errors") or [])


def whole(forecast: int) -> dict[str, str]:
    return {
        "title": "The bridge is open",
        "lead": "A lead.",
        "body/1": "The bridge",
        "body/2": FIRST,
        "body/3": "The second, on the port.",
        "body/4": NOTES,
        f"forecast/{forecast}": "The bridge will open.",
    }


def state(commentary: Commentary) -> str:
    row = Translation.objects.filter(commentary=commentary, language="en").first()
    return row.state if row else State.MISSING


# --- Out ---


def test_each_text_goes_out_with_where_it_belongs(translator: Client) -> None:
    commentary = untranslated()
    catalog = take_out(translator, commentary.issue)
    messages = [message for message in catalog if message.id]
    assert [message.id for message in messages][:4] == [
        "Загаловак каментара",
        "Уводзіны каментара.",
        "Мост",
        SOURCE.split("<p>")[1].removesuffix("</p>"),
    ]
    assert messages[0].auto_comments == ["Economy: headline."]
    assert "Keep the tags in angle brackets as they are." in messages[3].auto_comments
    assert re.fullmatch(r"2022-01-17/economy/be-en/title/\w{10}/\w{10}", str(messages[0].context))
    assert len(messages) == 7


def test_what_is_translated_goes_out_with_it_and_what_fell_behind_as_fuzzy(translator: Client) -> None:
    commentary = untranslated(title_en="The bridge", body_en="<h2>Bridge</h2><p>One.</p><p>Two.</p>")
    translations.record_change(commentary)
    translations.mark_ready(Commentary.objects.get(), "en", None)
    editor = desk(make_user("editor", roles.EDITOR))
    change = reverse("admin:commentaries_commentary_change", args=[commentary.pk])
    save(editor, change, "commentary", body_be=SOURCE.replace("порт", "вакзал"))
    messages = [message for message in take_out(translator, commentary.issue) if message.id]
    title, stale = messages[0], next(message for message in messages if "вакзал" in message.id)
    assert (title.string, title.fuzzy) == ("The bridge", False)
    assert (stale.string, stale.fuzzy) == ("Two.", True)
    raw = translator.get(url(commentary.issue, "be-en")).content.decode()
    assert '#| msgid "Другі абзац пра порт."' in raw


def test_one_commentary_can_go_out_alone(translator: Client) -> None:
    commentary = untranslated()
    make_commentary(commentary.issue, public=False)
    catalog = read_po(BytesIO(translator.get(f"{url(commentary.issue, 'be-en')}?commentary={commentary.pk}").content))
    assert {str(message.context).split("/")[1] for message in catalog if message.id} == {"economy"}


def test_who_may_not_see_the_issue_takes_nothing_out() -> None:
    commentary = untranslated()
    nobody = desk(make_user("nobody"))
    assert nobody.get(url(commentary.issue, "be-en")).status_code == 403
    assert nobody.get(url(commentary.issue)).status_code == 403
    assert Client().get(url(commentary.issue, "be-en")).status_code == 302
    manager = desk(make_user("manager", roles.NEWSLETTER_MANAGER))
    assert manager.get(url(commentary.issue, "be-en")).status_code == 403


@pytest.mark.parametrize("pair", ["be-be", "be-de", "xx-en", "en-be", "be", "en-ru"])
def test_a_pair_without_texts_is_not_found(translator: Client, pair: str) -> None:
    assert translator.get(url(untranslated().issue, pair)).status_code == 404


# --- In ---


def test_looking_at_a_file_changes_nothing(translator: Client) -> None:
    commentary = untranslated()
    content = filled(take_out(translator, commentary.issue), {"title": "The bridge is open"})
    response = send(translator, commentary.issue, content)
    assert "The bridge is open" in response.content.decode()
    assert in_language(Commentary.objects.get(), "title", "en") == ""


def test_a_translated_file_is_brought_in_and_readers_would_get_the_same_structure(translator: Client) -> None:
    commentary = untranslated()
    forecast = commentary.forecasts.get()
    content = filled(take_out(translator, commentary.issue), whole(forecast.pk))
    assert bring_in(translator, commentary.issue, content, state="ready").status_code == 302
    now, forecast = Commentary.objects.get(), Forecast.objects.get()
    assert in_language(now, "title", "en") == "The bridge is open"
    expected = f"<h2>The bridge</h2>\n<p>{FIRST}</p>\n<p>The second, on the port.</p>\n{NOTES}"
    assert in_language(now, "body", "en").replace(' rel="noopener noreferrer"', "") == expected
    assert in_language(forecast, "statement", "en") == "The bridge will open."
    assert in_language(now, "body", "be").replace(' rel="noopener noreferrer"', "") == SOURCE
    assert state(commentary) == State.READY
    again = take_out(translator, commentary.issue)
    assert all(message.string and not message.fuzzy for message in again if message.id)


def test_what_is_brought_in_is_a_draft_unless_chosen_otherwise(translator: Client) -> None:
    commentary = untranslated()
    content = filled(take_out(translator, commentary.issue), whole(commentary.forecasts.get().pk))
    bring_in(translator, commentary.issue, content)
    assert state(commentary) == State.DRAFT


def test_what_is_not_whole_is_not_marked_ready(translator: Client) -> None:
    commentary = untranslated()
    content = filled(take_out(translator, commentary.issue), {"title": "The bridge", "body/1": "Bridge"})
    response = bring_in(translator, commentary.issue, content, state="ready")
    assert state(commentary) == State.DRAFT
    page = translator.get(response["Location"]).content.decode()
    assert "Not marked ready, because something is not translated yet: Economy." in page


def test_review_is_asked_for_by_mail() -> None:
    commentary = untranslated()
    make_user("reviewer", roles.TRANSLATOR, languages=["en"], email="reviewer@example.org")
    client = desk(make_user("one", roles.TRANSLATOR, languages=["en"]))
    content = filled(take_out(client, commentary.issue), whole(commentary.forecasts.get().pk))
    bring_in(client, commentary.issue, content, state="in_review")
    assert state(commentary) == State.IN_REVIEW
    assert StaffMail.objects.filter(user__username="reviewer", language="en").exists()


def test_fuzzy_and_empty_texts_are_left_alone(translator: Client) -> None:
    commentary = untranslated(title_en="Kept", body_en="<p>Kept, too.</p>")
    catalog = take_out(translator, commentary.issue)
    content = filled(catalog, {"title": "Guessed by a machine", "lead": "A lead."})
    content = content.replace(
        b'msgctxt "2022-01-17/economy/be-en/title', b'#, fuzzy\nmsgctxt "2022-01-17/economy/be-en/title'
    )
    bring_in(translator, commentary.issue, content)
    now = Commentary.objects.get()
    assert [in_language(now, field, "en") for field in ("title", "lead", "body")] == [
        "Kept",
        "A lead.",
        "<p>Kept, too.</p>",
    ]


def test_a_block_of_the_translation_alone_is_not_lost(translator: Client) -> None:
    commentary = untranslated(
        body_be="<p>Першы абзац пра мост.</p>",
        title_en="x",
        body_en="<p>The first paragraph on it.</p><h2>An extra heading</h2>",
    )
    content = filled(take_out(translator, commentary.issue), {"body/1": "Another first."})
    bring_in(translator, commentary.issue, content)
    body = in_language(Commentary.objects.get(), "body", "en")
    assert body == "<p>Another first.</p>\n<h2>An extra heading</h2>"


def test_what_changed_at_the_desk_meanwhile_wins_unless_ticked(translator: Client) -> None:
    commentary = untranslated(title_en="Old", body_en="<p>x</p>")
    content = filled(take_out(translator, commentary.issue), {"title": "From the file"})
    page = reverse("admin:commentaries_commentary_translate", args=[commentary.pk, "en"])
    save(translator, page, "commentary", title_en="From the desk")
    shown = send(translator, commentary.issue, content)
    assert "This was changed at the desk after the file was made" in shown.content.decode()
    bring_in(translator, commentary.issue, content)
    assert in_language(Commentary.objects.get(), "title", "en") == "From the desk"
    name = next(one.name for one in shown.context["plan"].changes)
    bring_in(translator, commentary.issue, content, overwrite=[name])
    assert in_language(Commentary.objects.get(), "title", "en") == "From the file"


def test_a_save_between_looking_and_bringing_in_is_shown_first(translator: Client) -> None:
    commentary = untranslated(title_en="Old", body_en="<p>x</p>")
    content = filled(take_out(translator, commentary.issue), {"title": "From the file"})
    checked = send(translator, commentary.issue, content).context["checked"]
    page = reverse("admin:commentaries_commentary_translate", args=[commentary.pk, "en"])
    save(translator, page, "commentary", title_en="From the desk")
    response = translator.post(url(commentary.issue), {"checked": checked})
    assert "Somebody saved meanwhile, so nothing was imported." in response.content.decode()
    assert in_language(Commentary.objects.get(), "title", "en") == "From the desk"


def test_what_was_not_checked_is_not_applied(translator: Client) -> None:
    commentary = untranslated()
    entry = {"line": 1, "context": "x", "source": "x", "text": "x", "is_unsure": False}
    forged = signing.dumps({"entries": [entry], "shown": ""}, salt="other")
    response = translator.post(url(commentary.issue), {"checked": forged})
    assert errors(response) == ["This page is too old. Choose the file again."]
    other = desk(make_user("other", roles.TRANSLATOR, languages=["en"]))
    content = filled(take_out(translator, commentary.issue), {"title": "The bridge"})
    mine = send(translator, commentary.issue, content).context["checked"]
    assert errors(other.post(url(commentary.issue), {"checked": mine})) == [
        "This page is too old. Choose the file again."
    ]
    assert in_language(Commentary.objects.get(), "title", "en") == ""


def test_a_text_that_readers_have_is_not_changed_by_a_file(translator: Client) -> None:
    commentary = make_commentary(languages=("be", "en"))
    content = filled(take_out(translator, commentary.issue), {"title": "From the file"})
    shown = send(translator, commentary.issue, content)
    assert "Readers have this text already" in shown.content.decode()
    bring_in(translator, commentary.issue, content)
    assert in_language(Commentary.objects.get(), "title", "en") == "A headline"


def test_an_outdated_text_that_readers_have_is_brought_up_to_date(translator: Client) -> None:
    commentary = make_commentary(languages=("be", "en"))
    Translation.objects.filter(language="en").update(state=State.OUTDATED)
    content = filled(take_out(translator, commentary.issue), {"title": "From the file"})
    bring_in(translator, commentary.issue, content, state="ready")
    assert (in_language(Commentary.objects.get(), "title", "en"), state(commentary)) == ("From the file", State.READY)


def test_a_text_that_readers_had_is_brought_in_and_not_marked_ready_without_a_note(translator: Client) -> None:
    commentary = make_commentary(languages=("be", "en"))
    form = reverse("admin:commentaries_commentary_change", args=[commentary.pk])
    assert save(translator, form, "commentary", state_en=State.DRAFT).status_code == 302
    content = filled(take_out(translator, commentary.issue), {"title": "From the file"})
    response = bring_in(translator, commentary.issue, content, state="ready")
    told = translator.get(response["Location"]).content.decode()
    assert "Not marked ready, because readers had another text" in told
    assert (in_language(Commentary.objects.get(), "title", "en"), state(commentary)) == ("From the file", State.DRAFT)


def test_the_gate_of_a_public_commentary_is_asked(translator: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    commentary = make_commentary(languages=("be", "en"))
    make_forecast(commentary, statement_en="")
    Translation.objects.filter(language="en").update(state=State.DRAFT)
    content = filled(take_out(translator, commentary.issue), {"title": "From the file"})
    content = re.sub(rb"#\.[^\n]*forecast.*", b"", content, flags=re.DOTALL)
    monkeypatch.setattr("commentaries.exchange.checking.Plan.is_finished", lambda *_args: True)
    response = bring_in(translator, commentary.issue, content, state="ready")
    assert "its forecast 1 is not worded in English" in errors(response)[0]
    assert in_language(Commentary.objects.get(), "title", "en") == "A headline"


# --- Who may ---


def test_a_language_that_is_not_theirs_is_refused() -> None:
    commentary = untranslated()
    russian = desk(make_user("russian", roles.TRANSLATOR, languages=["ru"]))
    content = filled(take_out(russian, commentary.issue), {"title": "The bridge"})
    found = errors(send(russian, commentary.issue, content))
    assert len(found) == 1
    assert "Economy, headline: you do not edit its texts in this language (English)." in found[0]


def test_who_edits_nothing_here_cannot_send_a_file() -> None:
    commentary = untranslated()
    stranger = desk(make_user("stranger", roles.ANALYST))
    assert "Import" not in stranger.get(url(commentary.issue)).content.decode()
    assert send(stranger, commentary.issue, b"x").status_code == 403
