"""What the readers' templates need for what is kept: citations, versions, files to take along."""

from dataclasses import dataclass

from django import template
from django.conf import settings
from django.template import Context

from commentaries.citations import Citation, permalink
from commentaries.citations.formats import FORMATS
from commentaries.languages import path_in
from commentaries.models import Commentary, Issue
from commentaries.paths import path_to
from commentaries.versions.as_read import readable
from commentaries.versions.readers import PublicVersion

register = template.Library()


@dataclass(frozen=True)
class Link:
    label: str
    url: str


@dataclass(frozen=True)
class OtherVersion:
    version: PublicVersion
    url: str


@dataclass(frozen=True)
class Kept:
    """How to come back to a commentary: its citation, its address, its other versions."""

    cited: Citation
    others: list[OtherVersion]  # newest first

    @property
    def version(self) -> PublicVersion:
        return self.cited.version

    @property
    def files(self) -> list[Link]:
        """The citation for reference managers: what each format is called, and where it is."""
        commentary = self.cited.edition.commentary
        place = [commentary.issue.week_start, commentary.section.slug, self.version.number]
        return [
            Link(form.label, path_in(self.cited.language, path_to("commentaries:cite_version", *place, ending)))
            for ending, form in FORMATS.items()
        ]

    @property
    def file(self) -> str:
        """The commentary as one file; empty beside an earlier version, of which there is none."""
        commentary = self.cited.edition.commentary
        place = [commentary.issue.week_start, commentary.section.slug]
        return path_to("commentaries:commentary_page", *place) if self.version.is_newest else ""


@register.simple_tag(takes_context=True)
def kept(context: Context) -> Kept | None:
    """The version that the page shows: the one it names, else the present one. None in a preview."""
    versions = context.get("versions")
    if not versions:
        return None
    edition, shown = context["edition"], context.get("version") or versions[-1]
    others = [one for one in readable(context.get("present") or edition.commentary, versions) if one != shown]
    links = [OtherVersion(one, permalink(edition, one)) for one in reversed(others)]
    return Kept(Citation(edition, shown, context["publication"]), links)


@register.filter
def on_site(row: Issue | Commentary) -> str:
    """The whole address of a row's page in the page's language."""
    return settings.SITE_URL + row.get_absolute_url()
