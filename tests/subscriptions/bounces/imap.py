"""An IMAP server of one folder, as much of RFC 3501 as our reader speaks."""

import re
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class Folder:
    """Mails by their UID, each with its flags. `refuses` is a command that is answered with NO."""

    def __init__(self) -> None:
        self.mails: dict[str, tuple[bytes, set[str]]] = {}
        self.refuses = ""
        self.told: list[str] = []

    def receive(self, raw: bytes) -> None:
        self.mails[str(len(self.mails) + 7)] = (raw, set())

    def answer(self, line: str) -> bytes:
        self.told.append(line)
        if self.refuses and self.refuses in line:
            return b""
        if line.startswith("CAPABILITY"):
            return b"* CAPABILITY IMAP4rev1\r\n"
        if line.startswith("UID SEARCH"):
            unwanted = {rf"\{flag.removeprefix('UN').capitalize()}" for flag in line.split()[2:]}
            found = [uid for uid, (_raw, flags) in self.mails.items() if not flags & unwanted]
            return f"* SEARCH {' '.join(found)}\r\n".encode()
        if line.startswith("UID FETCH"):
            return self._fetch(line.split()[2], int(line.split("<0.")[1].split(">")[0]))
        if line.startswith("UID STORE"):
            self.mails[line.split()[2]][1].add(re.findall(r"\\\w+", line)[0])
        if line == "CLOSE":
            self.mails = {uid: mail for uid, mail in self.mails.items() if r"\Deleted" not in mail[1]}
        return b"* 1 EXISTS\r\n" if line.startswith("SELECT") else b""

    def _fetch(self, uid: str, most: int) -> bytes:
        raw = self.mails[uid][0][:most]
        return b"* 1 FETCH (UID %s BODY[]<0> {%d}\r\n%s)\r\n" % (uid.encode(), len(raw), raw)


@contextmanager
def serve(folder: Folder) -> Iterator[int]:
    """Answers on a port of this machine."""

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"* OK ready\r\n")
            for raw in self.rfile:
                tag, _space, line = raw.decode().strip().partition(" ")
                said = folder.answer(line)
                is_refused = bool(folder.refuses) and folder.refuses in line
                self.wfile.write(said + f"{tag} {'NO' if is_refused else 'OK'} done\r\n".encode())
                if line == "LOGOUT":
                    return

    server: Any = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
