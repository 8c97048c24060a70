"""One side of a call: reads the documents it is given, verb by verb, until someone must do something."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal
from xml.etree.ElementTree import Element

from api.simulators.hearing import Heard, heard
from api.simulators.listening import Waiting, waiting
from api.simulators.twiml import TwimlError, parse
from api.simulators.vocabulary import Document
from api.simulators.wire import BrokenCall, Form, Wire

MOST_REDIRECTS = 20
Stop = Literal["listening", "dial", "hung_up", "ended"]


@dataclass
class Leg:
    """A side of a call. `tell` is told of everything heard, and `waits` of the seconds that go by."""

    wire: Wire
    document: Document
    form: Mapping[str, str]
    tell: Callable[[Heard], None]
    waits: Callable[[float], None]
    here: str = ""
    awaited: Waiting | None = None
    dialling: Element | None = None
    _verbs: list[Element] = field(default_factory=list)
    _redirects: int = 0

    def fetch(self, address: str, more: Form) -> None:
        """Asks for the next document. Raises BrokenCall when it cannot be followed."""
        self.awaited, self.dialling = None, None
        request = self.wire.send(address, {**self.form, **more})
        self.here = request.path
        if request.status != 200:
            raise BrokenCall(f"{request.path}: status {request.status}")
        try:
            self._verbs = list(parse(request.body, self.document))
        except TwimlError as error:
            raise BrokenCall(f"{request.path}: {error}") from error

    def answered(self, more: Form) -> None:
        """Sends what was waited for, and goes to the document that comes back."""
        if self.awaited is None:
            raise BrokenCall("nothing is waited for")
        self._redirects = 0
        self.fetch(self.awaited.action, more)

    def unanswered(self) -> None:
        """Nothing came: that is told where the wait says so, else the document goes on after it."""
        if self.awaited and self.awaited.on_empty:
            self.answered({"msg": "Gather End", "Digits": "", "FinishedOnKey": ""})
        self.awaited = None

    def go(self) -> Stop:
        """Plays on until an answer is waited for, someone must be called, or the call ends."""
        while self._verbs:
            verb = self._verbs.pop(0)
            stop = self._play(verb)
            if stop:
                return stop
        return "ended"

    def _play(self, verb: Element) -> Stop | None:
        match verb.tag:
            case "Gather":
                self.awaited = waiting(verb, self.here, sum(self._hear(child) for child in verb))
                return "listening"
            case "Dial":
                self.dialling = verb
                return "dial"
            case "Hangup":
                return "hung_up"
            case "Redirect":
                self._redirect((verb.text or "").strip())
            case _:
                self._hear(verb)
        return None

    def _redirect(self, address: str) -> None:
        self._redirects += 1
        if self._redirects > MOST_REDIRECTS:
            raise BrokenCall(f"{self.here}: more than {MOST_REDIRECTS} Redirect in a row")
        self.fetch(address, {})

    def _hear(self, verb: Element) -> float:
        if verb.tag == "Pause":
            length = float(verb.get("length", "1"))
        else:
            said = heard(verb)
            self.tell(said)
            length = said.seconds
        self.waits(length)
        return length
