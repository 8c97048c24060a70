"""How a reply becomes what a channel sends."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.channels import CHANNELS, Capabilities, named
from bot.channels.base import button, offered, variant
from bot.manner import Manner
from bot.messages import Reply
from flows.texts import Option, Say

SAY = Say("Le texte.", "Le court.", "Le parlé.", (Option("oui", "Oui"), Option("non", "Non")), "question")


@pytest.mark.parametrize(("form", "text"), [("text", "Le texte."), ("short", "Le court."), ("speech", "Le parlé.")])
def test_variant_is_the_one_that_the_channel_carries(form: str, text: str) -> None:
    capabilities = Capabilities(form, 4, numbered=False)  # type: ignore[arg-type]
    assert variant(SAY, capabilities) == text
    assert variant(Say("Seul."), capabilities) == "Seul."


def test_too_many_choices_keep_the_way_out() -> None:
    options = tuple(Option(str(n), str(n)) for n in range(9))
    kept = offered(Say("?", options=options), Capabilities("text", 4, numbered=True))
    assert [option.id for option in kept] == ["0", "1", "2", "8"]


def test_web_gives_buttons_and_what_is_listened_to() -> None:
    (rendered,) = named("web").render(Reply((replace(SAY, text="Allez sur caf.fr."),)))
    assert (rendered.text, rendered.speech) == ("Allez sur caf.fr.", "Allez sur caf point f r.")
    assert rendered.key == "question"
    assert rendered.options == SAY.options


@pytest.mark.parametrize("channel", ["web", "telegram"])
def test_who_wants_it_shorter_reads_the_short_form(channel: str) -> None:
    shorter = Manner(short=True)
    assert named(channel).render(Reply((SAY,), step=SAY.key, manner=shorter))[0].text == "Le court."
    assert named(channel).render(Reply((SAY,), step="autre", manner=shorter))[0].text == "Le texte.", "not a step"
    assert named(channel).render(Reply((SAY,)))[0].text == "Le texte."


def test_terminal_numbers_the_choices_in_the_text() -> None:
    (rendered,) = named("terminal").render(Reply((SAY,)))
    assert rendered.text == "Le texte.\n  1. Oui\n  2. Non"
    assert rendered.options == ()


def test_numbered_channels_have_no_buttons_and_the_others_no_numbers() -> None:
    for channel in CHANNELS:
        (rendered,) = channel.render(Reply((SAY,)))
        assert bool(rendered.options) != channel.capabilities.numbered
        said = rendered.text.replace("1. Oui", "1 Oui").replace("Oui : tapez 1", "1 Oui")
        assert ("1 Oui" in said) == channel.capabilities.numbered


def test_names_are_unique_and_an_unknown_one_is_an_error() -> None:
    assert len({channel.name for channel in CHANNELS}) == len(CHANNELS)
    with pytest.raises(KeyError):
        named("pigeon")


def test_button_id() -> None:
    assert button("compte/etape?", "fait") == "compte/etape?|fait"
