"""What lies in the mailbox of bounces, from the mail to what comes of it."""

from collections.abc import Callable

import pytest
from django.core.mail import EmailMultiAlternatives
from django.core.management import CommandError, call_command
from pytest_django import Settings

from subscriptions import links
from subscriptions.addresses import lookup_of
from subscriptions.models import Delivery, SignUp, Subscriber, Suppression, TakenReport
from tests.factories import make_sign_up, make_subscriber
from tests.subscriptions.bounces import samples
from tests.subscriptions.bounces.conftest import Mailbox
from tests.subscriptions.bounces.samples import READER
from tests.subscriptions.bounces.sent import send

pytestmark = pytest.mark.django_db
Reason = Suppression.Reason


def _reason(address: str = READER) -> str | None:
    return Suppression.objects.filter(lookup=lookup_of(address)).values_list("reason", flat=True).first()


HARD = [samples.postfix, samples.exim, samples.exim_of_old, samples.exchange, samples.gmail]


@pytest.mark.parametrize("write", HARD, ids=lambda write: write.__name__)
@pytest.mark.parametrize("with_link", [True, False], ids=["link", "Message-ID"])
def test_a_mailbox_that_is_gone_is_suppressed_and_its_owner_erased(
    mailbox: Mailbox, write: Callable[[str], bytes], with_link: bool
) -> None:
    delivery = send(make_subscriber(READER))
    said = mailbox.receive(write(samples.header(delivery, with_link=with_link)))
    assert said == "Mails read: 1; of them 1 changed something. Kept for a person to read: 0."
    assert _reason() == Reason.BOUNCE
    assert not Subscriber.objects.exists()
    delivery.refresh_from_db()
    assert delivery.bounced_at
    assert mailbox.names() == []


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ("4.2.2", "452 4.2.2 The email account that you tried to reach is over quota"),
        ("5.2.2", "552 5.2.2 Mailbox full"),
        ("4.4.1", "connect to mx.example.org[192.0.2.1]:25: Connection timed out"),
        ("5.0.0", "550 spam message rejected"),
        ("5.7.1", "550 5.7.1 Service unavailable; client host blocked using a list"),
        ("5.7.26", "550-5.7.26 This mail is unauthenticated"),
        ("5.1.7", "550 5.1.7 Sender address rejected: undeliverable address: 550 5.1.1 User unknown"),
        ("5.2.1", "550 5.2.1 The user you are trying to contact is receiving mail at a rate that prevents more"),
    ],
)
def test_what_says_nothing_of_the_mailbox_itself_only_counts(mailbox: Mailbox, status: str, said: str) -> None:
    delivery = send(make_subscriber(READER))
    mailbox.receive(samples.postfix(samples.header(delivery), status=status, said=said))
    assert Subscriber.objects.get().soft_bounces == 1
    assert _reason() is None
    delivery.refresh_from_db()
    assert delivery.bounced_at


def test_what_our_mail_says_is_not_taken_for_the_words_of_the_server(mailbox: Mailbox) -> None:
    delivery = send(make_subscriber(READER))
    report = samples.exim_of_old(samples.header(delivery), said="retry timeout exceeded")
    assert b"The account of the ministry no longer exists." in report
    mailbox.receive(report)
    assert Subscriber.objects.get().soft_bounces == 1


@pytest.mark.parametrize(
    "said",
    [
        "550 5.7.1 No such user!",
        "550 Message was not accepted -- invalid mailbox. Local mailbox is unavailable: user not found",
        "554 delivery error: This user doesn't have an account; the account does not exist",
    ],
)
def test_a_server_that_says_in_words_that_nobody_is_there_is_believed(mailbox: Mailbox, said: str) -> None:
    delivery = send(make_subscriber(READER))
    mailbox.receive(
        samples.postfix(samples.header(delivery), status=said[4:9] if said[5] == "." else "5.0.0", said=said)
    )
    assert _reason() == Reason.BOUNCE


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed"])
def test_what_is_delayed_or_delivered_has_not_bounced(mailbox: Mailbox, action: str) -> None:
    delivery = send(make_subscriber(READER))
    report = samples.postfix(samples.header(delivery), action=action, status="4.4.1", said="450 4.4.1 try later")
    assert "0 changed something" in mailbox.receive(report)
    delivery.refresh_from_db()
    assert delivery.bounced_at is None
    assert mailbox.names() == []


