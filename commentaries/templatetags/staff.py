"""What the desk's templates need: people and times in words."""

from datetime import datetime

from django import template

from commentaries.models import User

register = template.Library()

# The desk is imported late: Unfold draws a checkbox, and so asks for all template tags, while it is imported itself.


@register.filter
def moment(at: datetime | None) -> str:
    from commentaries.admin import status

    return status.moment(at)


@register.filter
def person_name(user: User | None) -> str:
    from commentaries.admin import status

    return status.person_name(user)
