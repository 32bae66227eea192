"""Handing letters to a mail server: in groups where it takes them (RFC 2920), and what its answers mean."""

import select
import smtplib
from collections.abc import Iterator

import pytest

from subscriptions.newsletter.outcomes import LOST, SENT, UNTOUCHED, Cause, Outcome, Result
from subscriptions.newsletter.smtp import Channel, ClosedError, Letter
from tests.subscriptions.smtp_server import Server, serving

LATER = Outcome(Result.LATER, 0, Cause.LATER)


@pytest.fixture(params=[True, False], ids=["in groups", "step by step"])
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    with serving(pipelines=request.param) as found:
        yield found


def letters(*names: str, text: bytes = b"Subject: A\r\n\r\nText.\r\n") -> list[Letter]:
    return [Letter(key, b"us@example.org", f"{name}@example.net".encode(), text) for key, name in enumerate(names)]


def carry(server: Server, *found: Letter) -> tuple[dict[int, Outcome], bool]:
    """What became of each, and whether the connection ended before its time."""
    outcomes: dict[int, Outcome] = {}
    pile = list(found)
    with smtplib.SMTP("127.0.0.1", server.port) as connection:
        connection.ehlo()
        channel = Channel(connection, lambda: pile.pop(0) if pile else None, outcomes.__setitem__)
        try:
            channel.begin()
            while not channel.is_idle:
                select.select([channel.socket], [channel.socket] if channel.unsent else [], [], 5)
                channel.go_on()
        except ClosedError:
            connection.close()
            return outcomes, True
        channel.socket.settimeout(5)
    return outcomes, False


def test_letters_go_one_behind_the_other_over_one_connection(server: Server) -> None:
    assert carry(server, *letters("a", "b", "c")) == ({0: SENT, 1: SENT, 2: SENT}, False)
    assert server.recipients == ["a@example.net", "b@example.net", "c@example.net"]
    assert {text for _recipient, text in server.mails} == {b"Subject: A\r\n\r\nText.\r\n"}
    assert server.connections == 1


def test_dots_at_the_beginning_of_lines_arrive(server: Server) -> None:
    carry(server, *letters("a", text=b"Subject: A\r\n\r\n..\r\n...hidden\r\n"))
    assert server.mails == [("a@example.net", b"Subject: A\r\n\r\n.\r\n..hidden\r\n")]


@pytest.mark.parametrize("stage", ["rcpt", "data", "text"])
@pytest.mark.parametrize(("code", "result", "cause"), [(550, Result.FAILED, "refused"), (450, Result.LATER, "later")])
def test_a_refusal_concerns_one_letter(server: Server, stage: str, code: int, result: Result, cause: str) -> None:
    outcomes, is_closed = carry(server, *letters("a", f"{stage}-{code}", "b", "c"))
    assert outcomes == {0: SENT, 1: Outcome(result, code, cause), 2: SENT, 3: SENT}
    assert not is_closed
    assert len(server.mails) == 3


@pytest.mark.parametrize(
    ("said", "result", "cause"),
    [
        (b"550 5.1.1 <b@example.net>: no such user", Result.FAILED, "no_mailbox"),
        (b"550 Mailbox not found", Result.FAILED, "no_mailbox"),
        (b"550 5.7.1 your host is blocked", Result.FAILED, "refused"),
        (b"550 5.1.1 \xff\xfe", Result.FAILED, "no_mailbox"),
        (b"550", Result.FAILED, "refused"),
        (b"450 4.1.1 unknown as yet", Result.LATER, "later"),
    ],
)
def test_a_mailbox_that_is_not_there_is_told_from_other_refusals(
    server: Server, said: bytes, result: Result, cause: str
) -> None:
    server.refusals["b"] = said
    outcomes, is_closed = carry(server, *letters("a", "b", "c"))
    assert outcomes == {0: SENT, 1: Outcome(result, int(said[:3]), cause), 2: SENT}
    assert not is_closed


@pytest.mark.parametrize("stage", ["rcpt", "data", "text"])
def test_a_server_that_closes_the_channel_leaves_the_others_untried(server: Server, stage: str) -> None:
    outcomes, is_closed = carry(server, *letters("a", f"{stage}-421", "b"))
    assert is_closed
    assert outcomes[0] == SENT
    assert outcomes[1] == Outcome(Result.LATER, 421, "later")
    assert outcomes.get(2, UNTOUCHED) in (UNTOUCHED, LATER)
    assert server.recipients == ["a@example.net"]


def test_a_connection_lost_after_the_text_leaves_it_in_doubt_and_nothing_else(server: Server) -> None:
    outcomes, is_closed = carry(server, *letters("a", "drop", "b"))
    assert is_closed
    assert (outcomes[0], outcomes[1]) == (SENT, LOST)
    assert outcomes.get(2, UNTOUCHED) == UNTOUCHED


def test_a_connection_lost_before_the_text_leaves_nothing_in_doubt(server: Server) -> None:
    outcomes, is_closed = carry(server, *letters("a", "drop-rcpt", "b"))
    assert is_closed
    assert (outcomes[0], outcomes[1]) == (SENT, LATER)


def test_a_refused_sender_is_ours_to_mend(server: Server) -> None:
    server.sender_code = 550
    assert carry(server, *letters("a"))[0] == {0: Outcome(Result.LATER, 550, Cause.SENDER)}


def test_an_answer_that_is_none_ends_the_connection(server: Server) -> None:
    outcomes, is_closed = carry(server, *letters("a", "huh", "b"))
    assert is_closed
    assert (outcomes[0], outcomes[1]) == (SENT, LATER)
