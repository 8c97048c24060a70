"""The part of Twilio's published TwiML that this service may use: verbs, their attributes, what goes inside them.

Less than Twilio takes, on purpose: what is left out (Record, speechModel, pitch and emphasis, which neural voices
refuse) would be a mistake here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from api.simulators import values as v

Document = Literal["voice", "whisper", "message"]
TextRule = Literal["none", "may", "must"]
LONGEST_SAY = 3_000  # of a Polly voice; tags do not count
LONGEST_SMS = 1_600
MOST_NUMBERS = 10
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


@dataclass(frozen=True)
class Verb:
    """An element: its attributes, those it cannot do without, what may stand in it, and whether text may."""

    attributes: Mapping[str, v.Kind] = field(default_factory=dict)
    needed: tuple[str, ...] = ()
    inside: tuple[str, ...] = ()
    text: TextRule = "none"


# The voices that may be used, each with the one language it speaks.
VOICES = {
    **dict.fromkeys(("Polly.Lea-Neural", "Polly.Remi-Neural"), "fr-FR"),
    "Polly.Gabrielle-Neural": "fr-CA",
    "Polly.Isabelle-Neural": "fr-BE",
    **dict.fromkeys(("Polly.Amy-Neural", "Polly.Emma-Neural", "Polly.Brian-Neural", "Polly.Arthur-Neural"), "en-GB"),
}
_INLINE = ("break", "prosody", "lang", "say-as", "sub")

SPOKEN = {
    "break": Verb({"strength": v.STRENGTH, "time": v.BREAK}),
    "prosody": Verb({"rate": v.RATE, "volume": v.VOLUME}, inside=("p", "s", *_INLINE), text="may"),
    "p": Verb(inside=("s", *_INLINE), text="may"),
    "s": Verb(inside=_INLINE, text="may"),
    "lang": Verb({XML_LANG: v.LANGUAGE}, (XML_LANG,), ("break", "prosody"), "may"),
    "sub": Verb({"alias": v.shape("words", r"\S.*")}, ("alias",), text="must"),
    "say-as": Verb(
        {
            "interpret-as": v.one_of("characters", "spell-out", "cardinal", "number", "ordinal", "digits", "date"),
            "format": v.shape("a format like dmy", r"[dmy]{1,3}"),
        },
        ("interpret-as",),
        text="must",
    ),
}

VERBS: Mapping[str, Verb] = {
    **SPOKEN,
    "Say": Verb(
        {"voice": v.one_of(*VOICES), "language": v.LANGUAGE},
        inside=("p", "s", *_INLINE),
        text="may",
    ),
    "Pause": Verb({"length": v.whole(1)}),
    "Gather": Verb(
        {
            "input": v.INPUT,
            "action": v.URL,
            "method": v.METHOD,
            "timeout": v.whole(1),
            "speechTimeout": v.SPEECH_TIMEOUT,
            "maxSpeechTime": v.whole(1, 60),
            "finishOnKey": v.FINISH,
            "numDigits": v.whole(1),
            "language": v.LANGUAGE,
            "hints": v.HINTS,
            "profanityFilter": v.BOOLEAN,
            "actionOnEmptyResult": v.BOOLEAN,
        },
        inside=("Say", "Pause"),
    ),
    "Dial": Verb(
        {
            "action": v.URL,
            "method": v.METHOD,
            "timeout": v.whole(1, 600),
            "timeLimit": v.whole(1, 86_400),
            "callerId": v.PHONE,
            "answerOnBridge": v.BOOLEAN,
            "ringTone": v.RING,
        },
        inside=("Number",),
        text="may",
    ),
    "Number": Verb({"url": v.URL, "method": v.METHOD}, text="must"),
    "Redirect": Verb({"method": v.METHOD}, text="must"),
    "Hangup": Verb(),
    "Message": Verb(
        {"to": v.PHONE, "from": v.PHONE, "action": v.URL, "method": v.METHOD, "statusCallback": v.URL},
        inside=("Body",),
        text="may",
    ),
    "Body": Verb(text="must"),
}

# What may stand in the Response, by where the document is read: to a caller, to the person who is being called
# before the two are put through, or as the answer to a text message.
RESPONSES: Mapping[Document, Verb] = {
    "voice": Verb(inside=("Say", "Pause", "Gather", "Dial", "Redirect", "Hangup")),
    "whisper": Verb(inside=("Say", "Pause", "Gather", "Redirect", "Hangup")),
    "message": Verb(inside=("Message", "Redirect")),
}
