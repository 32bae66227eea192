"""Home, sections and articles, as Wagtail's tutorial has them."""

from typing import Any

from django.db import models
from django.http import HttpRequest
from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField
from wagtail.models import Page

EARLIER = 6  # articles of a section that an article leads back to


class HomePage(Page):
    pass


class SectionPage(Page):
    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        articles = ArticlePage.objects.child_of(self).live().order_by("-week")
        return {**super().get_context(request, *args, **kwargs), "articles": articles}


class ArticlePage(Page):
    week = models.DateField(db_index=True)
    lead = models.TextField(blank=True)
    body = RichTextField(blank=True)
    picture = models.ForeignKey(
        "wagtailimages.Image", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    content_panels = [*Page.content_panels, *map(FieldPanel, ("week", "lead", "picture", "body"))]

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        section = self.get_parent()
        articles = ArticlePage.objects.live().filter(locale=self.locale)
        return {
            **super().get_context(request, *args, **kwargs),
            "section": section,
            "others": articles.filter(week=self.week).exclude(pk=self.pk),
            "earlier": articles.child_of(section).filter(week__lt=self.week).order_by("-week")[:EARLIER],
        }
