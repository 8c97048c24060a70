"""A phone line to call in the tests: the real routes and signatures, over a scripted or a real conversation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.conversations import StorageDown
from api.providers.twilio_signature import HEADER, Signature
from api.routes.voice import voice_router
from api.settings import Settings
from api.simulators.call import Phone
from api.simulators.wire import in_process
from api.voice.calls import Calls
from bot.manner import Manner
from bot.messages import Inbound, Reply
from flows.texts import Option, Say
from mediation.territory import Territory, load_territory

OURS = "+33939001234"
CALLER = "+33612345678"
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)  # a Monday, ten o'clock in Paris

SENTENCES = {
    "voice_whisper": "Allô Démarches. Une personne a besoin d'aide pour : {title}.",
    "voice_whisper_plain": "Allô Démarches. Une personne a besoin d'aide.",
    "voice_whisper_accept": "Pour prendre l'appel, tapez 1.",
    "voice_transfer_wait": "J'essaie un autre numéro. Restez en ligne.",
    "voice_moment": "Un instant, s'il vous plaît.",
    "voice_sorry": "Je ne peux pas continuer. Rappelez dans quelques minutes.",
    "voice_too_long": "Nous parlons depuis longtemps. Je garde votre place. Rappelez quand vous voulez.",
}


def sentence(name: str, /, **values: str) -> Say:
    """The assistant's sentences outside a conversation."""
    return Say(SENTENCES[name].format(**values), key=name)


def title(procedure: str) -> str:
    """The title of a procedure."""
    return {"caf_dtr": "Déclarer mes revenus à la CAF"}.get(procedure, procedure)


@dataclass
class Clock:
    """The time of day, which the tests move."""

    at: datetime = START

    def __call__(self) -> datetime:
        return self.at

    def passes(self, **spans: float) -> None:
        """Time goes by."""
        self.at += timedelta(**spans)


@dataclass
class Scripted:
    """Conversations that answer as a test says. Like the real ones: a message received twice gets one answer."""

    answer: Callable[[Inbound], Reply]
    received: list[Inbound] = field(default_factory=list)
    failures: list[Exception] = field(default_factory=list)
    _said: dict[tuple[str, str], Reply] = field(default_factory=dict)

    def receive(self, inbound: Inbound) -> Reply:
        """The reply to a message."""
        if self.failures:
            raise self.failures.pop(0)
        key = inbound.address, inbound.provider_id
        if key not in self._said:
            self.received.append(inbound)
            self._said[key] = self.answer(inbound)
        return self._said[key]

    @property
    def heard(self) -> list[str]:
        """What was received, in order: the words, or the signal between brackets."""
        return [inbound.text or f"[{inbound.signal}]" for inbound in self.received]


def asks(text: str, *options: str, procedure: str | None = None, **manner: object) -> Reply:
    """A reply of one message."""
    labels = tuple(Option(label.lower(), label) for label in options)
    expects = "menu" if options else "words"
    says = (Say(text, options=labels, key="tests"),)
    return Reply(says, procedure, manner=Manner(**{"expects": expects, **manner}))  # type: ignore[arg-type]


def down(times: int) -> list[Exception]:
    """So many failures of the database."""
    return [StorageDown("away") for _ in range(times)]


@dataclass
class Desk:
    """A phone line: its application, its calls and its clock."""

    settings: Settings
    receive: Callable[[Inbound], Reply]
    calls: Calls
    clock: Clock
    territory: Territory = field(default_factory=lambda: load_territory("demo"))

    def app(self) -> FastAPI:
        """The application, with nothing but the line in it."""
        app = FastAPI()
        app.include_router(
            voice_router(
                self.settings,
                self.receive,
                Signature(self.settings),
                self.calls,
                self.territory,
                self.clock,
                sentence,
                title,
            )
        )
        return app

    def phone(self, from_: str = CALLER) -> Phone:
        """A caller's telephone."""
        return Phone(in_process(self.app()), from_, OURS, Signature(self.settings).sign)


def echo(inbound: Inbound) -> Reply:
    """Says again what was heard; a word or two makes it do more."""
    if inbound.text == "personne":
        return asks("Je vous passe quelqu'un.", procedure="caf_dtr", then="transfer")
    if inbound.text == "adieu":
        return asks("Au revoir.", then="hang_up")
    if inbound.text == "attendez":
        return asks("Je vous attends.", expects="instruction", then="hold")
    if inbound.text == "code":
        return asks("Quel code ?", expects="code")
    if inbound.text == "montant":
        return asks("Quel montant ?", expects="amount")
    return asks(f"Vous avez dit {inbound.text or inbound.signal}.", "Oui", "Non")


def signed(line: Desk, path: str, **form: str) -> tuple[int, str]:
    """A request that is really signed, outside a call."""
    whole = {"CallSid": "CA1", "From": CALLER, "To": OURS, **form}
    path = f"/webhooks/voice{path}"
    headers = {HEADER: Signature(line.settings).sign(path, whole)}
    response = TestClient(line.app()).post(path, data=whole, headers=headers)
    return response.status_code, response.text
