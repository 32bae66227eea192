"""What a mail in the mailbox of bounces reports.

Mail servers report in the form of RFC 3464, or each in words of its own, which flufl.bounce knows; readers' providers
in that of RFC 5965; readers themselves with the link that stands in the header of our mails.
"""

from email import message_from_bytes
from email.message import Message
from email.utils import parseaddr

from flufl.bounce import all_failures

from subscriptions import links
from subscriptions.bounces.mails import Mail
from subscriptions.bounces.reports import Kind, Report
from subscriptions.bounces.statuses import is_gone

MOST_REPORTS = 5  # of one mail: ours have one recipient, whom an alias may make a few
COMPLAINTS = {"abuse", "fraud"}  # RFC 5965, 7.3; "not-spam" (RFC 6430) is the opposite
OWN_WORDS = 32 * 1024  # bytes in which a server has said all; flufl.bounce compares each line with a hundred patterns
SERVERS = {"mailer-daemon", "postmaster", ""}


def reports_in(raw: bytes) -> list[Report] | None:
    """None for what is no report: only a person can read it. An out-of-office reports nothing, and so does a delay."""
    mail = Mail(raw)
    for read in (_complaint, _goodbye, _failures, _answer_of_a_robot, _failures_in_own_words):
        found = read(mail)
        if found is not None:
            return found
    return None


def _complaint(mail: Mail) -> list[Report] | None:
    """A reader's press of the button "spam". A provider may blacken the address; the mail stands below it."""
    fields = next(mail.blocks("message/feedback-report"), None)
    if fields is None:
        return None
    if str(fields["Feedback-Type"]).strip().lower() not in COMPLAINTS:
        return []
    return [mail.report(Kind.COMPLAINT, parseaddr(str(fields["Original-Rcpt-To"] or ""))[1])]


def _goodbye(mail: Mail) -> list[Report] | None:
    """What a mail program writes by itself from the header List-Unsubscribe (RFC 2369, 3.2)."""
    identities = (links.read_leave_token(word) for word in mail.subject.split())
    identity = next(filter(None, identities), None)
    return [mail.report(Kind.GOODBYE, identity=identity)] if identity else None


def _failures(mail: Mail) -> list[Report] | None:
    """What RFC 3464 says of each recipient. A delay is no failure: its server goes on trying, and will report again."""
    recipients = [block for block in mail.blocks("message/delivery-status") if "Action" in block]
    failed = [block for block in recipients if str(block["Action"]).strip().lower().startswith("failed")]
    return [_failure(mail, block) for block in failed[:MOST_REPORTS]] if recipients else None


def _failure(mail: Mail, block: Message) -> Report:
    """RFC 3464, 2.3: "rfc822; reader@example.org"; the original recipient is the one whom we wrote to."""
    recipient = str(block["Original-Recipient"] or block["Final-Recipient"] or "")
    gone = is_gone(f"{block['Status']} {block['Diagnostic-Code']}")
    return mail.report(Kind.HARD if gone else Kind.SOFT, parseaddr(recipient.rpartition(";")[2])[1])


def _answer_of_a_robot(mail: Mail) -> list[Report] | None:
    """An out-of-office (RFC 3834, 5, and what robots wrote before it), told from a bounce by who wrote it."""
    submitted, precedence = mail.header("Auto-Submitted").lower(), mail.header("Precedence").lower()
    is_automatic = submitted.startswith("auto-") or precedence in ("auto_reply", "bulk", "junk")
    is_answer = submitted.startswith("auto-replied") or bool(mail.header("In-Reply-To"))
    is_bounce = mail.sender in SERVERS or bool(mail.header("X-Failed-Recipients"))
    return [] if is_automatic and is_answer and not is_bounce else None


def _failures_in_own_words(mail: Mail) -> list[Report] | None:
    temporary, permanent = all_failures(message_from_bytes(mail.raw[:OWN_WORDS]))
    if not temporary and not permanent:
        return None
    kind = Kind.HARD if is_gone(mail.words) else Kind.SOFT
    return [mail.report(kind, address.decode("ascii", "replace")) for address in sorted(permanent)[:MOST_REPORTS]]
