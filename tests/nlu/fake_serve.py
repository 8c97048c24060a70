"""Stands for nlu/serve.py in the tests of the supervisor: the content of the « model » says how it behaves."""

import argparse
import fcntl
import os
import signal
import subprocess
import sys
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

from parent import die_with_parent  # type: ignore[import-not-found]  # copied beside it by the test

parser = argparse.ArgumentParser()
parser.add_argument("--with-parent", action="store_true")
parser.add_argument("--host")
parser.add_argument("--port", type=int)
for name in ("--model", "--home"):
    parser.add_argument(name, type=Path)
given = parser.parse_args()
how = given.model.read_text()
folder = given.model.parent

with (folder / "lives").open("a") as lives:
    lives.write(f"{time.monotonic()}\n")
lock = (folder / "alive").open("w")  # held by this process and the ones it starts, freed when all are dead
fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
print(f"environment: {sorted(os.environ)}", flush=True)
if given.with_parent:
    die_with_parent()
if how == "dies":
    sys.exit(3)
if how == "deaf":
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], pass_fds=[lock.fileno()])


class Status(BaseHTTPRequestHandler):
    """Answers the health check, once only if the model says « hangs »."""

    def do_GET(self) -> None:
        token_ok = self.headers["Authorization"] == f"Bearer {os.environ['ALLO_RASA_TOKEN']}"
        self.send_response(200 if token_ok else 401)
        self.end_headers()
        if how == "hangs":
            Path(folder / "hung").touch()
            self.wfile.close()
            time.sleep(600)

    def log_message(self, *_: object) -> None:
        """Silent."""


HTTPServer((given.host, given.port), Status).serve_forever()
