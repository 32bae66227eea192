"""Every address of the desk, as a table: who may open it, who may send something to it. A new address needs a row.

A row names an address, the row of the database it is about, and by their letters who may GET and who may POST. All
others are refused before anything is done, and nobody's GET writes.
"""

import re
from collections.abc import Iterator
from copy import deepcopy
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from commentaries import roles
from commentaries.models import Comment, Commentary, Issue, Picture, PreviewLink, Publication
from subscriptions.newsletter.sending import start
from tests.commentaries.desk import desk
from tests.factories import (
    MONDAY,
    make_analyst,
    make_commentary,
    make_issue,
    make_publication,
    make_redirect,
    make_section,
    make_subscriber,
    make_suppression,
    make_user,
)

pytestmark = [pytest.mark.django_db, pytest.mark.page]

# A analyst of the section "own", T translator into Russian, E editor, M administrator, N newsletter manager,
# O account without a role, R account that is not for the desk, S stranger
ROLES = {"A": roles.ANALYST, "T": roles.TRANSLATOR, "E": roles.EDITOR, "M": roles.ADMINISTRATOR}
ROLES |= {"N": roles.NEWSLETTER_MANAGER}
ALL = "ATEMNORS"

TABLE = """
commentaries_commentary_change             own draft              ATEM      ATEM
commentaries_commentary_presence           own draft              -         ATEM
commentaries_commentary_comments           own draft              ATEM      ATEM
commentaries_commentary_comment            own draft              -         ATEM
commentaries_commentary_links              own draft              AEM       AEM
commentaries_commentary_withdraw_link      own draft              -         AEM
commentaries_commentary_history            own draft              ATEM      ATEM
commentaries_commentary_compare            own draft              ATEM      ATEM
commentaries_commentary_simple_history     own draft              ATEM      -
commentaries_commentary_bring_back         own draft              ATEM      ATEM
commentaries_commentary_delete             own draft              EM        EM
commentaries_commentary_publish            own draft              EM        EM
commentaries_commentary_withdraw           own draft              EM        EM
commentaries_commentary_restore            own draft              EM        EM
commentaries_commentary_hide_versions      own draft              EM        EM
commentaries_commentary_show_versions      own draft              EM        EM
commentaries_commentary_translate          own draft ru           ATEM      ATEM
commentaries_commentary_translate          own draft en           AEM       AEM
commentaries_commentary_preview            own draft ru           ATEM      ATEM
commentaries_commentary_preview            own draft en           ATEM      ATEM
commentaries_commentary_change             other draft            ATEM      TEM
commentaries_commentary_presence           other draft            -         ATEM
commentaries_commentary_comments           other draft            ATEM      ATEM
commentaries_commentary_comment            other draft            -         ATEM
commentaries_commentary_links              other draft            EM        EM
commentaries_commentary_withdraw_link      other draft            -         EM
commentaries_commentary_history            other draft            ATEM      ATEM
commentaries_commentary_compare            other draft            ATEM      ATEM
commentaries_commentary_simple_history     other draft            ATEM      -
commentaries_commentary_bring_back         other draft            TEM       TEM
commentaries_commentary_delete             other draft            EM        EM
commentaries_commentary_publish            other draft            EM        EM
commentaries_commentary_withdraw           other draft            EM        EM
commentaries_commentary_restore            other draft            EM        EM
commentaries_commentary_hide_versions      other draft            EM        EM
commentaries_commentary_show_versions      other draft            EM        EM
commentaries_commentary_translate          other draft ru         TEM       TEM
commentaries_commentary_translate          other draft en         EM        EM
commentaries_commentary_preview            other draft ru         ATEM      ATEM
commentaries_commentary_preview            other draft en         ATEM      ATEM
commentaries_commentary_change             own public             ATEM      TEM
commentaries_commentary_presence           own public             -         ATEM
commentaries_commentary_comments           own public             ATEM      ATEM
commentaries_commentary_comment            own public             -         ATEM
commentaries_commentary_links              own public             EM        EM
commentaries_commentary_withdraw_link      own public             -         EM
commentaries_commentary_history            own public             ATEM      ATEM
commentaries_commentary_compare            own public             ATEM      ATEM
commentaries_commentary_simple_history     own public             ATEM      -
commentaries_commentary_bring_back         own public             TEM       TEM
commentaries_commentary_delete             own public             EM        EM
commentaries_commentary_publish            own public             EM        EM
commentaries_commentary_withdraw           own public             EM        EM
commentaries_commentary_restore            own public             EM        EM
commentaries_commentary_hide_versions      own public             EM        EM
commentaries_commentary_show_versions      own public             EM        EM
commentaries_commentary_translate          own public ru          TEM       TEM
commentaries_commentary_translate          own public en          EM        EM
commentaries_commentary_preview            own public ru          ATEM      ATEM
commentaries_commentary_preview            own public en          ATEM      ATEM
commentaries_commentary_change             other public           ATEM      TEM
commentaries_commentary_presence           other public           -         ATEM
commentaries_commentary_comments           other public           ATEM      ATEM
commentaries_commentary_comment            other public           -         ATEM
commentaries_commentary_links              other public           EM        EM
commentaries_commentary_withdraw_link      other public           -         EM
commentaries_commentary_history            other public           ATEM      ATEM
commentaries_commentary_compare            other public           ATEM      ATEM
commentaries_commentary_simple_history     other public           ATEM      -
commentaries_commentary_bring_back         other public           TEM       TEM
commentaries_commentary_delete             other public           EM        EM
commentaries_commentary_publish            other public           EM        EM
commentaries_commentary_withdraw           other public           EM        EM
commentaries_commentary_restore            other public           EM        EM
commentaries_commentary_hide_versions      other public           EM        EM
commentaries_commentary_show_versions      other public           EM        EM
commentaries_commentary_translate          other public ru        TEM       TEM
commentaries_commentary_translate          other public en        EM        EM
commentaries_commentary_preview            other public ru        ATEM      ATEM
commentaries_commentary_preview            other public en        ATEM      ATEM
commentaries_issue_change                  draft                  ATEM      TEM
commentaries_issue_exchange                draft                  ATEM      ATEM
commentaries_issue_export                  draft                  ATEM      ATEM
commentaries_issue_links                   draft                  EM        EM
commentaries_issue_withdraw_link           draft                  -         EM
commentaries_issue_history                 draft                  ATEM      ATEM
commentaries_issue_simple_history          draft                  ATEM      -
commentaries_issue_delete                  draft                  EM        EM
commentaries_issue_publish                 draft                  EM        EM
commentaries_issue_publish_late            draft                  EM        EM
commentaries_issue_schedule                draft                  EM        EM
commentaries_issue_unschedule              draft                  EM        EM
commentaries_issue_withdraw                draft                  EM        EM
commentaries_issue_restore                 draft                  EM        EM
commentaries_issue_journal                 draft                  ATEM      ATEM
commentaries_issue_preview                 draft ru               ATEM      ATEM
commentaries_issue_preview                 draft en               ATEM      ATEM
commentaries_issue_column                  draft ru               ATEM      ATEM
commentaries_issue_column                  draft en               AEM       AEM
commentaries_issue_change                  public                 ATEM      TEM
commentaries_issue_exchange                public                 ATEM      TEM
commentaries_issue_export                  public                 ATEM      ATEM
commentaries_issue_links                   public                 EM        EM
commentaries_issue_withdraw_link           public                 -         EM
commentaries_issue_history                 public                 ATEM      ATEM
commentaries_issue_simple_history          public                 ATEM      -
commentaries_issue_delete                  public                 EM        EM
commentaries_issue_publish                 public                 EM        EM
commentaries_issue_publish_late            public                 EM        EM
commentaries_issue_schedule                public                 EM        EM
commentaries_issue_unschedule              public                 EM        EM
commentaries_issue_withdraw                public                 EM        EM
commentaries_issue_restore                 public                 EM        EM
commentaries_issue_journal                 public                 ATEM      ATEM
commentaries_issue_preview                 public ru              ATEM      ATEM
commentaries_issue_preview                 public en              ATEM      ATEM
commentaries_issue_column                  public ru              ATEM      ATEM
commentaries_issue_column                  public en              AEM       AEM
commentaries_issue_add_section             draft, own section     -         AEM
commentaries_issue_add_section             draft, other section   -         EM
commentaries_issue_leave_out               draft                  EM        EM
commentaries_issue_from_word               -                      AEM       AEM
commentaries_issue_make_drafts             -                      AEM       AEM
commentaries_journal                       -                      ATEM      ATEM
commentaries_commentary_changelist         -                      ATEM      ATEM
commentaries_commentary_add                -                      AEM       AEM
commentaries_issue_changelist              -                      ATEM      ATEM
commentaries_issue_add                     -                      EM        EM
commentaries_picture_changelist            -                      ATEM      ATEM
commentaries_picture_add                   -                      ATEM      ATEM
commentaries_picture_change                own                    ATEM      ATEM
commentaries_picture_delete                own                    EM        EM
commentaries_picture_history               own                    ATEM      ATEM
commentaries_picture_simple_history        own                    ATEM      -
commentaries_picture_describe              own                    ATEM      ATEM
commentaries_picture_change                public                 ATEM      TEM
commentaries_picture_delete                public                 -         -
commentaries_picture_history               public                 ATEM      ATEM
commentaries_picture_simple_history        public                 ATEM      -
commentaries_picture_describe              public                 ATEM      TEM
commentaries_analyst_changelist            -                      ATEM      ATEM
commentaries_analyst_add                   -                      EM        EM
commentaries_analyst_change                the                    ATEM      EM
commentaries_analyst_delete                the                    EM        EM
commentaries_analyst_history               the                    ATEM      ATEM
commentaries_analyst_simple_history        the                    ATEM      -
commentaries_publication_changelist        -                      ATEMNO    ATEMNO
commentaries_publication_add               -                      -         -
commentaries_publication_change            the                    EM        EM
commentaries_publication_delete            the                    -         -
commentaries_publication_history           the                    EM        EM
commentaries_publication_simple_history    the                    EM        -
commentaries_section_changelist            -                      ATEM      ATEM
commentaries_section_add                   -                      EM        EM
commentaries_section_change                own                    ATEM      TEM
commentaries_section_delete                own                    -         -
commentaries_section_history               own                    ATEM      ATEM
commentaries_section_simple_history        own                    ATEM      -
commentaries_redirect_changelist           -                      EM        EM
commentaries_redirect_add                  -                      EM        EM
commentaries_redirect_change               the                    EM        EM
commentaries_redirect_delete               the                    EM        EM
commentaries_redirect_history              the                    EM        EM
commentaries_user_changelist               -                      M         M
commentaries_user_add                      -                      M         M
commentaries_user_change                   newsletter manager     M         M
commentaries_user_delete                   newsletter manager     M         M
commentaries_user_history                  newsletter manager     M         M
commentaries_picture_upload                -                      -         ATEM
subscriptions_subscriber_import            -                      MN        MN
subscriptions_subscriber_export            -                      MN        MN
subscriptions_subscriber_changelist        -                      MN        MN
subscriptions_subscriber_add               -                      -         -
subscriptions_subscriber_change            the                    MN        -
subscriptions_subscriber_delete            the                    MN        MN
subscriptions_subscriber_history           the                    MN        MN
subscriptions_suppression_changelist       -                      MN        MN
subscriptions_suppression_suppress         -                      MN        MN
subscriptions_suppression_lift             -                      MN        MN
subscriptions_suppression_add              -                      -         -
subscriptions_suppression_change           the                    MN        -
subscriptions_suppression_delete           the                    -         -
subscriptions_suppression_history          the                    MN        MN
subscriptions_sending_changelist           -                      EMN       EMN
subscriptions_sending_issue                draft                  EMN       EMN
subscriptions_sending_start                draft                  EMN       EMN
subscriptions_sending_schedule             draft                  EMN       EMN
subscriptions_sending_issue                public                 EMN       EMN
subscriptions_sending_start                public                 EMN       EMN
subscriptions_sending_schedule             public                 EMN       EMN
subscriptions_sending_mail                 public                 EMN       EMN
subscriptions_sending_test                 public                 -         EMN
subscriptions_sending_live                 public                 EMN       EMN
subscriptions_sending_ledger               public                 EMN       EMN
subscriptions_sending_pause                public                 -         EMN
subscriptions_sending_resume               public                 -         EMN
subscriptions_sending_cancel               public                 EMN       EMN
subscriptions_sending_uncertain            public                 EMN       EMN
subscriptions_sending_again                public                 -         EMN
session                                    -                      ATEMNORS  -
statistics                                 -                      EMN       -
unsaved                                    -                      ATEMNO    -
index                                      -                      ATEMNO    ATEMNO
login                                      -                      ATEMNORS  ATEMNORS
password_change                            -                      ATEMNO    ATEMNO
password_change_done                       -                      ATEMNO    -
autocomplete                               -                      ATEM      -
jsi18n                                     -                      ATEMNO    -
view_on_site                               -                      ATEMNO    ATEMNO
own_account                                -                      ATEMNO    ATEMNO
search                                     -                      ATEMNO    ATEMNO
app_list                                   commentaries           ATEM      ATEM
app_list                                   subscriptions          EMN       EMN
auth_user_password_change                  -                      M         M
logout                                     -                      RS        ATEMNORS
"""


