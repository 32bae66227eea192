"""The history of a commentary at the desk: its versions, two of them side by side, and what is brought back."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from commentaries import publishing, roles, translations
from commentaries.languages import in_language
from commentaries.models import Byline, Commentary, Correction, Forecast, StaffMail, Translation, User
from tests.commentaries.desk import desk, fields, save
from tests.factories import make_analyst, make_commentary, make_forecast, make_issue, make_section, make_user, sign

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor() -> Client:
    return desk(make_user("vera", roles.EDITOR))


def draft(**values: Any) -> Commentary:
    return make_commentary(make_issue(public=False), public=False, **values)


def address(commentary: Commentary, name: str = "history", *more: object) -> str:
    return reverse(f"admin:commentaries_commentary_{name}", args=[commentary.pk, *more])


def change(client: Client, commentary: Commentary, **changes: Any) -> None:
    url = reverse("admin:commentaries_commentary_change", args=[commentary.pk])
    assert save(client, url, "commentary", **changes).status_code == 302


def numbers(commentary: Commentary) -> list[int]:
    """The numbers of the commentary's versions, oldest first."""
    return [row.history_id for row in commentary.history.order_by("history_date", "history_id")]


def compared(client: Client, commentary: Commentary, before: int | str, after: int | str) -> str:
    response = client.get(address(commentary, "compare"), {"before": before, "after": after})
    assert response.status_code == 200
    return str(response.content.decode())


def bring_back(client: Client, commentary: Commentary, number: int, *chosen: str, **more: str) -> Any:
    url = address(commentary, "bring_back", number)
    newest = str(numbers(commentary)[-1])
    return client.post(url, {"chosen": chosen, "seen_version": newest, **more})


# --- The list -------------------------------------------------------------------------------------------------------


def test_the_list_says_who_changed_what_in_which_language(editor: Client) -> None:
    commentary = draft()
    make_forecast(commentary)
    change(editor, commentary, trend="improved", title_ru="Новый", **{"forecasts-0-statement_be": "Не адкрыюць."})
    page = editor.get(address(commentary)).content.decode()
    for words in ("vera", "trend", "Russian: headline", "Belarusian: forecast 1: statement", "the first version"):
        assert words in page


def test_the_list_says_when_it_was_published_in_the_readers_own_language(editor: Client) -> None:
    commentary = draft()
    publishing.publish(commentary.issue)
    assert "Published" in editor.get(address(commentary)).content.decode()
    User.objects.update(interface_language="ru")
    assert "Опубликован" in editor.get(address(commentary)).content.decode()


def test_words_that_history_kept_before_it_kept_codes_are_read_in_ones_own_language(editor: Client) -> None:
    commentary = draft()
    commentary._change_reason = "апублікавана"
    commentary.save()
    assert "Published" in editor.get(address(commentary)).content.decode()


@pytest.mark.parametrize("versions", [2, 40])
def test_the_list_takes_a_fixed_number_of_queries(
    editor: Client, django_assert_num_queries: DjangoAssertNumQueries, versions: int
) -> None:
    commentary = draft()
    sign(commentary, make_analyst())
    make_forecast(commentary)
    for number in range(versions):
        commentary.title_be = f"Загаловак {number}"
        commentary.save()
    editor.get(address(commentary))
    with django_assert_num_queries(16):
        editor.get(address(commentary))


def test_the_second_page_of_the_list_goes_on_where_the_first_ends(editor: Client) -> None:
    commentary = draft(trend="worsened")
    for number in range(30):
        commentary.title_be = f"Загаловак {number}"
        commentary.save()
    page = editor.get(address(commentary), {"p": 2}).content.decode()
    assert page.count('name="before"') == 6
    assert page.count("Belarusian: headline") == 5
    assert "the first version" in page


# --- Two versions ---------------------------------------------------------------------------------------------------


def test_two_versions_are_compared_word_by_word_whichever_is_named_first(editor: Client) -> None:
    commentary = draft(body_be="<p>Стары мост закрыты.</p>")
    change(editor, commentary, body_be="<p>Новы мост закрыты.</p>")
    first, second = numbers(commentary)
    page = compared(editor, commentary, first, second)
    assert "removed: </span>" in page
    assert "Стары</del>" in page
    assert "Новы</ins> мост закрыты." in page
    assert "Стары</del>" in compared(editor, commentary, second, first)


def test_structure_is_compared_in_words(editor: Client) -> None:
    commentary = draft(body_en='<p>The bridge</p><p>See <a href="https://a.example/">here</a>.</p>')
    change(editor, commentary, body_en='<h2>The bridge</h2><p>See <a href="https://b.example/">here</a>.</p>')
    page = compared(editor, commentary, *numbers(commentary))
    for words in ("[paragraph]", "[heading]", "[link to https://a.example/]", "[link to https://b.example/]"):
        assert words in page


def test_a_change_of_nothing_but_formatting_says_so(editor: Client) -> None:
    commentary = draft(body_en="<p>The <strong>bridge</strong>.</p>")
    change(editor, commentary, body_en="<p>The bridge.</p>")
    assert "Only the formatting differs" in compared(editor, commentary, *numbers(commentary))


