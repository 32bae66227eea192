"""The publication's languages, and how one stands in for another.

django-modeltranslation stores a text once per language (`title_be`, `title_ru`, `title_en`); it does not decide which
of them a reader gets. That is decided here, and only here: code never reads the bare field (`title`).
"""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class Language(models.TextChoices):
    BELARUSIAN = "be", _("Belarusian")
    RUSSIAN = "ru", _("Russian")
    ENGLISH = "en", _("English")


# The languages' names in themselves, for the language switch.
AUTONYMS = {"be": "Беларуская", "ru": "Русский", "en": "English"}

# Belarusian and Russian readers stand for each other first.
FALLBACK = {"be": ("be", "ru", "en"), "ru": ("ru", "be", "en"), "en": ("en", "be", "ru")}


class LocalText(str):
    """A text that knows which language it is in, so that a page can say so (WCAG 2.2, 3.1.2 Language of Parts)."""

    language: str

    def __new__(cls, text: str, language: str) -> "LocalText":
        self = super().__new__(cls, text)
        self.language = language
        return self


def active_language() -> str:
    """The language of the page being made; English where none of ours is active."""
    language = get_language() or ""
    return language if language in FALLBACK else "en"


def in_language(obj: models.Model, field: str, language: str) -> str:
    """The text of `field` in exactly this language, or an empty string."""
    value: Any = getattr(obj, f"{field}_{language}")
    return value or ""


def local(obj: models.Model, field: str, language: str | None = None) -> LocalText:
    """The text of `field` in `language` (by default the active one), or in the next language that has it."""
    wanted = language or active_language()
    return first_of(partial(in_language, obj, field), wanted)


def first_of(text_in: Callable[[str], str | None], wanted: str) -> LocalText:
    """The text in the wanted language, or in the next language that has it."""
    for candidate in FALLBACK[wanted]:
        if text := text_in(candidate):
            return LocalText(text, candidate)
    return LocalText("", wanted)


def path_in(language: str, path: str) -> str:
    """The path of the same page in another language: only its prefix differs. Other paths stay as they are."""
    start, prefix, rest = path[:1], path[1:3], path[3:]
    return f"{start}{language}{rest}" if prefix in FALLBACK and rest.startswith("/") else path


def all_languages(obj: models.Model, *fields: str) -> list[str]:
    """Every text of these fields in every language, the empty ones left out."""
    texts = [in_language(obj, field, language) for field in fields for language in FALLBACK]
    return [text for text in texts if text]
