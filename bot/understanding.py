"""Client of Rasa: what a text means, or « not understood », always in under a second and never an exception."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import yaml

from bot.acts import ACTS
from bot.breaker import Breaker
from flows.plain import plain

NOT_UNDERSTOOD = "incompris"
OFF_TOPIC = "hors_sujet"
SAFETY = frozenset({"detresse", "violences", "urgence_sociale", "urgence_vitale", "arnaque"})
# Used when a model does not carry its own, learnt on phrases it had not seen: below 0.6, asking « A or B? »
# costs the person less than a wrong answer does. On the held-out phrases: 92 % answered, 97 % of them right.
THRESHOLD = 0.6
TIMEOUT = 0.8  # Rasa takes 10 to 20 ms; past this a person on the phone hears a silence
LONGEST = 500
RANKED = 5
_NOT_PROCEDURES = SAFETY | {NOT_UNDERSTOOD, OFF_TOPIC}
_NUMBER = re.compile(r"[\d\s.,:/€%+-]*\d[\d\s.,:/€%+-]*")  # means nothing apart from the question it answers
_BODIES = Path(__file__).with_name("bodies.yaml")


@dataclass(frozen=True)
class Ranked:
    """One of the intents a text may have."""

    intent: str
    confidence: float


@dataclass(frozen=True)
class Understanding:
    """What Rasa made of a text. `available` is False when Rasa could not be asked."""

    text: str
    intent: str
    confidence: float
    procedure: str | None
    entities: dict[str, Any]
    ranking: tuple[Ranked, ...]
    available: bool

    def as_dict(self) -> dict[str, Any]:
        """For `allo understand --json`."""
        return {
            "text": self.text,
            "intent": self.intent,
            "confidence": round(self.confidence, 4),
            "procedure": self.procedure,
            "entities": self.entities,
            "ranking": [{"intent": r.intent, "confidence": round(r.confidence, 4)} for r in self.ranking],
        }


def away(text: str) -> Understanding:
    """The reading of a text when Rasa is starting, dead or too slow."""
    return Understanding(text, NOT_UNDERSTOOD, 0.0, None, bodies(text), (), False)


def bodies(text: str) -> dict[str, str]:
    """`{"organisme": …}` for the first body named in the text, or nothing."""
    found = _body_pattern().search(plain(text))
    return {"organisme": _body_names()[found.group()]} if found else {}


class RasaClient:
    """Asks Rasa over HTTP. Thread-safe; stops asking for a while after failures in a row."""

    def __init__(
        self,
        url: Callable[[], str | None],
        token: Callable[[], str],
        timeout: float = TIMEOUT,
        threshold: float | None = None,
        breaker: Breaker | None = None,
    ) -> None:
        self._url = url
        self._token = token
        self._threshold = threshold
        self._breaker = breaker or Breaker()
        # Rasa closes idle connections after 5 s: ours go first. No proxy may stand before loopback.
        limits = httpx.Limits(max_connections=32, max_keepalive_connections=8, keepalive_expiry=2.0)
        self._http = httpx.Client(timeout=timeout, limits=limits, trust_env=False)

    def parse(self, text: str) -> Understanding:
        """The reading of `text`; `available` is False, at once, when Rasa cannot be asked."""
        cut = text.strip().lstrip("/").strip()[:LONGEST]  # Rasa takes « /intent » for an order, not for words
        if not cut or _NUMBER.fullmatch(cut):
            return Understanding(text, NOT_UNDERSTOOD, 0.0, None, {}, (), True)
        url = self._url()
        if not url or not self._breaker.allows():
            return away(text)
        try:
            reading = self._reading(text, self._ask(url, cut))
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, KeyError, TypeError, ValueError):
            self._breaker.failed()
            return away(text)
        except BaseException:
            self._breaker.failed()  # or the probe of a half-open breaker would never be given back
            raise
        self._breaker.succeeded()
        return reading

    def close(self) -> None:
        """Closes the kept connections."""
        self._http.close()

    def _ask(self, url: str, text: str) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self._token()}"}
        try:
            answer = self._http.post(f"{url.rstrip('/')}/model/parse", json={"text": text}, headers=headers)
        except httpx.RemoteProtocolError:  # a kept connection that Rasa closed meanwhile
            answer = self._http.post(f"{url.rstrip('/')}/model/parse", json={"text": text}, headers=headers)
        answer.raise_for_status()
        return dict(answer.json())

    def _reading(self, text: str, parsed: dict[str, Any]) -> Understanding:
        ranking = tuple(Ranked(str(r["name"]), float(r["confidence"])) for r in parsed["intent_ranking"][:RANKED])
        if not ranking:
            raise ValueError("no intent")
        learnt = float(parsed.get("threshold", THRESHOLD))
        sure = ranking[0].confidence >= (learnt if self._threshold is None else self._threshold)
        intent = ranking[0].intent if sure else NOT_UNDERSTOOD
        procedure = None if intent in _NOT_PROCEDURES or intent in ACTS else intent
        return Understanding(text, intent, ranking[0].confidence, procedure, bodies(text), ranking, True)


@cache
def _body_names() -> dict[str, str]:
    listed: dict[str, list[str]] = yaml.safe_load(_BODIES.read_text(encoding="utf-8"))
    return {name: body for body, names in listed.items() for name in names}


@cache
def _body_pattern() -> re.Pattern[str]:
    names = sorted(_body_names(), key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, names))})\b")
