"""What the channels keep is deleted on its day; what has still to be sent stays."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import Engine

from api.channel_models import Call, LinkCode, LinkTry, OptOut, Seen
from api.db import writing
from api.keys import rotate_keys
from api.privacy import purge
from api.settings import Settings
from api.vault import Vault, new_key_line
from tests.sending.desk import NOON, Desk, reply
from tests.sending.fake_provider import FakeProvider

Count = Callable[[str], int]
TABLES = ("link_tries", "link_codes", "deliveries", "calls", "seen", "opt_outs")


def test_each_table_is_purged_on_its_day(desk: Desk, engine: Engine, settings: Settings, count: Count) -> None:
    person, waiting = desk.person(), desk.person()
    desk.put(person, reply("un"))
    desk.outbox.drain(person)
    desk.put(waiting, reply("deux"))
    with writing(engine) as session:
        new = uuid.uuid4
        session.add_all(
            (
                Call(id=new(), citizen_id=person, sid="c", started_at=NOON, ended_at=NOON, transfer=None, transfers=0),
                Seen(id=new(), digest="d", at=NOON),
                LinkCode(id=new(), citizen_id=person, digest="d", expires_at=NOON + timedelta(minutes=15)),
                LinkTry(id=new(), blind_index="i", at=NOON),
                OptOut(id=new(), blind_index="i", source="person", at=NOON),
            )
        )

    def left(days: float) -> list[int]:
        purge(engine, settings, NOON + timedelta(days=days))
        return [count(table) for table in TABLES]

    assert left(0.01) == [1, 1, 2, 1, 1, 1]
    assert left(0.5) == [1, 0, 2, 1, 1, 1]
    assert left(1.5) == [0, 0, 2, 1, 1, 1]
    assert left(89) == [0, 0, 2, 1, 1, 1]
    assert left(91) == [0, 0, 1, 0, 1, 1]
    assert left(729) == [0, 0, 1, 0, 1, 1]
    assert left(731) == [0, 0, 1, 0, 0, 1]


def test_what_waits_is_readable_after_a_rotation_of_the_keys(
    desk: Desk, engine: Engine, settings: Settings, provider: FakeProvider
) -> None:
    person = desk.person()
    desk.put(person, reply("un"))
    both = Vault.from_text(f"{settings.encryption_keys.get_secret_value()}\n{new_key_line(2)}")
    assert rotate_keys(engine, both) == 2
    desk.outbox._claims._vault = both
    desk.outbox.drain(person)
    assert provider.accepted == [("a", "un")]