class World:
    """What there is: an issue of drafts and a public one, with a commentary of the section "own" and one of "other"."""

    def __init__(self) -> None:
        self.sections = {name: make_section(name) for name in ("own", "other", "empty")}
        self.issues = {"draft": make_issue(public=False), "public": make_issue(MONDAY + timedelta(days=7))}
        self.commentaries = {
            f"{whose} {state}": make_commentary(
                self.issues[state],
                self.sections[whose],
                public=state == "public",
                state="draft" if state == "draft" else "ready",
            )
            for whose in ("own", "other")
            for state in ("draft", "public")
        }
        self.pictures = {name: Picture.objects.create(credit="Us") for name in ("own", "public")}
        Commentary.objects.filter(published_at__isnull=False).update(picture=self.pictures["public"])
        self.analyst = make_analyst("anna")
        make_publication()
        self.subscriber = make_subscriber()
        start(self.issues["public"])
        self.redirect = make_redirect()
        self.suppression = make_suppression()
        self.people = {letter: self._person(letter) for letter in "ATEMNOR"}

    def _person(self, letter: str) -> Any:
        user = make_user(f"person-{letter}", ROLES.get(letter, ""), languages=["ru"], is_staff=letter != "R")
        user.sections.add(self.sections["own"])
        return user

    def client(self, letter: str) -> Client:
        return desk(self.people[letter]) if letter in self.people else Client()

    def row(self, model: str, which: str) -> Any:
        rows: dict[str, Any] = {
            "commentary": self.commentaries,
            "issue": self.issues,
            "sending": self.issues,  # its pages are named by the issue
            "picture": self.pictures,
            "section": self.sections,
            "user": {"newsletter manager": self.people["N"]},
        }
        single = {"analyst": self.analyst, "publication": Publication.current(), "subscriber": self.subscriber}
        single |= {"redirect": self.redirect, "suppression": self.suppression}
        return single[model] if model in single else rows[model].get(which)

    def address(self, name: str, about: str) -> str:
        """The address by its name; `about` names the row, and where one is needed the language."""
        about, _comma, self.section = about.partition(", ")
        *words, last = about.split() or [""]
        language, which = (last, " ".join(words)) if last in ("be", "ru", "en") else ("", about)
        if name in ("session", "unsaved", "statistics"):
            return reverse(name)
        if name == "autocomplete":
            return reverse("admin:autocomplete") + "?app_label=commentaries&model_name=commentary&field_name=issue"
        if name == "view_on_site":
            return reverse(
                "admin:view_on_site", args=[ContentType.objects.get_for_model(Issue).pk, self.issues["public"].pk]
            )
        if name in ("app_list", "auth_user_password_change"):
            return reverse(f"admin:{name}", args=[which if name == "app_list" else self.people["N"].pk])
        model, _underscore, deed = name.removeprefix("commentaries_").removeprefix("subscriptions_").partition("_")
        row = self.row(model, which) if which and deed else None
        keys = [] if row is None else [row.pk]
        return reverse(f"admin:{name}", args=[*keys, *self._more(deed, row, language)])

    def _more(self, deed: str, row: Any, language: str) -> list[Any]:
        """What stands in an address beside the key of its row."""
        if deed in ("translate", "preview", "column"):
            return [language]
        if deed == "export" and row:
            return ["be-ru"]
        if deed == "ledger":
            return ["failed"]
        if deed in ("bring_back", "simple_history"):
            return [row.history.last().history_id]
        if deed == "comment":
            return [Comment.objects.create(commentary=row, text="!").pk]
        if deed == "withdraw_link":
            issue, commentary = (row.issue, row) if isinstance(row, Commentary) else (row, None)
            until = timezone.now() + timedelta(days=1)
            return [PreviewLink.objects.create(issue=issue, commentary=commentary, expires_at=until).pk]
        if deed == "add_section":
            return [self.sections["own" if self.section == "own section" else "empty"].pk]
        return [self.commentaries["own draft"].pk] if deed == "leave_out" else []