def test_what_belongs_to_a_commentary_is_compared_too(editor: Client) -> None:
    commentary, analyst = draft(state="draft"), make_analyst(name_en="Ina Vardel")
    forecast = make_forecast(commentary)
    sign(commentary, analyst)
    commentary.save()
    Byline.objects.all().delete()
    forecast.delete()
    page = compared(editor, commentary, *numbers(commentary))
    assert "Ina Vardel</del>" in page
    assert "The bridge will open.</del>" in page


def test_any_version_is_compared_with_what_readers_get_now(editor: Client) -> None:
    commentary = make_commentary(languages=("be",), title_en="A draft of a headline")
    change(editor, commentary, title_be="Новы загаловак", correction_be="Не той загаловак.")
    page = compared(editor, commentary, numbers(commentary)[0], "newest")
    assert "What readers get now" in page
    assert "Readers do not get this language." in page


@pytest.mark.parametrize("asked", [{}, {"before": "1"}, {"before": "newest", "after": "newest"}])
def test_two_versions_that_are_not_two_are_asked_for_again(editor: Client, asked: dict[str, str]) -> None:
    commentary = draft()
    response = editor.get(address(commentary, "compare"), asked, follow=True)
    assert "Choose two different versions." in response.content.decode()


@pytest.mark.parametrize("number", ["x", "0", "9" * 30, "-1", "1\0"])
def test_a_version_that_cannot_be_is_not_found(editor: Client, number: str) -> None:
    commentary = draft()
    response = editor.get(address(commentary, "compare"), {"before": number, "after": "newest"})
    assert response.status_code == 404


def test_a_version_of_another_commentary_is_not_found(editor: Client) -> None:
    commentary = draft()
    other = make_commentary(commentary.issue)
    number = numbers(other)[0]
    assert editor.get(address(commentary, "simple_history", number)).status_code == 404
    assert editor.get(address(commentary, "bring_back", number)).status_code == 404


# --- Bringing back --------------------------------------------------------------------------------------------------


def test_the_page_asks_and_changes_nothing(editor: Client) -> None:
    commentary = draft()
    change(editor, commentary, title_be="Новы", title_ru="Новый")
    before = numbers(commentary)
    page = editor.get(address(commentary, "bring_back", before[0]))
    assert page.status_code == 200
    assert set(fields_of(page)["chosen"]) == {"title_be", "title_ru"}
    assert numbers(commentary) == before
    assert in_language(Commentary.objects.get(), "title", "be") == "Новы"


def fields_of(page: Any) -> dict[str, Any]:
    """What the page's form would send; it has no name of its own."""
    text = page.content.decode().replace('<form method="post"', '<form id="asked" method="post"', 1)
    return fields(text.encode(), "asked")


def test_what_is_chosen_comes_back_as_a_new_version_and_the_rest_stays(editor: Client) -> None:
    commentary = draft(state="draft")
    change(editor, commentary, title_be="Новы", title_ru="Новый", trend="worsened")
    first, second = numbers(commentary)
    assert bring_back(editor, commentary, first, "title_ru").status_code == 302
    now = Commentary.objects.get()
    assert (in_language(now, "title", "ru"), in_language(now, "title", "be"), now.trend) == (
        "Заголовок комментария",
        "Новы",
        "worsened",
    )
    assert numbers(commentary)[:2] == [first, second]
    assert len(numbers(commentary)) == 3
    assert "Restored from the version of" in editor.get(address(commentary)).content.decode()


def test_one_language_is_asked_for_alone(editor: Client) -> None:
    commentary = draft()
    change(editor, commentary, title_be="Новы", title_ru="Новый")
    page = editor.get(address(commentary, "bring_back", numbers(commentary)[0]), {"language": "ru"})
    assert fields_of(page)["chosen"] == "title_ru"


def test_a_deleted_forecast_and_byline_come_back(editor: Client) -> None:
    commentary, analyst = draft(), make_analyst()
    forecast = make_forecast(commentary, due="2022-03-01")
    sign(commentary, analyst)
    commentary.save()
    Forecast.objects.all().delete()
    Byline.objects.all().delete()
    number = numbers(commentary)[0]
    commentary.save()
    key = f"forecast-{forecast.pk}"
    assert bring_back(editor, commentary, number, "bylines", key, f"{key}-statement_be").status_code == 302
    back = Forecast.objects.get()
    assert (in_language(back, "statement", "be"), str(back.due)) == ("Мост адкрыюць.", "2022-03-01")
    assert Byline.objects.get().analyst == analyst


def test_what_was_added_since_is_removed_only_when_that_is_ticked(editor: Client) -> None:
    commentary, first, second = draft(), make_analyst(), make_analyst(name_en="Second Analyst")
    sign(commentary, first)
    commentary.save()
    number = numbers(commentary)[-1]
    commentary.title_be = "Новы"
    commentary.save()
    key = f"remove-forecast-{make_forecast(commentary).pk}"
    sign(commentary, second)
    signed = f"remove-byline-{Byline.objects.get(analyst=second).pk}"
    page = editor.get(address(commentary, "bring_back", number))
    assert {key, signed} < {name for name, _label in page.context["form"].fields["chosen"].choices}
    assert not {key, signed} & set(page.context["form"].ticked)
    assert "Second Analyst" in page.content.decode()
    assert bring_back(editor, commentary, number, "title_be").status_code == 302
    assert (Forecast.objects.count(), Byline.objects.count()) == (1, 2)
    assert bring_back(editor, commentary, number, key, signed).status_code == 302
    assert not Forecast.objects.exists()
    assert Byline.objects.get().analyst == first


