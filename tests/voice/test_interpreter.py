"""The simulated telephone: what Twilio does with a document, played against a small scripted service over HTTP."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl

import pytest
from fastapi import FastAPI, Request
from fastapi.responses import Response

from api.simulators.call import Phone
from api.simulators.transfer import Outcome
from api.simulators.wire import SIGNATURE, TOKEN, BrokenCall, Form, in_process, over_http

FROM, TO, DESK = "+33600000001", "+33900000002", "+33100000003"
XML = "application/xml"


def sign(path: str, form: Mapping[str, str]) -> str:
    return hashlib.sha256(repr((path, sorted(form.items()))).encode()).hexdigest()


class Service:
    """Answers each path with its scripted document; remembers what it was asked."""

    def __init__(self) -> None:
        self.script: dict[str, str] = {}
        self.statuses: dict[str, int] = {}
        self.kind = XML
        self.asked: list[tuple[str, dict[str, str]]] = []

    def answer(self, path: str, form: dict[str, str], signature: str | None) -> tuple[int, str]:
        if signature != sign(path, form):
            return 403, ""
        self.asked.append((path, form))
        if path == "/webhooks/voice/status":
            return self.statuses.get(path, 204), ""
        return self.statuses.get(path, 200), f"<Response>{self.script[path.partition('?')[0]]}</Response>"

    def last(self, path: str) -> dict[str, str]:
        return next(form for asked, form in reversed(self.asked) if asked == path)

    def paths(self) -> list[str]:
        return [path for path, _ in self.asked]


@pytest.fixture
def service() -> Service:
    return Service()


@pytest.fixture
def address(service: Service) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = dict(parse_qsl(body, keep_blank_values=True))
            status, text = service.answer(self.path, form, self.headers[SIGNATURE])
            self.send_response(status)
            if status != 204:
                self.send_header("Content-Type", service.kind)
                self.send_header("Content-Length", str(len(text.encode())))
            self.end_headers()
            if status != 204:
                self.wfile.write(text.encode())

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


Dials = Callable[..., Phone]


@pytest.fixture
def dials(service: Service, address: str) -> Dials:
    """A telephone in a call whose first document is given, and whose second says « Fin. »."""

    def dial(document: str, **phone: object) -> Phone:
        service.script |= {"/webhooks/voice": document, "/turn": "<Say>Fin.</Say><Hangup/>"}
        one = Phone(over_http(address), FROM, TO, sign, **phone)  # type: ignore[arg-type]
        one.call()
        return one

    return dial


def gather(attributes: str = 'input="dtmf speech"', inside: str = "<Say>Choisissez.</Say>") -> str:
    return f'<Gather action="/turn?n=1" {attributes}>{inside}</Gather>'


# A call


def test_a_call_begins_as_twilio_begins_it(dials: Dials, service: Service) -> None:
    phone = dials(gather())
    [(path, form)] = service.asked
    assert path == "/webhooks/voice"
    assert form["From"] == form["Caller"] == FROM and form["To"] == form["Called"] == TO
    assert form["CallStatus"] == "ringing" and form["Direction"] == "inbound"
    assert form["CallSid"] == phone.sid and form["CallSid"].startswith("CA") and len(form["CallSid"]) == 34
    assert form["AccountSid"].startswith("AC") and form["ApiVersion"] == "2010-04-01"
    assert form["FromCity"] == "", "what Twilio does not know it sends empty"
    assert phone.heard == "Choisissez." and not phone.over
    assert phone.waiting and (phone.waiting.keys, phone.waiting.speech, phone.waiting.timeout) == (True, True, 5)


def test_calling_back_is_another_call_with_a_fresh_clock(dials: Dials, service: Service) -> None:
    phone = dials(gather())
    first = phone.sid
    phone.silence()
    phone.call()
    assert phone.sid != first
    assert phone.transcript[0].at == 0 and [line.kind for line in phone.transcript] == ["said"]


def test_hanging_up_tells_the_service_once(dials: Dials, service: Service) -> None:
    phone = dials(gather())
    phone.hang_up()
    phone.hang_up()
    assert service.paths() == ["/webhooks/voice", "/webhooks/voice/status"]
    told = service.last("/webhooks/voice/status")
    assert told["CallStatus"] == "completed" and told["CallSid"] == phone.sid and told["SequenceNumber"] == "0"
    assert int(told["CallDuration"]) == round(phone.seconds)
    assert phone.over and phone.waiting is None and phone.heard == "Choisissez."


def test_the_end_of_the_document_ends_the_call(dials: Dials, service: Service) -> None:
    phone = dials("<Say>Au revoir.</Say>")
    assert phone.over and phone.heard == "Au revoir."
    assert service.paths()[-1] == "/webhooks/voice/status"
    with pytest.raises(BrokenCall, match="over"):
        phone.keys("1")


def test_nothing_is_said_after_a_hangup_from_the_service(dials: Dials) -> None:
    phone = dials(gather('numDigits="1"'))
    assert phone.keys("1") == "Fin."
    assert phone.over
    assert [line.kind for line in phone.transcript] == ["said", "pressed", "said", "ended"]


# Keys


@pytest.mark.parametrize(
    ("attributes", "pressed", "digits", "finished"),
    [
        ('numDigits="1" finishOnKey=""', "2", "2", ""),
        ('numDigits="1" finishOnKey=""', "#", "#", ""),
        ('numDigits="1" finishOnKey=""', "*", "*", ""),
        ('numDigits="1"', "123", "1", ""),
        ("", "450#", "450", "#"),
        ("", "4*50#", "4*50", "#"),
        ('finishOnKey="*"', "4#50*9", "4#50", "*"),
        ("", "450", "450", ""),
        ('numDigits="5"', "60000", "60000", ""),
        ('numDigits="5"', "60000#", "60000", ""),
        ('numDigits="5"', "0#", "0", "#"),
        ("", "#5#", "5", "#"),
    ],
)
def test_keys_are_gathered_as_written(
    dials: Dials, service: Service, attributes: str, pressed: str, digits: str, finished: str
) -> None:
    dials(gather(attributes)).keys(pressed)
    form = service.last("/turn?n=1")
    assert (form["Digits"], form["FinishedOnKey"], form["CallStatus"]) == (digits, finished, "in-progress")
    assert "SpeechResult" not in form


def test_an_entry_with_no_end_waits_one_more_time(dials: Dials) -> None:
    ended, unended = dials(gather('timeout="7"')), dials(gather('timeout="7"'))
    ended.keys("45#")
    unended.keys("45")
    assert round(unended.seconds - ended.seconds, 1) == 7 - 0.5


def test_the_finishing_key_alone_is_a_silence_unless_twilio_says_otherwise(dials: Dials, service: Service) -> None:
    dials(gather('actionOnEmptyResult="true"')).keys("#")
    form = service.last("/turn?n=1")
    assert (form["Digits"], form["FinishedOnKey"]) == ("", "")
    dials(gather(), lone_finish_ends=True).keys("#")
    form = service.last("/turn?n=1")
    assert (form["Digits"], form["FinishedOnKey"]) == ("", "#")


def test_a_telephone_has_twelve_keys(dials: Dials) -> None:
    for pressed in ("", "A", "1 2"):
        with pytest.raises(ValueError, match="keys"):
            dials(gather()).keys(pressed)


def test_keys_are_not_heard_where_only_speech_is(dials: Dials, service: Service) -> None:
    dials(gather('input="speech" actionOnEmptyResult="true"')).keys("1")
    assert service.last("/turn?n=1")["Digits"] == ""


# Speech, silence, time


def test_words_are_sent_with_a_confidence(dials: Dials, service: Service) -> None:
    dials(gather()).says("oui & « non »", confidence=0.15)
    form = service.last("/turn?n=1")
    assert (form["SpeechResult"], form["Confidence"]) == ("oui & « non »", "0.15")
    assert "Digits" not in form


def test_words_are_not_heard_where_only_keys_are(dials: Dials, service: Service) -> None:
    dials(gather('input="dtmf" actionOnEmptyResult="true"')).says("oui")
    assert "SpeechResult" not in service.last("/turn?n=1")


def test_a_silence_is_told_only_where_it_is_asked_for(dials: Dials, service: Service) -> None:
    dials(gather('actionOnEmptyResult="true"')).silence()
    form = service.last("/turn?n=1")
    assert (form["Digits"], form["msg"]) == ("", "Gather End")
    service.asked.clear()
    phone = dials(gather("") + "<Say>Il n'y a personne.</Say>")
    assert phone.silence() == "Il n'y a personne."
    assert phone.over and "/turn?n=1" not in service.paths()


def test_the_wait_begins_once_all_is_said(dials: Dials) -> None:
    phone = dials(gather('timeout="8" actionOnEmptyResult="true"', "<Say>Choisissez.</Say><Pause length='3'/>"))
    said = phone.seconds
    assert said > 3
    phone.silence()
    assert next(line.at for line in phone.transcript if line.kind == "silent") == said
    assert [line.at for line in phone.transcript if line.text == "Fin."] == [said + 8]


def test_an_answer_may_come_before_the_end_of_the_question(dials: Dials) -> None:
    question = f"<Say>{'Une longue question. ' * 20}</Say>"
    patient, hasty = dials(gather('numDigits="1"', question)), dials(gather('numDigits="1"', question))
    patient.keys("1")
    hasty.keys("1", after=2)
    assert next(line.at for line in hasty.transcript if line.kind == "pressed") == 2
    assert hasty.seconds < patient.seconds


def test_what_is_said_before_the_wait_cannot_be_cut(dials: Dials) -> None:
    phone = dials("<Say>Un message important.</Say>" + gather('numDigits="1"', ""))
    said = phone.seconds
    phone.keys("1", after=0)
    assert next(line.at for line in phone.transcript if line.kind == "pressed") == said


def test_a_slow_voice_and_its_breaks_take_longer(dials: Dials) -> None:
    def seconds(inside: str) -> float:
        return dials(gather("", f"<Say>{inside}</Say>")).seconds

    words = "Voici une phrase assez longue pour compter."
    usual = seconds(words)
    assert seconds(f'<prosody rate="50%">{words}</prosody>') == pytest.approx(2 * usual, abs=0.2)
    assert seconds(f'<prosody rate="slow">{words}</prosody>') > usual
    assert seconds(f'{words}<break time="1500ms"/>') == pytest.approx(usual + 1.5, abs=0.2)
    assert seconds(f'{words}<break time="2s"/><break strength="none"/>') == pytest.approx(usual + 2, abs=0.2)


def test_pauses_are_marked_where_they_are_heard(dials: Dials) -> None:
    [said] = dials(gather("", '<Say>Un <prosody rate="92%">deux.<break time="1s"/>Trois &lt;</prosody></Say>')).spoken
    assert said.marked == "Un deux. … Trois <"
    assert said.text == "Un deux. Trois <"


# Going elsewhere, and what cannot be followed


def test_a_redirect_is_followed_without_what_was_answered(dials: Dials, service: Service) -> None:
    service.script["/again"] = "<Say>Encore.</Say>"
    service.script["/turn"] = ""
    phone = dials(gather('numDigits="1"'))
    service.script["/turn"] = "<Pause length='2'/><Redirect>http://public.example/again?tries=1&amp;n=1</Redirect>"
    assert phone.keys("1") == "Encore."
    assert "Digits" in service.last("/turn?n=1")
    assert "Digits" not in service.last("/again?tries=1&n=1")


def test_a_wait_with_no_address_asks_the_same_one(dials: Dials, service: Service) -> None:
    phone = dials('<Gather numDigits="1"/>')
    phone.keys("1")
    assert service.paths() == ["/webhooks/voice", "/webhooks/voice"]


def test_a_document_that_turns_in_circles_is_stopped(dials: Dials, service: Service) -> None:
    with pytest.raises(BrokenCall, match="Redirect"):
        dials("<Redirect>/webhooks/voice</Redirect>")
    assert service.paths()[-1] == "/webhooks/voice/status"


@pytest.mark.parametrize("status", [403, 404, 500, 503])
def test_a_refusal_ends_the_call(dials: Dials, service: Service, status: int) -> None:
    phone = dials(gather('numDigits="1"'))
    service.statuses["/turn?n=1"] = status
    with pytest.raises(BrokenCall, match=f"/turn.n=1: status {status}"):
        phone.keys("1")
    assert phone.over and service.paths()[-1] == "/webhooks/voice/status"


def test_a_document_with_an_unknown_verb_or_attribute_ends_the_call(dials: Dials) -> None:
    for document in ("<Record/>", '<Gather minDigits="1"/>'):
        with pytest.raises(BrokenCall, match=r"/webhooks/voice: (Response: Record|Gather: unknown attribute)"):
            dials(document)


def test_an_answer_that_is_not_xml_ends_the_call(dials: Dials, service: Service) -> None:
    service.kind = "application/json"
    with pytest.raises(BrokenCall, match="application/json, not XML"):
        dials(gather())


def test_a_wrong_signature_is_refused_by_the_service(service: Service, address: str) -> None:
    phone = Phone(over_http(address), FROM, TO, lambda path, form: "forged")
    with pytest.raises(BrokenCall, match="status 403"):
        phone.call()
    assert service.asked == [] and phone.over


def test_nobody_at_the_address_is_a_broken_call(service: Service) -> None:
    with pytest.raises(BrokenCall, match="status 0"):
        Phone(over_http("http://127.0.0.1:9"), FROM, TO, sign).call()


def test_a_service_that_misses_the_end_is_told_of(dials: Dials, service: Service) -> None:
    phone = dials(gather())
    service.statuses["/webhooks/voice/status"] = 500
    with pytest.raises(BrokenCall, match="status: status 500"):
        phone.hang_up()
    assert phone.over


def test_a_request_delivered_again_is_the_same_request(dials: Dials, service: Service) -> None:
    phone = dials(gather('numDigits="1"'))
    phone.keys("1")
    turn = phone.wire.requests[-2]
    again = phone.again(turn)
    assert (again.path, again.form, again.headers, again.body) == (turn.path, turn.form, turn.headers, turn.body)
    assert again.headers[TOKEN] != phone.wire.requests[0].headers[TOKEN]
    assert service.paths().count("/turn?n=1") == 2


# Someone else is called

WHISPER = '<Gather numDigits="1" timeout="8" action="/accept"><Say>Un appel.</Say></Gather><Hangup/>'


def dial_to(*numbers: str, attributes: str = 'action="/after" timeout="25"', url: str = 'url="/whisper"') -> str:
    return f"<Dial {attributes}>{''.join(f'<Number {url}>{number}</Number>' for number in numbers)}</Dial>"


@pytest.fixture
def transfers(dials: Dials, service: Service) -> Callable[..., Phone]:
    """A telephone whose call was sent to someone who picks up, or not, as told."""
    service.script |= {"/whisper": WHISPER, "/accept": "", "/after": "<Say>Me revoici.</Say>" + gather()}

    def begin(outcome: Outcome, document: str = dial_to(DESK), **phone: object) -> Phone:
        return dials(document, transfer_outcome=outcome, **phone)

    return begin


def after(service: Service) -> Form:
    return {name[4:]: value for name, value in service.last("/after").items() if name.startswith("Dial")}


def test_who_accepts_is_put_through(transfers: Callable[..., Phone], service: Service) -> None:
    phone = transfers("accept")
    assert phone.transferred and phone.dialled == [DESK] and phone.heard == "Me revoici. Choisissez."
    whisper = service.last("/whisper")
    assert whisper["ParentCallSid"] == phone.sid != whisper["CallSid"]
    assert (whisper["To"], whisper["Direction"]) == (DESK, "outbound-dial")
    assert service.last("/accept")["Digits"] == "1"
    told = after(service)
    assert told == {
        "CallStatus": "completed",
        "CallSid": whisper["CallSid"],
        "Bridged": "true",
        "CallDuration": "60",
    }
    assert service.last("/after")["CallSid"] == phone.sid
    assert [line.text for line in phone.transcript if line.kind == "whispered"] == ["Un appel."]
    assert "Un appel." not in phone.heard, "the caller does not hear it"


@pytest.mark.parametrize(
    ("outcome", "status"),
    [("refuse", "completed"), ("voicemail", "completed"), ("no_answer", "no-answer"), ("busy", "busy")],
)
def test_who_does_not_accept_is_not(
    transfers: Callable[..., Phone], service: Service, outcome: Outcome, status: str
) -> None:
    service.script["/accept"] = "<Hangup/>"
    phone = transfers(outcome)
    assert not phone.transferred and phone.heard == "Me revoici. Choisissez." and not phone.over
    assert (after(service)["CallStatus"], after(service)["Bridged"]) == (status, "false")
    assert ("/accept" in service.paths()) == (outcome == "refuse")
    assert ("/whisper" in service.paths()) == (outcome in ("refuse", "voicemail"))


def test_a_phone_that_nobody_picks_up_rings_as_long_as_asked(transfers: Callable[..., Phone]) -> None:
    short, long = (transfers("no_answer", dial_to(DESK, attributes=f'action="/after" timeout="{t}"')) for t in (10, 40))
    assert round(long.seconds - short.seconds, 1) == 30


def test_a_whisper_that_does_not_hang_up_puts_a_voicemail_through(
    transfers: Callable[..., Phone], service: Service
) -> None:
    service.script["/whisper"] = WHISPER.replace("<Hangup/>", "")
    assert transfers("voicemail").transferred
    assert transfers("voicemail", dial_to(DESK, url="")).transferred, "and so does no whisper at all"


def test_each_one_called_does_as_told(transfers: Callable[..., Phone], service: Service) -> None:
    service.script["/after"] = dial_to("+33100000004", attributes='action="/done"')
    service.script["/done"] = gather()
    phone = transfers("refuse", transfer_outcomes=["no_answer", "accept"])
    assert phone.dialled == [DESK, "+33100000004"] and phone.transferred
    assert service.last("/done")["DialBridged"] == "true"


def test_the_caller_may_hang_up_at_the_end_of_the_talk(transfers: Callable[..., Phone], service: Service) -> None:
    phone = transfers("accept", ends_transfer="caller")
    assert phone.over and phone.transferred
    assert service.last("/after")["CallStatus"] == "completed"
    assert service.paths()[-2:] == ["/after", "/webhooks/voice/status"]


def test_a_talk_is_no_longer_than_allowed(transfers: Callable[..., Phone], service: Service) -> None:
    transfers("accept", dial_to(DESK, attributes='action="/after" timeLimit="20" callerId="+33900000009"'))
    assert after(service)["CallDuration"] == "20"
    assert service.last("/whisper")["From"] == "+33900000009", "the number shown is ours"


def test_a_whisper_may_not_call_anybody(transfers: Callable[..., Phone], service: Service) -> None:
    service.script["/whisper"] = dial_to(DESK)
    with pytest.raises(BrokenCall, match="Dial may not stand"):
        transfers("accept")


def test_without_an_action_the_document_goes_on(transfers: Callable[..., Phone]) -> None:
    phone = transfers("no_answer", dial_to(DESK, attributes='timeout="5"') + "<Say>Tant pis.</Say>")
    assert phone.heard == "Tant pis." and phone.over


# In this process


def test_an_application_of_this_process_is_called_the_same_way(service: Service) -> None:
    app = FastAPI()

    @app.post("/{path:path}")
    async def answer(request: Request) -> Response:
        form = {name: str(value) for name, value in (await request.form()).items()}
        path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        status, body = service.answer(path, form, request.headers.get(SIGNATURE))
        return Response(body if status != 204 else None, status, media_type=XML)

    service.script = {"/webhooks/voice": gather('numDigits="1"')}
    phone = Phone(in_process(app), FROM, TO, sign)
    assert phone.call() == "Choisissez."
    with pytest.raises(BrokenCall, match="status 500"):
        phone.keys("1")