@pytest.mark.parametrize("language", samples.OUT_OF_OFFICE)
def test_an_out_of_office_is_no_bounce(mailbox: Mailbox, language: str) -> None:
    send(make_subscriber(READER))
    said = mailbox.receive(samples.out_of_office(language))
    assert said == "Mails read: 1; of them 0 changed something. Kept for a person to read: 0."
    assert Subscriber.objects.get().soft_bounces == 0


@pytest.mark.parametrize("recipient", [READER, "redacted"])
def test_a_complaint_is_final_though_the_provider_hides_who_it_was(mailbox: Mailbox, recipient: str) -> None:
    delivery = send(make_subscriber(READER))
    mailbox.receive(samples.complaint(samples.header(delivery), recipient=recipient))
    assert _reason() == Reason.COMPLAINT
    assert not Subscriber.objects.exists()
    delivery.refresh_from_db()
    assert delivery.complained_at
    assert delivery.bounced_at is None


@pytest.mark.parametrize("kind", ["not-spam", "auth-failure"])
def test_other_feedback_is_no_complaint(mailbox: Mailbox, kind: str) -> None:
    delivery = send(make_subscriber(READER))
    assert "0 changed something" in mailbox.receive(samples.complaint(samples.header(delivery), kind=kind))
    assert Subscriber.objects.exists()


def test_a_complaint_that_quotes_nothing_of_ours_changes_nothing(mailbox: Mailbox) -> None:
    send(make_subscriber(READER))
    assert "0 changed something" in mailbox.receive(samples.complaint("Subject: The week\n"))
    assert Subscriber.objects.exists()


FORGED = "Message-ID: <newsletter.0123456789abcdef0123456789abcdef@weekly.example>\n"


def test_a_bounce_with_a_message_id_that_is_not_ours_changes_nothing(mailbox: Mailbox) -> None:
    delivery = send(make_subscriber(READER))
    assert "0 changed something" in mailbox.receive(samples.postfix(FORGED))
    delivery.refresh_from_db()
    assert delivery.bounced_at is None
    assert Subscriber.objects.get().soft_bounces == 0


def test_a_bounce_with_the_message_id_of_somebody_elses_mail_changes_nothing(mailbox: Mailbox) -> None:
    send(make_subscriber(READER))
    other = send(make_subscriber("other@example.org"))
    mailbox.receive(samples.postfix(samples.header(other, with_link=False)))
    assert Subscriber.objects.count() == 2
    assert not Suppression.objects.exists()


def test_a_bounce_that_quotes_nothing_counts_only_as_a_soft_one(mailbox: Mailbox) -> None:
    delivery = send(make_subscriber(READER))
    mailbox.receive(samples.postfix("Subject: The week\n"))
    assert Subscriber.objects.get().soft_bounces == 1
    delivery.refresh_from_db()
    assert delivery.bounced_at


def test_however_often_it_is_forged_a_mail_bounces_once(mailbox: Mailbox) -> None:
    send(make_subscriber(READER))
    forged = [samples.postfix(f"Subject: {number}\n").replace(b"3F2A41B@", b"%d@" % number) for number in range(9)]
    mailbox.receive(*forged)
    assert Subscriber.objects.get().soft_bounces == 1


def test_the_same_report_told_again_changes_nothing(mailbox: Mailbox) -> None:
    subscriber = make_subscriber(READER)
    report = samples.postfix(samples.header(send(subscriber)), status="4.2.2", said="452 4.2.2 over quota")
    mailbox.receive(report)
    Delivery.objects.update(bounced_at=None)  # as if only the memory of the report kept it from counting
    assert "0 changed something" in mailbox.receive(report, report)
    assert Subscriber.objects.get().soft_bounces == 1
    assert READER not in str([*TakenReport.objects.values()])


def test_a_confirmation_that_bounces_suppresses_the_address(
    mailbox: Mailbox, work: Callable[[], list[EmailMultiAlternatives]]
) -> None:
    make_sign_up(READER)
    [confirmation] = work()
    mailbox.receive(samples.postfix(confirmation.message().as_string()))
    assert _reason() == Reason.BOUNCE
    assert not SignUp.objects.exists()
    make_sign_up(READER)
    assert work() == []