def test_a_restored_original_outdates_its_translations_and_their_translators_are_told(editor: Client) -> None:
    translator = make_user("tamara", roles.TRANSLATOR, languages=["ru"])
    commentary = draft()
    change(editor, commentary, title_be="Новы")
    for language in ("be", "ru", "en"):
        translations.mark_ready(Commentary.objects.get(), language, None)
    StaffMail.objects.all().delete()
    bring_back(editor, commentary, numbers(commentary)[0], "title_be")
    states = dict(Translation.objects.values_list("language", "state"))
    assert (states["be"], states["ru"]) == ("ready", "outdated")
    assert StaffMail.objects.filter(user=translator, kind=StaffMail.Kind.OUTDATED).exists()


def test_what_would_shut_the_gate_does_not_come_back(editor: Client) -> None:
    commentary = make_commentary(trend="")
    commentary.trend = "improved"
    commentary.save()
    response = bring_back(editor, commentary, numbers(commentary)[0], "trend")
    assert "it has no trend" in response.content.decode()
    assert Commentary.objects.get().trend == "improved"


def test_what_readers_see_does_not_come_back_without_a_word_to_them(editor: Client) -> None:
    commentary = make_commentary()
    change(editor, commentary, title_be="Новы", small_change="on")
    first = numbers(commentary)[0]
    response = bring_back(editor, commentary, first, "title_be")
    assert "Readers have this text already." in response.content.decode()
    assert 'value="title_be" id="chosen-title_be" checked' in response.content.decode()
    assert in_language(Commentary.objects.get(), "title", "be") == "Новы"
    assert bring_back(editor, commentary, first, "title_be", correction_be="Загаловак вярнулі.").status_code == 302
    assert in_language(Correction.objects.get(), "note", "be") == "Загаловак вярнулі."


def test_what_somebody_saved_meanwhile_is_looked_at_first(editor: Client) -> None:
    commentary = draft()
    change(editor, commentary, title_be="Новы")
    url = address(commentary, "bring_back", numbers(commentary)[0])
    sent = fields_of(editor.get(url))
    commentary = Commentary.objects.get()
    commentary.title_be = "Яшчэ навейшы"
    commentary.save()
    assert "Somebody saved the commentary meanwhile." in editor.post(url, sent).content.decode()
    assert in_language(Commentary.objects.get(), "title", "be") == "Яшчэ навейшы"


def test_nothing_chosen_is_a_sentence(editor: Client) -> None:
    commentary = draft()
    change(editor, commentary, title_be="Новы")
    response = bring_back(editor, commentary, numbers(commentary)[0])
    assert "Choose what is to come back." in response.content.decode()


# (role, language of the text, whether it comes back into the draft of an own section)
MAY = [
    (roles.ANALYST, "title_be", True),
    (roles.ANALYST, "trend", True),
    (roles.TRANSLATOR, "title_ru", True),
    (roles.TRANSLATOR, "title_be", False),
    (roles.TRANSLATOR, "trend", False),
    (roles.EDITOR, "trend", True),
]


@pytest.mark.parametrize(("role", "key", "may"), MAY)
def test_what_comes_back_is_what_one_may_edit(role: str, key: str, may: bool) -> None:
    section = make_section()
    commentary = draft(section=section, trend="improved")
    was = getattr(commentary, key)
    for name, value in {"title_be": "Новы", "title_ru": "Новый", "trend": "worsened"}.items():
        setattr(commentary, name, value)
    commentary.save()
    user = make_user("someone", role, languages=["ru"])
    user.sections.add(section)
    bring_back(desk(user), commentary, numbers(commentary)[0], key)
    assert (getattr(Commentary.objects.get(), key) == was) is may


@pytest.mark.parametrize("role", [roles.NEWSLETTER_MANAGER, roles.ANALYST])
def test_who_may_edit_nothing_brings_nothing_back(role: str) -> None:
    commentary = draft()
    commentary.title_be = "Новы"
    commentary.save()
    client, number = desk(make_user("someone", role)), numbers(commentary)[0]
    assert client.get(address(commentary, "bring_back", number)).status_code == 403
    assert bring_back(client, commentary, number, "title_be").status_code == 403
    assert in_language(Commentary.objects.get(), "title", "be") == "Новы"


def test_who_may_not_read_commentaries_reads_no_history() -> None:
    commentary, client = draft(), desk(make_user("someone", roles.NEWSLETTER_MANAGER))
    assert client.get(address(commentary)).status_code == 403
    assert client.get(address(commentary, "compare"), {"before": "1", "after": "newest"}).status_code == 403
