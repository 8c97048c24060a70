"""One turn of conversation: what came in, where the talk stands → what is said, and what is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot import (
    asked,
    channels,
    comforting,
    commands,
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
)
from bot.masking import mask
from bot.messages import Answer, Inbound, Reply
from bot.scene import FRENCH, Limits, Move, NeedsUnderstanding, Scene
from bot.talk import Talk
from flows.edits import bring_up_to_date
from flows.library import Library
from flows.safety import spotted
from mediation.territory import Territory

if TYPE_CHECKING:
    from bot.understanding import Understanding

__all__ = ["Dialogue", "NeedsUnderstanding"]

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
    runs.without_internet,
    menus.named,
    hearing.understood,
)
NOT_KEPT = "[message non conservé]"
SAYINGS_KEPT = 6


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
        library = self.languages.get(talk.language or FRENCH, self.library)
        scene = Scene(
            library,
            self.territory.said_in(library.language),
            inbound.at.astimezone(ZoneInfo(self.territory.timezone)),
            inbound.channel,
            masked.text,
            talk,
            understood,
            languages={FRENCH: self.library, **self.languages},
            signal=inbound.signal,
            phone=inbound.phone,
            no_sms=inbound.no_sms,
            nearby=inbound.nearby,
            around=inbound.around,
            charge=inbound.charge,
            staffed=inbound.staffed,
            can=channels.named(inbound.channel).capabilities,
            limits=self.limits,
        )
        topic = spotted(scene.text, library.safety)
        if topic:
            move = hearing.safety(scene, topic)
        else:
            scene, notes = self._up_to_date(scene)
            move = self._decide(scene, inbound.choice, bool(masked.kinds))
            if scene.signal and scene.text:  # words came with the picture
                move = move.first(*scene.says("photo_refused"))
            move = framing.explain(scene, masked.kinds, notes, languages.noting(scene, languages.hinting(scene, move)))
        return self._answer(scene, phone_line.guided(scene, comforting.learn(move)))

    def _up_to_date(self, scene: Scene) -> tuple[Scene, tuple[str, ...]]:
        """The scene with its runs brought to the files as they are now, and sentences to say about it."""
        run = scene.talk.run
        notes: tuple[str, ...] = ()
        lost = False
        if run and run.procedure in self.library.procedures:
            run, lost = bring_up_to_date(self.library, run)
        elif run:
            run, notes = None, ("procedure_gone",)
        parked = tuple(
            bring_up_to_date(self.library, old)[0]
            for old in scene.talk.parked
            if old.procedure in self.library.procedures
        )
        notes = ("answer_lost",) if lost else notes
        return replace(scene, talk=replace(scene.talk, run=run, parked=parked)), notes

    def _decide(self, scene: Scene, choice: str | None, masked: bool) -> Move:
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
        step = runs.key(scene, talk)
        heard = scene.understood.get(scene.text)
        procedure = framing.concerned(talk) or framing.concerned(scene.talk)
        reply = Reply(
            says,
            procedure,
            step,
            move.ended,
            heard.intent if heard else None,
            heard.confidence if heard else None,
            manners.manner(scene, replace(move, talk=talk)),
        )
        stored = NOT_KEPT if move.private or steps.free_text_asked(scene) else scene.text
        return Answer(reply, talk, stored, move.events, move.handoff, move.forget, move.link, move.sends)
