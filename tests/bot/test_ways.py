"""From « un humain » to a promise: which way, at what moment, and never more than four questions."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot import channels
from bot.channels.base import keys
from bot.dialogue import Dialogue
from bot.messages import RECAP_CODE, Answer, HandoffRequest, Nearby
from bot.talk import Talk
from flows.budgets import cost
from flows.library import Library
from mediation.territory import load_territory
from tests.player import Player

MOBILE = "+33639981234"
TYPED, READ = "06 12 34 56 78", "+33612345678"
SUNDAY = datetime(2026, 11, 22, 11, tzinfo=UTC)
MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)  # ten in the morning in Paris
FRIDAY_EVENING = datetime(2026, 11, 27, 19, tzinfo=UTC)
BEAUVAIS = "60057"
PLACES = {
    BEAUVAIS: (
        Nearby("Un lieu.\nRelais A\n1 rue A", "Relais A, à Beauvais.", "a", "Relais A", "Relais A\n1 rue A"),
        Nearby("Un lieu.\nRelais B\n2 rue B", "Relais B, à Beauvais.", "b", "Relais B", "Relais B\n2 rue B"),
    )
}
INSIDE = ("carte vitale", "oui", "cpam", "perdue", "non", "oui")


def talking(dialogue: Dialogue, channel: str, phone: str | None = None, *turns: str, now: datetime = SUNDAY) -> Player:
    player = Player(dialogue, channel=channel, phone=phone, now=now, places=PLACES)
    if channel == "voice":
        player.signals("call")
    for turn in turns:
        player.says(turn)
    return player


def case(player: Player) -> HandoffRequest:
    """The case as the last turn leaves it."""
    found = player.answers[-1].handoff
    assert found is not None, player.last
    return found


def offered(player: Player) -> list[str]:
    return [option.id for option in player.answers[-1].reply.says[-1].options]


def pending(player: Player) -> str | None:
    return player.talk.asked.kind if player.talk.asked else None


def without(dialogue: Dialogue, setting: str) -> Dialogue:
    return replace(dialogue, territory=load_territory("demo").model_copy(update={setting: None}))


class TestWhichWay:
    @pytest.mark.parametrize(
        ("channel", "ways"),
        [
            ("web", ["ecrire", "etre_rappele", "lieu"]),
            ("telegram", ["ecrire", "etre_rappele", "lieu"]),
            ("sms", ["ecrire", "etre_rappele", "lieu"]),
            ("voice", ["etre_rappele", "lieu"]),
        ],
    )
    def test_what_is_offered_and_the_case_is_opened_at_once(
        self, dialogue: Dialogue, channel: str, ways: list[str]
    ) -> None:
        player = talking(dialogue, channel, None, "un humain")
        assert offered(player) == ways and case(player).reason == "asked" and case(player).mode is None

    def test_the_hours_are_told_when_nobody_is_there_and_that_somebody_is_when_so(self, dialogue: Dialogue) -> None:
        away = talking(dialogue, "web", None, "un humain")
        assert "entre 9 h et 17 h" in away.last and "lundi 23 novembre" in away.last
        there = Player(dialogue, staffed=True)
        there.says("un humain")
        assert "est là en ce moment" in there.last and "personne n'est libre" not in there.last

    def test_writing_here_is_promised_here(self, dialogue: Dialogue) -> None:
        player = talking(dialogue, "sms", MOBILE, "un humain", "1")
        assert case(player).mode == "live" and "vous répond ici" in player.last and "où aller" in player.last
        now = Player(dialogue, staffed=True)
        for text in ("un humain", "écrire ici"):
            now.says(text)
        assert "La réponse arrive ici" in now.last and pending(now) is None

    def test_no_call_back_where_nobody_calls_back(self, dialogue: Dialogue) -> None:
        for channel in ("web", "voice"):
            player = talking(without(dialogue, "callback"), channel, MOBILE, "un humain")
            assert offered(player) == ["oui", "non"] and "aucune équipe ne rappelle" in player.last
            assert "appelle au plus tard" not in player.last
            player.says("oui")
            assert pending(player) == "commune" and case(player).mode == "place"

    def test_writing_is_offered_while_somebody_is_there_though_nobody_calls_back(self, dialogue: Dialogue) -> None:
        player = Player(without(dialogue, "callback"), staffed=True)
        player.says("un humain")
        assert offered(player) == ["ecrire", "lieu"]

    def test_a_number_typed_without_call_back_promises_nothing(self, dialogue: Dialogue) -> None:
        player = talking(without(dialogue, "callback"), "web", None, "un humain", TYPED)
        assert "vous appelle" not in player.last

    def test_none_of_it_is_a_choice(self, dialogue: Dialogue) -> None:
        for text in ("pas de rappel", "non merci"):
            player = talking(dialogue, "web", None, "un humain", text)
            assert case(player).mode is None and "sans rappel" in player.last and player.talk.case == {}

    @pytest.mark.parametrize("text", ["rappelez-moi", "appelez moi", "par téléphone", "2"])
    def test_a_call_back_in_other_words(self, dialogue: Dialogue, text: str) -> None:
        player = talking(dialogue, "web", None, "un humain", text)
        assert pending(player) == "callback_phone" and case(player).mode == "callback"

    def test_unclear_twice_still_ends_in_a_promise(self, dialogue: Dialogue) -> None:
        writing = talking(dialogue, "web", None, "un humain", "gloubi", "boulga")
        assert case(writing).mode == "live" and "vous répond ici" in writing.last
        calling = talking(dialogue, "voice", MOBILE, "un humain", "gloubi", "boulga")
        assert case(calling).phone == MOBILE and "vous appelle au plus tard" in calling.last

    def test_a_number_that_is_not_whole_is_said_so(self, dialogue: Dialogue) -> None:
        player = talking(dialogue, "web", None, "un humain", "06 12 34")
        assert "n'est pas complet" in player.last and pending(player) == "callback_phone"

    def test_whom_to_call_meanwhile_is_said_while_it_is_true_and_not_after_a_danger(self, dialogue: Dialogue) -> None:
        assert "3646" in talking(dialogue, "web", None, *INSIDE, "un humain").last
        assert "3646" not in talking(dialogue, "web", None, *INSIDE, "je veux mourir", "un humain").last
        later = talking(dialogue, "web", None, *INSIDE, "un humain", now=datetime(2031, 1, 6, 10, tzinfo=UTC))
        assert "3646" not in later.last and "ameli.fr" in later.last, "nobody has looked at it for years"

    def test_a_wrong_key_asks_again(self, dialogue: Dialogue) -> None:
        player = talking(dialogue, "sms", MOBILE, "un humain", "8")
        assert "pas dans la liste" in player.last and pending(player) == "way"


class TestCallBack:
    def test_the_number_at_hand_and_the_moment_are_one_question(self, dialogue: Dialogue) -> None:
        player = talking(dialogue, "voice", MOBILE, "un humain", "1")
        assert "06 39 98 12 34" in player.last and len(offered(player)) == 4
        assert offered(player) == ["2026-11-23_morning", "2026-11-23_afternoon", "peu_importe", "autre_numero"]
        player.says("2")
        assert (case(player).phone, case(player).callback_on, case(player).callback_half) == (
            MOBILE,
            "2026-11-23",
            "afternoon",
        )
        player.says("1")
        assert "lundi 23 novembre, l'après-midi" in player.last and case(player).due == "2026-11-23"

    @pytest.mark.parametrize(
        ("text", "day", "half"),
        [
            ("demain matin", "2026-11-23", "morning"),
            ("plutôt l'après-midi", "2026-11-23", "afternoon"),
            ("mardi", "2026-11-24", None),
            ("lundi après-midi s'il vous plaît", "2026-11-23", "afternoon"),
            ("3", "2026-11-24", "morning"),
            ("n'importe quand", None, None),
            ("oui", None, None),
            ("gloubi", None, None),
        ],
    )
    def test_the_moment_in_other_words(self, dialogue: Dialogue, text: str, day: str | None, half: str | None) -> None:
        player = talking(dialogue, "web", None, "un humain", TYPED)
        assert pending(player) == "callback_when"
        player.says(text)
        if text == "gloubi":
            player.says("boulga")
        assert (case(player).callback_on, case(player).callback_half, case(player).phone) == (day, half, READ)

    def test_a_friday_evening_offers_monday(self, dialogue: Dialogue) -> None:
        player = talking(dialogue, "web", None, "un humain", TYPED, now=FRIDAY_EVENING)
        assert [id_.split("_")[0] for id_ in offered(player)[:2]] == ["2026-11-30", "2026-11-30"]
        assert player.answers[-1].reply.says[-1].options[0].label == "Lundi matin"

    def test_a_moment_of_today_is_said_so(self, dialogue: Dialogue) -> None:
        player = talking(dialogue, "web", None, "un humain", TYPED, "cet après-midi", "60000", now=MONDAY)
        assert "vous appelle cet après-midi." in player.last and case(player).callback_on == "2026-11-23"

    def test_a_number_said_with_the_request(self, dialogue: Dialogue) -> None:
        for channel in ("web", "voice"):
            player = talking(dialogue, channel, MOBILE, now=MONDAY)
            player.says("rappelez moi au 06 12 34 56 78", "demande_humain")
            assert pending(player) == "callback_when" and case(player).phone == READ

    def test_another_number_than_the_one_at_hand(self, dialogue: Dialogue) -> None:
        for refusal in ("4", "non"):
            player = talking(dialogue, "voice", MOBILE, "un humain", "1", refusal, "0612345678")
            assert case(player).phone == "+33612345678" and pending(player) == "callback_when"
            assert "autre_numero" not in offered(player)

    def test_a_number_instead_of_any_answer(self, dialogue: Dialogue) -> None:
        for before in ((), ("1",), ("2",), ("3",), ("3", "Beauvais")):
            player = talking(dialogue, "web", None, *INSIDE, "un humain", *before, TYPED)
            assert case(player).phone == READ and case(player).mode == "callback", before

    def test_a_number_shared_by_its_owner_is_the_one_to_call(self, dialogue: Dialogue) -> None:
        player = talking(dialogue, "telegram", None, "un humain")
        player.signals("contact", phone=MOBILE)
        assert case(player).phone == MOBILE and pending(player) == "callback_when"
        alone = talking(dialogue, "telegram", None, "bonjour")
        alone.signals("contact", phone=MOBILE)
        assert case(alone).mode == "callback" and "06 39 98 12 34" in alone.last

    def test_the_commune_may_be_kept_to_oneself(self, dialogue: Dialogue) -> None:
        for refusal in ("1", "je préfère ne pas le dire", "non", "je ne sais pas"):
            player = talking(dialogue, "voice", MOBILE, "un humain", "1", "3", refusal)
            assert case(player).commune is None and "vous appelle au plus tard" in player.last

    def test_the_commune_sends_the_case_near(self, dialogue: Dialogue) -> None:
        player = talking(dialogue, "voice", MOBILE, "un humain", "1", "3", "60000")
        assert case(player).commune == BEAUVAIS and "vous appelle au plus tard" in player.last


class TestNoLoop:
    """0 again: no second case, and a promise soon."""

    def test_pressed_three_times_a_call_is_promised(self, dialogue: Dialogue) -> None:
        player = talking(dialogue, "voice", MOBILE, "0", "0")
        assert "déjà notée" in player.last and pending(player) == "way" and player.answers[-1].handoff is None
        player.says("0")
        assert case(player).phone == MOBILE and "vous appelle au plus tard" in player.last

    def test_a_hidden_caller_is_asked_for_a_number_then_let_go(self, dialogue: Dialogue) -> None:
        player = talking(dialogue, "voice", None, "0", "0", "0")
        assert pending(player) == "callback_phone"
        player.says("0")
        assert pending(player) is None and player.talk.case == {} and "sans rappel" in player.last

    @pytest.mark.parametrize("channel", ["web", "sms", "voice"])
    def test_at_each_question_it_is_one_case_and_it_ends(self, dialogue: Dialogue, channel: str) -> None:
        phone = None if channel == "web" else MOBILE
        ways = (
            ("2" if channel != "voice" else "1", TYPED if not phone else "3"),
            ("3" if channel != "voice" else "2",),
        )
        for way in ways:
            for asked in range(len(way) + 1):
                player = talking(dialogue, channel, phone, *INSIDE, "un humain", *way[:asked])
                for _ in range(5):
                    if pending(player) is None:
                        break
                    player.says("un humain")
                assert pending(player) is None, (channel, way[:asked])
                opened = [event for a in player.answers for event in a.events if event.kind == "handoff_opened"]
                assert len(opened) == 1 and case(player).mode in ("callback", "live")

    def test_the_call_is_passed_on_once_then_called_back(self, dialogue: Dialogue) -> None:
        player = talking(dialogue, "voice", MOBILE, "0", now=MONDAY)
        assert player.answers[-1].reply.manner.then == "transfer" and case(player).mode == "transfer"
        player.signals("transfer_failed")
        assert pending(player) == "callback_when" and case(player).mode == "callback"
        assert player.says("0").reply.manner.then is None, "nobody answered: it does not ring for ever"

    def test_silences_at_a_question_do_not_open_it_again(self, dialogue: Dialogue) -> None:
        player = talking(dialogue, "voice", MOBILE, *INSIDE, "0")
        for _ in range(3):
            player.signals("silence")
        for text in ("1", "oui"):
            player.says(text)
        opened = [event for a in player.answers for event in a.events if event.kind == "handoff_opened"]
        assert len(opened) == 1 and case(player).reason == "asked" and case(player).phone == MOBILE

    def test_somebody_who_says_nothing_any_more_is_still_called_back(self, dialogue: Dialogue) -> None:
        player = talking(dialogue, "voice", MOBILE, *INSIDE, "un humain")
        for _ in range(8):
            if player.signals("silence").reply.manner.then == "hang_up":
                break
        assert case(player).phone == MOBILE and case(player).mode == "callback" and case(player).answers is None

    def test_forget_me_and_danger_come_first(self, dialogue: Dialogue) -> None:
        player = talking(dialogue, "web", None, "un humain", "oubliez-moi", "oui")
        assert player.answers[-1].forget and player.talk == Talk(last=player.talk.last, greeted=True)
        player = talking(dialogue, "web", None, "un humain", "3", "je veux mourir")
        assert "3114" in player.last and pending(player) is None


class TestAPromiseThatStands:
    """« Un humain » again, once something was promised."""

    def promised(self, dialogue: Dialogue) -> Player:
        return talking(dialogue, "sms", MOBILE, *INSIDE, "un humain", "2", "1", "60000", "oui")

    def test_it_is_said_again_and_the_recap_brought_up_to_date(self, dialogue: Dialogue) -> None:
        player = self.promised(dialogue)
        for text in ("je bloque", "1", "un humain"):
            player.says(text)
        assert pending(player) == "standing" and "attend déjà" in player.last and "lundi 23 novembre" in player.last
        wanted = case(player)
        assert (wanted.mode, wanted.phone, wanted.callback_on, wanted.consent) == (
            "callback",
            MOBILE,
            "2026-11-23",
            "oui",
        )
        assert wanted.recap["step"] == "aide_photo" and wanted.recap["tried"] and wanted.answers
        opened = [event for a in player.answers for event in a.events if event.kind == "handoff_opened"]
        player.says("oui")
        assert (
            "reste la même" in player.last and pending(player) is None and player.answers[-1].reply.step == "aide_photo"
        )
        assert len(opened) == 1, "one case"

    @pytest.mark.parametrize("change", ["non", "0"])
    def test_another_way_may_be_wanted(self, dialogue: Dialogue, change: str) -> None:
        player = self.promised(dialogue)
        for text in ("un humain", change, "aller dans un lieu", "Beauvais", "1"):
            player.says(text)
        assert case(player).mode == "place" and case(player).place == "a" and case(player).consent == "oui"

    def test_a_promise_of_the_past_does_not_stand(self, dialogue: Dialogue) -> None:
        player = self.promised(dialogue)
        player.now = FRIDAY_EVENING
        player.says("un humain")
        assert pending(player) == "way"

    def test_what_was_refused_is_asked_anew(self, dialogue: Dialogue) -> None:
        player = talking(dialogue, "web", None, "un humain", "pas de rappel", "un humain")
        assert pending(player) == "way"

    def test_a_place_has_its_code_again(self, dialogue: Dialogue) -> None:
        player = talking(dialogue, "web", None, "un humain", "3", "Beauvais", "1", "un humain")
        assert RECAP_CODE in player.last and case(player).code
        player.says("oui")
        assert RECAP_CODE not in player.last and not case(player).code and case(player).place == "a"

    def test_what_suits_is_not_sent_again(self, dialogue: Dialogue) -> None:
        player = talking(dialogue, "voice", MOBILE, "un humain", "2", "60000", "1")
        assert player.answers[-1].sends and case(player).code
        player.says("un humain")
        assert pending(player) == "standing"
        assert not player.says("oui").sends and not case(player).code, "the code just told stays the right one"

    def test_an_answer_promised_in_writing_is_no_promise_to_who_calls(self, dialogue: Dialogue) -> None:
        player = talking(dialogue, "sms", MOBILE, "un humain", "1")
        player.channel = "voice"
        player.signals("call")
        player.says("un humain")
        assert pending(player) == "way"

    def test_words_of_every_day_do_not_stumble_on_it(self, dialogue: Dialogue) -> None:
        player = self.promised(dialogue)
        player.says("bonjour")
        assert "On reprend" in player.last
        player.says("vous êtes nuls", "colere")
        assert pending(player) == "person"


def questions(answers: list[Answer], since: int) -> int:
    kinds = [a.talk.asked for a in answers[since:]]
    return sum(1 for before, now in zip([None, *kinds], kinds, strict=False) if now and now != before)


@pytest.mark.parametrize("channel", ["web", "telegram", "sms", "voice"])
@pytest.mark.parametrize("way", ["ecrire", "etre_rappele", "lieu"])
def test_four_questions_at_most_for_who_answers_them(dialogue: Dialogue, channel: str, way: str) -> None:
    phone = MOBILE if channel in ("sms", "voice") else None
    if channel == "voice" and way == "ecrire":
        return
    player = talking(dialogue, channel, phone, *INSIDE)
    since = len(player.answers)
    said = {
        "callback_phone": TYPED,
        "callback_when": "peu importe",
        "commune": "Beauvais",
        "place": "1",
        "consent": "oui",
    }
    player.says("un humain")
    while pending(player):
        player.says(str(offered(player).index(way) + 1) if pending(player) == "way" else said[str(pending(player))])
    assert 2 <= questions(player.answers, since) <= 4
    assert case(player).mode and case(player).consent == "oui" and case(player).answers


@pytest.mark.parametrize("unclear", ["Saint-Denis", "bové"])
def test_a_commune_that_is_not_clear_never_takes_the_place_of_the_consent(dialogue: Dialogue, unclear: str) -> None:
    called = talking(dialogue, "sms", MOBILE, *INSIDE, "un humain", "2", "3")
    assert pending(called) == "commune"
    called.says(unclear)
    assert pending(called) == "consent" and "Ce n'est pas grave" in called.last and case(called).commune is None
    called.says("oui")
    assert case(called).answers and "vous appelle" in called.last
    going = talking(dialogue, "sms", MOBILE, *INSIDE, "un humain", "3", unclear)
    assert pending(going) in ("commune_which", "commune_sure"), "a place cannot be found without it"
    for text in ("non", "Beauvais", "1"):
        going.says(text)
    assert pending(going) == "consent" and case(going).place == "a"


@pytest.mark.parametrize("unclear", ["Saint-Denis", "bové"])
def test_with_nothing_to_show_a_commune_may_be_made_clear(dialogue: Dialogue, unclear: str) -> None:
    player = talking(dialogue, "sms", MOBILE, "un humain", "2", "3", unclear)
    assert pending(player) in ("commune_which", "commune_sure")
    player.says("non")
    assert pending(player) is None and case(player).commune is None and "vous appelle" in player.last


@pytest.mark.parametrize("channel", ["sms", "voice"])
def test_each_message_is_within_its_budget(dialogue: Dialogue, library: Library, channel: str) -> None:
    can = channels.named(channel).capabilities
    first = "1" if channel == "voice" else "2"
    for way in ((first, "4"), (first, "3", "60000", "oui"), (str(int(first) + 1), "Saint-Denis", "2")):
        player = talking(dialogue, channel, MOBILE, *INSIDE)
        for text in ("un humain", *way):
            for say in player.says(text).reply.says:
                found = cost(library, say.key, say, player.now.date())
                assert len(keys(say, can)) <= 4 and list(found.over()) == [], say.key


def test_the_first_of_a_month_is_said_so(dialogue: Dialogue) -> None:
    player = talking(dialogue, "web", None, "un humain", now=datetime(2026, 11, 30, 9, tzinfo=UTC))
    assert "mardi 1er décembre" in player.last, player.last
