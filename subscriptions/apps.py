from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class SubscriptionsConfig(AppConfig):
    name = "subscriptions"
    verbose_name = _("Newsletter")

    def ready(self) -> None:
        from subscriptions.roles import grant_roles

        post_migrate.connect(grant_roles, sender=self)
