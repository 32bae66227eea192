"""What each kind of page says of itself where it is passed on. A page that is not named here says nothing."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.template import Context
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from commentaries.languages import in_language, local
from commentaries.sharing import card as cards
from commentaries.sharing import structured_data as schema
from commentaries.sharing.addresses import Addresses, absolute, addresses_of
from commentaries.sharing.card import Card
from commentaries.sharing.structured_data import Data

NEWEST = 10  # of the commentaries that a profile names
LOCALES = {"be": "be_BY", "ru": "ru_RU", "en": "en_GB"}  # Open Graph wants a territory


@dataclass(frozen=True)
class Shared:
    """A page for the Open Graph protocol (ogp.me), and its JSON-LD. Times are ISO 8601."""

    title: str
    description: str
    card: Card
    data: list[Data]
    kind: str = "website"
    published: str = ""
    modified: str = ""
    section: str = ""
    authors: tuple[str, ...] = ()


def _step_home(context: Context, language: str) -> tuple[str, str]:
    return context["publication"].title(language), absolute(f"/{language}/")


def _site_card(context: Context, language: str) -> Card:
    return cards.of_site(context["publication"], language)


def home(context: Context, language: str, url: str) -> Shared:
    publication = context["publication"]
    tagline = local(publication, "tagline", language)
    site = {
        "@type": "WebSite",
        "@id": absolute("/#site"),
        "url": url,
        "name": publication.title(language),
        "description": tagline,
        "inLanguage": language,
        "publisher": schema.organization(publication, language),
        "potentialAction": _search(),
    }
    data = [schema.filled(site), schema.periodical(publication, language)]
    return Shared(publication.title(language), tagline, _site_card(context, language), data)


def _search() -> Data:
    """How to ask the search for a word (schema.org, SearchAction)."""
    address = absolute(reverse("commentaries:search"))
    return {
        "@type": "SearchAction",
        "target": {"@type": "EntryPoint", "urlTemplate": f"{address}?q={{search_term_string}}"},
        "query-input": "required name=search_term_string",
    }


def commentary(context: Context, language: str, url: str) -> Shared:
    edition, publication = context["edition"], context["publication"]
    card = cards.of_commentary(edition, publication)
    data = schema.article(edition, publication, card)
    week = data["isPartOf"]
    steps = [_step_home(context, language), (week["name"], week["url"]), (edition.title, url)]
    return Shared(
        title=edition.title,
        description=data["description"],
        card=card,
        data=[data, schema.breadcrumbs(*steps)],
        kind="article",
        published=data["datePublished"],
        modified=data["dateModified"],
        section=data["articleSection"],
        authors=tuple(author.get("url") or author["name"] for author in data["author"]),
    )


def issue(context: Context, language: str, url: str) -> Shared:
    this, editions, publication = context["issue"], context["editions"], context["publication"]
    card = cards.of_issue(this, editions, publication, language)
    titles = " · ".join(edition.title for edition in editions if edition.language == language)
    data = schema.issue_data(this, publication, language) | {
        "description": schema.summary(titles),
        "image": schema.card_data(card),
        "hasPart": [schema.entry(edition) for edition in editions],
    }
    steps = [_step_home(context, language), (_("Archive"), absolute(reverse("commentaries:archive")))]
    trail = schema.breadcrumbs(*steps, (data["name"], url))
    return Shared(this.heading(language), data["description"], card, [schema.filled(data), trail])


def section(context: Context, language: str, url: str) -> Shared:
    this = context["section"]
    title = local(this, "title", language)
    about = schema.in_words(local(this, "description", language))
    return _collection(context, language, url, title, schema.summary(about), context["editions"])


def archive(context: Context, language: str, url: str) -> Shared:
    year = context.get("year")
    title = _("Issues of %(year)s") % {"year": year} if year else _("Archive")
    return _collection(context, language, url, title, local(context["publication"], "tagline", language))


def trends(context: Context, language: str, url: str) -> Shared:
    return _collection(context, language, url, _("Trends"), local(context["publication"], "tagline", language))


def _collection(context: Context, language: str, url: str, title: str, description: str, editions: Any = ()) -> Shared:
    data = {
        "@type": "CollectionPage",
        "@id": url,
        "url": url,
        "name": title,
        "description": description,
        "inLanguage": language,
        "isPartOf": schema.periodical(context["publication"], language),
        "mainEntity": schema.listed(editions),
    }
    trail = schema.breadcrumbs(_step_home(context, language), (title, url))
    return Shared(title, description, _site_card(context, language), [schema.filled(data), trail])


def analyst(context: Context, language: str, url: str) -> Shared:
    this, publication = context["analyst"], context["publication"]
    name, about = this.byline(language), schema.summary(schema.in_words(in_language(this, "bio", language)))
    who = schema.person(this, language) | {
        "description": about,
        "image": schema.picture_data(this.portrait, language),
        "worksFor": schema.organization(publication, language),
    }
    data = {
        "@type": "ProfilePage",
        "url": url,
        "name": name,
        "inLanguage": language,
        "mainEntity": schema.filled(who),
        "hasPart": [schema.entry(edition) for edition in context["editions"][:NEWEST]],
    }
    trail = schema.breadcrumbs(_step_home(context, language), (name, url))
    card = _site_card(context, language)
    return Shared(name, about, card, [schema.filled(data), trail], kind="profile")


def about(context: Context, language: str, url: str) -> Shared:
    publication = context["publication"]
    words = schema.summary(schema.in_words(in_language(publication, "about", language)))
    organization = schema.organization(publication, language) | {
        "description": words,
        "email": publication.contact_email,
    }
    data = {
        "@type": "AboutPage",
        "url": url,
        "name": _("About us"),
        "inLanguage": language,
        "mainEntity": schema.filled(organization),
    }
    return Shared(_("About us"), words, _site_card(context, language), [data])


PAGES: dict[str, Callable[[Context, str, str], Shared]] = {
    "commentaries:home": home,
    "commentaries:archive": archive,
    "commentaries:archive_year": archive,
    "commentaries:issue": issue,
    "commentaries:commentary": commentary,
    "commentaries:section": section,
    "commentaries:analyst": analyst,
    "commentaries:trends": trends,
    "commentaries:about": about,
}


def shared(context: Context) -> tuple[Shared, Addresses] | None:
    """What the page made from this context says of itself, in the language of its true address."""
    match = context["request"].resolver_match
    if match is None or match.view_name not in PAGES:
        return None
    addresses = addresses_of(context)
    with override(addresses.language):
        return PAGES[match.view_name](context, addresses.language, addresses.canonical), addresses
