import pytest

from commentaries import translations
from commentaries.models import Commentary
from tests.factories import make_commentary, make_forecast, make_user

pytestmark = pytest.mark.django_db


def states(commentary: Commentary) -> dict[str, str]:
    return dict(Commentary.objects.get(pk=commentary.pk).translations.values_list("language", "state"))


def change(commentary: Commentary, *, small: bool = False, **texts: str) -> dict[str, str]:
    for name, text in texts.items():
        setattr(commentary, name, text)
    commentary.save()
    translations.record_change(commentary, small=small)
    return states(commentary)


def test_a_new_text_is_a_draft_and_no_text_is_missing() -> None:
    commentary = make_commentary(languages=(), title_be="Загаловак", body_be="<p>Тэкст</p>")
    assert change(commentary) == {"be": "draft", "ru": "missing", "en": "missing"}


def test_changing_the_source_makes_the_translations_outdated_and_leaves_their_texts_alone() -> None:
    commentary = make_commentary()
    assert change(commentary, title_be="Новы загаловак") == {
        "be": "ready",
        "ru": "outdated",
        "en": "outdated",
    }
    assert Commentary.objects.get().title_en == "A headline"
    assert Commentary.objects.published().exists()


def test_a_small_change_leaves_the_translations_good_even_at_the_next_save() -> None:
    commentary = make_commentary()
    everything_ready = {"be": "ready", "ru": "ready", "en": "ready"}
    assert change(commentary, small=True, title_be="Новы загаловак") == everything_ready
    assert change(commentary) == everything_ready


def test_changing_a_translation_makes_nothing_outdated() -> None:
    assert set(change(make_commentary(), title_en="Another headline").values()) == {"ready"}


def test_changing_a_forecast_of_the_source_counts_as_a_change() -> None:
    commentary = make_commentary()
    make_forecast(commentary)
    assert change(Commentary.objects.get())["ru"] == "outdated"


def test_a_text_that_was_emptied_is_missing() -> None:
    assert change(make_commentary(), body_ru="")["ru"] == "missing"


def test_an_outdated_translation_marked_ready_again_remembers_who_when_and_from_what() -> None:
    commentary = make_commentary()
    change(commentary, title_be="Новы загаловак")
    translator = make_user("translator")
    translations.mark_ready(commentary, "ru", translator)
    row = commentary.translations.get(language="ru")
    assert (row.state, row.marked_ready_by, row.made_from_language) == ("ready", translator, "be")
    assert row.made_from_digest == commentary.digest("be")
    assert change(commentary)["ru"] == "ready"


def test_what_was_never_ready_does_not_become_outdated() -> None:
    commentary = make_commentary(state="in_review")
    assert change(commentary, title_be="Новы")["ru"] == "in_review"
