"""Two conversations of one person become one."""

from __future__ import annotations

from dataclasses import replace

from bot.talk import Talk


def joined(kept: Talk, other: Talk) -> Talk:
    """The talk of the code's owner, with what the other one had begun put aside; nothing is asked twice."""
    known = {run.procedure for run in (*kept.parked, *((kept.run,) if kept.run else ()))}
    theirs = (*other.parked, *((other.run,) if other.run else ()))
    new = tuple(run for run in theirs if run.procedure not in known)
    events = {plan.event.procedure for plan in kept.plans}
    plans = tuple(plan for plan in other.plans if plan.event.procedure not in events)
    if kept.run is None and kept.asked is None and other.run is not None:
        new = tuple(run for run in new if run is not other.run)
        kept = replace(kept, run=other.run, paused=False)
    return replace(kept, parked=(*new, *kept.parked), plans=(*plans, *kept.plans), greeted=True)
