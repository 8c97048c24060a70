"""Reads a TwiML document strictly: whatever Twilio would warn about, or not do, is a problem here."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from api.simulators.values import PHONE, URL
from api.simulators.vocabulary import (
    LONGEST_SAY,
    LONGEST_SMS,
    MOST_NUMBERS,
    RESPONSES,
    VERBS,
    VOICES,
    Document,
    Verb,
)

LARGEST = 64_000
LAST = ("Hangup", "Redirect")
_OF_SPEECH = ("speechTimeout", "maxSpeechTime", "hints", "language", "profanityFilter")
_OF_KEYS = ("numDigits", "finishOnKey")


class TwimlError(Exception):
    """The document cannot be played. `problems` says all that is wrong with it."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


def parse(xml: str, document: Document = "voice") -> Element:
    """The Response of the document. Raises TwimlError when anything in it is wrong."""
    root, problems = _read(xml, document)
    if root is None or problems:
        raise TwimlError(problems)
    return root


def check(xml: str, document: Document = "voice") -> list[str]:
    """All that is wrong with the document, one line each; nothing when Twilio would do all it says."""
    return _read(xml, document)[1]


def spoken(element: Element) -> str:
    """The text of an element without its tags, with single spaces."""
    return " ".join(" ".join(element.itertext()).split())


def _read(xml: str, document: Document) -> tuple[Element | None, list[str]]:
    if len(xml.encode()) > LARGEST:
        return None, [f"the document has more than {LARGEST} bytes"]
    if "<!" in xml:
        return None, ["the document has a declaration, a comment or CDATA, which we never write"]
    try:
        root = ElementTree.fromstring(xml)
    except ElementTree.ParseError as error:
        return None, [f"the document is not XML: {error}"]
    if root.tag != "Response":
        return None, [f"the document is a {root.tag}, not a Response"]
    return root, [*_element(root, RESPONSES[document]), *_order(root)]


def _element(element: Element, verb: Verb) -> Iterator[str]:
    name = element.tag
    for attribute, value in element.attrib.items():
        kind = verb.attributes.get(attribute)
        if kind is None:
            yield f"{name}: unknown attribute {attribute}"
        elif not kind.fits(value):
            yield f"{name}: {attribute}={value!r} is not {kind.name}"
    yield from (f"{name}: {attribute} is missing" for attribute in verb.needed if attribute not in element.attrib)
    own = "".join((element.text or "", *(child.tail or "" for child in element))).strip()
    if own and verb.text == "none":
        yield f"{name}: text stands where only verbs may"
    if not own and verb.text == "must":
        yield f"{name}: nothing is written in it"
    for child in element:
        if child.tag not in verb.inside:
            yield f"{name}: {child.tag} may not stand in it"
        else:
            yield from _element(child, VERBS[child.tag])
    yield from _own_rules(element)


def _own_rules(element: Element) -> Iterator[str]:
    rules = {"Say": _say, "Gather": _gather, "Dial": _dial, "Number": _number, "Redirect": _redirect}
    rules |= {"Message": _message, "break": _break, "prosody": _prosody}
    if element.tag in rules:
        yield from rules[element.tag](element)


def _say(element: Element) -> Iterator[str]:
    said = spoken(element)
    if not said:
        yield "Say: nothing to say"
    if len(said.encode()) > LONGEST_SAY:
        yield f"Say: more than {LONGEST_SAY} bytes to say at once"
    voice, language = element.get("voice", ""), element.get("language")
    if voice in VOICES and language not in (None, VOICES[voice]):
        yield f"Say: {voice} does not speak {language}"


def _gather(element: Element) -> Iterator[str]:
    taken = element.get("input", "dtmf")
    for attributes, kind in ((_OF_SPEECH, "speech"), (_OF_KEYS, "dtmf")):
        if kind not in taken:
            yield from (f"Gather: {name} without {kind}" for name in attributes if name in element.attrib)


def _dial(element: Element) -> Iterator[str]:
    number = (element.text or "").strip()
    if bool(number) == bool(len(element)):
        yield "Dial: one number in it, or some Number"
    if number and not PHONE.fits(number):
        yield f"Dial: {number!r} is not {PHONE.name}"
    if len(element) > MOST_NUMBERS:
        yield f"Dial: more than {MOST_NUMBERS} numbers"


def _number(element: Element) -> Iterator[str]:
    if element.text and not PHONE.fits(element.text.strip()):
        yield f"Number: {element.text!r} is not {PHONE.name}"


def _redirect(element: Element) -> Iterator[str]:
    if element.text and not URL.fits(element.text.strip()):
        yield f"Redirect: {element.text!r} is not {URL.name}"


def _message(element: Element) -> Iterator[str]:
    text = spoken(element)
    if not text:
        yield "Message: nothing to send"
    if len(text) > LONGEST_SMS:
        yield f"Message: more than {LONGEST_SMS} characters"


def _break(element: Element) -> Iterator[str]:
    if len(element.attrib) > 1:
        yield "break: a strength or a time, not both"


def _prosody(element: Element) -> Iterator[str]:
    if not element.attrib:
        yield "prosody: neither rate nor volume"


def _order(root: Element) -> Iterator[str]:
    for child in list(root)[:-1]:
        if child.tag in LAST:
            yield f"{child.tag}: what follows is never reached"
