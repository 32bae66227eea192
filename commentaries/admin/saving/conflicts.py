"""What is shown where two people changed one thing: both texts, and what differs between them."""

from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.utils.safestring import SafeString
from django.utils.text import capfirst

from commentaries import richtext
from commentaries.admin.saving.values import in_words, is_rich, sent_in_words
from commentaries.languages import Language
from commentaries.versions.differences import plain, word_diff

MINE, THEIRS = "mine", "theirs"


@dataclass
class Conflict:
    """One thing that both changed. It is asked by its name, and the answer comes back as `choice-NAME`."""

    name: str
    label: str
    language: str = ""
    theirs: SafeString | str = ""
    mine: SafeString | str = ""
    diff: SafeString | str = ""
    explanation: str = ""
    input_id: str = ""  # where it stands in the form
    mine_means: str = ""
    theirs_means: str = ""
    answer: str = ""
    raw_theirs: str = ""  # for the button that puts it into the form
    kept: list[tuple[str, str]] = field(default_factory=list)  # of a row that has no place in the form any more

    @property
    def language_name(self) -> str:
        return str(Language(self.language).label) if self.language else ""


@dataclass(frozen=True)
class Taken:
    """What only the other changed: it stands in the form now."""

    label: str
    language: str
    diff: SafeString | str

    @property
    def language_name(self) -> str:
        return str(Language(self.language).label) if self.language else ""


def language_of(name: str) -> str:
    code = name.rpartition("_")[2]
    return code if code in Language.values else ""


def label_of(name: str, field: forms.Field) -> str:
    """The field's label; the language is said beside it."""
    language = language_of(name)
    label = str(field.label or name)
    if language:
        label = label.removesuffix(f" ({Language(language).label})")
    return capfirst(label)


def as_read(field: forms.Field, text: str) -> SafeString | str:
    """A text as readers get it. What a browser sent has not been cleaned yet."""
    return richtext.render(richtext.clean(text)) if is_rich(field) else text


def over(name: str, field: forms.Field, where: str, stored: Any, sent: Any) -> Conflict:
    """The conflict over one field; `where` says in which row it stands, `sent` is what this person's form has."""
    theirs, mine = in_words(field, stored), sent_in_words(field, sent)
    label = label_of(name, field)
    return Conflict(
        name=name,
        label=f"{where}: {label}" if where else label,
        language=language_of(name),
        theirs=as_read(field, theirs),
        mine=as_read(field, mine),
        diff=word_diff(theirs, mine) if plain(theirs) != plain(mine) else "",
        raw_theirs=theirs if isinstance(stored, str) else "",
    )


def taken(name: str, field: forms.Field, where: str, before: Any, stored: Any) -> Taken:
    label = label_of(name, field)
    diff = word_diff(in_words(field, before), in_words(field, stored))
    return Taken(f"{where}: {label}" if where else label, language_of(name), diff)
