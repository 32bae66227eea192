from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class CommentariesConfig(AppConfig):
    name = "commentaries"
    verbose_name = _("Commentaries")

    def ready(self) -> None:
        from commentaries.revision import triggers
        from commentaries.roles import grant_roles

        post_migrate.connect(grant_roles, sender=self)
        post_migrate.connect(triggers.set_up, sender=self)
