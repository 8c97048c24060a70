"""kill -9 at any moment: every turn that was answered is there, whole, and the next one goes on."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Engine, select

from api.conversations import Conversations
from api.db import reading
from api.models import Conversation, Run
from api.records import talk_of
from api.settings import Settings
from api.vault import Vault
from tests.api.fakes import inbound

ROOT = Path(__file__).parents[2]


def killed_after(settings: Settings, replies: int) -> int:
    """Runs the process, kills it in full work once it has said so many replies, and gives the last one read."""
    keys = settings.encryption_keys.get_secret_value().splitlines()[-1]
    command = [sys.executable, "-m", "tests.api.turns", settings.database_url, keys]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    last = 0
    for line in process.stdout:
        last = int(line.split()[0])
        if last >= replies and process.poll() is None:
            process.kill()
    process.wait(10)
    return last


def test_turns_survive_kill_9(
    settings: Settings, conversations: Conversations, engine: Engine, vault: Vault, count: Callable[[str], int]
) -> None:
    heard = killed_after(settings, 12)
    assert heard >= 12
    with reading(engine) as session:
        place = session.scalars(select(Conversation)).one()
        talk, run = talk_of(vault, place), session.scalars(select(Run)).one()
        answers = run.unseal(vault, "answers_sealed")
    assert place.revision in (heard, heard + 1)  # the last turn may be stored and not yet said
    assert talk.run and dict(talk.run.answers) == answers
    assert len(answers) == place.revision - 1
    assert count("messages") == 3 * place.revision
    # The provider sends again what had no answer: the same reply, then the talk goes on.
    again = conversations.receive(inbound(f"say reponse{heard}", f"m{heard}", minutes=heard))
    assert again.says[0].text == f"tour {heard}"
    after = conversations.receive(inbound("say encore", "new"))
    assert after.says[0].text == f"tour {place.revision + 1}"
