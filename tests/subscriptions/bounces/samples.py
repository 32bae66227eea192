"""Mails as they come into a mailbox of bounces, written after what mail servers and providers send."""

from datetime import UTC, datetime
from textwrap import dedent

from subscriptions import emails, links
from subscriptions.models import Delivery

READER = "reader@example.org"


def header(delivery: Delivery, *, with_link: bool = True) -> str:
    """Of our mail, as it is given back."""
    assert delivery.subscriber
    token = links.leave_token(delivery.subscriber.token_id)
    link = f"List-Unsubscribe: <https://weekly.example/be/subscription/leave/{token}/>\n" if with_link else ""
    message_id = emails.message_id_of(delivery.sending.issue.uid, delivery.subscriber.token_id)
    return (
        "Return-Path: <bounces@weekly.example>\n"
        "From: The Weekly <newsletter@weekly.example>\n"
        f"To: {READER}\n"
        f"Message-ID: {message_id}\n"
        f"{link}"
        "Subject: The week\n"
        "Content-Type: text/plain; charset=utf-8\n"
        "Content-Transfer-Encoding: 8bit\n"
    )


def mail(head: str, *parts: tuple[str, str], kind: str = "report; report-type=delivery-status") -> bytes:
    """A multipart of these parts, each with its content type."""
    body = "".join(f"--=_parts\nContent-Type: {name}\n\n{dedent(text)}\n" for name, text in parts)
    start = f'{dedent(head).strip()}\nMIME-Version: 1.0\nContent-Type: multipart/{kind}; boundary="=_parts"\n\n'
    return f"{start}{body}--=_parts--\n".encode()


def postfix(
    quoted: str, *, status: str = "5.1.1", said: str = "550 5.1.1 User unknown", action: str = "failed"
) -> bytes:
    head = f"""
        Return-Path: <>
        Date: {datetime(2022, 1, 24, 9, tzinfo=UTC):%a, %d %b %Y %H:%M:%S +0000}
        From: MAILER-DAEMON@mx.weekly.example (Mail Delivery System)
        Subject: Undelivered Mail Returned to Sender
        To: bounces@weekly.example
        Auto-Submitted: auto-replied
        Message-ID: <20220124090000.3F2A41B@mx.weekly.example>
        """
    words = f"""\
        This is the mail system at host mx.weekly.example.

        I'm sorry to have to inform you that your message could not
        be delivered to one or more recipients. It's attached below.

                           The mail system

        <{READER}>: host mx.example.org[192.0.2.1] said: {said} (in reply to RCPT TO command)
        """
    recipient = f"""\
        Reporting-MTA: dns; mx.weekly.example
        X-Postfix-Queue-ID: 3F2A41B
        Arrival-Date: Mon, 24 Jan 2022 08:59:58 +0000 (UTC)

        Final-Recipient: rfc822; {READER}
        Original-Recipient: rfc822;{READER}
        Action: {action}
        Status: {status}
        Remote-MTA: dns; mx.example.org
        Diagnostic-Code: smtp; {said}
        """
    return mail(
        head,
        ("text/plain", words),
        ("message/delivery-status", recipient),
        ("message/rfc822", f"{quoted}\nThe week.\n"),
    )


def exim(quoted: str) -> bytes:
    """Exim puts no more into the status than that it failed."""
    head = f"""
        Return-path: <>
        X-Failed-Recipients: {READER}
        Auto-Submitted: auto-replied
        From: Mail Delivery System <Mailer-Daemon@host.example>
        To: bounces@weekly.example
        Subject: Mail delivery failed: returning message to sender
        Message-Id: <E1nBvXy-0004Ab-Cd@host.example>
        """
    words = f"""\
        This message was created automatically by mail delivery software.

        A message that you sent could not be delivered to one or more of its
        recipients. This is a permanent error. The following address(es) failed:

          {READER}
            host mx.example.org [192.0.2.1]
            SMTP error from remote mail server after RCPT TO:<{READER}>:
            550 Unknown user
        """
    recipient = f"""\
        Reporting-MTA: dns; host.example

        Action: failed
        Final-Recipient: rfc822;{READER}
        Status: 5.0.0
        Remote-MTA: dns; mx.example.org
        Diagnostic-Code: smtp; 550 Unknown user
        """
    return mail(head, ("text/plain", words), ("message/delivery-status", recipient), ("text/rfc822-headers", quoted))


def exim_of_old(quoted: str, said: str = "550 5.1.1 <reader@example.org>: no such user") -> bytes:
    """Before 4.85 Exim reported in words only."""
    words = f"""\
        This message was created automatically by mail delivery software.

        A message that you sent could not be delivered to one or more of its
        recipients. This is a permanent error. The following address(es) failed:

          {READER}
            {said}

        ------ This is a copy of the message, including all the headers. ------

        """
    head = f"""\
        Return-path: <>
        X-Failed-Recipients: {READER}
        From: Mail Delivery System <Mailer-Daemon@host.example>
        Subject: Mail delivery failed: returning message to sender
        Message-Id: <E1nBvXy-0004Ab-Ef@host.example>

        """
    return f"{dedent(head)}{dedent(words)}{quoted}\nThe account of the ministry no longer exists.\n".encode()


