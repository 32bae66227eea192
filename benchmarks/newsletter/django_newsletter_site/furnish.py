"""Make a newsletter ready to go: `python furnish.py READERS BYTES`. It says how many bytes a mail has."""

import sys
from itertools import cycle

import django

django.setup()

from django.contrib.sites.models import Site  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.utils.timezone import now  # noqa: E402
from newsletter.models import Article, Message, Newsletter, Submission, Subscription  # noqa: E402

SECTIONS = 5
PARAGRAPH = f"<p>{'It is money. ' * 25}</p>\n"  # a lead of ours; no line is so long that mails have to be encoded


def fill(number: int) -> Message:
    """A message of as many articles as our issue has, and its confirmed readers."""
    newsletter = Newsletter.objects.create(title="The Weekly", slug="weekly", email="us@example.org", sender="Weekly")
    newsletter.site.set(Site.objects.all())
    message = Message.objects.create(title="An issue", slug="issue", newsletter=newsletter)
    for section in range(SECTIONS):
        Article.objects.create(title=f"Section {section}", post=message, url=f"https://example.org/{section}/")
    Subscription.objects.bulk_create(
        Subscription(
            newsletter=newsletter,
            email_field=f"reader{one}@example{one % 7}.org",
            subscribed=True,
            subscribe_date=now(),
        )
        for one in range(number)
    )
    return message


def bytes_of(submission: Submission) -> int:
    """The length of a mail to one of the readers."""
    return len(submission.get_message(submission.subscriptions.first()).message().as_bytes())


def lengthen(submission: Submission, size: int) -> None:
    """Add paragraphs to the articles, in turn, until a mail has so many bytes, or a few more."""
    articles = cycle(submission.message.articles.all())
    while bytes_of(submission) < size:
        article = next(articles)
        article.text += PARAGRAPH
        article.save()


if __name__ == "__main__":
    readers, least = map(int, sys.argv[1:])
    call_command("migrate", verbosity=0)
    waiting = Submission.from_message(fill(readers))
    lengthen(waiting, least)
    waiting.prepared = True  # as the button of its admin does
    waiting.save()
    sys.stdout.write(str(bytes_of(waiting)))