@pytest.mark.parametrize("subject", ["unsubscribe {}", "Unsubscribe\n {}", "Fwd: unsubscribe {} please"])
def test_who_writes_the_token_leaves(mailbox: Mailbox, subject: str) -> None:
    subscriber = make_subscriber(READER)
    token = links.leave_token(subscriber.token_id)
    assert "1 changed something" in mailbox.receive(samples.letter(subject.format(token)))
    assert not Subscriber.objects.exists()
    assert not Suppression.objects.exists()
    assert mailbox.names() == []


def test_a_forged_token_lets_nobody_leave(mailbox: Mailbox) -> None:
    token = links.leave_token(make_subscriber(READER).token_id)
    assert mailbox.receive(samples.letter(f"unsubscribe {token[:-1]}_")).endswith("Kept for a person to read: 1.")
    assert Subscriber.objects.exists()


def test_a_letter_of_a_reader_is_kept_and_flagged_and_not_read_again(mailbox: Mailbox) -> None:
    assert mailbox.receive(samples.letter()).endswith("Kept for a person to read: 1.")
    assert mailbox.names() == ["0.0.mx:2,F"]
    assert mailbox.read() == "Mails read: 0; of them 0 changed something. Kept for a person to read: 0."


def _nested(depth: int) -> bytes:
    starts = "".join(f'Content-Type: multipart/mixed; boundary="b{n}"\n\n--b{n}\n' for n in range(depth))
    return f"From: MAILER-DAEMON@example.org\nSubject: bomb\n{starts}\nx\n".encode()


def _held(depth: int) -> bytes:
    return b"From: MAILER-DAEMON@example.org\nSubject: bomb\n" + b"Content-Type: message/rfc822\n\n" * depth


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(_nested(1500), id="nested parts"),
        pytest.param(_held(1500), id="mails in mails"),
        pytest.param(samples.letter(text="x" * 10 * 1024**2), id="10 MB"),
        pytest.param(b"", id="empty"),
        pytest.param(bytes(range(256)) * 400, id="no mail at all"),
        pytest.param(samples.postfix("")[:700], id="cut off"),
        pytest.param(
            b"Content-Type: multipart/report; boundary=\xff\nSubject: =?x-none?B?//8=?=\n\n--\xff\n", id="broken"
        ),
        pytest.param(
            b"Content-Type: multipart/report; boundary=b\n\n--b\nContent-Type: message/delivery-status\n\n\n\n--b--\n",
            id="an empty report",
        ),
    ],
)
def test_what_cannot_be_read_is_kept_and_keeps_nothing_from_being_read(mailbox: Mailbox, raw: bytes) -> None:
    delivery = send(make_subscriber(READER))
    said = mailbox.receive(raw, samples.postfix(samples.header(delivery)))
    assert said == "Mails read: 1; of them 1 changed something. Kept for a person to read: 1."
    assert len(mailbox.names()) == 1


def test_a_report_about_thousands_is_taken_for_a_few_only(mailbox: Mailbox) -> None:
    send(make_subscriber(READER))
    block = f"Final-Recipient: rfc822; {READER}\nAction: failed\nStatus: 5.1.1\n\n"
    others = block.replace("reader", "other") * 3000
    report = ("message/delivery-status", f"Reporting-MTA: dns; mx.example.org\n\n{others}{block}")
    assert "0 changed something" in mailbox.receive(samples.mail("Subject: Failure", report))
    assert Subscriber.objects.get().soft_bounces == 0


def test_the_command_says_what_is_missing(settings: Settings) -> None:
    settings.BOUNCE_MAILBOX = ""
    with pytest.raises(CommandError, match="BOUNCE_MAILBOX is not set"):
        call_command("read_bounces")
    settings.BOUNCE_MAILBOX = "maildir:///nowhere/at/all"
    with pytest.raises(CommandError, match=r"does not answer \(FileNotFoundError\)"):
        call_command("read_bounces")


def test_the_worker_reads_it_and_goes_on_while_it_is_away(
    settings: Settings, mailbox: Mailbox, work: Callable[[], list[EmailMultiAlternatives]]
) -> None:
    delivery = send(make_subscriber(READER))
    (mailbox.path / "new" / "1.mx").write_bytes(samples.postfix(samples.header(delivery)))
    work()
    assert _reason() == Reason.BOUNCE
    settings.BOUNCE_MAILBOX = "maildir:///nowhere/at/all"
    make_sign_up("other@example.org")
    assert len(work()) == 1
