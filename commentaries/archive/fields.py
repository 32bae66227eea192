"""Taking one line of an archive apart, with a sentence for whatever is wrong in it."""

import json
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, NoReturn

from django.core.exceptions import ValidationError
from django.utils import timezone

from commentaries.images import validate_picture
from commentaries.languages import FALLBACK, Language
from commentaries.models.issues import EARLIEST, LATEST
from commentaries.redirects.spelling import is_path, spelt

UNSTORABLE = re.compile(r"[\x00\ud800-\udfff]")
SITE = re.compile(r"\Ahttps?://[^/?#\\]+(?=(/?))", re.IGNORECASE)
SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
Texts = dict[str, str]


class ArchiveError(Exception):
    """A line that stops the import: the file, its number, the field and what is wrong."""


@dataclass(frozen=True)
class Line:
    """One JSON object of an archive, and where it stands, for messages."""

    file: Path
    number: int
    values: dict[str, Any]

    def fail(self, field: str, problem: str) -> NoReturn:
        """Raise ArchiveError for this line."""
        raise ArchiveError(f"{self.file.name}, line {self.number}, {field}: {problem}")

    def only(self, known: set[str]) -> None:
        """Refuse fields that nobody would read: they are misspelt."""
        for name in sorted(set(self.values) - known):
            self.fail(name, f"this field is unknown; the fields are {', '.join(sorted(known))}")

    def text(self, field: str, *, required: bool = False, longest: int | None = None) -> str:
        """A text, less the white space round it; `longest` is the number of characters that fit."""
        value = self.values.get(field)
        if value is None and not required:
            return ""
        if not isinstance(value, str) or (required and not value.strip()):
            self.fail(field, "is missing" if not value else f"must be a text, not {value!r}")
        return self.fitting(field, value, longest)

    def fitting(self, field: str, text: str, longest: int | None) -> str:
        if UNSTORABLE.search(text):
            self.fail(field, "holds a character that is no text (U+0000 or half of a surrogate pair)")
        if longest and len(text.strip()) > longest:
            self.fail(field, f"has {len(text.strip())} characters; {longest} fit")
        return text.strip()

    def slug(self, field: str, longest: int) -> str:
        value = self.text(field, required=True, longest=longest)
        if not SLUG.fullmatch(value):
            self.fail(field, f"{value!r} must be made of small Latin letters, digits and hyphens")
        return value

    def choice(self, field: str, choices: list[str], default: str = "") -> str:
        value = self.text(field, required=not default) or default
        if value not in choices:
            self.fail(field, f"{value!r} is unknown; use {', '.join(choices)}")
        return value

    def texts(self, field: str, longest: int | None = None) -> Texts:
        """A text per language: {"be": …, "ru": …, "en": …}, any of them left out."""
        value = self.values.get(field) or {}
        if not isinstance(value, dict):
            self.fail(field, f'must be an object like {{"be": "…"}}, not {value!r}')
        for language, text in value.items():
            if language not in Language.values:
                self.fail(field, f"the language {language!r} is unknown; use {', '.join(FALLBACK)}")
            if not isinstance(text, str):
                self.fail(field, f"the text in {language!r} must be a text, not {text!r}")
        fitting = {code: self.fitting(f"{field}.{code}", text, longest) for code, text in value.items()}
        return {code: text for code, text in fitting.items() if text}

    def day(self, field: str, *, required: bool = False) -> date | None:
        value = self.text(field, required=required)
        try:
            found = date.fromisoformat(value) if value else None
        except ValueError:
            self.fail(field, f"{value!r} is not a date like 2022-01-17")
        if found and not EARLIEST <= found <= LATEST:
            self.fail(field, f"{value!r} is not in our times; check the year")
        return found

    def moment(self, field: str) -> datetime | None:
        """A time; without an offset it is read in the publication's time zone."""
        value = self.text(field)
        try:
            moment = datetime.fromisoformat(value) if value else None
        except ValueError:
            self.fail(field, f"{value!r} is not a time like 2022-01-24T09:00:00+00:00")
        if moment and not EARLIEST < moment.date() < LATEST:
            self.fail(field, f"{value!r} is not in our times; check the year")
        if moment and timezone.is_naive(moment):
            moment = timezone.make_aware(moment)
        return moment.astimezone(UTC) if moment else None

    def flag(self, field: str, *, default: bool) -> bool:
        value = self.values.get(field, default)
        if not isinstance(value, bool):
            self.fail(field, f"must be true or false, not {value!r}")
        return value

    def whole_number(self, field: str) -> int | None:
        value = self.values.get(field)
        if value is not None and (isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 32768):
            self.fail(field, f"must be a whole number from 0 to 32767, not {value!r}")
        return value

    def items(self, field: str) -> list[Any]:
        value = self.values.get(field) or []
        if not isinstance(value, list):
            self.fail(field, f"must be a list, not {value!r}")
        return value

    def addresses(self, field: str, longest: int) -> dict[str, tuple[str, ...]]:
        """Old addresses per language, {"be": "/path"} or {"be": ["/path", …]}, without the site they stood on."""
        value = self.values.get(field) or {}
        if not isinstance(value, dict):
            self.fail(field, f'must be an object like {{"be": "/2019/03/text/"}}, not {value!r}')
        for language in value:
            if language not in Language.values:
                self.fail(field, f"the language {language!r} is unknown; use {', '.join(FALLBACK)}")
        return {
            language: tuple(
                self._address(f"{field}.{language}", one, longest)
                for one in (given if isinstance(given, list) else [given])
            )
            for language, given in value.items()
        }

    def _address(self, field: str, value: Any, longest: int) -> str:
        if not isinstance(value, str):
            self.fail(field, f"must be an address or a list of them, not {value!r}")
        address = SITE.sub(lambda match: "" if match[1] else "/", self.fitting(field, value, None))
        if not is_path(address):
            self.fail(field, f"{value!r} must begin with one slash, or with https:// and the name of a site")
        if "#" in address:
            self.fail(field, f"{value!r}: leave out the # and what follows it")
        return self.fitting(field, spelt(address), longest)

    def picture(self, field: str) -> Path | None:
        """The path of a picture that lies in the archive's folder and is one."""
        name = self.text(field)
        if not name:
            return None
        folder = self.file.parent.resolve()
        try:
            path = (folder / name).resolve()
            is_file = path.is_file()
        except (OSError, ValueError, RuntimeError) as error:  # too long, or links in a circle
            self.fail(field, f"{name!r} is no path of a file: {error}")
        if not path.is_relative_to(folder):
            self.fail(field, f"{name!r} lies outside the archive's folder")
        if not is_file:
            self.fail(field, f"there is no file {name!r} beside the archive")
        with path.open("rb") as file:
            try:
                validate_picture(file)
            except ValidationError as error:
                self.fail(field, f"{name!r}: {error.messages[0]}")
        return path

    def part(self, field: str, value: Any) -> "Line":
        """An object inside this one, such as a forecast, with the same place in messages."""
        if not isinstance(value, dict):
            self.fail(field, f"must be an object, not {value!r}")
        return Line(self.file, self.number, value)


def lines(path: Path) -> list[Line]:
    """The objects of a JSON Lines file (UTF-8, one a line, empty lines passed over)."""
    found = []
    try:
        raw = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise ArchiveError(f"{path}: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        number = error.object[: error.start].count(b"\n") + 1
        raise ArchiveError(f"{path.name}, line {number}: is not UTF-8") from error
    # Not splitlines(): U+2028 and its like may stand inside a JSON text.
    for number, text in enumerate(raw.split("\n"), 1):
        if not text.strip():
            continue
        try:
            value = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise ArchiveError(f"{path.name}, line {number}: is not JSON: {error}") from error
        if not isinstance(value, dict):
            raise ArchiveError(f"{path.name}, line {number}: must be a JSON object")
        found.append(Line(path, number, value))
    return found
