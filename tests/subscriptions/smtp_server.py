"""A mail server for tests: it keeps what it takes, and answers by the local part of the recipient's address.

`text-451-a@…` gets 451 for the text, `rcpt-550-b@…` 550 for the recipient, `data-421-c@…` 421 for DATA; `drop-d@…` has
the connection closed when the whole text is there, `drop-rcpt-e@…` at the recipient, `huh@…` an answer that is none.
Everybody else's mail is taken.
"""

import re
import socket
import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import cast

BEHAVIOUR = re.compile(r"(text|rcpt|data)-([0-9]{3})")


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True
    request_queue_size = 50

    def __init__(self, *, pipelines: bool = True, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.talking: set[socket.socket] = set()
        self.pipelines = pipelines
        self.sender_code = 250
        self.refusals: dict[str, bytes] = {}  # of recipients, by the local part, in these very words
        self.delay = 0.0  # seconds before a text is answered
        self.mails: list[tuple[str, bytes]] = []  # recipient, text as it came, dots unstuffed
        self.connections = 0
        self.envelopes: list[str] = []

    def hang_up(self) -> None:
        """Break all connections off, as a server that is shut down does."""
        for one in list(self.talking):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    @property
    def recipients(self) -> list[str]:
        return sorted(recipient for recipient, _text in self.mails)


class Handler(socketserver.StreamRequestHandler):
    disable_nagle_algorithm = True  # it answers a group of commands one by one

    def handle(self) -> None:
        with suppress(ConnectionError):  # whoever was killed
            self.talk()

    def talk(self) -> None:
        self.keeper = cast(Server, self.server)
        self.keeper.connections += 1
        self.keeper.talking.add(self.connection)
        self.recipient = ""
        self.say("220 here")
        while line := self.rfile.readline():
            verb = line[:4].upper().decode()
            if verb == "QUIT":
                self.say("221 bye")
                return
            if not self.answer(verb, line.decode()):
                return

    def say(self, *lines: str) -> None:
        first = "".join(f"{line[:3]}-{line[4:]}\r\n" for line in lines[:-1])
        self.wfile.write(f"{first}{lines[-1]}\r\n".encode())

    def answer(self, verb: str, line: str) -> bool:
        """Whether the connection stays."""
        match verb:
            case "EHLO":
                self.say("250 here", *(["250 PIPELINING"] if self.keeper.pipelines else []), "250 8BITMIME")
            case "MAIL":
                self.keeper.envelopes.append(line.strip())
                self.say("503 nested" if self.recipient else f"{self.keeper.sender_code} so")
            case "RCPT":
                return self.answer_recipient(line.partition("<")[2].partition(">")[0])
            case "DATA":
                return self.answer_text()
            case "RSET":
                self.recipient = ""
                self.say("250 ok")
            case _:
                self.say("502 what?")
        return True

    def answer_recipient(self, address: str) -> bool:
        if address.startswith("drop-rcpt"):
            return False
        if address.startswith("huh"):
            self.say("huh?")
            return True
        if said := self.keeper.refusals.get(address.partition("@")[0]):
            self.wfile.write(said + b"\r\n")
            return True
        code = self.code("rcpt", address)
        self.recipient = address if code < 400 else ""
        self.say(f"{code} so")
        return code != 421

    def answer_text(self) -> bool:
        code = self.code("data", self.recipient) if self.recipient else 554
        if code != 250:
            self.say(f"{code} so")
            return code != 421
        self.say("354 go on")
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            if not line:
                return False
            lines.append(line[1:] if line.startswith(b".") else line)
        if self.recipient.startswith("drop"):
            return False
        time.sleep(self.keeper.delay)
        code = self.code("text", self.recipient)
        if code == 250:
            self.keeper.mails.append((self.recipient, b"".join(lines)))
        self.recipient = ""
        self.say(f"{code} so")
        return code != 421

    def code(self, stage: str, address: str) -> int:
        found = BEHAVIOUR.match(address)
        return int(found[2]) if found and found[1] == stage else 250


@contextmanager
def serving(*, pipelines: bool = True, port: int = 0) -> Iterator[Server]:
    server = Server(pipelines=pipelines, port=port)
    thread = threading.Thread(target=server.serve_forever, args=[0.01], daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.hang_up()
        server.server_close()
