"""The list of things to do after a life event: told once, then each thing offered in turn, for weeks if need be."""

from __future__ import annotations

from dataclasses import replace

from bot import runs
from bot.messages import Event
from bot.scene import Move, Scene, asking
from bot.talk import Talk
from flows.plan import LEFT, Plan, Status, Todo, next_todo, say_task, todo_of, todos, when_due
from flows.run import Run
from flows.texts import Say

PAGE, PAGE_ALOUD = 3, 2  # tasks a message: more is neither read nor heard
STATES: dict[Status, str] = {
    "fait": "task_state_done",
    "personne": "task_state_person",
    "plus_tard": "task_state_later",
}
# A run that stops (too early, not concerned) or leads elsewhere did nothing yet: the thing stays in the list.
ENDS: dict[str, Status] = {"done": "fait", "stop": "plus_tard", "procedure": "plus_tard", "handoff": "personne"}


def made(scene: Scene, event: Run) -> Move:
    """The questions about the event are over: the whole list, then the first thing to do."""
    others = tuple(plan for plan in scene.talk.plans if plan.event.procedure != event.procedure)
    scene = runs.replace_talk(scene, plans=(*others, Plan(event)), asked=None)
    return offer(scene).first(*listing(scene)).noting(Event("plan_made", event.procedure))


def listing(scene: Scene) -> tuple[Say, ...]:
    """The list of the current plan, a few things a message, with deadlines and what is done."""
    plan = current(scene.talk)
    lines = [_line(scene, todo) for todo in todos(scene.library, plan, scene.day)] if plan else []
    page = PAGE_ALOUD if scene.can.spoken else PAGE
    pages = [lines[i : i + page] for i in range(0, len(lines), page)]
    said = tuple(Say("\n".join(page), speech=" ".join(line.removeprefix("- ") for line in page)) for page in pages)
    return (*scene.says("task_list"), *said) if said else ()


def offer(scene: Scene) -> Move:
    """The next thing of the list, or what remains once everything was seen."""
    plan = current(scene.talk)
    todo = next_todo(scene.library, plan, scene.day) if plan else None
    if plan is None or todo is None:
        return _all_seen(scene, plan)
    total = len(todos(scene.library, plan, scene.day))
    when = _after_comma(when_due(scene.library, todo, scene.day))
    head = scene.says("task_head", number=str(todo.number), total=str(total), label=todo.task.label, when=when)
    said = say_task(scene.library, todo.task, scene.day)
    known = todo.task.procedure in scene.library.procedures
    asked = scene.ask("task_now", "maintenant", "plus_tard", "deja_fait")
    if not known:
        asked = scene.ask("task_is_done", "deja_fait", "plus_tard")
    return Move(asking(scene.talk, "task", todo.id), (*head, said, asked))


def answered(scene: Scene, task: str, choice: str) -> Move:
    """« Maintenant », « plus tard » or « c'est déjà fait » for one thing of the list."""
    plan = current(scene.talk)
    todo = next((t for t in todos(scene.library, plan, scene.day) if t.id == task), None) if plan else None
    if plan is None or todo is None:  # the file changed since it was offered
        return offer(runs.without_question(scene))
    if choice == "maintenant" and todo.task.procedure in scene.library.procedures:
        return _begin(_with(scene, plan.marked(task, "en_cours")), str(todo.task.procedure))
    later = choice == "plus_tard"
    event = Event("task_later" if later else "task_done", plan.event.procedure, task)
    moved = _with(scene, plan.marked(task, "plus_tard" if later else "fait"))
    return offer(moved).first(*scene.says("task_put_off" if later else "task_noted")).noting(event)


def take_up(scene: Scene) -> Move:
    """« Ma liste »: the list again, what was put off being offered anew."""
    plan = current(scene.talk)
    if plan is None or not todos(scene.library, plan, scene.day):
        return runs.show(scene).first(*scene.says("plan_none"))
    for task, status in plan.status.items():
        plan = plan.marked(task, "a_faire") if status == "plus_tard" else plan
    if scene.talk.run:
        return runs.show(runs.without_question(scene)).first(*listing(scene))
    scene = _with(scene, plan)
    return offer(scene).first(*listing(scene))


def after_run(talk: Talk, procedure: str, ended: str, scene: Scene) -> Talk:
    """The talk once a run is over: what it did in the list, if it stands there."""
    marked = []
    for plan in talk.plans:
        todo = todo_of(scene.library, plan, procedure, scene.day)
        marked.append(plan.marked(todo.id, ENDS[ended]) if todo else plan)
    return replace(talk, plans=tuple(marked))


def concerns(scene: Scene, procedure: str) -> bool:
    """True when the run that ends was one thing of the current list, or when something waits in it."""
    plan = current(scene.talk)
    if plan is None:
        return False
    listed = any(todo.task.procedure == procedure for todo in todos(scene.library, plan, scene.day))
    return listed or next_todo(scene.library, plan, scene.day) is not None


def current(talk: Talk) -> Plan | None:
    """The list in hand: the last one made or taken up."""
    return talk.plans[-1] if talk.plans else None


def _begin(scene: Scene, procedure: str) -> Move:
    parked = next((run for run in scene.talk.parked if run.procedure == procedure), None)
    scene = runs.without_question(scene)
    return runs.resume(scene, parked) if parked else runs.start(scene, procedure, park=scene.talk.run is not None)


def _all_seen(scene: Scene, plan: Plan | None) -> Move:
    if plan is None:
        return Move(replace(scene.talk, asked=None), scene.says("anything_else"))
    put_off = any(todo.status in LEFT for todo in todos(scene.library, plan, scene.day))
    if put_off:
        return Move(replace(scene.talk, asked=None), scene.says("plan_put_off"))
    talk = replace(scene.talk, plans=scene.talk.plans[:-1], asked=None)
    return Move(talk, scene.says("plan_done", "anything_else"), (Event("plan_done", plan.event.procedure),))


def _with(scene: Scene, plan: Plan) -> Scene:
    return runs.replace_talk(scene, plans=(*scene.talk.plans[:-1], plan), asked=None)


def _line(scene: Scene, todo: Todo) -> str:
    state = _after_comma(scene.says(STATES[todo.status])[0].text) if todo.status in STATES else ""
    when = "" if state else _after_comma(when_due(scene.library, todo, scene.day))
    return scene.says("task_line", label=todo.task.label, when=when, state=state)[0].text


def _after_comma(words: str) -> str:
    return f", {words}" if words else ""
