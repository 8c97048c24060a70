"""A small SMTP server on this machine, that keeps what it is sent."""

from __future__ import annotations

import email
import email.policy
import socketserver
import threading
from email.message import EmailMessage


class Talks(socketserver.StreamRequestHandler):
    """One client, until it leaves."""

    timeout = 10
    server: Server

    def handle(self) -> None:
        """Says hello, then answers each line."""
        self.server.connections += 1
        self._say("220 ready")
        while line := self.rfile.readline():
            if not self._answer(line.decode().strip()):
                return

    def _answer(self, line: str) -> bool:
        verb = line.split(" ", 1)[0].upper()
        if verb == "EHLO":
            return self._say("250-fake\r\n250 AUTH PLAIN")
        if verb == "AUTH":
            self.server.logins.append(line)
            return self._say("235 welcome")
        if verb == "RCPT" and any(word in line for word in self.server.refused):
            return self._say("550 nobody here")
        if verb == "DATA":
            self._say("354 go on")
            return self._taken()
        self._say("221 bye" if verb == "QUIT" else "250 ok")
        return verb != "QUIT"

    def _taken(self) -> bool:
        lines: list[bytes] = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line)
        message = email.message_from_bytes(b"".join(lines), policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        self.server.messages.append(message)
        return self._say("250 kept")

    def _say(self, text: str) -> bool:
        self.wfile.write(f"{text}\r\n".encode())
        return True


class Server(socketserver.ThreadingTCPServer):
    """Takes e-mails on 127.0.0.1. Refuses those for an address that holds one of `refused`."""

    daemon_threads = True

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []
        self.refused: tuple[str, ...] = ()
        self.connections = 0
        self.logins: list[str] = []
        super().__init__(("127.0.0.1", 0), Talks)
        self._thread = threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """Its address, as in the settings."""
        return f"smtp://127.0.0.1:{self.server_address[1]}"

    def close(self) -> None:
        """Ends."""
        self.shutdown()
        self.server_close()
        self._thread.join()
