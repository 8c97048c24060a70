"""The whole examination, in the order in which things are best mended."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from api.doctor.addresses import public_address
from api.doctor.findings import Finding
from api.doctor.probes import probes
from api.doctor.service_checks import service
from api.doctor.team_checks import team
from api.doctor.telegram_checks import telegram
from api.doctor.twilio_checks import twilio
from api.settings import Settings


def examine(settings: Settings, offline: bool, now: datetime) -> Iterator[Finding]:
    """What each check finds, one after the other. `offline`: nothing is asked of anybody."""
    address = public_address(settings)
    yield address
    yield from telegram(settings, offline, now)
    yield from twilio(settings, offline)
    yield from probes(settings, address, offline)
    yield from service(settings)
    yield team(settings)
