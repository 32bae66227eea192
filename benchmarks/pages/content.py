"""What our site publishes, for another one to show the same."""

from typing import TypedDict

from benchmarks.pages.ours import LANGUAGES

Texts = dict[str, str]  # by language


class SectionContent(TypedDict):
    slug: str
    title: Texts


class ArticleContent(TypedDict):
    section: str
    slug: str
    week: str
    title: Texts
    lead: Texts
    body: Texts


class Content(TypedDict):
    """What another site needs to show the same. `size` is how many bytes the page at `path` shall have."""

    name: Texts
    tagline: Texts
    sections: list[SectionContent]
    articles: list[ArticleContent]
    picture: str
    filling: str
    path: str
    size: int


def content(path: str, size: int) -> Content:
    """Our texts that are public in every language, and the address that the page as long as ours has in Wagtail."""
    from commentaries.models import Commentary, Publication, Section

    *_before, week, section, _end = path.split("/")
    rows = [row for row in Commentary.objects.published().with_texts() if len(row.public_languages()) == len(LANGUAGES)]
    publication = Publication.objects.get()
    pictures = [row.picture.file.path for row in rows if row.picture]
    return {
        "name": _texts(publication, "name"),
        "tagline": _texts(publication, "tagline"),
        "sections": [{"slug": row.slug, "title": _texts(row, "title")} for row in Section.objects.all()],
        "articles": [
            {
                "section": row.section.slug,
                "slug": str(row.issue.week_start),
                "week": str(row.issue.week_start),
                "title": _texts(row, "title"),
                "lead": _texts(row, "lead"),
                "body": _texts(row, "body"),
            }
            for row in rows
        ],
        "picture": pictures[0],
        "filling": " ".join(row.lead_be for row in rows),
        "path": f"/{LANGUAGES[0]}/{section}/{week}/",
        "size": size,
    }


def _texts(row: object, name: str) -> Texts:
    return {language: getattr(row, f"{name}_{language}") for language in LANGUAGES}
