"""The demo's desk in the middle of a week: a text waits for review, and its author and editor talk about it."""

from django.utils import timezone

from commentaries import translations
from commentaries.models import Comment, Commentary, Translation, User

QUESTION = "Лічбу 4600 крон назвалі два перавозчыкі з трох. Пакідаем як ёсць ці пішам «каля 4600»?"
SETTLED = "Ці не зашмат лічбаў ва ўводзінах?"


def begin_work() -> None:
    """Once, after the demo and its accounts were made."""
    people = {user.username: user for user in User.objects.filter(username__in=("analyst", "editor"))}
    analyst, editor = people["analyst"], people["editor"]
    commentary = Commentary.objects.get(issue__published_at=None, section__slug="economy")
    translations.put_back(commentary, commentary.source_language, Translation.State.IN_REVIEW, analyst)
    about = {"commentary": commentary, "language": commentary.source_language}
    Comment.objects.create(**about, author=editor, text=SETTLED, resolved_by=analyst, resolved_at=timezone.now())
    Comment.objects.create(**about, author=analyst, text=QUESTION)
