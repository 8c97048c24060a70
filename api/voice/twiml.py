"""What the line says and waits for, in the provider's words. The same reply gives the same document."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from twilio.twiml.voice_response import Gather, VoiceResponse

from api.settings import Settings
from api.voice.listening import hints, keying_for, patience
from bot.channels.ssml import Speech, speeches, voice_of
from bot.channels.voice import VOICE
from bot.manner import Manner
from bot.messages import Reply
from flows.texts import Say

BASE = "/webhooks/voice"
WHISPER_SECONDS = 8
TALK_SECONDS = 2 * 60 * 60  # a talk with a person is left alone, but a line forgotten open is closed
MOMENT_SECONDS = 4
USUAL = Manner()


@dataclass(frozen=True)
class Dial:
    """One ringing of one phone. `turn` is the turn that its end will be, `attempt` counts the phones from 1."""

    call: str
    turn: int
    attempt: int
    phone: str
    caller_id: str
    procedure: str | None = None

    @property
    def name(self) -> str:
        """The name of this dial in the call."""
        return dial_name(self.turn, self.attempt)


def dial_name(turn: int, attempt: int) -> str:
    """The name of a dial in its call (see `Calls`)."""
    return f"{turn}.{attempt}"


class Script:
    """The documents of the phone line."""

    def __init__(self, settings: Settings) -> None:
        self._silence = settings.voice_silence_seconds
        self._ring = settings.voice_transfer_seconds

    def reply(self, reply: Reply, turn: int, cut: bool = False) -> str:
        """What is said, then what is waited for; `turn` is the number of the answer to come.

        `cut`: the keys before were cut at their last one, so that another may still follow out of habit.
        """
        document = VoiceResponse()
        if reply.manner.then == "hang_up":
            _say(document, _texts(reply), reply.manner)
            document.hangup()
        else:
            gather = self._gather(reply.manner, turn, cut)
            _say(gather, _texts(reply), reply.manner)
            document.append(gather)
        return str(document)

    def _gather(self, manner: Manner, turn: int, cut: bool) -> Gather:
        keying = keying_for(manner)
        query = {"n": str(turn), "expects": manner.expects, **({"cut": "1"} if cut else {})}
        return Gather(
            input="dtmf speech",
            language=voice_of(manner).language,
            action=f"{BASE}/turn?{urlencode(query)}",
            method="POST",
            action_on_empty_result=True,
            timeout=patience(manner, self._silence),
            speech_timeout="auto",
            num_digits=keying.digits,
            finish_on_key=keying.finish,
            # Starred words would hide a distress from those who read it.
            profanity_filter=False,
            hints=hints(manner.hints),
        )

    def goodbye(self, reply: Reply, *then: Say) -> str:
        """What is said, a last word, and the end of the call."""
        document = VoiceResponse()
        _say(document, _texts(reply), reply.manner)
        _say(document, _texts(Reply(then)), USUAL)
        document.hangup()
        return str(document)

    def dialling(self, reply: Reply, dial: Dial) -> str:
        """What is said, then a phone that rings; its person is told what it is about, and presses a key to accept."""
        document = VoiceResponse()
        _say(document, _texts(reply), reply.manner)
        about = {"procedure": dial.procedure} if dial.procedure else {}
        after = urlencode({"n": dial.turn, "attempt": dial.attempt, **about})
        ringing = document.dial(
            answer_on_bridge=True,
            timeout=self._ring,
            time_limit=TALK_SECONDS,
            ring_tone="fr",
            caller_id=dial.caller_id,
            action=f"{BASE}/transfer?{after}",
            method="POST",
        )
        heard = urlencode({"call": dial.call, "dial": dial.name, **about})
        ringing.number(dial.phone, url=f"{BASE}/whisper?{heard}", method="POST")
        return str(document)

    def whisper(self, call: str, dial: str, *says: Say) -> str:
        """What the person rung hears alone. Who presses nothing, a voicemail for one, never gets the call."""
        document = VoiceResponse()
        gather = Gather(
            input="dtmf",
            num_digits=1,
            finish_on_key="",
            timeout=WHISPER_SECONDS,
            action=f"{BASE}/accept?{urlencode({'call': call, 'dial': dial})}",
            method="POST",
        )
        _say(gather, _texts(Reply(says)), USUAL)
        document.append(gather)
        document.hangup()
        return str(document)

    def put_through(self) -> str:
        """Nothing more to do on the side of the person rung: the two are put through."""
        return str(VoiceResponse())

    def refused(self) -> str:
        """The end of the call, on the side of the person rung."""
        document = VoiceResponse()
        document.hangup()
        return str(document)

    def moment(self, again: str, *says: Say) -> str:
        """A word, a pause, then the same request once more, at the address `again`."""
        document = VoiceResponse()
        _say(document, _texts(Reply(says)), USUAL)
        document.pause(length=MOMENT_SECONDS)
        document.redirect(again, method="POST")
        return str(document)


def _texts(reply: Reply) -> list[str]:
    return [rendered.text for rendered in VOICE.render(reply)]


def _say(parent: VoiceResponse | Gather, texts: Iterable[str], manner: Manner) -> None:
    said = [speech for text in texts for speech in speeches(text, manner)]
    for at, speech in enumerate(said, 1):
        _speak(parent, speech, at == len(said))


def _speak(parent: VoiceResponse | Gather, speech: Speech, last: bool) -> None:
    """One <Say>. The breath after its last sentence is left out at the very end: the wait begins there."""
    slowly = parent.say(voice=speech.voice.name, language=speech.voice.language).prosody(None, rate=speech.rate)
    for at, sentence in enumerate(speech.sentences, 1):
        slowly.append(sentence)
        if not last or at < len(speech.sentences):
            slowly.break_(time=f"{speech.breath}ms")
