"""One turn of conversation: what came in, where the talk stands → what is said, and what is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot import (
    access,
    asked,
    case_news,
    channels,
    charge,
    comforting,
    commands,
    driving,
    framing,
    hearing,
    languages,
    manners,
    menus,
    more,
    phone_line,
    runs,
    signals,
    steps,
    unattended,
)
from bot.case_news import News
from bot.channels.web import WEB
from bot.driving import Driven, Shown
from bot.masking import mask
from bot.messages import Answer, Inbound, Reply
from bot.refreshing import up_to_date
from bot.scene import FRENCH, Limits, Move, NeedsUnderstanding, Scene
from bot.talk import Talk
from flows.library import Library
from flows.safety import Topic, spotted
from mediation.territory import Territory

if TYPE_CHECKING:
    from bot.understanding import Understanding

__all__ = ["Dialogue", "Driven", "NeedsUnderstanding", "News", "Shown"]

PARTS = (
    steps.landed,
    more.read,
    phone_line.key,
    languages.switched,
    commands.person,
    menus.linked_to,
    asked.answer,
    commands.command,
    steps.answer_step,
    commands.shy,
    charge.here,
    runs.without_internet,
    menus.named,
    hearing.understood,
)
NOT_KEPT = "[message non conservé]"
SAYINGS_KEPT = 6
TEXTS = "sms"
# What a scene takes from the message as it is.
SEEN = ("signal", "phone", "no_sms", "nearby", "around", "charge", "waiting", "staffed", "helped", "known")


@dataclass(frozen=True)
class Dialogue:
    """The dialogue for one content and one territory, in French and other languages. Its `reply_to` is pure."""

    library: Library
    territory: Territory
    languages: Mapping[str, Library] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)

    def reply_to(self, inbound: Inbound, talk: Talk, understood: Mapping[str, Understanding]) -> Answer:
        """The answer to a message. Raises NeedsUnderstanding when Rasa's reading of the text is wanted first.

        Order: safety, the assistant's own question, commands and keys, the waiting step, then Rasa.
        """
        masked = mask(inbound.text)
        seen = {name: getattr(inbound, name) for name in SEEN}
        scene = self._scene(talk, inbound.channel, inbound.at)
        scene = unattended.without_promises(replace(scene, text=masked.text, understood=understood, **seen))
        topic = spotted(scene.text, scene.library.safety)
        if scene.charge:
            return self._with_person(charge.worded(scene, inbound.choice), topic, masked.kinds)
        if topic:
            move = hearing.safety(scene, topic)
        else:
            scene, notes = up_to_date(scene)
            move = self._decide(access.noticed(scene), inbound.choice, bool(masked.kinds))
            move = access.acknowledged(scene, move)
            if scene.signal and scene.text:  # words came with the picture
                move = move.first(*scene.says("photo_refused"))
            move = framing.explain(scene, masked.kinds, notes, languages.noting(scene, languages.hinting(scene, move)))
        return self._answer(scene, phone_line.guided(scene, comforting.learn(move)))

    def tell(self, news: News, talk: Talk, channel: str, at: datetime, **values: str) -> Answer:
        """What the assistant says by itself when something happens to the citizen's case, and the talk after it.

        `values`: `name` (the first name of who takes, gives back, asks…), `mode` (that of the case), `place` (its
        name), `due` (a day, ISO) and `half` (a call-back). Raises KeyError when a value that the news needs is missing.
        """
        heard = channel if not channels.named(channel).capabilities.spoken else TEXTS  # nobody is on the phone now
        before = self._scene(talk, heard, at)
        scene, notes = up_to_date(before)
        move, person = case_news.told(scene, news, values), case_news.in_charge(news, values)
        if person:
            return self._answer(replace(scene, charge=person), charge.untouched(before, move))
        return self._answer(scene, framing.explain(scene, (), notes, move))

    def shown(self, talk: Talk, channel: str, at: datetime) -> Shown | None:
        """The step that waits, for the person in charge: in French, None when no procedure is under way."""
        return driving.shown(up_to_date(self._scene(talk, channel, at))[0])

    def drive(self, talk: Talk, text: str, at: datetime) -> Driven:
        """Answers the waiting step in the citizen's place: `text` is the id or the label of an option, or words."""
        return driving.driven(up_to_date(self._scene(talk, WEB.name, at))[0], mask(text).text)

    def _scene(self, talk: Talk, channel: str, at: datetime) -> Scene:
        """The scene of this talk at this moment, with nothing said yet."""
        library = self.languages.get(talk.language or FRENCH, self.library)
        return Scene(
            library,
            self.territory.said_in(library.language),
            at.astimezone(ZoneInfo(self.territory.timezone)),
            channel,
            "",
            talk,
            {},
            languages={FRENCH: self.library, **self.languages},
            can=channels.named(channel).capabilities,
            limits=self.limits,
        )

    def _with_person(self, scene: Scene, topic: Topic | None, kinds: tuple[str, ...]) -> Answer:
        """A turn while a person is in charge. What changed in the procedure's file is told once they are not."""
        updated, notes = up_to_date(scene)
        move = charge.taken_back(updated)
        if move:
            return self._answer(updated, phone_line.guided(updated, framing.explain(updated, (), notes, move)))
        move = charge.in_danger(scene, topic) if topic else charge.answer(updated)
        if scene.signal and scene.text:
            move = move.first(*scene.says("photo_refused"))
        move = charge.untouched(scene, comforting.learn(move))
        return self._answer(scene, framing.explain(scene, kinds, (), move))

    def _decide(self, scene: Scene, choice: str | None, masked: bool) -> Move:
        scene = runs.replace_talk(scene, silences=0) if scene.exact else scene  # they are counted in a row
        signalled = signals.answer(scene)
        if signalled:
            return signalled
        if choice:
            scene, stale = framing.pressed(scene, choice)
            if stale:
                return runs.show(scene).first(*scene.says("old_button"))
        if not scene.exact or (masked and not framing.has_words(scene.text)):
            return menus.arrive(scene)
        for part in PARTS:
            move = part(scene)
            if move is not None:
                return move
        return hearing.unclear(scene)

    def _answer(self, scene: Scene, move: Move) -> Answer:
        move = framing.introduced(scene, move)
        last = scene.talk.last if framing.in_passing(scene, move) else move.says[-SAYINGS_KEPT:]
        alarm = any(event.kind == "safety" for event in move.events) or (scene.talk.alarm and move.aside)
        says, rest = more.cut(scene, move.says)
        talk = replace(move.talk, last=last, greeted=True, alarm=alarm, more=rest if says else move.talk.more)
        person = None if move.takes_back or move.forget or scene.charge is None else scene.charge.name
        # While a person leads, the citizen is at no step of ours.
        here = replace(talk, run=None, paused=False) if person else talk
        heard = None if person else scene.understood.get(scene.text)  # what a person reads is not sorted
        reply = Reply(
            says,
            framing.concerned(here) or (None if person else framing.concerned(scene.talk)),
            runs.key(scene, here),
            move.ended,
            heard.intent if heard else None,
            heard.confidence if heard else None,
            manners.manner(scene, replace(move, talk=here)),
            person,
        )
        hidden = move.private or (not scene.charge and steps.free_text_asked(scene))
        return Answer(
            reply, talk, NOT_KEPT if hidden else scene.text, move.events, move.handoff, move.forget, move.link,
            move.sends, move.relayed, move.takes_back,
        )  # fmt: skip
