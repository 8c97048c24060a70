"""Speaking English: switching at any moment, a whole run, what is French only, a person, danger, unknown words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest

from bot.dialogue import Dialogue
from bot.scene import FRENCH
from bot.talk import Talk
from bot.understanding import Ranked, Understanding, away
from flows.library import Library
from flows.loader import CONTENT
from flows.model import Instruction, SubProcedure
from flows.render import say_node, say_reasons
from flows.safety import spotted, topics_for
from flows.texts import PLACEHOLDER, Say
from flows.walk import Node
from tests.player import Player

DAY = date(2026, 11, 22)
GUIDED = ("cpam_carte_vitale", "caf_dtr", "france_services")
USED = ("cpam_compte_ameli", "cpam_attestation_droits", "caf_compte_connexion")
CARD = ("english", "health card", "yes", "the cpam", "lost", "no", "yes", *["done"] * 5, "yes")
INCOME = (
    "english",
    "declare my income",
    "yes",
    "the caf",
    "the rsa",
    *["done"] * 5,
    "done",
    "yes",
    "no",
    "no",
    "done",
    "done",
    "yes",
)
CENTRE = (
    "english",
    "france services",
    "yes",
    "60000",
    "health",
    "yes",
    "yes",
    *["done"] * 4,
    "no",
    *["done"] * 3,
    "no",
)


@pytest.fixture
def english(dialogue: Dialogue) -> Library:
    return dialogue.languages["en"]


@pytest.fixture
def speaker(player: Player) -> Player:
    """Someone who has just asked for English."""
    player.says("english")
    return player


def played(player: Player, *texts: str) -> Player:
    for text in texts:
        player.says(text)
    return player


def last(player: Player) -> Say:
    return player.answers[-1].reply.says[-1]


# Asking for a language


@pytest.mark.parametrize(
    "asked", ["english", "English?", "in english", "speak english", "Do you speak English?", "anglais", "en anglais"]
)
def test_english_is_asked_for_in_a_word(player: Player, asked: str) -> None:
    answer = player.says(asked)
    assert player.talk.language == "en"
    assert answer.reply.says[0].text.startswith("OK. I speak English now.")
    assert "Hello. This is Allô Démarches" in player.last
    assert last(player).options[0].label == "CAF and benefits"
    assert [event.kind for event in answer.events] == ["language_changed"]


@pytest.mark.parametrize("asked", ["français", "francais", "french", "en français", "in French"])
def test_french_comes_back_in_a_word(speaker: Player, asked: str) -> None:
    speaker.says(asked)
    assert speaker.talk.language is None
    assert speaker.last.startswith("D'accord, je parle français.\nQue voulez-vous faire ?")


def test_the_language_is_kept_between_two_messages(speaker: Player) -> None:
    assert Talk.from_json(speaker.talk.to_json()).language == "en"
    assert Talk.from_json({}).language is None
    assert speaker.says("thank you").reply.says[0].text == "You are welcome."


def test_what_waits_is_said_again_in_the_new_language(inside: Player) -> None:
    inside.says("english")
    assert inside.answers[-1].reply.step == "photo"
    assert last(inside).text.startswith("Get a recent ID photo")
    assert [option.label for option in last(inside).options] == ["Done", "I am stuck", "Repeat", "Why"]
    inside.says("bloque")
    assert last(inside).text == "What is the problem?"
    inside.says("français")
    assert last(inside).text == "Qu'est-ce qui vous bloque ?"
    inside.says("english")
    inside.says("I cannot take the picture")
    assert inside.answers[-1].reply.step == "aide_photo"


@pytest.mark.parametrize(
    ("before", "question"),
    [
        (("carte vitale",), "It takes about 20 minutes."),
        (("carte vitale", "oui", "cpam", "caf dtr"), "Do you want to go to: Declare your income"),
        (("carte vitale", "oui", "recommencer"), "start again from the beginning: Carte Vitale (health card)"),
        (("carte vitale", "oui", "pause", "bonjour"), "You were here: Carte Vitale (health card)"),
        (("oubliez-moi",), "Do you want to delete all our talk"),
        (("un humain",), "How do you want to be helped?"),
        (("un humain", "2"), "What number can we call you back on?"),
        (("un humain", "06 12 34 56 78"), "When do you want us to call you?"),
        (("un humain", "3"), "Which town are you in?"),
        (
            ("carte vitale", "oui", "cpam", "un humain", "06 12 34 56 78", "1", "60000"),
            "Can I show this person your answers",
        ),
        (("mot de passe",), "I want to be sure I understand you. Is it:"),
        (("menu", "1"), "What do you want to do?"),
    ],
)
def test_a_question_of_the_assistant_is_asked_again(player: Player, before: tuple[str, ...], question: str) -> None:
    played(player, *before)
    asked = player.talk.asked
    player.says("english")
    assert question in last(player).text
    assert player.talk.asked is not None and asked is not None
    player.says("français")
    assert player.talk.asked is not None and player.talk.language is None


def test_a_dialogue_without_languages_knows_none(library: Library, dialogue: Dialogue) -> None:
    player = Player(Dialogue(library, dialogue.territory))
    player.says("english")
    assert player.talk.language is None
    old = replace(Talk(), language="en")
    assert Player(Dialogue(library, dialogue.territory), old).says("merci").reply.says[0].text == "Avec plaisir."


# A whole run


@pytest.mark.parametrize("turns", [CARD, INCOME, CENTRE], ids=GUIDED)
def test_a_procedure_is_done_in_english(player: Player, turns: tuple[str, ...]) -> None:
    played(player, *turns)
    if player.answers[-1].reply.ended is None:  # « the paper that replaces the card? »
        player.says("no")
    assert player.answers[-1].reply.ended == "done", f"{player.answers[-1].reply.step}\n{player.last}"
    assert "Do you need anything else?" in player.last


def test_an_account_is_opened_in_english_on_the_way(player: Player) -> None:
    played(player, "english", "health card", "yes", "cpam", "lost", "no", "no")
    assert player.answers[-1].reply.step == "creer_compte/probleme"
    assert last(player).text == "Where are you with the ameli account?"


@pytest.mark.parametrize(
    ("said", "answered"),
    [
        ("done", "Lay the identity card flat"),
        ("yes", "Lay the identity card flat"),
        ("c'est fait", "Lay the identity card flat"),
        ("repeat", "Get a recent ID photo"),
        ("again", "Get a recent ID photo"),
        ("répétez", "Get a recent ID photo"),
        ("why?", "If a picture is dark or cut"),
        ("pourquoi", "If a picture is dark or cut"),
        ("back", "We go back to the step before."),
        ("retour", "We go back to the step before."),
        ("help", "Write « done » to go on"),
        ("aide", "Write « done » to go on"),
        ("pause", "write « continue »"),
        ("menu", "Choose a subject."),
        ("stuck", "What is the problem?"),
        ("je bloque", "What is the problem?"),
        ("start again", "Do you want to start again"),
        ("a real person", "I pass you to a person."),
        ("0", "I pass you to a person."),
        ("what is the RIB?", "RIB: The RIB is a paper from the bank."),
        ("what does montant net social mean", "It is a line of your pay slip"),
        ("no internet", "Without internet: call the Assurance maladie"),
        ("delete my data", "Do you want to delete all our talk"),
        ("4", "If a picture is dark or cut"),
    ],
)
def test_the_words_of_both_languages_are_understood(inside: Player, said: str, answered: str) -> None:
    inside.says("english")
    if answered.startswith("Lay"):
        inside.says("stuck")
        inside.says("1")
        assert answered in inside.last
        inside.says(said)
        assert inside.answers[-1].reply.step == "adresse"
    else:
        inside.says(said)
        assert answered in inside.last


def test_an_answer_is_corrected_in_english(player: Player) -> None:
    played(player, "english", "declare my income", "yes", "the caf", "the rsa", "sorry, it is the prime")
    assert "OK, I changed your answer: The prime d'activité." in player.last
    assert player.talk.run and player.talk.run.answers["aide"] == "prime"


def test_a_button_of_the_former_language_still_works(inside: Player) -> None:
    key = last(inside).key
    inside.says("english")
    inside.says("", choice=f"{key}|fait")
    assert inside.answers[-1].reply.step == "adresse"


# What exists in French only


def test_a_procedure_in_french_only_is_said_so_and_a_person_offered(speaker: Player) -> None:
    speaker.says("I would like the rsa", "caf_rsa_demande")
    assert speaker.last == "I know this in French only, for now. Do you want to talk to a person?"
    played(speaker, "yes")
    assert "I pass you to a person." in speaker.last


def test_french_takes_up_the_procedure_that_was_wanted(speaker: Player) -> None:
    speaker.says("I would like the rsa", "caf_rsa_demande")
    speaker.says("français")
    assert speaker.talk.asked and (speaker.talk.asked.kind, speaker.talk.asked.options) == (
        "start",
        ("caf_rsa_demande",),
    )
    speaker.says("english")
    assert "I know this in French only" in speaker.last


def test_a_run_in_french_only_goes_on_and_says_so_once(player: Player) -> None:
    played(player, "ft_actualisation", "oui")
    step = player.answers[-1].reply.step
    player.says("english")
    assert "This part is in French only. To talk to a person, write « human »." in player.last
    assert player.answers[-1].reply.step == step
    player.says("repeat")
    assert player.last.count("French only") <= 1
    player.says("human")
    assert "I pass you to a person." in player.last


def test_the_menu_shows_what_can_be_done_in_english(speaker: Player, english: Library) -> None:
    assert [option.id for option in last(speaker).options] == ["caf", "sante", "autre"]
    speaker.says("jobs")
    assert "I know this in French only" in speaker.last
    shown = {item for theme in english.menu for item in english.theme(theme).items if item in english.procedures}
    assert shown == english.translated & {item for theme in english.menu.values() for item in theme.items}


# A person


def test_a_person_is_told_in_french_and_the_citizen_in_english(player: Player) -> None:
    played(player, "english", "health card", "yes", "cpam", "lost", "no", "yes", "human")
    handoff = player.answers[-1].handoff
    assert handoff and handoff.recap["language"] == "en"
    assert handoff.recap["title"].startswith("Carte Vitale : première carte")
    assert handoff.recap["step_text"].startswith("Préparez une photo")
    assert "you can call the Assurance maladie: 3646, Monday to Friday, usually from 8:30 to 17:30." in player.last
    assert [option.label for option in last(player).options] == ["Write here", "Be called back", "Go to a place"]
    played(player, "06 12 34 56 78")
    assert next(option.label for option in last(player).options) == "Tomorrow morning"
    played(player, "any time", "Beauvais")
    assert last(player).text == "Can I show this person your answers and our messages?"
    done = player.says("yes")
    assert done.handoff and done.handoff.answers
    assert done.handoff.answers["caisse"]["question"].startswith("Qui s'occupe")
    assert "on Monday 23 November at the latest, between 9 am and 5 pm" in player.last


def test_a_french_handoff_does_not_name_a_language(inside: Player) -> None:
    handoff = inside.says("un humain").handoff
    assert handoff and "language" not in handoff.recap


# Danger

DANGER = {
    "detresse": (
        "I want to kill myself",
        "i'm suicidal",
        "I don't want to live anymore",
        "my son wants to kill himself",
        "suicide",
    ),
    "violences": (
        "he beats me",
        "My husband is hitting me",
        "I am afraid of my husband",
        "he hurts my children",
        "I was raped",
    ),
    "urgence_vitale": (
        "heart attack",
        "she's not breathing",
        "my house is on fire",
        "I smell gas",
        "I took all my pills",
        "I took an overdose",
        "he has a knife",
        "call an ambulance",
    ),
    "urgence_sociale": ("I am homeless", "I have nowhere to sleep", "my kids are hungry", "they are evicting us"),
    "arnaque": ("I was scammed", "is this a scam", "I gave my bank card number to a man on the phone"),
}
NUMBERS = {"detresse": "3114", "violences": "17", "urgence_vitale": "1", "urgence_sociale": "115", "arnaque": "0"}
CASES = [(topic, said) for topic, texts in DANGER.items() for said in texts]


@pytest.mark.parametrize(("topic", "said"), CASES)
@pytest.mark.parametrize("language", [None, "en"])
def test_danger_said_in_english_is_answered_at_once(
    inside: Player, language: str | None, topic: str, said: str
) -> None:
    if language:
        inside.says("english")
    answer = inside.says(said)
    assert [event.detail for event in answer.events] == [topic]
    assert re.search(r"\d{2,}", answer.reply.says[0].text), "the number comes first"
    assert NUMBERS[topic] in answer.reply.says[0].text or topic == "arnaque"
    assert answer.stored_text == "[message non conservé]" and inside.talk.paused
    if said == "suicide" and not language:  # the same word in both languages: in that of the talk
        assert answer.reply.says[0].text.startswith("Appelez")
        return
    assert answer.reply.says[0].text.startswith(("Call", "If the danger", "Forward"))
    assert answer.reply.says[-1].text == "I keep your place. You can come back to it when you want."


def test_the_words_to_write_after_a_danger_are_understood_in_a_french_talk(inside: Player) -> None:
    inside.says("he beats me")
    assert "forget me" in inside.last.lower()
    inside.says("continue")
    assert inside.answers[-1].reply.step == "photo" and "On reprend" in inside.last
    inside.says("human")
    assert "Je passe le relais" in inside.last
    inside.says("forget me")
    assert "effacer" in inside.last


def test_danger_said_in_french_is_answered_in_an_english_talk(speaker: Player) -> None:
    assert "3114" in speaker.says("je veux mourir").reply.says[0].text


@pytest.mark.parametrize(
    "said",
    [
        *("my card was stolen", "I hurt myself at work", "the site kicked me out", "my laptop is not responding"),
        *("I lost my health card", "I don't want to live with my parents", "they ask me to pay", "my husband died"),
        *("I can't do this", "what is sick leave", "they have not paid me", "I am not working"),
    ],
)
def test_what_is_no_danger_is_not_taken_for_one(said: str) -> None:
    assert spotted(said, topics_for(CONTENT, "en")) is None


def test_every_danger_known_in_french_is_known_in_english() -> None:
    topics = topics_for(CONTENT, "en")
    french = [topic.id for topic in topics if topic.language is None]
    assert [topic.id for topic in topics if topic.language == "en"] == french
    assert [topic.language for topic in topics[:2]] == ["en", None], "the language of the talk first, for one danger"


# What nobody understands


def test_unknown_english_is_not_understood_in_english(speaker: Player) -> None:
    speaker.says("the cat sat on the mat")
    assert speaker.last.startswith("I did not understand.")
    speaker.says("blah")
    assert speaker.last == "I cannot understand you, and it is my fault. Do you want a person to help you?"


def test_free_english_is_read_by_the_words_of_the_procedures_before_rasa(speaker: Player) -> None:
    answer = speaker.says("hi I think I lost my health card yesterday", "caf_dtr")
    assert answer.reply.procedure == "cpam_carte_vitale" and answer.reply.intent is None
    assert "Shall we start?" in speaker.last


def test_without_rasa_english_still_works(speaker: Player) -> None:
    speaker.says("blah", heard=away("blah"))
    assert speaker.last.startswith("For now, I only understand exact words and buttons.")


def test_what_rasa_is_unsure_of_is_not_offered_in_french(speaker: Player) -> None:
    ranking = (Ranked("caf_rsa_demande", 0.5), Ranked("cpam_c2s", 0.3))
    speaker.says("rsa pls now", heard=Understanding("rsa pls now", "incompris", 0.5, None, {}, ranking, True))
    assert speaker.last.startswith("I did not understand.")


def test_english_in_a_french_talk_is_told_how_to_go_on(player: Player) -> None:
    player.says("I need help with my papers please")
    assert player.last.startswith("To continue in English, write « english ».\nJe n'ai pas compris.")
    player.says("I want to see the doctor")
    assert "To continue in English" not in player.last, "said once, not each time"


@pytest.mark.parametrize(
    "said", ["je veux ma carte", "je suis perdu avec le rsa et mon compte", "c'est pas possible", "card"]
)
def test_french_is_not_taken_for_english(player: Player, said: str) -> None:
    player.says(said)
    assert "English" not in player.last


# Nothing in French

NAMES = re.compile(
    r"«[^»]*»|allô démarches|départements?|identité|la sécu|prime d'activité|pièce d'identité|\brécapitulatif\b",
    re.IGNORECASE,
)
ACCENT = re.compile(r"[àâçéèêëîïôùûœÀÂÇÉÈÊËÎÏÔÙÛŒ]")


def french_said(library: Library) -> set[str]:
    """Every sentence of these procedures and of the assistant in French, without its facts."""
    pages = [library.procedures[id_] for id_ in (*GUIDED, *USED)]
    texts = {text for page in pages for step in page.steps.values() for text in spoken(step.model_dump())}
    texts |= {text for page in pages for text in (page.title, page.intro, page.without_internet, *page.documents)}
    texts |= {text for sentence in library.sentences.values() for text in sentence.values()}
    parts = {part.strip() for text in texts for part in PLACEHOLDER.split(text) if part}
    return {part for part in parts if len(part) > 12}


def spoken(data: object) -> Iterator[str]:
    if isinstance(data, str):
        yield data
    for value in data.values() if isinstance(data, dict) else data if isinstance(data, list | tuple) else ():
        yield from spoken(value)


def heard_in(player: Player) -> Iterator[str]:
    for answer in player.answers:
        for say in answer.reply.says:
            yield from (text for text in (say.text, say.short, say.speech) if text)
            yield from (option.label for option in say.options)


def leaks(texts: Iterator[str], french: set[str]) -> list[str]:
    found = []
    for text in texts:
        bare = NAMES.sub("", text)
        if ACCENT.search(bare) or any(part in bare for part in french):
            found.append(text)
    return found


@pytest.mark.parametrize("turns", [CARD, INCOME, CENTRE], ids=GUIDED)
@pytest.mark.parametrize("beside", ["why", "repeat", "help", "stuck", "back", "pause", "human"])
def test_no_french_is_said_in_a_run_in_english(dialogue: Dialogue, turns: tuple[str, ...], beside: str) -> None:
    """The whole run, and what is asked beside at each step."""
    french = french_said(dialogue.library)
    player = Player(dialogue)
    for text in turns:
        aside = Player(dialogue, player.says(text).talk)
        aside.says(beside)
        assert leaks(heard_in(aside), french) == []
    assert leaks(heard_in(player), french) == []


@pytest.mark.parametrize("id_", [*GUIDED, *USED])
@pytest.mark.parametrize("day", [DAY, date(2030, 1, 1)], ids=["with facts", "without facts"])
def test_no_step_says_anything_in_french(dialogue: Dialogue, english: Library, id_: str, day: date) -> None:
    page = english.procedures[id_]
    said: list[str] = [page.title, page.button, page.intro, *page.documents, page.intro_speech or ""]
    for name, step in page.steps.items():
        node = Node(name, page, step)
        if isinstance(step, SubProcedure):
            continue
        says = [say_node(english, node, day)] + (
            [say_reasons(english, node, day)] if isinstance(step, Instruction) else []
        )
        for say in says:
            said += [say.text, say.short or "", say.speech or "", *(option.label for option in say.options)]
        said.append(getattr(step, "why", ""))
    assert leaks(iter(said), french_said(dialogue.library)) == []
    assert FRENCH not in dialogue.languages
