"""Rows for tests, as plain functions: whatever a test does not say is filled in so that the row is valid."""

from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from itertools import count
from typing import Any

from django.core.files.base import ContentFile
from PIL import Image

from commentaries.models import (
    Analyst,
    Byline,
    Commentary,
    Forecast,
    Issue,
    Picture,
    Publication,
    Redirect,
    Section,
    Translation,
    User,
)
from subscriptions.addresses import SealedAddress, lookup_of
from subscriptions.models import SignUp, Subscriber, Suppression

PAST = datetime(2022, 2, 1, 9, tzinfo=UTC)
MONDAY = date(2022, 1, 17)
_numbers = count(1)


def make_section(slug: str = "", **fields: Any) -> Section:
    slug = slug or f"section-{next(_numbers)}"
    texts = {"title_be": f"Раздзел {slug}", "title_ru": f"Раздел {slug}", "title_en": f"Section {slug}"}
    return Section.objects.create(slug=slug, **{**texts, **fields})


def make_issue(week_start: date = MONDAY, *, public: bool = True, **fields: Any) -> Issue:
    defaults: dict[str, Any] = {
        "week_end": week_start + timedelta(days=6),
        "published_at": PAST if public else None,
    }
    return Issue.objects.create(week_start=week_start, **{**defaults, **fields})


def make_commentary(
    issue: Issue | None = None,
    section: Section | None = None,
    *,
    languages: tuple[str, ...] = ("be", "ru", "en"),
    public: bool = True,
    state: str = Translation.State.READY,
    **fields: Any,
) -> Commentary:
    """A commentary with a text in each of `languages`, each marked ready."""
    texts: dict[str, str] = {}
    for language, (title, lead, body) in _TEXTS.items():
        if language in languages:
            texts |= {
                f"title_{language}": title,
                f"lead_{language}": lead,
                f"body_{language}": f"<p>{body}</p>",
            }
    defaults: dict[str, Any] = {"trend": "unchanged", "source_language": languages[0] if languages else "be"}
    commentary = Commentary.objects.create(
        issue=issue or make_issue(),
        section=section or make_section(),
        published_at=PAST if public else None,
        **{**defaults, **texts, **fields},
    )
    digest = commentary.digest(commentary.source_language)
    for language in languages:
        Translation.objects.create(commentary=commentary, language=language, state=state, made_from_digest=digest)
    return commentary


_TEXTS = {
    "be": ("Загаловак каментара", "Уводзіны каментара.", "Тэкст каментара пра мост і парт."),
    "ru": ("Заголовок комментария", "Вступление комментария.", "Текст комментария о мосте и порте."),
    "en": ("A headline", "A lead of the commentary.", "A text about the bridge and the port."),
}


def make_analyst(slug: str = "", **fields: Any) -> Analyst:
    slug = slug or f"analyst-{next(_numbers)}"
    return Analyst.objects.create(slug=slug, **{"name_be": f"Аналітык {slug}", "name_en": f"Analyst {slug}", **fields})


def sign(commentary: Commentary, *analysts: Analyst) -> None:
    for position, analyst in enumerate(analysts):
        Byline.objects.create(commentary=commentary, analyst=analyst, position=position)


def make_forecast(commentary: Commentary, **fields: Any) -> Forecast:
    texts = {
        "statement_be": "Мост адкрыюць.",
        "statement_ru": "Мост откроют.",
        "statement_en": "The bridge will open.",
    }
    return Forecast.objects.create(commentary=commentary, **{**texts, **fields})


def make_publication(**fields: Any) -> Publication:
    publication = Publication(**{"name_be": "Тыднёвік", "name_ru": "Еженедельник", "name_en": "The Weekly", **fields})
    publication.save()
    return publication


def make_redirect(old: str = "/2019/03/text", new: str = "/en/about/") -> Redirect:
    return Redirect.objects.create(old_address=old, new_address=new)


def make_user(username: str = "", *roles: str, **fields: Any) -> User:
    """An account at the desk with these roles (names from commentaries.roles), password "correct horse"."""
    from django.contrib.auth.models import Group

    defaults = {"is_staff": True, "email": "someone@example.org"}
    user = User.objects.create_user(
        username or f"user-{next(_numbers)}", password="correct horse", **{**defaults, **fields}
    )
    user.groups.set(Group.objects.filter(name__in=roles))
    return user


def make_sign_up(address: str = "reader@example.org", *, sections: tuple[Section, ...] = (), **fields: Any) -> SignUp:
    """A sign-up as the form makes it: not sent yet, unless `sent_at` says when."""
    lookup, sealed = lookup_of(address), SealedAddress.seal(address)
    sign_up = SignUp.objects.create(lookup=lookup, address=sealed, **{"language": "be", **fields})
    sign_up.sections.set(sections)
    return sign_up


def make_subscriber(
    address: str = "reader@example.org", *, sections: tuple[Section, ...] = (), **fields: Any
) -> Subscriber:
    lookup, sealed = lookup_of(address), SealedAddress.seal(address)
    subscriber = Subscriber.objects.create(lookup=lookup, address=sealed, **{"language": "be", **fields})
    subscriber.sections.set(sections)
    return subscriber


def make_suppression(address: str = "bounced@example.org", **fields: Any) -> Suppression:
    return Suppression.objects.create(lookup=lookup_of(address), **{"reason": "bounce", **fields})


def make_picture(size: tuple[int, int] = (450, 300), **fields: Any) -> Picture:
    """A picture with a file, a credit, a licence, and what is to be seen on it in each language."""
    buffer = BytesIO()
    Image.new("RGB", size, "teal").save(buffer, "PNG")
    texts = {"alt_be": "Мост праз раку.", "alt_ru": "Мост через реку.", "alt_en": "A bridge over a river."}
    defaults = {"credit": "Vilma Harsk", "licence": "CC-BY-4.0", **texts}
    file = ContentFile(buffer.getvalue(), name="bridge.png")
    return Picture.objects.create(**{"file": file, **defaults, **fields})
