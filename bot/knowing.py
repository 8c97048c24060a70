"""« Que savez-vous de moi ? »: what is kept about the citizen, said in counts, dates and first names."""

from __future__ import annotations

from datetime import timedelta

from babel.dates import format_date

from bot import runs
from bot.messages import Event
from bot.scene import FRENCH, Move, Scene
from flows.dates import in_words
from flows.texts import Say

ALMOST_A_YEAR = timedelta(days=330)  # after that, a month alone would be taken for that of this year


def told(scene: Scene) -> Move:
    """What is kept and until when, who reads it, how to have it deleted; then what the citizen has to do now."""
    known = scene.kept()
    if not (known.messages or _procedures(scene) or known.case_open or scene.talk.comfort.access):
        says = scene.says("known_nothing", "data_kept")
    else:
        says = (
            *_messages(scene),
            *_running(scene),
            *_person(scene),
            *_phones(scene),
            *scene.says("known_forget"),
        )
    return runs.show(scene).first(*says).noting(Event("data_asked"))


def _messages(scene: Scene) -> tuple[Say, ...]:
    known = scene.kept()
    first = known.since.astimezone(scene.at.tzinfo).date()
    language = scene.library.language or FRENCH
    since = in_words(first, "d MMMM y", language)
    month = format_date(first, "MMMM" if scene.day - first < ALMOST_A_YEAR else "y", locale=language)
    return scene.says("known_messages", since=since, month=month, messages=str(known.messages), days=str(known.days))


def _procedures(scene: Scene) -> list[str]:
    """The procedures under way, the one in hand first."""
    talk = scene.talk
    under_way = [talk.run, *reversed(talk.parked)] if talk.run else list(reversed(talk.parked))
    pages = [*(run.procedure for run in under_way if run), *(plan.event.procedure for plan in talk.plans)]
    return [name for name in dict.fromkeys(pages) if name in scene.library.procedures]


def _running(scene: Scene) -> tuple[Say, ...]:
    names = _procedures(scene)
    if not names:
        return scene.says("known_no_run")
    page = scene.library.procedures[names[0]]
    if len(names) == 1:
        return scene.says("known_run", title=page.title, button=page.button)
    return scene.says("known_runs", count=str(len(names)), title=page.title, button=page.button)


def _person(scene: Scene) -> tuple[Say, ...]:
    """Whether a request to a person is open, and who has it."""
    if scene.charge:
        return scene.says("known_person", name=scene.charge.name)
    return scene.says("known_waiting" if scene.kept().case_open else "known_no_case")


def _phones(scene: Scene) -> tuple[Say, ...]:
    """The numbers that are kept, and that an access need is: which one is not said, for others may hear."""
    ends, access = scene.kept().phone_ends, scene.talk.comfort.access
    if not ends:
        return scene.says("known_access") if access else ()
    return scene.says("known_phone_access" if access else "known_phone", ends=", ".join(ends), end=ends[-1])
