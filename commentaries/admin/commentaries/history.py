"""The history of a commentary: its versions with all that belongs to it, and any two of them side by side."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _

from commentaries import rights, versions
from commentaries.admin.choices import is_key
from commentaries.admin.deeds import HIDE_VERSIONS, SHOW_VERSIONS
from commentaries.admin.status import moment, person_name, reason_in_words, status
from commentaries.languages import Language
from commentaries.models import Commentary
from commentaries.versions import Version
from commentaries.versions.contents import Change, Item, Names, changes, items

if TYPE_CHECKING:
    from commentaries.admin.deeds import DeedsAdmin as Base
else:
    Base = object

VERSIONS_ON_A_PAGE = 25
NEWEST = "newest"
OF_VERSIONS = {"hide_versions": HIDE_VERSIONS, "show_versions": SHOW_VERSIONS}


def who(record: Any) -> str:
    """Whose deed a row of history is."""
    return person_name(record.history_user) if record.history_user else _("an import")


def _name(language: str) -> str:
    return str(Language(language).label) if language else ""


@dataclass(frozen=True)
class Entry:
    """A version in the list: what it changed of the one before it, in short."""

    version: Version
    what: list[str]
    reason: str

    @property
    def time(self) -> str:
        return moment(self.version.at)

    @property
    def who(self) -> str:
        return who(self.version.commentary)


def entries(found: list[Version]) -> list[Entry]:
    """The versions but the last of them, which is there to be compared with; alone, it is the first of all."""
    names = Names(found)
    contents = [items(version, names) for version in found]
    shown = []
    for at, version in enumerate(found):
        reason = reason_in_words(version.commentary.history_change_reason)
        if at + 1 == len(found):
            shown.append(Entry(version, [_("the first version")], reason))
            break
        old, new = contents[at + 1], contents[at]
        changed = [key for key in {**new, **old} if _value(old, key) != _value(new, key)]
        shown.append(Entry(version, _in_short(changed, old, new), reason))
    return shown


def _value(found: dict[str, Any], key: str) -> str:
    return found[key].value if key in found else ""


def _in_short(changed: list[str], old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    """What changed, one phrase a language: "Russian: headline, text"."""
    by_language: dict[str, list[str]] = {}
    for key in changed:
        item = new.get(key) or old[key]
        label = str(item.label)
        said = f"{label.lower()} – {item.value}" if key.startswith("state_") else label.lower()
        by_language.setdefault(item.language, []).append(said)
    return [
        f"{_name(language)}: {', '.join(words)}" if language else ", ".join(words)
        for language, words in by_language.items()
    ]


@dataclass(frozen=True)
class Part:
    """What has no language of two versions, or one language of them."""

    language: str
    name: str
    changed: list[Change]
    same: list[Change]
    note: str = ""


def parts(found: list[Change], unread: list[str]) -> list[Part]:
    """The changes language by language. `unread`: the languages that readers do not get."""
    shown = []
    for language in ("", *Language.values):
        mine = [change for change in found if change.language == language]
        note = _("Readers do not get this language.") if language in unread else ""
        changed = [change for change in mine if change.is_changed]
        same = [change for change in mine if not change.is_changed and change.after]
        shown.append(Part(language, _name(language) or _("All languages"), changed, same, note))
    return shown


def contents_by_language(found: Iterable[Item]) -> list[tuple[str, str, list[Item]]]:
    """What a version holds, with the name of each language, the empty things left out."""
    there = [item for item in found if item.value]
    languages = [("", _("All languages")), *Language.choices]
    return [(code, str(name), [item for item in there if item.language == code]) for code, name in languages]


class HistoryAdmin(Base):
    """A commentary's own pages of history in the place of simple-history's list."""

    def get_urls(self) -> Any:
        view = self.admin_site.admin_view
        own = [
            path("<path:object_id>/history/compare/", view(self.compare), name="commentaries_commentary_compare"),
        ]
        for name in OF_VERSIONS:
            deed = view(partial(self.carry_out, name=name))
            own.append(path(f"<path:object_id>/history/{name}/", deed, name=f"commentaries_commentary_{name}"))
        return [*own, *super().get_urls()]

    def _viewed(self, request: HttpRequest, object_id: str) -> Commentary:
        """The commentary that this person wants to read the history of."""
        commentary = self.get_object(request, object_id) if is_key(object_id) else None
        if not self.has_view_permission(request, commentary):
            raise PermissionDenied
        if commentary is None:
            raise Http404
        return commentary  # type: ignore[no-any-return]

    def _history_page(
        self, request: HttpRequest, commentary: Commentary, title: str, template: str, **more: Any
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": title,
            "subtitle": str(commentary),
            "opts": self.opts,
            "original": commentary,
            "is_live": status(commentary) == "public" and status(commentary.issue) == "public",
            "may_restore": self.has_change_permission(request, commentary),
            **more,
        }
        return TemplateResponse(request, template, context)

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        commentary = self._viewed(request, object_id)
        pages = Paginator(versions.records(commentary).select_related("history_user"), VERSIONS_ON_A_PAGE)
        page = pages.get_page(request.GET.get("p"))
        start = page.start_index() - 1 if pages.count else 0
        # One after the page to compare with, one before it to know how long the page's first version lasted.
        rows = list(pages.object_list[max(start - 1, 0) : start + VERSIONS_ON_A_PAGE + 1])
        until = rows.pop(0).history_date if start else None
        found = versions.versions(commentary, rows, until)
        numbers = pages.get_elided_page_range(page.number)
        may_hide = rights.publishes(rights.staff(request))
        more = {
            "page": page,
            "numbers": numbers,
            "entries": entries(found)[:VERSIONS_ON_A_PAGE],
            "newest": NEWEST,
            "hidden_at": moment(commentary.earlier_versions_hidden_at),
            "deeds": [(name, deed) for name, deed in OF_VERSIONS.items() if may_hide and deed.offered(commentary)],
        }
        return self._history_page(
            request, commentary, _("History"), "admin/commentaries/commentary/versions.html", **more
        )

    def history_form_view(self, request: HttpRequest, object_id: str, version_id: str) -> HttpResponse:
        """One version, to be read."""
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        commentary = self._viewed(request, object_id)
        found = self._version(commentary, version_id)
        more = {
            "version": found,
            "name": f"{moment(found.at)}, {who(found.commentary)}",
            "parts": contents_by_language(items(found, Names([found])).values()),
            "newest": NEWEST,
        }
        return self._history_page(
            request, commentary, _("An earlier version"), "admin/commentaries/commentary/version.html", **more
        )

    def compare(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Two versions side by side; which, the address says."""
        commentary = self._viewed(request, object_id)
        asked = [request.GET.get(name, "") for name in ("before", "after")]
        if not all(asked) or asked[0] == asked[1]:
            messages.warning(request, _("Choose two different versions."))
            return redirect("admin:commentaries_commentary_history", commentary.pk)
        found = [self._version(commentary, one) for one in asked]
        before, after = sorted(found, key=lambda version: (version.at, version.number))
        more = {
            "before": before,
            "after": after,
            "before_name": f"{moment(before.at)}, {who(before.commentary)}",
            "after_name": f"{moment(after.at)}, {who(after.commentary)}",
            "parts": parts(changes(before, after), _unread(commentary) if after.is_newest else []),
            "history_url": reverse("admin:commentaries_commentary_history", args=[commentary.pk]),
        }
        return self._history_page(
            request, commentary, _("Two versions"), "admin/commentaries/commentary/compare.html", **more
        )

    def _version(self, commentary: Commentary, asked: str) -> Version:
        number = versions.newest_number(commentary) if asked == NEWEST else int(asked) if is_key(asked) else 0
        found = versions.version(commentary, number)
        if found is None:
            raise Http404
        return found


def _unread(commentary: Commentary) -> list[str]:
    """The languages that readers of a public commentary do not get."""
    public = commentary.public_languages()
    return [language for language in Language.values if language not in public] if commentary.is_published else []