def exchange(quoted: str) -> bytes:
    head = """
        From: Microsoft Outlook <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@example.org>
        To: bounces@weekly.example
        Date: Mon, 24 Jan 2022 09:00:03 +0000
        Content-Language: en-US
        Message-ID: <1c7c8e2a-5f1d-4a7e-9c53-aa@EXCH01.example.org>
        In-Reply-To: <newsletter.x@weekly.example>
        Subject: Undeliverable: The week
        Auto-Submitted: auto-replied
        """
    words = f"""\
        Delivery has failed to these recipients or groups:

        {READER}
        The email address you entered couldn't be found.
        """
    recipient = f"""\
        Reporting-MTA: dns;EXCH01.example.org
        Received-From-MTA: dns;mx.weekly.example
        Arrival-Date: Mon, 24 Jan 2022 09:00:02 +0000

        Final-Recipient: rfc822;{READER}
        Action: failed
        Status: 5.1.10
        Diagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup
        """
    return mail(
        head, ("text/html", words), ("message/delivery-status", recipient), ("message/rfc822", f"{quoted}\nThe week.\n")
    )


def gmail(quoted: str) -> bytes:
    head = """
        Return-Path: <>
        From: Mail Delivery Subsystem <mailer-daemon@googlemail.com>
        To: bounces@weekly.example
        Auto-Submitted: auto-replied
        Subject: Delivery Status Notification (Failure)
        References: <newsletter.x@weekly.example>
        Message-ID: <61ee6b43.1c69fb81.7d2c5.0001.GMR@mx.google.com>
        """
    words = (
        f"** Address not found **\n\nYour message wasn't delivered to {READER} because the address couldn't be found."
    )
    recipient = f"""\
        Reporting-MTA: dns; googlemail.com
        Arrival-Date: Mon, 24 Jan 2022 01:00:03 -0800 (PST)
        X-Original-Message-ID: <newsletter.x@weekly.example>

        Final-Recipient: rfc822; {READER}
        Action: failed
        Status: 5.1.1
        Remote-MTA: dns; gmail-smtp-in.l.google.com. (192.0.2.27, the server for the domain gmail.com.)
        Diagnostic-Code: smtp; 550-5.1.1 The email account that you tried to reach does not exist. Please try
         550-5.1.1 double-checking the recipient's email address for typos or
         550 5.1.1 unnecessary spaces. a1-20020a05600c0000 - gsmtp
        Last-Attempt-Date: Mon, 24 Jan 2022 01:00:03 -0800 (PST)
        """
    return mail(
        head,
        ("text/plain", words),
        ("message/delivery-status", recipient),
        ("message/rfc822", f"{quoted}\nThe week.\n"),
    )


def complaint(quoted: str, *, kind: str = "abuse", recipient: str = READER) -> bytes:
    head = """
        From: Abuse Desk <feedback@provider.example>
        To: bounces@weekly.example
        Subject: FW: The week
        Message-ID: <fbl-20220124@provider.example>
        """
    fields = f"""\
        Feedback-Type: {kind}
        User-Agent: SomeGenerator/1.0
        Version: 1
        Original-Mail-From: <bounces@weekly.example>
        Original-Rcpt-To: <{recipient}>
        Source-IP: 192.0.2.7
        """
    return mail(
        head,
        ("text/plain", "This is an email abuse report for a message received from 192.0.2.7."),
        ("message/feedback-report", fields),
        ("message/rfc822", f"{quoted}\nThe week.\n"),
        kind="report; report-type=feedback-report",
    )


OUT_OF_OFFICE = {
    "be": """
        Return-Path: <>
        From: reader@example.org
        To: newsletter@weekly.example
        Subject: =?utf-8?B?0JDRntGC0LDQsNC00LrQsNC3OiDQotGL0LTQt9C10L3RjA==?=
        Auto-Submitted: auto-replied (vacation)
        Content-Type: text/plain; charset=utf-8

        Добры дзень! Да 7 лютага я ў адпачынку. Ліст не дастаўлены нікому іншаму; адкажу, калі вярнуся.
        """,
    "ru": """
        From: "Reader" <reader@example.org>
        To: newsletter@weekly.example
        Subject: =?koi8-r?B?4dfUz8/U18XU?=
        Precedence: bulk
        In-Reply-To: <newsletter.x@weekly.example>
        Content-Type: text/plain; charset=utf-8

        Здравствуйте! Я в отпуске и не читаю почту. Пользователь не найден на рабочем месте до 7 февраля.
        """,
    "en": """
        From: Reader <reader@example.org>
        To: newsletter@weekly.example
        Subject: Automatic reply: The week
        In-Reply-To: <newsletter.x@weekly.example>
        X-Auto-Response-Suppress: All
        Auto-Submitted: auto-generated
        Content-Type: text/plain; charset=utf-8

        I am out of the office. Your message could not be delivered to my phone, either: unknown user there.
        """,
}


def out_of_office(language: str) -> bytes:
    return dedent(OUT_OF_OFFICE[language]).lstrip().encode()


def letter(subject: str = "What you wrote", text: str = "It was worth reading.") -> bytes:
    return f"From: Reader <{READER}>\nTo: newsletter@weekly.example\nSubject: {subject}\n\n{text}\n".encode()