def names(patterns: list[Any], prefix: str = "") -> Iterator[str]:
    """The names of all addresses below /admin/."""
    for one in patterns:
        address = prefix + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from names(one.url_patterns, address)
        elif isinstance(one, URLPattern) and address.startswith("admin/") and one.name:
            yield one.name


def rows() -> list[tuple[str, str, str, str]]:
    found = [re.split(r" {2,}", line.strip()) for line in TABLE.strip().splitlines() if not line.startswith("#")]
    return [(name, "" if about == "-" else about, get, post) for name, about, get, post in found]


def test_every_address_of_the_desk_has_its_row() -> None:
    assert {name for name, *_rest in rows()} == set(names(get_resolver().url_patterns))


def everything(world: World) -> dict[str, Any]:
    """A body that holds what any of the addresses asks for, made up by somebody who knows them all."""
    commentary = world.commentaries["own draft"]
    return {
        "title_be": "Чужое", "title_ru": "Чужое", "title_en": "Stolen", "body_be": "<p>!</p>", "state_be": "ready",
        "state_en": "ready", "_next": "en:ready", "seen_version": commentary.history.first().history_id,
        "seen": "1", "text": "!", "language": "en", "commentary": str(commentary.pk), "made_for": "Me",
        "until": f"{timezone.localdate() + timedelta(days=2)}", "at_0": "2099-01-01", "at_1": "10:00",
        "reason_be": "!", "post": "yes", "chosen": ["title_be", "trend"], "small_change": "on", "credit": "Me",
        "week_start": "2023-01-02", "week_end": "2023-01-08", "trend": "improved", "is_superuser": "on",
        "usable_password": "true", "password1": "0pen sesame!", "password2": "0pen sesame!",
        "address": "reader@example.org",
    }  # fmt: skip


