"""What stands on this machine: the territory, the phone line, the hours of sending, the voice notes."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from zoneinfo import ZoneInfo

import yaml

from api.doctor.findings import Finding, fix, ok, skip
from api.doctor.twilio_account import is_short
from api.doctor.twilio_checks import e164
from api.providers.speech import LIBRARY
from api.settings import Settings
from mediation.territory import Territory, Transfer, load_territory

MODEL_FILE = "model.bin"
SHORTEST_CALL = 10  # minutes: a procedure takes longer
SHORTEST_DAY = 4  # hours in which a message may leave


def service(settings: Settings) -> Iterator[Finding]:
    """Every check that asks nobody."""
    territory = _territory(settings)
    if territory is None:
        yield fix("territory", "unreadable", name=settings.territory)
    else:
        yield ok("territory", "read", name=territory.name)
    if not settings.twilio_number or is_short(settings.twilio_number):
        yield skip("voice", "no_line")
    else:
        yield _voice(settings)
        if territory is not None:
            yield _transfer(territory.transfer, settings)
    yield _sending(settings)
    yield _speech(settings)


def _territory(settings: Settings) -> Territory | None:
    try:
        territory = load_territory(settings.territory)
        ZoneInfo(territory.timezone)
    except (ValueError, OSError, KeyError, yaml.YAMLError):
        return None
    return territory


def _voice(settings: Settings) -> Finding:
    if settings.voice_call_minutes < SHORTEST_CALL:
        return fix("voice", "short_calls", minutes=str(settings.voice_call_minutes))
    if settings.voice_hold_minutes >= settings.voice_call_minutes:
        return fix("voice", "long_hold", minutes=str(settings.voice_call_minutes))
    return ok("voice", "sane", minutes=str(settings.voice_call_minutes))


def _transfer(transfer: Transfer | None, settings: Settings) -> Finding:
    if transfer is None:
        return skip("voice_transfer", "none")
    if not transfer.phones:
        return fix("voice_transfer", "no_phone")
    wrong = [str(n) for n, phone in enumerate(transfer.phones, 1) if e164(phone) is None]
    if wrong:
        return fix("voice_transfer", "malformed", which=", ".join(wrong))
    if settings.twilio_number in transfer.phones:
        return fix("voice_transfer", "loop")
    if transfer.opens >= transfer.closes:
        return fix("voice_transfer", "hours")
    if settings.voice_transfers == 0:
        return fix("voice_transfer", "forbidden")
    opens, closes = (f"{hour:%H:%M}" for hour in (transfer.opens, transfer.closes))
    return ok("voice_transfer", "good", count=str(len(transfer.phones)), opens=opens, closes=closes)


def _sending(settings: Settings) -> Finding:
    until, begin = str(settings.quiet_from), str(settings.quiet_until)
    if settings.quiet_from - settings.quiet_until < SHORTEST_DAY:
        return fix("sending", "narrow", begin=begin, until=until)
    if settings.pushes_a_day == 0:
        return ok("sending", "answers_only")
    return ok("sending", "hours", begin=begin, until=until, count=str(settings.pushes_a_day))


def _speech(settings: Settings) -> Finding:
    folder = settings.speech_model
    if folder is None:
        return skip("speech", "not_set")
    if not folder.is_dir():
        return fix("speech", "no_folder")
    if not (folder / MODEL_FILE).is_file():
        return fix("speech", "no_model", file=MODEL_FILE)
    return ok("speech", "ready") if find_spec(LIBRARY) else fix("speech", "no_library")