def writes(queries: CaptureQueriesContext) -> list[str]:
    """What was written but for the session of who asks."""
    found = [query["sql"] for query in queries.captured_queries]
    return [sql for sql in found if re.match("INSERT|UPDATE|DELETE", sql) and "django_session" not in sql]


def knock(client: Client, method: str, url: str, body: dict[str, Any]) -> tuple[bool, list[str]]:
    """Whether the door is open, and what was written behind it. Nothing of it stays."""
    connection.queries_log.clear()  # it keeps only so many
    cookies = deepcopy(client.cookies)
    with transaction.atomic():
        with CaptureQueriesContext(connection) as queries:
            response = client.post(url, body) if method == "post" else client.get(url)
        transaction.set_rollback(True)
    client.cookies = cookies
    assert response.status_code < 500
    is_sent_away = response.status_code == 302 and "/login/" in response["Location"]
    return not is_sent_away and response.status_code not in (403, 404, 405), writes(queries)


GROUPS = ("commentaries_commentary_", "commentaries_issue_", "")


@pytest.mark.parametrize("group", GROUPS)
def test_the_desk_is_open_to_whom_the_table_says(group: str) -> None:
    world, wrong = World(), []
    body = everything(world)
    clients = {letter: world.client(letter) for letter in ALL}
    for name, about, *expected in rows():
        if next(prefix for prefix in GROUPS if name.startswith(prefix)) != group:
            continue
        url = world.address(name, about)
        found = [knock_all(clients, method, url, body) for method in ("get", "post")]
        if found != expected:
            wrong.append(f"{name} {about}: {found}, not {expected}")
    assert not wrong, "\n".join(wrong)


def knock_all(clients: dict[str, Client], method: str, url: str, body: dict[str, Any]) -> str:
    """The letters of those to whom the address is open; a write where it is closed, or by a GET, fails at once."""
    found = ""
    for letter, client in clients.items():
        is_open, written = knock(client, method, url, body)
        found += letter if is_open else ""
        assert not written or (is_open and method == "post"), f"{letter} {method} {url}: {written}"
    return found or "-"


def test_nothing_is_taken_from_a_page_of_somebody_elses() -> None:
    """Without the token of our own pages the desk takes no POST, whoever is logged in."""
    world = World()
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_user("boss", is_superuser=True), backend="django.contrib.auth.backends.ModelBackend")
    body = everything(world)
    answers = {name: client.post(world.address(name, about), body).status_code for name, about, *_who in rows()}
    assert {name for name, status in answers.items() if status not in (403, 405)} == set()
